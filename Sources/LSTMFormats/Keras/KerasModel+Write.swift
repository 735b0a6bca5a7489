// A network as Keras' layers, with Keras' gate order and kernels; what Keras' layers cannot hold is
// refused with the reason. The layers as files are Layers/'s.

import LSTMCore

extension KerasModel {
  /// A one-hot becomes an Embedding of the identity up to this size.
  static let mostOneHot = 4096

  /// A model as Keras' layers, after ``ModelForm/prepared(_:)`` has refused what Keras cannot say.
  ///
  /// Two biases are added to one, since Keras has one; a one-hot becomes an Embedding of the
  /// identity, which computes the same.
  ///
  /// - Throws: ``ModelError/cannotHold(_:_:instead:)`` and
  ///   ``ModelError/outOfRange(tensor:value:type:)``.
  init(_ model: LSTMModel, file: String) throws {
    let network = model.network
    var layers: [KerasLayer] = []
    var names = KerasGroupNames()
    func add(_ kind: KerasLayer.Kind, _ arrays: [(String, Matrix<Double>?, [Double]?)]) throws {
      let name = names.next(className: kind.className)
      let tensors = try arrays.compactMap { weight, matrix, list -> (String, Tensor)? in
        guard let values = matrix?.values ?? list else { return nil }
        return try StateDictWriter.entry(
          weight, values, matrix.map { [$0.rows, $0.columns] } ?? [values.count], model.precision)
      }
      layers.append(KerasLayer(name: name, kind: kind, weights: TensorArchive(tensors)))
    }
    try add(.input, [])
    if let matrix = try Self.embedding(network.front) {
      try add(
        .embedding(
          tokens: matrix.rows, width: matrix.columns, masksZero: model.mask == .tokenZero),
        [("embeddings", matrix, nil)])
    }
    if case .value(let value) = model.mask { try add(.masking(value), []) }
    for layer in model.frontLayers {
      let (kind, arrays) = try Self.plain(layer, model)
      try add(kind, arrays)
    }
    for (index, layer) in network.layers.enumerated() {
      let isLast = index == network.layers.count - 1
      let reading = network.head?.source ?? model.headLayers?.source ?? model.gives
      let returnsSequences = !isLast || reading != .finalState
      try Self.check(layer, model, index, isLast: isLast, returnsSequences: returnsSequences)
      let cells = try layer.cells.map { direction, cell in
        try Self.lstm(
          cell, index, model, returnsSequences: returnsSequences,
          goesBackwards: direction == .reverse)
      }
      if let second = cells.dropFirst().first {
        try add(
          .bidirectional(forward: cells[0].kind, backward: second.kind),
          cells[0].arrays.map { ("forward/\($0)", $1, $2) }
            + second.arrays.map { ("backward/\($0)", $1, $2) })
      } else {
        try add(.lstm(cells[0].kind), cells[0].arrays)
      }
    }
    if let head = network.head {
      try add(
        .dense(
          units: head.outputSize, activation: head.activation?.rawValue ?? "linear",
          hasBias: head.bias != nil),
        [("kernel", head.weights.transposed, nil), ("bias", nil, head.bias)])
    }
    for layer in model.headLayers?.layers ?? [] {
      let (kind, arrays) = try Self.plain(layer, model)
      try add(kind, arrays)
    }
    if let head = model.headLayers {
      if let activation = head.activation { try add(.activation(activation.rawValue), []) }
      guard head.addedInputs == 0 else {
        throw ModelError.cannotHold(
          .form(.keras), .setting(.headLayers, words: "a skip connection from the input"),
          instead: [.swiftLSTM, .json])
      }
    }
    self.init(file: file, name: "model", version: Self.writtenVersion, layers: layers)
  }

