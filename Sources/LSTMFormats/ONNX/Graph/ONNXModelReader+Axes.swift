// The operators that rearrange axes: Transpose, Squeeze, Unsqueeze, Reshape and Flatten, on stored
// tensors, on spread ones and on data that flows.

extension ONNXModelReader {
  mutating func transpose(_ node: ONNXNode) throws -> ONNXValue {
    func order(_ rank: Int) throws -> [Int] {
      let order = try integers(node, "perm") ?? Array((0..<rank).reversed())
      guard order.sorted() == Array(0..<rank) else {
        throw failure(node, "reorders the axes as \(order), but there are \(rank)")
      }
      return order
    }
    switch try value(node, 0) {
    case .constant(let tensor):
      return try folded(tensor.transposed(try order(tensor.shape.count)))
    case .flow(var flow):
      flow.axes = try order(flow.axes.count).map { flow.axes[$0] }
      return .flow(flow)
    case .spread(let tensor, let sizes) where tensor.count == 1:
      return .spread(tensor.reshaped([]), try order(sizes.count).map { sizes[$0] })
    default: throw failure(node, "reorders the axes of a value that has none")
    }
  }

  mutating func squeeze(_ node: ONNXNode) throws -> ONNXValue {
    let named = try integers(node, "axes", orInput: 1)
    /// The axes that stay, of a rank and of sizes, where those are known.
    func remaining(_ sizes: [ONNXSize?]) throws -> [Int] {
      let dropped: [Int]
      if let named {
        dropped = try named.map { try axis($0, rank: sizes.count, node) }
        for axis in dropped where sizes[axis]?.known != 1 {
          let size = sizes[axis]?.known.map { "has the size \($0)" } ?? "may be of any size"
          throw failure(node, "removes the axis \(axis), which \(size)")
        }
      } else {
        dropped = sizes.indices.filter { sizes[$0]?.known == 1 }
      }
      return sizes.indices.filter { !dropped.contains($0) }
    }
    switch try value(node, 0) {
    case .constant(let tensor):
      let rest = try remaining(tensor.shape.map { .known($0) })
      return .constant(tensor.reshaped(rest.map { tensor.shape[$0] }))
    case .sizes(let sizes, _):
      guard sizes.count == 1 else { throw failure(node, "removes an axis of several numbers") }
      return .sizes(sizes, isVector: false)
    case .spread(let tensor, let sizes) where tensor.count == 1:
      return .spread(tensor.reshaped([]), try remaining(sizes).map { sizes[$0] })
    case .flow(var flow):
      flow.axes = try remaining(flow.axes.indices.map { flow.size($0) }).map { flow.axes[$0] }
      return .flow(flow)
    default: throw failure(node, "removes axes of a spread tensor, which is not read")
    }
  }

  mutating func unsqueeze(_ node: ONNXNode) throws -> ONNXValue {
    guard let named = try integers(node, "axes", orInput: 1) else {
      throw failure(node, "does not say where it inserts axes")
    }
    /// A list with one more entry at each named place.
    func inserting<Element>(_ element: Element, into list: [Element]) throws -> [Element] {
      let rank = list.count + named.count
      guard rank <= 8 else { throw failure(node, "makes \(rank) axes; at most 8 are read") }
      let places = Set(try named.map { try axis($0, rank: rank, node) })
      guard places.count == named.count else { throw failure(node, "inserts an axis twice") }
      var rest = list[...]
      return (0..<rank).map { places.contains($0) ? element : rest.removeFirst() }
    }
    switch try value(node, 0) {
    case .constant(let tensor):
      return .constant(tensor.reshaped(try inserting(1, into: tensor.shape)))
    case .sizes(let sizes, let isVector):
      guard !isVector, named == [0] || named == [-1] else {
        throw failure(node, "inserts an axis into sizes, which is not read")
      }
      return .sizes(sizes, isVector: true)
    case .spread(let tensor, let sizes) where tensor.count == 1:
      return .spread(tensor.reshaped([]), try inserting(.known(1), into: sizes))
    case .flow(var flow):
      flow.axes = try inserting([], into: flow.axes)
      return .flow(flow)
    default: throw failure(node, "inserts axes into a spread tensor, which is not read")
    }
  }

