// The plain layers of a whole model in a document, their arrays by name, and what audio programs say.

import LSTMCore

/// The plain layers of a model, as a document has them.
struct PlainLayersDocument: Equatable {
  var front: [JSONValue] = []
  var head: JSONValue?

  init() {}

  /// What a model's layers are.
  ///
  /// - Parameter content: the object of a layer.
  init(_ model: LSTMModel, content: (PlainLayer<Double>) -> JSONValue = { .object($0.settings) }) {
    front = model.frontLayers.map(content)
    head = model.headLayers.map { head in
      var object: [String: JSONValue] = [
        "reads": .text(head.source.rawValue), "layers": .list(head.layers.map(content)),
      ]
      if let activation = head.activation { object["activation"] = .text(activation.rawValue) }
      if head.addedInputs > 0 { object["addedInputs"] = .number(Double(head.addedInputs)) }
      return .object(object)
    }
  }

  /// Reads the two keys of an object.
  init(_ object: JSONObject) throws {
    front = try object.value("frontLayers") ?? []
    head = try object.value("headLayers")
  }

  /// Gives a model the layers.
  ///
  /// - Parameter array: an array of the layer that is called `place` by name.
  func apply(
    to model: inout LSTMModel, file: String,
    array: (_ place: String, _ layer: JSONValue, _ name: String, _ dimensions: Int) throws
      -> PlainArray?
  ) throws {
    func layers(_ list: [JSONValue], _ part: String) throws -> [PlainLayer<Double>] {
      try list.enumerated().map { index, json in
        let place = "\(part).\(index)"
        return try PlainLayer(json, file: file, place: place) { try array(place, json, $0, $1) }
      }
    }
    model.frontLayers = try layers(front, "front")
    guard let head else { return }
    guard let list = head["layers"]?.entries else {
      throw LSTMFormatsError.missingKey(file: file, key: "headLayers.layers")
    }
    var activation: LinearHead<Double>.Activation?
    if let name = head["activation"]?.string {
      activation = .init(rawValue: name)
      guard activation != nil else {
        throw LSTMFormatsError.wrongKind(
          file: file, place: "headLayers.activation", expected: "\"softmax\" or \"sigmoid\"")
      }
    }
    guard let source = OutputSelection(rawValue: head["reads"]?.string ?? "every-step") else {
      throw LSTMFormatsError.wrongKind(
        file: file, place: "headLayers.reads",
        expected: OutputSelection.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or "))
    }
    let added = head["addedInputs"]?.int ?? 0
    guard (0...(1 << 20)).contains(added) else {
      throw LSTMFormatsError.wrongKind(
        file: file, place: "headLayers.addedInputs", expected: "a whole number from 0 on")
    }
    model.headLayers = PlainHead(
      source: source, layers: try layers(list, "head"), activation: activation, addedInputs: added)
  }
}

extension LSTMModel {
  /// Every array of the plain layers under the name that files give it: "front.0.weight".
  var plainArrays: [(name: String, array: PlainArray)] {
    func named(_ layers: [PlainLayer<Double>], _ part: String) -> [(String, PlainArray)] {
      layers.enumerated().flatMap { index, layer in
        layer.arrays.map { ("\(part).\(index).\($0.name)", $0) }
      }
    }
    return named(frontLayers, "front") + named(headLayers?.layers ?? [], "head")
  }
}

extension JSONValue {
  /// The numbers of nested lists, and how they are nested; nil where lists of one depth differ.
  func array(_ name: String, dimensions: Int) -> PlainArray? {
    var values: [Double] = []
    var shape = [Int](repeating: -1, count: dimensions)
    func walk(_ value: JSONValue, _ depth: Int) -> Bool {
      guard depth < dimensions else {
        guard let number = value.double else { return false }
        values.append(number)
        return true
      }
      guard let entries = value.entries else { return false }
      if shape[depth] < 0 { shape[depth] = entries.count }
      return shape[depth] == entries.count && entries.allSatisfy { walk($0, depth + 1) }
    }
    return walk(self, 0)
      ? PlainArray(name: name, values: values, shape: shape.map { max(0, $0) }) : nil
  }

  /// Numbers as nested lists.
  init(_ array: PlainArray) {
    func nested(_ values: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> JSONValue {
      guard let count = shape.first, shape.count > 1 else {
        return .list(values.map { .number($0) })
      }
      let size = values.count / max(1, count)
      return .list(
        (0..<count).map { index in
          let start = values.startIndex + index * size
          return nested(values[start..<start + size], shape.dropFirst())
        })
    }
    self = nested(array.values[...], array.shape[...])
  }
}

/// The JSON form of what audio programs say: `{"sampleRate": 48000, "metadata": {"gain": "0.5"}}`.
struct AudioDocument: Codable {
  var audio: AudioDescription

  init(_ audio: AudioDescription) { self.audio = audio }

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(decoder, valid: ["sampleRate", "metadata"])
    audio = AudioDescription(
      sampleRate: try object.value("sampleRate"), metadata: try object.value("metadata") ?? [:])
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    try container.encodeIfPresent(audio.sampleRate, forKey: AnyKey("sampleRate"))
    try container.encode(audio.metadata, forKey: AnyKey("metadata"))
  }
}
