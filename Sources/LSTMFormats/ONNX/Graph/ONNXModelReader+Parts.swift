// The operators that take parts: Slice and Gather, on stored tensors, on sizes, on first and final
// states, on the steps of what a layer gives, and Gather from an embedding.

import LSTMCore

extension ONNXModelReader {
  mutating func slice(_ node: ONNXNode) throws -> ONNXValue {
    guard let starts = try integers(node, "starts", orInput: 1),
      let ends = try integers(node, "ends", orInput: 2), starts.count == ends.count
    else { throw failure(node, "does not say from where to where it cuts") }
    let axes = try integers(node, "axes", orInput: 3) ?? Array(starts.indices)
    let steps = try integers(node, "steps", orInput: 4) ?? starts.map { _ in 1 }
    guard axes.count == starts.count, steps.count == starts.count, axes.count <= 8 else {
      throw failure(node, "names more or fewer axes than it cuts")
    }
    var value = try value(node, 0)
    for (place, named) in axes.enumerated() {
      let cut = Cut(start: starts[place], end: ends[place], step: steps[place])
      value = try self.cut(value, named, cut, node)
    }
    return value
  }

  /// From where to where, and how far apart, as Slice has it.
  private struct Cut {
    var start: Int
    var end: Int
    var step: Int

    /// The indices within an axis of a size (ONNX operator Slice, opset 13).
    func indices(_ size: Int) -> [Int]? {
      guard step != 0 else { return nil }
      let step = min(max(step, -1 << 31), 1 << 31)
      func bound(_ place: Int, _ lowest: Int, _ highest: Int) -> Int {
        min(max(place < 0 ? place + size : place, lowest), highest)
      }
      let found =
        step > 0
        ? stride(from: bound(start, 0, size), to: bound(end, 0, size), by: step)
        : stride(from: bound(start, 0, size - 1), to: bound(end, -1, size - 1), by: step)
      return Array(found)
    }
  }

  private mutating func cut(_ value: ONNXValue, _ named: Int, _ cut: Cut, _ node: ONNXNode)
    throws -> ONNXValue
  {
    func indices(_ size: Int) throws -> [Int] {
      guard let indices = cut.indices(size) else { throw failure(node, "cuts in steps of 0") }
      return indices
    }
    switch value {
    case .constant(let tensor):
      let axis = try axis(named, rank: tensor.shape.count, node)
      return try pick(tensor, try indices(tensor.shape[axis]), axis)
    case .sizes(let sizes, true):
      _ = try axis(named, rank: 1, node)
      return .sizes(try indices(sizes.count).map { sizes[$0] }, isVector: true)
    case .spread(let tensor, var sizes):
      let axis = try axis(named, rank: sizes.count, node)
      guard let size = sizes[axis].known else {
        throw failure(node, "cuts an axis whose size is known only when the model runs")
      }
      // The size may be anything, so the indices are counted only if it is not.
      guard size <= 1 << 20 else { throw failure(node, "cuts an axis of \(size) entries") }
      let found = try indices(size)
      sizes[axis] = .known(found.count)
      let own = axis - (sizes.count - tensor.shape.count)
      guard own >= 0, tensor.shape[own] > 1 else { return .spread(tensor, sizes) }
      try reserve(tensor.count * tensor.type.byteCount)
      return .spread(tensor.selecting(found, axis: own), sizes)
    case .flow(let flow):
      return .flow(try self.cut(flow, try axis(named, rank: flow.axes.count, node), cut, node))
    default: throw failure(node, "cuts a value that has no axes")
    }
  }

  private mutating func cut(_ flow: ONNXFlow, _ axis: Int, _ cut: Cut, _ node: ONNXNode)
    throws -> ONNXFlow
  {
    let size = flow.size(axis)?.known
    if cut.start == 0, cut.step == 1, cut.end >= size ?? Int(Int32.max) { return flow }
    var flow = flow
    switch flow.source {
    case .input(let name, let isInteger, let offset) where axis == 0 && cut.step == 1:
      guard let size, size <= 1 << 20, let found = cut.indices(size), let first = found.first
      else { break }
      flow.source = .input(name, isInteger: isInteger, offset: offset + first)
      flow.axes[0] = [atom(.known(found.count))]
      return flow
    case .final(let isCell, let slots):
      guard let special = flow.special, flow.axes[axis] == [special],
        let found = cut.indices(slots.count), !found.isEmpty
      else { break }
      return final(flow, isCell, found.map { slots[$0] }, axis: axis, rest: [])
    case .output(let layer, let directions, .everyStep):
      guard let special = flow.special, flow.axes[axis] == [special] else { break }
      let reading: ONNXSequenceModel.Reading
      if let size, size <= 1 << 20 {
        switch cut.indices(size) {
        case [size - 1]: reading = .lastStep
        case [0]: reading = .firstStep
        default: throw failure(node, "takes other steps than the first or the last")
        }
      } else if cut.start == -1, cut.end >= Int(Int32.max), cut.step == 1 {
        reading = .lastStep
      } else if cut.start == 0, cut.end == 1 {
        reading = .firstStep
      } else {
        throw failure(node, "takes other steps than the first or the last")
      }
      flow.source = .output(layer: layer, directions: directions, reading: reading)
      flow.axes[axis] = []
      return flow
    default: break
    }
    throw failure(
      node, "cuts the axis \(axis) of a value; only steps, first and final states are cut")
  }

