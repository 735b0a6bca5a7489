// The operators that make sizes and the tensors spread over them: Constant, Shape, Mul, Equal,
// Where, Cast, ConstantOfShape and Expand. Exporters compute the first states with these.

extension ONNXModelReader {
  mutating func constant(_ node: ONNXNode) throws -> ONNXValue {
    switch node.attributes.first?.value {
    case .tensor(let tensor)?: return .constant(tensor)
    case .float(let value)?: return .constant(Tensor([value], shape: []))
    case .integer(let value)?: return .sizes([.known(value)], isVector: false)
    case .floats(let values)?: return .constant(Tensor(values, shape: [values.count]))
    case .integers(let values)? where values.count <= 4096:
      return .sizes(values.map { .known($0) }, isVector: true)
    default: throw failure(node, "holds no numbers")
    }
  }

  mutating func shape(_ node: ONNXNode) throws -> ONNXValue {
    let sizes: [ONNXSize?] =
      switch try value(node, 0) {
      case .constant(let tensor): tensor.shape.map { .known($0) }
      case .sizes(let sizes, let isVector): isVector ? [.known(sizes.count)] : []
      case .spread(_, let sizes): sizes
      case .flow(let flow): flow.axes.indices.map { flow.size($0) }
      }
    let found = sizes.compactMap { $0 }
    guard found.count == sizes.count else { throw failure(node, "gives a size beyond counting") }
    func bound(_ name: String, _ standard: Int) throws -> Int {
      let place = try integer(node, name) ?? standard
      return min(max(0, place < 0 ? place + found.count : place), found.count)
    }
    let (start, end) = (try bound("start", 0), try bound("end", found.count))
    return .sizes(Array(found[start..<max(start, end)]), isVector: true)
  }

  /// Mul, Equal and Where on sizes, entry by entry, as torch writes `expand(-1, batch, -1)`.
  mutating func sizeArithmetic(_ node: ONNXNode) throws -> ONNXValue {
    let values = try node.inputs.indices.map { try value(node, $0) }
    let lists = values.compactMap { sizes($0) }
    let count = lists.map(\.count).max() ?? 0
    guard lists.count == values.count, values.count == (node.operation == "Where" ? 3 : 2),
      count <= 64, lists.allSatisfy({ $0.count == 1 || $0.count == count })
    else { throw failure(node, "computes something else than sizes, which is not read") }
    let results = (0..<count).map { place -> ONNXSize? in
      let entries = lists.map { $0[$0.count == 1 ? 0 : place] }
      switch node.operation {
      case "Mul": return entries[0] * entries[1]
      case "Equal":
        if entries[0] == entries[1] { return .known(1) }
        // A size is never negative; any other difference shows only when the model runs.
        let isTold = entries.allSatisfy { $0.known != nil } || entries.contains { $0.factor < 0 }
        return isTold ? .known(0) : nil
      default: return entries[0].known.map { $0 != 0 ? entries[1] : entries[2] }
      }
    }
    let found = results.compactMap { $0 }
    guard found.count == count else {
      throw failure(node, "computes a size that cannot be told from the graph")
    }
    return .sizes(found, isVector: values.contains(where: isVector))
  }

  private func isVector(_ value: ONNXValue) -> Bool {
    switch value {
    case .sizes(_, let isVector): isVector
    case .constant(let tensor): !tensor.shape.isEmpty
    default: false
    }
  }

  mutating func cast(_ node: ONNXNode) throws -> ONNXValue {
    guard let code = try integer(node, "to"), let type = NumberType(onnxCode: code) else {
      throw failure(node, "casts to a type that is not read")
    }
    let value = try value(node, 0)
    switch value {
    case .sizes: return value
    case .spread(let tensor, let sizes):
      return .spread(try cast(tensor, to: type, node), sizes)
    case .constant(let tensor): return .constant(try cast(tensor, to: type, node))
    case .flow(var flow):
      if case .input(let name, _, let offset) = flow.source {
        flow.source = .input(name, isInteger: !type.isFloatingPoint, offset: offset)
      } else if !type.isFloatingPoint {
        throw failure(node, "casts what the network computes to whole numbers")
      }
      return .flow(flow)
    }
  }

  private mutating func cast(_ tensor: Tensor, to type: NumberType, _ node: ONNXNode)
    throws -> Tensor
  {
    guard tensor.type != type else { return tensor }
    try reserve(tensor.count * type.byteCount)
    switch type {
    case .float32: return Tensor(tensor.doubles().map { Float($0) }, shape: tensor.shape)
    case .float64: return Tensor(tensor.doubles(), shape: tensor.shape)
    case .int64 where !tensor.type.isFloatingPoint:
      let values = tensor.doubles().compactMap { Int64(exactly: $0) }
      if values.count == tensor.count { return Tensor(values, shape: tensor.shape) }
    default: break
    }
    throw failure(node, "casts stored numbers to \(type.rawValue), which is not read")
  }

  mutating func spread(_ node: ONNXNode) throws -> ONNXValue {
    let isExpand = node.operation == "Expand"
    guard let sizes = sizes(try value(node, isExpand ? 1 : 0)), sizes.count <= 8,
      sizes.allSatisfy({ $0.factor >= 0 })
    else { throw failure(node, "makes a tensor of a shape that cannot be told from the graph") }
    guard isExpand else {
      if case .tensor(let tensor)? = node.attributes["value"] {
        guard tensor.count == 1 else { throw failure(node, "fills with more than one number") }
        if sizes.count == 1, let count = sizes[0].known, count <= 64,
          let entry = tensor.reshaped([]).smallIntegers?.first
        {
          return .sizes(Array(repeating: .known(entry), count: count), isVector: true)
        }
        return .spread(tensor.reshaped([]), sizes)
      }
      return .spread(Tensor([Float(0)], shape: []), sizes)
    }
    switch try value(node, 0) {
    case .constant(let tensor) where tensor.shape.count <= sizes.count:
      let own = [Int](repeating: 1, count: sizes.count - tensor.shape.count) + tensor.shape
      let shape = try zip(own, sizes).map { mine, asked in
        guard mine == 1 || asked == .known(1) || asked == .known(mine) else {
          throw failure(node, "spreads a tensor of shape \(tensor.shape) over another shape")
        }
        return mine == 1 ? asked : .known(mine)
      }
      return .spread(tensor, shape)
    default: throw failure(node, "spreads something else than stored numbers, which is not read")
    }
  }
}
