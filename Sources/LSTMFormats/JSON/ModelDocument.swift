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

/// The JSON form of a mask: `{"token": 0}`, or `{"value": -1}` for steps of which every feature is
/// that.
struct MaskDocument: Codable {
  var mask: StepMask

  init(_ mask: StepMask) { self.mask = mask }

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(decoder, valid: ["token", "value"])
    let token: Int? = try object.value("token")
    let value: Double? = try object.value("value")
    switch (token, value) {
    case (nil, let value?): mask = .value(value)
    case (0?, nil): mask = .tokenZero
    case (_?, nil):
      throw LSTMFormatsError.wrongKind(
        file: object.file, place: object.place("token"),
        expected: "0, the only token that is skipped")
    case (_?, _?):
      throw LSTMFormatsError.conflictingKeys(
        file: object.file, reason: "mask has both 'token' and 'value'. Keep one.")
    case (nil, nil):
      throw LSTMFormatsError.missingKey(file: object.file, key: object.place("token"))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    switch mask {
    case .tokenZero: try container.encode(0, forKey: AnyKey("token"))
    case .value(let value): try container.encode(value, forKey: AnyKey("value"))
    }
  }
}

extension Set<GraphInput> {
  /// The names, always in the same order.
  var names: [String] { GraphInput.allCases.filter(contains).map(\.rawValue) }
}

extension JSONObject {
  /// The mask, which has to be for what the model reads.
  func mask(readsTokens: Bool) throws -> StepMask? {
    guard let mask = try value("mask", as: MaskDocument.self)?.mask else { return nil }
    guard readsTokens == (mask == .tokenZero) else {
      throw LSTMFormatsError.conflictingKeys(
        file: file,
        reason: readsTokens
          ? "the mask is of a value, but the model reads tokens. Make it {\"token\": 0}."
          : "the mask is of a token, but the model reads numbers. Make it {\"value\": 0}.")
    }
    return mask
  }

  /// The lengths of sequences, each 0 or more.
  func lengths() throws -> [Int]? {
    guard let lengths: [Int] = try value("lengths") else { return nil }
    guard !lengths.isEmpty, lengths.allSatisfy({ $0 >= 0 }) else {
      throw LSTMFormatsError.wrongKind(
        file: file, place: place("lengths"),
        expected: "a list of whole numbers of steps, one for each sequence")
    }
    return lengths
  }

  /// What the model's file takes beside the sequence.
  func graphInputs() throws -> Set<GraphInput> {
    guard let names: [String] = try value("graphInputs") else { return [] }
    return Set(
      try names.map { name in
        if let input = GraphInput(rawValue: name) { return input }
        throw LSTMFormatsError.wrongKind(
          file: file, place: place("graphInputs"),
          expected: "a list of " + GraphInput.allCases.map(\.rawValue).joined(separator: ", "))
      })
  }

  /// The value of a key that has to be there.
  func required<Value: Decodable>(_ key: String, as type: Value.Type = Value.self) throws -> Value {
    guard let value: Value = try value(key) else {
      throw LSTMFormatsError.missingKey(file: file, key: place(key))
    }
    return value
  }

  /// The precision; nil where the key is absent.
  func precision() throws -> StoredPrecision? { try choice("precision") }
}
