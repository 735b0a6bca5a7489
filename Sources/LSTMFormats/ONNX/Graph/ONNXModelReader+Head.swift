// The plain layers before and after the stack: MatMul or Gemm, Add, functions, normalisation.

import LSTMCore

extension ONNXModelReader {
  /// The functions that are read, by their operators.
  static let functions: [String: Activation<Double>.Kind] = [
    "Relu": .relu, "Tanh": .tanh, "Sigmoid": .sigmoid, "LeakyRelu": .leakyRelu, "Elu": .elu,
    "HardSigmoid": .hardSigmoid, "Softplus": .softplus, "Softsign": .softsign,
    "ThresholdedRelu": .thresholdedRelu,
  ]

  /// Adds a layer to what stands before the LSTM, or after it.
  ///
  /// - Returns: what comes out, its features those of `width` where that is given.
  private mutating func add(
    _ layer: PlainLayer<Double>, to flow: ONNXFlow, width: Int? = nil, _ node: ONNXNode
  ) throws -> ONNXFlow {
    var result = flow
    switch flow.source {
    case .input(let name, false, 0):
      guard front.isEmpty, layers.isEmpty, isWhole(flow, input: name), flow.axes.count == 3 else {
        throw failure(node, "reads a part of the input")
      }
      front.append(layer)
      result.source = .front(name, layers: 1)
    case .front(let name, let count):
      guard count == front.count, layers.isEmpty else {
        throw failure(node, "reads what other nodes read too, before the LSTM")
      }
      front.append(layer)
      result.source = .front(name, layers: count + 1)
    case .head(let count):
      guard count == head?.layers.count else {
        throw failure(node, "reads what other nodes of the head read too")
      }
      guard head?.activation != .softmax else { throw failure(node, "follows a softmax") }
      head?.layers.append(layer)
      result.source = .head(layers: count + 1)
    case .embedded: throw failure(node, "stands between the embedding and the LSTM")
    case .input: throw failure(node, "reads something else than the whole input of numbers")
    case .output, .final:
      let reading = try headReading(flow, node)
      guard head == nil else { throw failure(node, "is a second head; one is read") }
      head = ONNXHead(layers: [layer], reading: reading)
      result.source = .head(layers: 1)
    }
    head?.takesBias = false
    if let width {
      let features = atom(.known(width))
      result.axes[result.axes.count - 1] = [features]
      result.features = [features]
    }
    return result
  }

  /// The features of what flows, which have to be its last axis.
  private func features(_ flow: ONNXFlow, _ node: ONNXNode) throws -> Int {
    switch flow.source {
    case .input, .front, .embedded:
      guard let count = flow.axes.indices.last.flatMap({ flow.size($0)?.known }) else {
        throw failure(node, "reads an input of no known width")
      }
      return count
    default:
      guard !flow.axes.isEmpty, flow.isFeatures(flow.axes.count - 1) else {
        throw failure(node, "multiplies something else than the units of the last layer")
      }
      return flow.features.compactMap(\.size.known).reduce(1, *)
    }
  }

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
    try reserve(stored.count * stored.type.byteCount)
    // Rows are outputs: `[O, C]`, as Gemm's transposed form has it.
    let ordered = isTransposed ? stored : stored.transposed([1, 0])
    var weights = Matrix(
      rows: ordered.shape[0], columns: ordered.shape[1], values: ordered.doubles())
    let features = try features(flow, node)
    guard weights.columns == features else {
      throw failure(node, "is for \(weights.columns) units, but the layers give \(features)")
    }
    let alpha = isGemm ? Double(try float(node, "alpha") ?? 1) : 1
    if alpha != 1 { weights = weights.map { $0 * alpha } }
    guard weights.values.allSatisfy(\.isFinite) else {
      throw failure(node, "has a weight that is not finite")
    }
    var bias: [Double]?
    if isGemm, has(node, 2) {
      let beta = Double(try float(node, "beta") ?? 1)
      bias = try self.bias(try value(node, 2), weights.rows, node).map { $0 * beta }
    }
    let result = try add(
      .linear(weights: weights, bias: bias), to: flow, width: weights.rows, node)
    if bias == nil { head?.takesBias = true }
    return .flow(result)
  }

  /// What the head reads, if it reads all that the last layer gives.
  private func headReading(_ flow: ONNXFlow, _ node: ONNXNode) throws
    -> ONNXSequenceModel.Reading
  {
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

  private func bias(_ value: ONNXValue, _ outputs: Int, _ node: ONNXNode) throws -> [Double] {
    guard case .constant(let tensor) = value, tensor.type.isFloatingPoint,
      tensor.count == outputs, tensor.shape.last == tensor.count,
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
    switch flow.source {
    case .head(let count):
      guard head?.takesBias == true, count == head?.layers.count,
        case .linear(let weights, nil)? = head?.layers.last
      else { throw failure(node, "adds to something else than the linear layer's product") }
      let bias = try bias(stored, weights.rows, node)
      head?.layers[count - 1] = .linear(weights: weights, bias: bias)
      head?.takesBias = false
    case .front(_, let count):
      guard count == front.count, case .linear(let weights, nil)? = front.last else {
        throw failure(node, "adds to something else than the linear layer's product")
      }
      front[count - 1] = .linear(weights: weights, bias: try bias(stored, weights.rows, node))
    default: throw failure(node, "adds to something else than the linear layer's product")
    }
    return .flow(flow)
  }

  /// A function of every number.
  mutating func function(_ node: ONNXNode) throws -> ONNXValue {
    guard case .flow(let flow) = try value(node, 0), let kind = Self.functions[node.operation]
    else { throw failure(node, "follows something else than a linear layer") }
    // What ONNX's operators have where nothing is said is what Activation has.
    let alpha = try float(node, "alpha").map { Double($0) }
    let beta = try float(node, "beta").map { Double($0) }
    guard alpha?.isFinite ?? true, beta?.isFinite ?? true else {
      throw failure(node, "has a number that is not finite")
    }
    return .flow(
      try add(.activation(Activation(kind, alpha: alpha, beta: beta)), to: flow, node))
  }

  mutating func batchNorm(_ node: ONNXNode) throws -> ONNXValue {
    guard case .flow(let flow) = try value(node, 0), flow.axes.count == 2 else {
      throw failure(node, "normalises something else than features, [B, C]")
    }
    let width = try features(flow, node)
    func list(_ place: Int) throws -> [Double] { try bias(try value(node, place), width, node) }
    return .flow(
      try add(
        .batchNorm(
          epsilon: Double(try float(node, "epsilon") ?? 1e-5), means: try list(3),
          variances: try list(4), factors: try list(1), shifts: try list(2)), to: flow, node))
  }

  mutating func softmax(_ node: ONNXNode) throws -> ONNXValue {
    guard case .flow(let flow) = try value(node, 0), case .head = flow.source else {
      throw failure(node, "follows something else than the linear layer")
    }
    // Until operator set 12, all axes from this one on were taken together.
    let named = try integer(node, "axis") ?? (graph.operatorSet < 13 ? 1 : -1)
    let axis = try axis(named, rank: flow.axes.count, node)
    guard axis == flow.axes.count - 1, flow.isFeatures(axis) else {
      throw failure(node, "is taken over the axis \(axis), not over the classes")
    }
    let result = try add(.softmax, to: flow, node)
    head?.isLogarithm = node.operation == "LogSoftmax"
    return .flow(result)
  }
}
