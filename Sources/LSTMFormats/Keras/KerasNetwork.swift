// From Keras's layers to a network here: which layers may follow which. What each is by itself is
// KerasElements.swift's business; models of which only a part can be a network are KerasParts.swift's.

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
struct KerasNetworkBuilder {
  let model: KerasModel
  private var chain = ChainBuilder()
  private var masking: StepMask?
  private var returnsSequences = true
  // The name of a layer whose outputs are in another order than its mask.
  private var misaligned: String?
  private var read: [KerasLayer] = []

  init(model: KerasModel) { self.model = model }

  mutating func add(_ layer: KerasLayer) throws {
    func refuse(_ reason: String) -> KerasError {
      .layerPlace(file: model.file, layer: layer.name, reason: reason)
    }
    let elements = KerasElements(file: model.file, majorVersion: model.majorVersion)
    let isFirst = chain.isEmpty && masking == nil
    read.append(layer)
    switch try elements.element(layer) {
    case .nothing: break
    case .embedding(let matrix, let masksZero):
      guard isFirst else { throw refuse("is an Embedding behind other layers") }
      chain.embedding = .embedding(matrix)
      if masksZero { masking = .tokenZero }
    case .masking(let value):
      guard isFirst else { throw refuse("is a Masking behind other layers") }
      masking = .value(value)
    case .lstm(let cells, let returnsSequences):
      guard chain.takesLSTM else {
        throw refuse(
          chain.source == .everyStep
            ? "is an LSTM behind other layers than LSTMs and BatchNormalization"
            : "is an LSTM behind one that gives its last step alone")
      }
      if let misaligned {
        throw refuse(
          "reads '\(shown(misaligned))', whose outputs are in reversed order while the mask "
            + "of Keras is not")
      }
      do {
        try chain.add(cells)
      } catch {
        throw KerasError.numbers(
          file: model.file, part: "the layer '\(layer.name)'", reason: "\(error)")
      }
      self.returnsSequences = returnsSequences
      chain.source = returnsSequences ? .everyStep : .finalState
      if cells.forward == nil, returnsSequences, masking != nil { misaligned = layer.name }
    case .plain(let layers):
      if chain.layers.isEmpty, chain.embedding != nil || masking != nil, !layers.isEmpty {
        throw refuse("stands between an Embedding or a Masking and the LSTM")
      }
      if masking != nil, layers.contains(where: { !$0.isStepwise && $0 != .flatten }) {
        throw refuse("reads several steps, some of which are masked")
      }
      for layer in layers { chain.add(layer) }
    }
  }

  func network() throws -> KerasNetwork {
    guard let last = model.layers.last else {
      throw KerasError.notAChain(file: model.file, reason: "there is none")
    }
    guard !chain.layers.isEmpty else {
      throw KerasError.layerPlace(
        file: model.file, layer: last.name, reason: "ends a model without an LSTM")
    }
    let types = Set(read.flatMap { $0.weights.entries.map(\.tensor.type) })
    let precision = types.count == 1 ? types.first?.storedPrecision ?? .float32 : .float64
    do {
      let built = try chain.apply { network in
        LSTMModel(
          weights: try .init(network, of: precision), precision: precision,
          hasBiases: read.contains { $0.kind.hasLSTMBias }, mask: masking,
          provenance: .init(
            format: "Keras model", file: model.file,
            framework: model.isOurs ? KerasModel.ownMark : "Keras \(model.version)"),
          parts: read.filter { !$0.weights.entries.isEmpty }.map { layer in
            .init(role: layer.name, names: layer.weights.entries.map(\.name))
          })
      }
      return KerasNetwork(
        model: try built.checkedLayers().sayingWhichHardSigmoid(model),
        returnsSequences: returnsSequences)
    } catch {
      throw KerasError.numbers(file: model.file, part: "the network", reason: "\(error)")
    }
  }
}

extension LSTMModel {
  /// The model, if the plain layers around it fit it, as far as that shows without an input.
  ///
  /// - Throws: `NetworkError`.
  func checkedLayers() throws -> LSTMModel {
    for layer in frontLayers + (headLayers?.layers ?? []) {
      for array in layer.arrays {
        guard let index = array.values.firstIndex(where: { !$0.isFinite }) else { continue }
        throw NetworkError.partNotFinite(.headWeights, index: index)
      }
    }
    return self
  }
}

extension LSTMModel {
  /// The model, with a word where its numbers are not those that today's Keras computes of the file.
  fileprivate func sayingWhichHardSigmoid(_ keras: KerasModel) -> LSTMModel {
    guard keras.majorVersion < 3,
      network.cells.contains(where: { $0.cell.variant.activations.forget.kind == .hardSigmoid })
    else { return self }
    var model = self
    model.readingNotes.append(
      ReadingNote(
        .assumed,
        "its hard sigmoid is that of Keras \(keras.version), 0.2 x + 0.5; Keras 3 takes x / 6 + 0.5 "
          + "when it opens the file"))
    return model
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
