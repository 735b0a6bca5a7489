// Concat, on stored tensors, on sizes, on final states and on the two directions of a layer.

extension ONNXModelReader {
  mutating func concatenate(_ node: ONNXNode) throws -> ONNXValue {
    let values = try node.inputs.indices.map { try value(node, $0) }
    guard let named = try integer(node, "axis") ?? (values.count == 1 ? 0 : nil) else {
      throw failure(node, "does not say along which axis")
    }
    let tensors = values.compactMap { value -> Tensor? in
      if case .constant(let tensor) = value { tensor } else { nil }
    }
    if tensors.count == values.count, let first = tensors.first {
      let axis = try axis(named, rank: first.shape.count, node)
      try reserve(
        tensors.reduce(0) {
          $0.addingReportingOverflow($1.count * $1.type.byteCount).partialValue
        })
      guard let whole = Tensor.concatenating(tensors, axis: axis) else {
        throw failure(node, "joins stored tensors that do not fit")
      }
      return .constant(whole)
    }
    let lists = values.compactMap { sizes($0) }
    if lists.count == values.count, lists.count <= 8 {
      let all = lists.flatMap { $0 }
      guard all.count <= 64 else { throw failure(node, "joins more than 64 sizes") }
      return .sizes(all, isVector: true)
    }
    let flows = values.compactMap { value -> ONNXFlow? in
      if case .flow(let flow) = value { flow } else { nil }
    }
    guard flows.count == values.count, flows.count <= 256, let first = flows.first else {
      throw failure(node, "joins values of different kinds, which is not read")
    }
    return .flow(try join(flows, axis: try axis(named, rank: first.axes.count, node), node))
  }

  private mutating func join(_ flows: [ONNXFlow], axis: Int, _ node: ONNXNode) throws -> ONNXFlow {
    guard let first = flows.first else { throw failure(node, "joins nothing") }
    guard flows.count > 1 else { return first }
    func sizes(_ flow: ONNXFlow) -> [ONNXSize?] {
      flow.axes.indices.map { $0 == axis ? nil : flow.size($0) }
    }
    guard flows.allSatisfy({ sizes($0) == sizes(first) }) else {
      throw failure(node, "joins values whose other axes differ")
    }
    switch first.source {
    case .final(let isCell, _):
      var slots: [ONNXFlow.Slot] = []
      let rest = first.axes[axis].filter { $0 != first.special }
      for flow in flows {
        guard case .final(isCell, let own) = flow.source,
          // The slots lie along the axis, before the units if these do too.
          flow.special.map({ flow.axes[axis].first == $0 }) ?? true,
          flow.axes[axis].filter({ $0 != flow.special }).map(\.size) == rest.map(\.size),
          rest.isEmpty || rest == first.features.filter({ $0 != first.special })
        else { throw failure(node, "joins final states in a way that is not read") }
        slots += own
      }
      guard slots.count <= 512 else { throw failure(node, "joins more than 512 final states") }
      return final(first, isCell, slots, axis: axis, rest: rest)
    case .output(let layer, [0], let reading) where flows.count == 2:
      guard flows[1].source == .output(layer: layer, directions: [1], reading: reading),
        first.axes[axis].isEmpty || first.axes[axis] == first.features,
        flows[1].axes[axis].isEmpty == first.axes[axis].isEmpty
      else { break }
      let direction = atom(.known(2))
      var flow = first
      flow.source = .output(layer: layer, directions: [0, 1], reading: reading)
      flow.axes[axis] = [direction] + first.axes[axis]
      flow.features = [direction] + first.features
      return flow
    default: break
    }
    throw failure(
      node, "joins values; only the two directions of a layer and final states are joined")
  }
}
