// What the project's two own forms of a model say in JSON beside the numbers: vocabulary,
// provenance and how a layer is put together.

import LSTMCore

/// The JSON form of a vocabulary: `{"kind": "characters", "entries": ["a", "b"]}`.
struct VocabularyDocument: Codable {
  var vocabulary: LSTMModel.Vocabulary

  init(_ vocabulary: LSTMModel.Vocabulary) { self.vocabulary = vocabulary }

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(decoder, valid: ["kind", "entries"])
    vocabulary = .init(
      try object.choice("kind") ?? .words, try object.required("entries", as: [String].self))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    try container.encode(vocabulary.kind.rawValue, forKey: AnyKey("kind"))
    try container.encode(vocabulary.entries, forKey: AnyKey("entries"))
  }
}

/// The JSON form of a provenance: `{"format": …, "file": …, "framework": …}`, every key optional.
struct ProvenanceDocument: Codable {
  var provenance: LSTMModel.Provenance

  init(_ provenance: LSTMModel.Provenance) { self.provenance = provenance }

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(decoder, valid: ["format", "file", "framework"])
    provenance = .init(
      format: try object.value("format"), file: try object.value("file"),
      framework: try object.value("framework"))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    try container.encodeIfPresent(provenance.format, forKey: AnyKey("format"))
    try container.encodeIfPresent(provenance.file, forKey: AnyKey("file"))
    try container.encodeIfPresent(provenance.framework, forKey: AnyKey("framework"))
  }
}

extension JSONObject {
  /// The value of a key that has to be there.
  func required<Value: Decodable>(_ key: String, as type: Value.Type = Value.self) throws -> Value {
    guard let value: Value = try value(key) else {
      throw LSTMFormatsError.missingKey(file: file, key: place(key))
    }
    return value
  }

  /// The precision, one of the floating-point types; nil where the key is absent.
  func precision() throws -> NumberType? {
    guard let type: NumberType = try choice("precision") else { return nil }
    guard type.isFloatingPoint else {
      throw LSTMFormatsError.wrongKind(
        file: file, place: place("precision"),
        expected: "\"float16\" or \"bfloat16\" or \"float32\" or \"float64\"")
    }
    return type
  }
}
