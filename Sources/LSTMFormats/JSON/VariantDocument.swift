// The settings of a cell as JSON, for the two forms of a model that this project writes itself.

import LSTMCore

/// The JSON form of a cell's settings; what is usual is left out.
///
///     {"activations": {"forget": "hard-sigmoid:0.2:0.5", "cell": "identity"},
///      "coupled": "forget-from-input", "pinned": {"output": 1},
///      "clip": 3, "cellClip": 10, "projectionClip": 1}
struct VariantDocument: Codable {
  var variant = CellVariant<Double>()

  init(_ variant: CellVariant<Double>) { self.variant = variant }

  private static let places = Gate.allCases.map(\.rawValue) + ["cell"]

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(
      decoder,
      valid: ["activations", "coupled", "pinned", "clip", "cellClip", "projectionClip"])
    if let texts: [String: String] = try object.value("activations") {
      for (place, text) in texts.sorted(by: { $0.key < $1.key }) {
        let whole = "\(object.place("activations")).\(place)"
        guard Self.places.contains(place) else {
          throw LSTMFormatsError.unknownKey(
            file: object.file, key: whole,
            nearest: nearestName(to: place, among: Self.places), valid: Self.places)
        }
        guard let activation = Activation<Double>(text: text) else {
          throw LSTMFormatsError.wrongKind(
            file: object.file, place: whole,
            expected: "a function with its numbers, such as \"hard-sigmoid:0.2:0.5\"; functions "
              + "are \(Activation<Double>.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        if let gate = Gate(rawValue: place) {
          variant.activations[gate] = activation
        } else {
          variant.cellActivation = activation
        }
      }
    }
    variant.coupling = try object.choice("coupled")
    if let pinned: Pinned = try object.value("pinned") { variant.pinned = pinned.values }
    variant.clip = try object.bound("clip")
    variant.cellClip = try object.bound("cellClip")
    variant.projectionClip = try object.bound("projectionClip")
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyKey.self)
    let usual = CellVariant<Double>()
    var texts: [String: String] = [:]
    for gate in Gate.allCases where variant.activations[gate] != usual.activations[gate] {
      texts[gate.rawValue] = variant.activations[gate].text
    }
    if variant.cellActivation != usual.cellActivation {
      texts["cell"] = variant.cellActivation.text
    }
    if !texts.isEmpty { try container.encode(texts, forKey: AnyKey("activations")) }
    try container.encodeIfPresent(variant.coupling?.rawValue, forKey: AnyKey("coupled"))
    let pinned = Dictionary(
      uniqueKeysWithValues: Gate.allCases.compactMap { gate in
        variant.pinned[gate].map { (gate.rawValue, $0) }
      })
    if !pinned.isEmpty { try container.encode(pinned, forKey: AnyKey("pinned")) }
    try container.encodeIfPresent(variant.clip, forKey: AnyKey("clip"))
    try container.encodeIfPresent(variant.cellClip, forKey: AnyKey("cellClip"))
    try container.encodeIfPresent(variant.projectionClip, forKey: AnyKey("projectionClip"))
  }

  private struct Pinned: Decodable {
    var values: PerGate<Double?>
    init(from decoder: any Decoder) throws {
      let object = try JSONObject(decoder, valid: Gate.allCases.map(\.rawValue))
      values = try PerGate { try object.value($0.rawValue) }
    }
  }
}

extension Activation<Double> {
  /// "hard-sigmoid:0.2:0.5": the name and as many numbers as the function has.
  var text: String {
    ([kind.rawValue] + [alpha, beta].prefix(kind.parameterCount).map { "\($0)" })
      .joined(separator: ":")
  }

  /// Reads the text of an activation; numbers that are left out are the usual ones.
  init?(text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard let kind = parts.first.flatMap({ Kind(rawValue: $0) }),
      parts.count <= kind.parameterCount + 1
    else { return nil }
    let numbers = parts.dropFirst().compactMap { Double($0) }.filter(\.isFinite)
    guard numbers.count == parts.count - 1 else { return nil }
    self.init(kind, alpha: numbers.first, beta: numbers.dropFirst().first)
  }
}

extension JSONObject {
  /// The value of a key that is one of the cases of an enumeration.
  func choice<Choice: RawRepresentable & CaseIterable>(_ key: String) throws -> Choice?
  where Choice.RawValue == String {
    guard let text: String = try value(key) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      throw LSTMFormatsError.wrongKind(
        file: file, place: place(key),
        expected: Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or "))
    }
    return choice
  }

  /// The value of a key that has to be above 0.
  fileprivate func bound(_ key: String) throws -> Double? {
    guard let number: Double = try value(key) else { return nil }
    guard number > 0 else {
      throw LSTMFormatsError.wrongKind(
        file: file, place: place(key), expected: "a number above 0")
    }
    return number
  }
}
