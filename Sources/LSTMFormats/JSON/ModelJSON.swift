// A whole small model as a JSON file that a person writes by hand: layers of gates by name, as
// CellWeightsFile has them, and what stands around the layers.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The JSON form of a model.
///
///     {"embedding": [[…], …],
///      "layers": [{"forward": {"forget": {…}, …}, "reverse": {…},
///                  "variant": {"clip": 3}, "reverseVariant": {…}}],
///      "head": {"weights": [[…], …], "bias": […], "activation": "softmax", "reads": "every-step"},
///      "mask": {"token": 0}, "lengths": [3, 2], "gives": "final-state",
///      "initialState": [{"hidden": [[…]], "cell": [[…]]}, …],
///      "vocabulary": {"kind": "characters", "entries": ["a", "b"]},
///      "task": "…", "precision": "float32"}
///
/// Only `layers` has to be there, with `forward` or `reverse` in each: these are the documents of
/// ``CellWeightsFile``. `"oneHot": 26` may stand in place of `embedding`; `variant` holds for both
/// directions where there is no `reverseVariant`. A mask names what is skipped, a token or
/// `{"value": 0}`; `gives` says what a model without a head gives, `graphInputs` what a graph of
/// ONNX takes beside the sequence: "hidden", "cell", "lengths"; `initialState` has an entry for each direction of each layer, `[1, H]` or
/// `[B, H]`. A document of ``CellWeightsFile`` by itself is a
/// model of one layer.
public enum ModelJSON {
  /// Reads a model.
  ///
  /// - Parameters:
  ///   - data: the JSON text.
  ///   - file: its name, for errors and the provenance.
  /// - Throws: ``LSTMFormatsError`` where the file is not of this form, `LSTMCoreError` and
  ///   `NetworkError` where its sizes do not fit.
  public static func parse(_ data: Data, file: String) throws -> LSTMModel {
    let document = try decodeJSON(Document.self, from: data, file: file)
    let network = try document.network(file: file)
    var model = LSTMModel(
      weights: try .init(network, of: document.precision), precision: document.precision,
      hasBiases: document.hasBiases, mask: document.mask,
      initialState: try document.initialState(of: network, file: file),
      lengths: document.lengths, gives: document.gives, vocabulary: document.vocabulary,
      task: document.task, provenance: document.provenance ?? .init(format: "JSON", file: file))
    (model.graphInputs, model.audio) = (document.graphInputs, document.audio)
    try document.plainLayers.apply(to: &model, file: file) { place, layer, name, dimensions in
      try layer[name].map {
        guard let array = $0.array(name, dimensions: dimensions) else {
          throw LSTMFormatsError.wrongKind(
            file: file, place: "\(place).\(name)",
            expected: dimensions == 1 ? "a list of numbers" : "nested lists of numbers")
        }
        return PlainArray(
          name: name, values: array.values.map(document.precision.rounded), shape: array.shape)
      }
    }
    (model.columns, model.labels) = (document.columns, document.labels)
    return model
  }

  /// The JSON text of a model, a row of a matrix a line. Reading it gives the same numbers.
  public static func text(of model: LSTMModel) throws -> String {
    try ModelJSONWriter(model: model).text()
  }
}

private struct Document: Decodable {
  struct Layer: Decodable {
    var forward: CellDocument?
    var reverse: CellDocument?
    var variant: CellVariant<Double>
    var reverseVariant: CellVariant<Double>
    var reverseOrder: NetworkLayer<Double>.ReverseOrder

    init(only cell: CellDocument) {
      (forward, reverse, reverseOrder) = (cell, nil, .steps)
      (variant, reverseVariant) = (.init(), .init())
    }

    init(from decoder: any Decoder) throws {
      let object = try JSONObject(
        decoder, valid: ["forward", "reverse", "variant", "reverseVariant", "reverseOrder"])
      forward = try object.value("forward")
      reverse = try object.value("reverse")
      let first: VariantDocument? = try object.value("variant")
      let second: VariantDocument? = try object.value("reverseVariant")
      variant = first?.variant ?? .init()
      reverseVariant = second?.variant ?? variant
      reverseOrder = try object.choice("reverseOrder") ?? .steps
      if forward == nil, reverse == nil {
        throw LSTMFormatsError.missingKey(file: object.file, key: object.place("forward"))
      }
      if forward != nil, reverseOrder != .steps {
        throw LSTMFormatsError.conflictingKeys(
          file: object.file,
          reason: "\(object.place("reverseOrder")) is for a layer that only reads backward, "
            + "but this one has 'forward' too. Take one of them out.")
      }
    }
  }