  /// A plain layer as Keras has it.
  private static func plain(_ layer: PlainLayer<Double>, _ model: LSTMModel) throws -> (
    kind: KerasLayer.Kind, arrays: [(String, Matrix<Double>?, [Double]?)]
  ) {
    switch layer {
    case .linear(let weights, let bias):
      return (
        .dense(units: weights.rows, activation: "linear", hasBias: bias != nil),
        [("kernel", weights.transposed, nil), ("bias", nil, bias)]
      )
    case .activation(let function):
      if function.kind == .leakyRelu { return (.function(layer), []) }
      guard let name = KerasActivation.name(function, model.precision) else {
        throw refuse(
          .cell(
            .function(function.kind, [function.alpha, function.beta]), layer: 0, nil))
      }
      return (.activation(name), [])
    case .scale(let factors, let shifts):
      // Means of 0 and variances of 1: the factors are the whole of it.
      return (
        .batchNorm(epsilon: 0, hasScale: true, hasCenter: true),
        [
          ("gamma", nil, factors), ("beta", nil, shifts),
          ("moving_mean", nil, factors.map { _ in 0 }),
          ("moving_variance", nil, factors.map { _ in 1 }),
        ]
      )
    case .layerNorm(let epsilon, let factors, let shifts):
      return (
        .layerNorm(epsilon: epsilon, hasScale: true, hasCenter: true),
        [("gamma", nil, factors), ("beta", nil, shifts)]
      )
    case .softmax, .pool, .poolAll, .flatten: return (.function(layer), [])
    case .convolution:
      throw ModelError.cannotHold(
        .form(.keras), .setting(.frontLayers, words: layer.words), instead: [.swiftLSTM, .json])
    }
  }

  private static func refuse(_ content: ModelError.Content) -> ModelError {
    .cannotHold(.kerasLayers, content, instead: content.otherForms)
  }

  private static func embedding(_ front: NetworkFront<Double>?) throws -> Matrix<Double>? {
    switch front {
    case nil: return nil
    case .embedding(let matrix): return matrix
    case .oneHot(let size):
      guard size <= mostOneHot else {
        throw refuse(.oneHot(size: size))
      }
      var identity = [Double](repeating: 0, count: size * size)
      for token in 0..<size { identity[token * size + token] = 1 }
      return Matrix(rows: size, columns: size, values: identity)
    }
  }

  private static func check(
    _ layer: NetworkLayer<Double>, _ model: LSTMModel, _ index: Int, isLast: Bool,
    returnsSequences: Bool
  ) throws {
    guard layer.forward == nil else { return }
    if layer.reverseOrder == .steps, returnsSequences {
      throw refuse(.backwardInOrder(layer: index))
    }
    if layer.reverseOrder == .processing, model.mask != nil, !isLast {
      throw refuse(.maskBehindBackward(layer: index))
    }
  }

  private static func lstm(
    _ cell: ReadableCell<Double>, _ index: Int, _ model: LSTMModel, returnsSequences: Bool,
    goesBackwards: Bool
  ) throws -> (kind: KerasLSTM, arrays: [(String, Matrix<Double>?, [Double]?)]) {
    let (parameters, variant) = (cell.parameters, cell.variant)
    func refuse(_ unusual: ModelError.Unusual) -> ModelError {
      Self.refuse(.cell(unusual, layer: index, nil))
    }
    if let unusual = StateDictWriter.unusual(cell, besidesActivations: true) {
      throw refuse(unusual)
    }
    if parameters.projection != nil { throw Self.refuse(.projection(layer: index)) }
    let gate = variant.activations.forget
    guard gate == variant.activations.input, gate == variant.activations.output else {
      throw refuse(.unequalGates)
    }
    guard variant.activations.candidate == variant.cellActivation else {
      throw refuse(.candidateUnlikeCell)
    }
    func name(_ function: Activation<Double>) throws -> String {
      guard let name = KerasActivation.name(function, model.precision) else {
        let numbers = [function.alpha, function.beta].prefix(function.kind.parameterCount)
        throw refuse(.function(function.kind, Array(numbers)))
      }
      return name
    }
    let gates = parameters.gates
    let order = GateOrder.keras
    let biases = gates.map { gate in
      gate.recurrentBias.map { zip(gate.bias, $0).map(+) } ?? gate.bias
    }
    let kind = KerasLSTM(
      units: parameters.hiddenSize, activation: try name(variant.cellActivation),
      recurrentActivation: try name(gate), hasBias: model.hasBiases,
      returnsSequences: returnsSequences,
      goesBackwards: goesBackwards, isStateful: false)
    return (
      kind,
      [
        ("kernel", order.stack(gates.map(\.inputWeights)).transposed, nil),
        ("recurrent_kernel", order.stack(gates.map(\.hiddenWeights)).transposed, nil),
        ("bias", nil, model.hasBiases ? order.stack(biases) : nil),
      ]
    )
  }

  /// What a Keras file has no place for and that computes nothing, in words.
  static func leavesOut(_ model: LSTMModel) -> [String] {
    model.notes + [model.graphInputsInWords].compactMap { $0 }
  }
}
