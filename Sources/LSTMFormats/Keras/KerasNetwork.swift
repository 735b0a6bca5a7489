// From Keras's layers to a network here: which layers may follow which, whose function is what, and
// the blocks of columns (i, f, c, o) as gates.

import LSTMCore

/// A network that was a Keras model, and what Keras does around it.
public struct KerasNetwork: Sendable, Equatable {
  /// The network, and what is known of it.
  public let model: LSTMModel
  /// Which steps are skipped, or nil where none is.
  public var masking: StepMask? { model.mask }
  /// Whether the model hands on every step, or only the last.
  public let returnsSequences: Bool
  /// The network alone.
  public var network: LSTMNetwork<Double> { model.network }
}

extension KerasModel {
  /// The model as a network.
  ///
  /// - Throws: ``KerasError`` where the layers do not make a network here, or where a weight is
  ///   not a finite number.
  public func network() throws -> KerasNetwork {
    var builder = KerasNetworkBuilder(model: self)
    for layer in layers { try builder.add(layer) }
    return try builder.network()
  }
}

/// The network so far, while layer after layer is added.
private struct KerasNetworkBuilder {
  let model: KerasModel
  var front: NetworkFront<Double>?
  var layers: [NetworkLayer<Double>] = []
  var head: LinearHead<Double>?
  var masking: StepMask?
  var returnsSequences = true
  // The name of a layer whose outputs are in another order than its mask.
  var misaligned: String?

  init(model: KerasModel) { self.model = model }

  mutating func add(_ layer: KerasLayer) throws {
    func refuse(_ reason: String) -> KerasError {
      .layerPlace(file: model.file, layer: layer.name, reason: reason)
    }
    let isFirst = front == nil && layers.isEmpty && head == nil && masking == nil
    switch layer.kind {
    case .input, .dropout: break
    case .embedding(_, _, let masksZero):
      guard isFirst else { throw refuse("is an Embedding behind other layers") }
      front = .embedding(try matrix(layer, "embeddings"))
      if masksZero { masking = .tokenZero }
    case .masking(let value):
      guard isFirst else { throw refuse("is a Masking behind other layers") }
      masking = .value(value)
    case .lstm(let lstm):
      guard head == nil else { throw refuse("is an LSTM behind a Dense layer") }
      try checkMask(layer)
      let cell = try cell(lstm, layer, prefix: "")
      layers.append(
        lstm.goesBackwards
          ? NetworkLayer(reverse: cell, order: .processing) : NetworkLayer(forward: cell))
      returnsSequences = lstm.returnsSequences
      if lstm.goesBackwards, lstm.returnsSequences, masking != nil { misaligned = layer.name }
    case .bidirectional(let forward, let backward):
      guard head == nil else { throw refuse("is an LSTM behind a Dense layer") }
      try checkMask(layer)
      layers.append(
        NetworkLayer(
          forward: try cell(forward, layer, prefix: "forward/"),
          reverse: try cell(backward, layer, prefix: "backward/")))
      returnsSequences = forward.returnsSequences
    case .dense(_, let activation, let hasBias):
      guard !layers.isEmpty else { throw refuse("is a Dense layer before any LSTM") }
      guard head == nil else { throw refuse("is a second Dense layer") }
      head = LinearHead(
        weights: try matrix(layer, "kernel").transposed,
        bias: hasBias ? layer.weights["bias"]?.doubles() : nil,
        source: returnsSequences ? .everyStep : .finalState)
      try activate(layer, activation)
    case .activation(let activation):
      if activation == "linear" { break }
      guard head != nil else { throw refuse("is an Activation that follows no Dense layer") }
      try activate(layer, activation)
    }
  }

  private func checkMask(_ layer: KerasLayer) throws {
    guard let misaligned else { return }
    throw KerasError.layerPlace(
      file: model.file, layer: layer.name,
      reason: "reads '\(shown(misaligned))', whose outputs are in reversed order while the mask "
        + "of Keras is not")
  }