  var layers: [Layer]
  var front: NetworkFront<Double>?
  var head: LinearHead<Double>?
  var mask: StepMask?
  var lengths: [Int]?
  var gives = OutputSelection.everyStep
  var graphInputs: Set<GraphInput> = []
  var states: [StateDocument]?
  var vocabulary: LSTMModel.Vocabulary?
  var columns: LSTMModel.Columns?
  var labels: [String]?
  var task: String?
  var precision = StoredPrecision.float64
  var provenance: LSTMModel.Provenance?
  var plainLayers = PlainLayersDocument()
  var audio: AudioDescription?

  /// Whether any gate has a bias.
  var hasBiases: Bool {
    layers.flatMap { [$0.forward, $0.reverse] }.contains { cell in
      cell?.gates.values.contains { $0.bias != nil || $0.recurrentBias != nil } ?? false
    }
  }

  init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: AnyKey.self)
    if Gate.allCases.contains(where: { keys.contains(AnyKey($0.rawValue)) }) {
      layers = [Layer(only: try CellDocument(from: decoder))]
      return
    }
    let object = try JSONObject(
      decoder,
      valid: [
        "layers", "embedding", "oneHot", "head", "mask", "initialState", "lengths", "gives",
        "graphInputs", "vocabulary", "columns", "labels", "task", "precision", "provenance",
        "frontLayers", "headLayers", "audio",
      ])
    layers = try object.required("layers")
    precision = try object.precision() ?? .float64
    front = try object.matrix("embedding").map { .embedding($0) }
    if let size: Int = try object.value("oneHot") {
      guard front == nil else {
        throw LSTMFormatsError.conflictingKeys(
          file: object.file, reason: "there are both 'embedding' and 'oneHot'. Keep one.")
      }
      front = .oneHot(size: size)
    }
    head = try object.value("head", as: Head.self)?.head
    mask = try object.mask(readsTokens: front != nil)
    states = try object.value("initialState")
    lengths = try object.lengths()
    gives = try object.choice("gives") ?? .everyStep
    graphInputs = try object.graphInputs()
    vocabulary = try object.value("vocabulary", as: VocabularyDocument.self)?.vocabulary
    columns = try object.value("columns", as: ColumnsDocument.self)?.columns
    labels = try object.value("labels")
    task = try object.value("task")
    provenance = try object.value("provenance", as: ProvenanceDocument.self)?.provenance
    plainLayers = try PlainLayersDocument(object)
    audio = try object.value("audio", as: AudioDocument.self)?.audio
  }

  private struct Head: Decodable {
    var head: LinearHead<Double>

    init(from decoder: any Decoder) throws {
      let object = try JSONObject(decoder, valid: ["weights", "bias", "activation", "reads"])
      guard let weights = try object.matrix("weights") else {
        throw LSTMFormatsError.missingKey(file: object.file, key: object.place("weights"))
      }
      head = LinearHead(
        weights: weights, bias: try object.value("bias"),
        activation: try object.choice("activation"),
        source: try object.choice("reads") ?? .everyStep)
    }
  }

  /// The states to start from, rounded to the document's precision.
  func initialState(of network: LSTMNetwork<Double>, file: String) throws -> NetworkState<Double>? {
    try states.map {
      try StateDocument.state($0, of: network, file: file, round: precision.rounded)
    }
  }

  /// The network, its numbers rounded to the precision that the document names.
  func network(file: String) throws -> LSTMNetwork<Double> {
    func cell(_ document: CellDocument?, _ variant: CellVariant<Double>) throws
      -> ReadableCell<Double>?
    {
      guard let document else { return nil }
      let absent = Gate.allCases.filter { variant.source(of: $0) != .weights }
      let parameters = try document.parameters(file: file, optionalGates: Set(absent))
      return ReadableCell(
        parameters: try parameters.rounded(to: precision), variant: variant)
    }
    let layers = try layers.compactMap { layer -> NetworkLayer<Double>? in
      let reverse = try cell(layer.reverse, layer.reverseVariant)
      if let forward = try cell(layer.forward, layer.variant) {
        return NetworkLayer(forward: forward, reverse: reverse)
      }
      return reverse.map { NetworkLayer(reverse: $0, order: layer.reverseOrder) }
    }
    var (front, head) = (front, head)
    if case .embedding(let matrix) = front { front = .embedding(matrix.map(precision.rounded)) }
    if let exact = head {
      head?.weights = exact.weights.map(precision.rounded)
      head?.bias = exact.bias?.map(precision.rounded)
    }
    return try LSTMNetwork(front: front, layers: layers, head: head)
  }
}
