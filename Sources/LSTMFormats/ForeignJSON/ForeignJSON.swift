// JSON documents of other programs that hold LSTMs, told by their keys: state dicts, audio models (Neural
// Amp Modeler, GuitarML, RTNeural, AIDA-X) and the word breaker of ICU.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The top-level keys of a document.
private struct TopKeys: Decodable {
  let names: Set<String>

  init(from decoder: any Decoder) throws {
    names = Set(try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue))
  }
}

/// A document of another program.
enum ForeignJSON {
  /// The model in a document, nil where it is none of other programs.
  ///
  /// - Throws: ``LSTMFormatsError``, ``ModelError``, or ``ModelFormError`` where the document is known
  ///   and no model.
  static func model(_ data: Data, file: String, choice: StateDictChoice) throws -> LSTMModel? {
    let keys = try decodeJSON(TopKeys.self, from: data, file: file).names
    func document() throws -> JSONValue { try decodeJSON(JSONValue.self, from: data, file: file) }
    if keys.isSuperset(of: ["architecture", "config", "weights"]) {
      return try NAMModel.model(document(), file: file, choice)
    }
    if keys.isSuperset(of: ["model_data", "state_dict"]) {
      return try GuitarMLModel.model(document(), file: file, choice)
    }
    if keys.isSuperset(of: ["in_shape", "layers"]) {
      return try RTNeuralModel.model(document(), file: file, choice)
    }
    if keys.contains("weightsManifest") || keys.contains("modelTopology") {
      throw ModelFormError.foreign(file: file, .tensorFlowJS)
    }
    if keys.isSuperset(of: ["dic", "mat1", "mat2"]) {
      return try icu(document(), file: file, choice)
    }
    let state = keys.contains { name in
      ["weight_ih_l0", "weight_hh_l0"].contains { name.hasSuffix($0) }
        || name.hasSuffix("recurrent_kernel")
    }
    if state || !keys.isDisjoint(with: ["state_dict", "model_state_dict"]) {
      return try StateDictReader.read(
        stateDict(document(), file: file), file: file, format: "JSON state dict", choice: choice)
    }
    return nil
  }

  /// Nested lists as tensors, under the names on the way to them.
  static func stateDict(_ json: JSONValue, file: String) throws -> TensorArchive {
    var entries: [(String, Tensor)] = []
    func walk(_ value: JSONValue, _ name: String, _ depth: Int) {
      guard depth < 16 else { return }
      switch value {
      case .object(let object):
        for (key, inner) in object.sorted(by: { order($0.key, $1.key) }) {
          walk(inner, name.isEmpty ? key : "\(name).\(key)", depth + 1)
        }
      case .list:
        for dimensions in 1...4 {
          guard let array = value.array(name, dimensions: dimensions) else { continue }
          entries.append((name, Tensor(array.values.map { Float($0) }, shape: array.shape)))
          return
        }
      default: break
      }
    }
    walk(json, "", 0)
    guard !entries.isEmpty else {
      throw ModelError.noLSTM(file: file, tensors: 0, instead: "it has no lists of numbers")
    }
    return TensorArchive(entries)
  }

  /// LSTMs before what follows them, for an object of JSON has no order.
  private static func order(_ one: String, _ other: String) -> Bool {
    func isCell(_ name: String) -> Bool { name.contains("weight_") || name.contains("bias_") }
    return isCell(one) == isCell(other) ? one < other : isCell(one)
  }

  /// ICU's segmentation of words: an embedding, both directions of an LSTM as Keras has them, a dense
  /// layer with a softmax (`unicode-org/lstm_word_segmentation`).
  private static func icu(_ json: JSONValue, file: String, _ choice: StateDictChoice) throws
    -> LSTMModel
  {
    let names = [
      "embedding/embeddings", "lstm/forward/kernel", "lstm/forward/recurrent_kernel",
      "lstm/forward/bias", "lstm/backward/kernel", "lstm/backward/recurrent_kernel",
      "lstm/backward/bias", "dense/kernel", "dense/bias",
    ]
    let entries = try names.enumerated().map { index, name -> (String, Tensor) in
      let key = "mat\(index + 1)"
      guard let shape = json[key]?["dim"]?.entries?.compactMap(\.int), shape.allSatisfy({ $0 > 0 }),
        let data = json[key]?["data"]?.entries?.compactMap(\.double), shape.count <= 2,
        data.count == shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue })
      else {
        throw LSTMFormatsError.wrongKind(
          file: file, place: key, expected: "an object with 'dim' and as many numbers in 'data'")
      }
      return (name, Tensor(data.map { Float($0) }, shape: shape))
    }
    var model = try StateDictReader.read(
      TensorArchive(entries), file: file, format: "JSON of ICU's word segmentation",
      choice: choice)
    if model.network.head != nil {
      var network = model.network
      network = try LSTMNetwork(
        front: network.front, layers: network.layers,
        head: network.head.map {
          LinearHead(weights: $0.weights, bias: $0.bias, activation: .softmax)
        })
      model.weights = try .init(network, of: model.precision)
    }
    model.readingNotes.append(
      ReadingNote(
        .assumed, "mat1 to mat9 are those of ICU: embedding, LSTM of both directions, dense"))
    return model
  }
}
