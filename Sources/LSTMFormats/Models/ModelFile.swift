// The project's own model file: named arrays that PyTorch's safetensors loads by itself, and one
// JSON document in the metadata for what arrays do not say. The safetensors container is read and
// written elsewhere; here is what stands in it.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The project's own form of a model, as named arrays with metadata.
///
/// The arrays have PyTorch's names and gate order: `lstm.weight_ih_l0`, `lstm.bias_hh_l1_reverse`,
/// `embedding.weight`, `head.weight`, `head.bias`. Peepholes, which PyTorch lacks, are
/// `lstm.peephole_forget_l0` and so on. Everything else is JSON in the metadata.
public enum ModelFile {
  /// The key of the metadata under which the document stands.
  public static let metadataKey = "swift-lstm"

  /// Whether an archive is in this form.
  public static func isModel(_ archive: TensorArchive) -> Bool {
    archive.metadata[metadataKey] != nil
  }

  /// The arrays and the document of a model.
  ///
  /// - Throws: ``ModelError/outOfRange(tensor:value:type:)``.
  public static func archive(of model: LSTMModel) throws -> TensorArchive {
    var archive = try StateDictWriter.pytorchTensors(model)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document = try encoder.encode(Document(model))
    archive.metadata = ["format": "pt", metadataKey: String(decoding: document, as: UTF8.self)]
    return archive
  }

  /// Reads a model.
  ///
  /// - Parameters:
  ///   - archive: the arrays with their metadata.
  ///   - file: the file's name, for errors.
  /// - Throws: ``LSTMFormatsError`` where the document is not of this form, ``ModelError`` where
  ///   arrays are missing or of the wrong shape, `NetworkError` where parts do not fit.
  public static func model(from archive: TensorArchive, file: String) throws -> LSTMModel {
    let place = "\(file), metadata '\(metadataKey)'"
    guard let text = archive.metadata[metadataKey] else {
      throw LSTMFormatsError.missingKey(file: file, key: metadataKey)
    }
    let document = try decodeJSON(Document.self, from: Data(text.utf8), file: place)
    let table = TensorTable(archive, file: file)
    var parts: [LSTMModel.Part] = []
    var layers: [NetworkLayer<Double>] = []
    for (index, layer) in document.layers.enumerated() {
      func cell(_ direction: Direction, _ cell: CellSettings?) throws -> ReadableCell<Double>? {
        guard let cell else { return nil }
        let source = source(index, direction, hasBiases: document.hasBiases, table)
        parts.append(
          .init(
            role: "layer \(index + 1), \(direction.rawValue)", names: source.names.values.sorted()))
        return try cell.cell(source.parameters(table))
      }
      let forward = try cell(.forward, layer.forward)
      let reverse = try cell(.reverse, layer.reverse)
      if let forward {
        layers.append(NetworkLayer(forward: forward, reverse: reverse))
      } else if let reverse {
        layers.append(NetworkLayer(reverse: reverse, order: layer.reverseOrder))
      }
    }
    var front: NetworkFront<Double>?
    switch document.front {
    case .oneHot(let size): front = .oneHot(size: size)
    case .embedding:
      front = .embedding(
        try table.matrix("embedding.weight", nil, nil, because: "the document says so"))
      parts.append(.init(role: "embedding", names: ["embedding.weight"]))
    case nil: break
    }
    let head = try document.head?.head(table)
    if let head {
      parts.append(
        .init(role: "head", names: ["head.weight"] + (head.bias == nil ? [] : ["head.bias"])))
    }
    let taken = Set(parts.flatMap(\.names))
    return LSTMModel(
      network: try LSTMNetwork(front: front, layers: layers, head: head),
      precision: document.precision
        ?? StateDictReader.precision(taken.compactMap { table.type($0) }),
      hasBiases: document.hasBiases, vocabulary: document.vocabulary, task: document.task,
      provenance: document.provenance, parts: parts,
      unused: archive.entries.map(\.name).filter { !taken.contains($0) })
  }

  /// The arrays of a cell, under the names that the writer gives them.
  private static func source(
    _ layer: Int, _ direction: Direction, hasBiases: Bool, _ table: TensorTable
  ) -> CellSource {
    var source = CellSource(
      naming: .pytorch, module: "lstm",
      suffix: StateDictWriter.pytorchSuffix(layer, direction))
    for (_, slot) in CellNaming.pytorch.leaves {
      let name = source.name(slot)
      let isRequired = hasBiases && (slot == .bias || slot == .recurrentBias)
      if isRequired || table.shape(name) != nil { source.names[slot] = name }
    }
    return source
  }
}

// MARK: - The document

private struct Document: Codable {
  static let version = 1

  enum Front {
    case embedding
    case oneHot(Int)
  }

  var layers: [LayerSettings]
  var front: Front?
  var head: HeadSettings?
  var precision: NumberType?
  var hasBiases: Bool
  var vocabulary: LSTMModel.Vocabulary?
  var task: String?
  var provenance: LSTMModel.Provenance

