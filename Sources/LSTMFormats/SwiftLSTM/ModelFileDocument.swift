// The JSON document in the metadata of the project's own model file.

import LSTMCore

/// The document: what the arrays of a model do not say.
struct ModelFileDocument: Codable {
  static let version = 1

  enum Front {
    case embedding
    case oneHot(Int)
  }

  var layers: [LayerSettings]
  var front: Front?
  var head: HeadSettings?
  var precision: StoredPrecision?
  var hasBiases: Bool
  var mask: StepMask?
  /// Whether there are arrays of states to start from.
  var hasInitialState = false
  var lengths: [Int]?
  var gives = OutputSelection.everyStep
  var graphInputs: Set<GraphInput> = []
  var vocabulary: LSTMModel.Vocabulary?
  var columns: LSTMModel.Columns?
  var labels: [String]?
  var task: String?
  var provenance: LSTMModel.Provenance
  var plainLayers = PlainLayersDocument()
  var audio: AudioDescription?

  /// Whether the settings of every cell are exact in single precision.
  var fitsFloat: Bool {
    layers.flatMap { [$0.forward, $0.reverse] }.allSatisfy { $0?.variant.fitsFloat ?? true }
  }

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
    (mask, lengths, hasInitialState) = (model.mask, model.lengths, model.initialState != nil)
    (gives, graphInputs) = (model.gives, model.graphInputs)
    (vocabulary, columns, labels) = (model.vocabulary, model.columns, model.labels)
    task = model.task
    provenance = model.provenance
    (plainLayers, audio) = (PlainLayersDocument(model), model.audio)
  }

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(
      decoder,
      valid: [
        "version", "layers", "embedding", "oneHot", "head", "precision", "hasBiases", "mask",
        "initialState", "lengths", "gives", "graphInputs", "vocabulary", "columns", "labels",
        "task", "provenance", "frontLayers", "headLayers", "audio",
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
    mask = try object.mask(readsTokens: front != nil)
    hasInitialState = try object.value("initialState") ?? false
    lengths = try object.lengths()
    gives = try object.choice("gives") ?? .everyStep
    graphInputs = try object.graphInputs()
    vocabulary = try object.value("vocabulary", as: VocabularyDocument.self)?.vocabulary
    columns = try object.value("columns", as: ColumnsDocument.self)?.columns
    labels = try object.value("labels")
    task = try object.value("task")
    provenance = try object.value("provenance", as: ProvenanceDocument.self)?.provenance ?? .init()
    plainLayers = try PlainLayersDocument(object)
    audio = try object.value("audio", as: AudioDocument.self)?.audio
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
    try container.encodeIfPresent(mask.map { MaskDocument($0) }, forKey: AnyKey("mask"))
    if hasInitialState { try container.encode(true, forKey: AnyKey("initialState")) }
    try container.encodeIfPresent(lengths, forKey: AnyKey("lengths"))
    if gives != .everyStep { try container.encode(gives.rawValue, forKey: AnyKey("gives")) }
    if !graphInputs.isEmpty {
      try container.encode(graphInputs.names, forKey: AnyKey("graphInputs"))
    }
    try container.encodeIfPresent(
      vocabulary.map { VocabularyDocument($0) }, forKey: AnyKey("vocabulary"))
    try container.encodeIfPresent(columns.map { ColumnsDocument($0) }, forKey: AnyKey("columns"))
    try container.encodeIfPresent(labels, forKey: AnyKey("labels"))
    try container.encodeIfPresent(task, forKey: AnyKey("task"))
    if provenance != .init() {
      try container.encode(ProvenanceDocument(provenance), forKey: AnyKey("provenance"))
    }
    if !plainLayers.front.isEmpty {
      try container.encode(plainLayers.front, forKey: AnyKey("frontLayers"))
    }
    try container.encodeIfPresent(plainLayers.head, forKey: AnyKey("headLayers"))
    try container.encodeIfPresent(audio.map { AudioDocument($0) }, forKey: AnyKey("audio"))
  }
}

/// Which directions a layer reads in, and their cells' settings.
struct LayerSettings: Codable {
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
struct CellSettings: Codable {
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
  func cell<Number: NetworkNumber>(_ parameters: CellParameters<Number>) -> ReadableCell<Number> {
    var parameters = parameters
    for gate in Gate.allCases where !secondBiases.contains(gate) {
      if parameters.gates[gate].recurrentBias?.allSatisfy({ $0 == 0 }) == true {
        parameters.gates[gate].recurrentBias = nil
      }
    }
    return ReadableCell(parameters: parameters, variant: CellVariant(variant))
  }
}

/// What the head's arrays do not say.
struct HeadSettings: Codable {
  var activation: LinearHead<Double>.Activation?
  var source = OutputSelection.everyStep
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

  func head<Number: NetworkNumber>(_ table: TensorTable) throws -> LinearHead<Number> {
    let because = "the document says so"
    let weights: Matrix<Number> = try table.matrix("head.weight", nil, nil, because: because)
    return LinearHead(
      weights: weights,
      bias: hasBias ? try table.vector("head.bias", weights.rows, because: because) : nil,
      activation: activation.flatMap { .init(rawValue: $0.rawValue) }, source: source)
  }
}
