// The linear layer after the stack: MatMul or Gemm, Add, and what follows.

import LSTMCore

extension ONNXModelReader {
  mutating func matrixProduct(_ node: ONNXNode) throws -> ONNXValue {
    guard case .flow(let flow) = try value(node, 0) else {
      throw failure(node, "multiplies something else than what the layers give")
    }
    guard case .constant(let stored) = try value(node, 1), stored.shape.count == 2,
      stored.type.isFloatingPoint, stored.count > 0
    else { throw failure(node, "multiplies with something else than a stored matrix") }
    let isGemm = node.operation == "Gemm"
    if isGemm, try integer(node, "transA") ?? 0 != 0 || flow.axes.count != 2 {
      throw failure(node, "transposes what the layers give")
    }
    let isTransposed = try isGemm && integer(node, "transB") ?? 0 != 0
    let reading = try headReading(flow, node)
    guard head == nil else { throw failure(node, "is a second linear layer; one is read") }
    try reserve(stored.count * stored.type.byteCount)
    // Rows are classes: `[C, D·H]`, as Gemm's transposed form has it.
    let ordered = isTransposed ? stored : stored.transposed([1, 0])
    var weights = Matrix(
      rows: ordered.shape[0], columns: ordered.shape[1], values: ordered.doubles())
    let features = flow.features.compactMap(\.size.known).reduce(1, *)
    guard weights.columns == features else {
      throw failure(node, "is for \(weights.columns) units, but the layers give \(features)")
    }
    let alpha = isGemm ? Double(try float(node, "alpha") ?? 1) : 1
    if alpha != 1 { weights = weights.map { $0 * alpha } }
    guard weights.values.allSatisfy(\.isFinite) else {
      throw failure(node, "has a weight that is not finite")
    }
    head = ONNXHead(weights: weights, reading: reading)
    var result = flow
    let classes = atom(.known(weights.rows))
    result.axes[result.axes.count - 1] = [classes]
    result.features = [classes]
    result.source = .head(.product)
    if isGemm, has(node, 2) {
      let beta = Double(try float(node, "beta") ?? 1)
      let bias = try bias(try value(node, 2), node)
      head?.bias = bias.map { $0 * beta }
      result.source = .head(.sum)
    }
    return .flow(result)
  }

  /// What a linear layer reads, if it reads all that the last layer gives.
  private func headReading(_ flow: ONNXFlow, _ node: ONNXNode) throws
    -> ONNXSequenceModel.Reading
  {
    switch flow.source {
    case .input, .embedded:
      throw failure(node, "is a linear layer before the LSTM, which is not read")
    case .head: throw failure(node, "is a second linear layer; one is read")
    default: break
    }
    guard !flow.axes.isEmpty, flow.isFeatures(flow.axes.count - 1) else {
      throw failure(node, "multiplies something else than the units of the last layer")
    }
    switch flow.source {
    case .output(let layer, let directions, let reading)
    where layer == layers.count - 1 && directions == directionCodes(layer):
      return reading
    case .final(false, let slots):
      let last = layers.count - 1
      guard slots == directionCodes(last).map({ .init(layer: last, direction: $0) }) else {
        throw failure(node, "reads final states of other layers than the last, or in another order")
      }
      return .finalState
    default: throw failure(node, "multiplies something else than the outputs of the last layer")
    }
  }

  private func bias(_ value: ONNXValue, _ node: ONNXNode) throws -> [Double] {
    guard case .constant(let tensor) = value, tensor.type.isFloatingPoint,
      tensor.count == head?.weights.rows, tensor.shape.last == tensor.count,
      case let values = tensor.doubles(), values.allSatisfy(\.isFinite)
    else { throw failure(node, "adds something else than a stored bias, one number a class") }
    return values
  }

  mutating func sum(_ node: ONNXNode) throws -> ONNXValue {
    let (left, right) = (try value(node, 0), try value(node, 1))
    let (flow, stored): (ONNXFlow, ONNXValue)
    switch (left, right) {
    case (.flow(let sum), .constant): (flow, stored) = (sum, right)
    case (.constant, .flow(let sum)): (flow, stored) = (sum, left)
    default: throw failure(node, "adds something else than a stored bias")
    }
    guard flow.source == .head(.product), head?.bias == nil else {
      throw failure(node, "adds to something else than the linear layer's product")
    }
    let bias = try bias(stored, node)
    head?.bias = bias
    var result = flow
    result.source = .head(.sum)
    return .flow(result)
  }

  mutating func finish(_ node: ONNXNode) throws -> ONNXValue {
    guard case .flow(var flow) = try value(node, 0),
      flow.source == .head(.product) || flow.source == .head(.sum), head?.finish == nil
    else { throw failure(node, "follows something else than the linear layer") }
    if node.operation != "Sigmoid" {
      // Until operator set 12, all axes from this one on were taken together.
      let named = try integer(node, "axis") ?? (graph.operatorSet < 13 ? 1 : -1)
      let axis = try axis(named, rank: flow.axes.count, node)
      guard axis == flow.axes.count - 1, flow.isFeatures(axis) else {
        throw failure(node, "is taken over the axis \(axis), not over the classes")
      }
    }
    head?.finish = node.operation
    flow.source = .head(.finish)
    return .flow(flow)
  }
}