  /// Final states of some slots: the axis holds them, and then the rest of what it held.
  mutating func final(
    _ flow: ONNXFlow, _ isCell: Bool, _ slots: [ONNXFlow.Slot], axis: Int, rest: [ONNXAtom]
  ) -> ONNXFlow {
    var flow = flow
    let units = flow.features.filter { $0 != flow.special }
    flow.source = .final(isCell: isCell, slots: slots)
    flow.special = slots.count > 1 ? atom(.known(slots.count)) : nil
    let leading = flow.special.map { [$0] } ?? []
    flow.axes[axis] = leading + rest
    flow.features = leading + units
    return flow
  }

  private mutating func pick(_ tensor: Tensor, _ indices: [Int], _ axis: Int) throws -> ONNXValue {
    let row = tensor.shape[axis] > 0 ? tensor.count / tensor.shape[axis] : 0
    let (count, overflow) = row.multipliedReportingOverflow(by: indices.count)
    try reserve(overflow ? -1 : count.multipliedReportingOverflow(by: 8).partialValue)
    return .constant(tensor.selecting(indices, axis: axis))
  }

  // MARK: - Gather

  mutating func gather(_ node: ONNXNode) throws -> ONNXValue {
    let data = try value(node, 0)
    let named = try integer(node, "axis") ?? 0
    let indexValue = try value(node, 1)
    if case .flow(let tokens) = indexValue { return try embed(tokens, in: data, named, node) }
    guard let indices = try integers(node, "indices", orInput: 1) else {
      throw failure(node, "takes entries that cannot be told from the graph")
    }
    let isVector =
      switch indexValue {
      case .sizes(_, let isVector): isVector
      case .constant(let tensor): !tensor.shape.isEmpty
      default: true
      }
    func within(_ size: Int) throws -> [Int] {
      try indices.map { index in
        guard index >= -size, index < size else {
          throw failure(node, "takes entry \(index) of \(size)")
        }
        return index < 0 ? index + size : index
      }
    }
    switch data {
    case .sizes(let sizes, true):
      return .sizes(try within(sizes.count).map { sizes[$0] }, isVector: isVector)
    case .constant(let tensor):
      let axis = try axis(named, rank: tensor.shape.count, node)
      let picked = try pick(tensor, try within(tensor.shape[axis]), axis)
      guard case .constant(let part) = picked, !isVector else { return picked }
      var shape = part.shape
      shape.remove(at: axis)
      return .constant(part.reshaped(shape))
    case .flow(let flow) where isVector && indices.count > 1:
      guard case .final(let isCell, let slots) = flow.source, let special = flow.special,
        flow.axes[try axis(named, rank: flow.axes.count, node)] == [special],
        indices.count <= 512
      else { throw failure(node, "takes several entries of something else than final states") }
      return .flow(
        final(
          flow, isCell, try within(slots.count).map { slots[$0] },
          axis: try axis(named, rank: flow.axes.count, node), rest: []))
    case .flow(let flow) where indices.count == 1:
      let axis = try axis(named, rank: flow.axes.count, node)
      let index = indices[0]
      let cut = Cut(
        start: index, end: index == -1 ? Int.max : index.addingReportingOverflow(1).partialValue,
        step: 1)
      var part = flow
      if flow.size(axis) == .known(1), index == 0 || index == -1 {
        part.axes[axis] = []
      } else {
        part = try self.cut(flow, axis, cut, node)
      }
      if !isVector { part.axes.remove(at: axis) }
      return .flow(part)
    default: throw failure(node, "takes entries of a value of a kind that is not read")
    }
  }

  private mutating func embed(
    _ tokens: ONNXFlow, in data: ONNXValue, _ named: Int, _ node: ONNXNode
  ) throws -> ONNXValue {
    guard case .input(let name, true, 0) = tokens.source, isWhole(tokens, input: name) else {
      throw failure(node, "takes entries by something else than whole numbers of an input")
    }
    guard case .constant(let table) = data, table.shape.count == 2, table.type.isFloatingPoint,
      table.count > 0, try axis(named, rank: 2, node) == 0
    else { throw failure(node, "is not an embedding: its first input has to be stored, [V, I]") }
    try reserve(table.count * table.type.byteCount)
    let matrix = Matrix(rows: table.shape[0], columns: table.shape[1], values: table.doubles())
    guard matrix.values.allSatisfy(\.isFinite) else {
      throw failure(node, "has an embedding with a number that is not finite")
    }
    guard embedding == nil || embedding == matrix else {
      throw failure(node, "is a second embedding; one is read")
    }
    embedding = matrix
    var flow = tokens
    flow.source = .embedded(name)
    flow.axes.append([atom(.known(matrix.columns))])
    return .flow(flow)
  }
}