  private mutating func activate(_ layer: KerasLayer, _ name: String) throws {
    if name == "linear" { return }
    guard let function = LinearHead<Double>.Activation(rawValue: name) else {
      throw KerasError.setting(
        file: model.file, layer: layer.name, setting: "activation", found: name,
        supported: "linear, softmax, sigmoid")
    }
    guard head?.activation == nil else {
      throw KerasError.layerPlace(
        file: model.file, layer: layer.name, reason: "is a second Activation")
    }
    head?.activation = function
  }

  private func matrix(_ layer: KerasLayer, _ name: String) throws -> Matrix<Double> {
    guard let tensor = layer.weights[name], tensor.shape.count == 2 else {
      throw KerasError.missingWeights(file: model.file, layer: layer.name, place: name)
    }
    return Matrix(rows: tensor.shape[0], columns: tensor.shape[1], values: tensor.doubles())
  }

  private func function(_ name: String, _ setting: String, _ layer: KerasLayer) throws
    -> Activation<Double>
  {
    guard let function = KerasActivation.function(name, majorVersion: model.majorVersion) else {
      throw KerasError.setting(
        file: model.file, layer: layer.name, setting: setting, found: name,
        supported: KerasActivation.names)
    }
    return function
  }

  private func cell(_ lstm: KerasLSTM, _ layer: KerasLayer, prefix: String) throws
    -> ReadableCell<Double>
  {
    func gates(_ name: String) throws -> PerGate<Matrix<Double>> {
      GateOrder.keras.split(try matrix(layer, prefix + name).transposed)
    }
    func bias(_ name: String) -> PerGate<[Double]>? {
      (layer.weights[prefix + name]?.doubles()).map(GateOrder.keras.split)
    }
    let (kernel, recurrent) = (try gates("kernel"), try gates("recurrent_kernel"))
    let (bias, recurrentBias) = (bias("bias"), bias("recurrent_bias"))
    let parts = PerGate<GateParameters<Double>> { gate in
      GateParameters(
        inputWeights: kernel[gate], hiddenWeights: recurrent[gate],
        bias: bias?[gate] ?? [Double](repeating: 0, count: lstm.units),
        recurrentBias: recurrentBias?[gate])
    }
    let activation = try function(lstm.activation, "activation", layer)
    let gate = try function(lstm.recurrentActivation, "recurrent_activation", layer)
    let parameters: CellParameters<Double>
    do {
      parameters = try CellParameters(gates: parts)
    } catch {
      throw KerasError.numbers(
        file: model.file, part: "the layer '\(layer.name)'", reason: "\(error)")
    }
    return ReadableCell(
      parameters: parameters,
      variant: CellVariant(
        activations: .init(forget: gate, input: gate, candidate: activation, output: gate),
        cellActivation: activation))
  }

  func network() throws -> KerasNetwork {
    guard let last = model.layers.last else {
      throw KerasError.notAChain(file: model.file, reason: "there is none")
    }
    guard !layers.isEmpty else {
      throw KerasError.layerPlace(
        file: model.file, layer: last.name, reason: "ends a model without an LSTM")
    }
    let types = Set(model.layers.flatMap { $0.weights.entries.map(\.tensor.type) })
    let precision = types.count == 1 ? types.first?.storedPrecision ?? .float32 : .float64
    let weights: LSTMModel.Weights
    do {
      weights = try .init(
        LSTMNetwork(front: front, layers: layers, head: head), of: precision)
    } catch {
      throw KerasError.numbers(file: model.file, part: "the network", reason: "\(error)")
    }
    return KerasNetwork(
      model: LSTMModel(
        weights: weights, precision: model.precision,
        hasBiases: model.layers.contains { $0.kind.hasLSTMBias }, mask: masking,
        gives: head == nil && !returnsSequences ? .finalState : .everyStep,
        provenance: .init(
          format: "Keras model", file: model.file,
          framework: model.isOurs ? KerasModel.ownMark : "Keras \(model.version)"),
        parts: model.layers.filter { !$0.weights.entries.isEmpty }.map { layer in
          .init(role: layer.name, names: layer.weights.entries.map(\.name))
        }), returnsSequences: returnsSequences)
  }
}

extension KerasLayer.Kind {
  fileprivate var hasLSTMBias: Bool {
    switch self {
    case .lstm(let lstm): lstm.hasBias
    case .bidirectional(let forward, let backward): forward.hasBias || backward.hasBias
    default: false
    }
  }
}