  mutating func reshape(_ node: ONNXNode) throws -> ONNXValue {
    let value = try value(node, 0)
    let own: [ONNXSize?] =
      switch value {
      case .constant(let tensor): tensor.shape.map { .known($0) }
      case .sizes(let sizes, let isVector): isVector ? [.known(sizes.count)] : []
      case .spread(_, let sizes): sizes
      case .flow(let flow): flow.axes.indices.map { flow.size($0) }
      }
    let asked = try askedShape(node, own: own)
    switch value {
    case .constant(let tensor):
      let product = asked.compactMap { $0?.known }.reduce(1) { $0.multipliedClamped(by: $1) }
      guard asked.allSatisfy({ $0 == nil || $0?.known != nil }),
        asked.allSatisfy({ $0 != nil })
          ? product == tensor.count : product > 0 && tensor.count % product == 0
      else { throw failure(node, "gives \(tensor.count) numbers a shape that does not fit") }
      return .constant(tensor.reshaped(asked.map { $0?.known ?? tensor.count / product }))
    case .flow(var flow):
      let atoms = flow.atoms
      guard atoms.count <= 12,
        let axes = Self.group(atoms[...], as: asked[...], strictly: true)
          ?? Self.group(atoms[...], as: asked[...], strictly: false)
      else {
        throw failure(
          node, "divides or mixes the steps, the sequences or the units, which is not read")
      }
      flow.axes = axes
      return .flow(flow)
    case .sizes(let sizes, true)
    where asked.count == 1 && (asked[0] == nil || asked[0] == .known(sizes.count)):
      return .sizes(sizes, isVector: true)
    case .sizes(let sizes, _) where sizes.count == 1:
      return .sizes(sizes, isVector: asked.count == 1)
    case .spread(let tensor, _) where tensor.count == 1 && asked.allSatisfy { $0 != nil }:
      return .spread(tensor.reshaped([]), asked.compactMap { $0 })
    default: throw failure(node, "reshapes a value of a kind that is not read")
    }
  }

  /// The shape asked for; nil stands for the one size that follows from the others.
  private func askedShape(_ node: ONNXNode, own: [ONNXSize?]) throws -> [ONNXSize?] {
    if node.operation == "Flatten" {
      let axis = try integer(node, "axis") ?? 1
      guard axis >= -own.count, axis <= own.count else {
        throw failure(node, "names the axis \(axis) of \(own.count)")
      }
      let split = axis < 0 ? axis + own.count : axis
      func product(_ sizes: ArraySlice<ONNXSize?>) -> ONNXSize? {
        sizes.reduce(.known(1)) { left, right in left.flatMap { l in right.flatMap { l * $0 } } }
      }
      return [product(own[..<split]), product(own[split...])]
    }
    guard let asked = sizes(try value(node, 1)), asked.count <= 8 else {
      throw failure(node, "makes a shape that cannot be told from the graph")
    }
    let zeroIsZero = try integer(node, "allowzero") ?? 0 != 0
    let shape = try asked.enumerated().map { place, size -> ONNXSize? in
      if size == .known(-1) { return nil }
      guard size == .known(0), !zeroIsZero else {
        guard size.factor >= 0 else { throw failure(node, "asks for a negative size") }
        return size
      }
      guard own.indices.contains(place), let kept = own[place] else {
        throw failure(node, "keeps the axis \(place), which is not there")
      }
      return kept
    }
    guard shape.count(where: { $0 == nil }) <= 1 else {
      throw failure(node, "leaves more than one size open")
    }
    return shape
  }

  /// Groups atoms into axes of the sizes asked for, in their order.
  ///
  /// An axis takes one atom where that fits, else none, else several. Not strictly, an atom of an
  /// unknown size is taken for any number, which an exporter fixed at the sizes of its example.
  private static func group(
    _ atoms: ArraySlice<ONNXAtom>, as asked: ArraySlice<ONNXSize?>, strictly: Bool
  ) -> [[ONNXAtom]]? {
    guard let first = asked.first else { return atoms.isEmpty ? [] : nil }
    let counts = [1, 0] + (atoms.count > 1 ? Array(2...atoms.count) : [])
    for count in counts where count <= atoms.count {
      let taken = atoms.prefix(count)
      if let first, !fits(taken, first, strictly: strictly) { continue }
      if let rest = group(atoms.dropFirst(count), as: asked.dropFirst(), strictly: strictly) {
        return [Array(taken)] + rest
      }
    }
    return nil
  }

  private static func fits(_ atoms: ArraySlice<ONNXAtom>, _ size: ONNXSize, strictly: Bool) -> Bool
  {
    var product = ONNXSize.known(1)
    for atom in atoms {
      guard let next = product * atom.size else { return false }
      product = next
    }
    if product == size { return true }
    guard !strictly, !product.symbols.isEmpty, atoms.count == 1 else { return false }
    return size.known != nil
  }
}

extension Int {
  /// The product, or the greatest number where it is beyond that.
  fileprivate func multipliedClamped(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
