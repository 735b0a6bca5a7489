// Which arrays of a run are recorded, by their addresses: what each is called, how large it is, and its
// numbers out of a trace of the whole run or of a block of its steps.

import LSTMCore

/// The arrays that some addresses name, in the order in which they were named.
public struct TraceArrays: Sendable {
  /// One quantity of one cell, or one outside of the layers.
  public struct Entry: Sendable, Equatable {
    /// What the array is called: its address, `layer1.forward.forgetGate`, with the units and steps in
    /// it where they are not all.
    public let name: String
    /// How many steps it has: those that are chosen, or 1 where it is a head's that reads one.
    public let planes: Int
    /// How many numbers a row has.
    public let width: Int
    let target: TraceAddress.Target
    /// The steps; nil for all.
    fileprivate let steps: IndexChoice?
    /// Whether the units are all there are.
    fileprivate let isWhole: Bool
  }

  /// The arrays.
  public let entries: [Entry]
  let steps: Int

  /// Finds the arrays.
  ///
  /// - Parameters:
  ///   - addresses: what to record; what several name is recorded once.
  ///   - model: the model that runs.
  ///   - steps: T of the whole run.
  ///   - batch: B.
  /// - Throws: `TraceError` where one names nothing that the run has.
  public init(_ addresses: [TraceAddress], of model: LSTMModel, steps: Int, batch: Int) throws {
    let shape = model.shape
    let steps = model.networkSteps(steps)
    self.steps = steps
    var entries: [Entry] = []
    var names = Set<String>()
    for address in addresses {
      try address.checkSteps(steps)
      for target in try address.targets(in: shape) {
        let width =
          target.cell.map { shape.cells[$0].width(of: target.quantity) }
          ?? shape.width(of: target.quantity)
        let isWhole = target.units.count == width
        let isHead = target.quantity == .logits || target.quantity == .probabilities
        let isSingle = isHead && model.headOutline?.source != .everyStep
        let chosen = address.steps == .all || isSingle ? nil : address.steps
        let name =
          (target.cell.map { "layer\(shape.cells[$0].layer + 1).\(shape.cells[$0].direction)." }
            ?? "")
          + target.quantity.name + (isWhole ? "" : "[\(address.units.text)]")
          + (chosen.map { "@\($0.text)" } ?? "")
        guard names.insert(name).inserted else { continue }
        entries.append(
          Entry(
            name: name,
            planes: isSingle ? 1 : chosen.map { $0.indices(below: steps).count } ?? steps,
            width: target.units.count, target: target, steps: chosen, isWhole: isWhole))
      }
    }
    self.entries = entries
  }

  /// What a run has to keep for them.
  public var recording: Recording {
    entries.contains {
      if case .preactivation = $0.target.quantity { true } else { false }
    } ? [.trace, .preactivations] : .trace
  }

  /// The numbers of the arrays in a block of steps, in the order of ``entries``; nil where the block has
  /// none of them.
  ///
  /// - Parameters:
  ///   - trace: what happened in the block.
  ///   - block: which steps of the whole run these are.
  /// - Throws: `NetworkError` where something has to be worked out and is not finite.
  public func arrays<Scalar>(of trace: RunTrace<Scalar>, block: Range<Int>) throws
    -> [Array3<Scalar>?]
  {
    // Layers before the network may make more or fewer steps of them.
    let block = block.lowerBound..<block.lowerBound + trace.steps
    var found = [Array3<Scalar>?](repeating: nil, count: entries.count)
    // What belongs to one cell is worked out together.
    for cell in Set(entries.compactMap(\.target.cell)) {
      let places = entries.indices.filter { entries[$0].target.cell == cell }
      let arrays = try trace.arrays(
        of: places.map { entries[$0].target.quantity }, cell: cell)
      for place in places {
        found[place] = arrays[entries[place].target.quantity].flatMap {
          chosen($0, entries[place], block)
        }
      }
    }
    for (place, entry) in entries.enumerated() where entry.target.cell == nil {
      let array = trace.array(outside: entry.target.quantity)
      // A head that reads a single step gives its logits once, with the block that has it.
      if entry.planes == 1, array?.planes == 1, steps > 1 {
        guard trace.givesHead(in: block, of: steps) else { continue }
        found[place] = array.map { columns(of: $0, entry) }
      } else {
        found[place] = array.flatMap { chosen($0, entry, block) }
      }
    }
    return found
  }

  private func columns<Scalar>(of array: Array3<Scalar>, _ entry: Entry) -> Array3<Scalar> {
    entry.isWhole ? array : array.columns(entry.target.units)
  }

  private func chosen<Scalar>(_ array: Array3<Scalar>, _ entry: Entry, _ block: Range<Int>)
    -> Array3<Scalar>?
  {
    let array = columns(of: array, entry)
    guard let steps = entry.steps else { return array }
    // In the order in which they are chosen; a file takes them as they come, so that is time's order.
    let planes = block.filter { steps.contains($0) }.map { $0 - block.lowerBound }
    return planes.isEmpty ? nil : array.planes(planes)
  }
}

extension RunTrace {
  /// Whether what the head reads lies in a block of steps.
  fileprivate func givesHead(in block: Range<Int>, of steps: Int) -> Bool {
    (plainHead?.source ?? network.head?.source)?.isGiven(by: block, of: steps) ?? false
  }
}

extension Array3 {
  /// Some planes, in the order in which they are named.
  fileprivate func planes(_ chosen: [Int]) -> Array3 {
    Array3(
      planes: chosen.count, rows: rows, columns: columns,
      values: chosen.flatMap { plane in
        values[plane * rows * columns..<(plane + 1) * rows * columns]
      })
  }

  /// Some columns, in the order in which they are named.
  fileprivate func columns(_ chosen: [Int]) -> Array3 {
    Array3(
      planes: planes, rows: rows, columns: chosen.count,
      values: (0..<planes * rows).flatMap { row in
        chosen.map { values[row * columns + $0] }
      })
  }
}