  init(_ model: LSTMModel) {
    layers = model.network.layers.map { LayerSettings($0) }
    switch model.network.front {
    case .embedding: front = .embedding
    case .oneHot(let size): front = .oneHot(size)
    case nil: break
    }
    head = model.network.head.map { HeadSettings($0) }
    precision = model.precision
    hasBiases = model.hasBiases
    vocabulary = model.vocabulary
    task = model.task
    provenance = model.provenance
  }

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(
      decoder,
      valid: [
        "version", "layers", "embedding", "oneHot", "head", "precision", "hasBiases",
        "vocabulary", "task", "provenance",
      ])
    let version: Int = try object.required("version")
    guard version == Self.version else {
      throw LSTMFormatsError.wrongKind(
        file: object.file, place: "version",
        expected: "\(Self.version): a newer program wrote \(version)")
    }
    layers = try object.required("layers")
    let isEmbedded: Bool? = try object.value("embedding")
    let size: Int? = try object.value("oneHot")
    if isEmbedded == true { front = .embedding }
    if let size {
      guard front == nil else {
        throw LSTMFormatsError.conflictingKeys(
          file: object.file, reason: "there are both 'embedding' and 'oneHot'. Keep one.")
      }
      front = .oneHot(size)
    }
    head = try object.value("head")
    precision = try object.precision()
    hasBiases = try object.value("hasBiases") ?? true
    vocabulary = try object.value("vocabulary", as: VocabularyDocument.self)?.vocabulary
    task = try object.value("task")
    provenance = try object.value("provenance", as: ProvenanceDocument.self)?.provenance ?? .init()
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    try container.encode(Self.version, forKey: AnyKey("version"))
    try container.encode(layers, forKey: AnyKey("layers"))
    switch front {
    case .embedding: try container.encode(true, forKey: AnyKey("embedding"))
    case .oneHot(let size): try container.encode(size, forKey: AnyKey("oneHot"))
    case nil: break
    }
    try container.encodeIfPresent(head, forKey: AnyKey("head"))
    try container.encodeIfPresent(precision?.rawValue, forKey: AnyKey("precision"))
    if !hasBiases { try container.encode(false, forKey: AnyKey("hasBiases")) }
    try container.encodeIfPresent(
      vocabulary.map { VocabularyDocument($0) }, forKey: AnyKey("vocabulary"))
    try container.encodeIfPresent(task, forKey: AnyKey("task"))
    if provenance != .init() {
      try container.encode(ProvenanceDocument(provenance), forKey: AnyKey("provenance"))
    }
  }
}

private struct LayerSettings: Codable {
  var forward: CellSettings?
  var reverse: CellSettings?
  var reverseOrder = NetworkLayer<Double>.ReverseOrder.steps

  init(_ layer: NetworkLayer<Double>) {
    forward = layer.forward.map { CellSettings($0) }
    reverse = layer.reverse.map { CellSettings($0) }
    reverseOrder = layer.reverseOrder
  }

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(decoder, valid: ["forward", "reverse", "reverseOrder"])
    forward = try object.value("forward")
    reverse = try object.value("reverse")
    reverseOrder = try object.choice("reverseOrder") ?? .steps
    if forward == nil, reverse == nil {
      throw LSTMFormatsError.missingKey(file: object.file, key: object.place("forward"))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    try container.encodeIfPresent(forward, forKey: AnyKey("forward"))
    try container.encodeIfPresent(reverse, forKey: AnyKey("reverse"))
    if reverseOrder != .steps {
      try container.encode(reverseOrder.rawValue, forKey: AnyKey("reverseOrder"))
    }
  }
}

/// The settings of a cell and which of its gates have a second bias; all do where it is not said.
private struct CellSettings: Codable {
  var variant = CellVariant<Double>()
  var secondBiases = Set(Gate.allCases)

  init(_ cell: ReadableCell<Double>) {
    variant = cell.variant
    secondBiases = Set(Gate.allCases.filter { cell.parameters.gates[$0].recurrentBias != nil })
  }

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(decoder, valid: ["variant", "secondBiases"])
    variant = try object.value("variant", as: VariantDocument.self)?.variant ?? .init()
    if let names: [String] = try object.value("secondBiases") {
      secondBiases = Set(
        try names.map { name in
          if let gate = Gate(rawValue: name) { return gate }
          throw LSTMFormatsError.wrongKind(
            file: object.file, place: object.place("secondBiases"),
            expected: "a list of gates: " + Gate.allCases.map(\.rawValue).joined(separator: ", "))
        })
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    if variant != .init() {
      try container.encode(VariantDocument(variant), forKey: AnyKey("variant"))
    }
    if secondBiases.count < 4 {
      try container.encode(
        Gate.allCases.filter(secondBiases.contains).map(\.rawValue), forKey: AnyKey("secondBiases"))
    }
  }

  /// The cell. A second bias that the document does not know is taken out where it is all zero.
  func cell(_ parameters: CellParameters<Double>) -> ReadableCell<Double> {
    var parameters = parameters
    for gate in Gate.allCases where !secondBiases.contains(gate) {
      if parameters.gates[gate].recurrentBias?.allSatisfy({ $0 == 0 }) == true {
        parameters.gates[gate].recurrentBias = nil
      }
    }
    return ReadableCell(parameters: parameters, variant: variant)
  }
}

private struct HeadSettings: Codable {
  var activation: LinearHead<Double>.Activation?
  var source = LinearHead<Double>.Source.everyStep
  var hasBias: Bool

  init(_ head: LinearHead<Double>) {
    (activation, source, hasBias) = (head.activation, head.source, head.bias != nil)
  }

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(decoder, valid: ["activation", "reads", "hasBias"])
    activation = try object.choice("activation")
    source = try object.choice("reads") ?? .everyStep
    hasBias = try object.value("hasBias") ?? true
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    try container.encodeIfPresent(activation?.rawValue, forKey: AnyKey("activation"))
    try container.encode(source.rawValue, forKey: AnyKey("reads"))
    if !hasBias { try container.encode(false, forKey: AnyKey("hasBias")) }
  }

  func head(_ table: TensorTable) throws -> LinearHead<Double> {
    let because = "the document says so"
    let weights = try table.matrix("head.weight", nil, nil, because: because)
    return LinearHead(
      weights: weights,
      bias: hasBias ? try table.vector("head.bias", weights.rows, because: because) : nil,
      activation: activation, source: source)
  }
}
