// What the JSON readers share: any key, checked against the valid ones, and a decoder's error
// turned into one of ours with the place spelled out, "forget.inputWeights[2][1]". Syntax is
// checked before, in JSONSyntax.swift.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Any key of a JSON object.
struct AnyKey: CodingKey {
  let stringValue: String
  let intValue: Int?
  init(_ name: String) { (stringValue, intValue) = (name, nil) }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { (stringValue, self.intValue) = ("\(intValue)", intValue) }
}

/// One object of a JSON file, read key by key.
struct JSONObject {
  let file: String
  let container: KeyedDecodingContainer<AnyKey>

  /// Opens the object; a key that is not in `valid` is an error.
  init(_ decoder: any Decoder, valid: [String]) throws {
    file = decoder.userInfo[.jsonFileName] as? String ?? "JSON"
    container = try decoder.container(keyedBy: AnyKey.self)
    let keys = container.allKeys.map(\.stringValue).sorted()
    if let unknown = keys.first(where: { !valid.contains($0) }) {
      throw LSTMFormatsError.unknownKey(
        file: file, key: place(unknown), nearest: nearestName(to: unknown, among: valid),
        valid: valid)
    }
  }

  /// The value of a key, or nil where the key is absent or null.
  func value<Value: Decodable>(_ key: String, as type: Value.Type = Value.self) throws -> Value? {
    try container.decodeIfPresent(type, forKey: AnyKey(key))
  }

  /// The full name of a key of this object, "forget.bias".
  func place(_ key: String) -> String {
    jsonPlace(container.codingPath + [AnyKey(key)])
  }
}

extension CodingUserInfoKey {
  fileprivate static let jsonFileName: CodingUserInfoKey = {
    guard let key = CodingUserInfoKey(rawValue: "lstm.file") else {
      preconditionFailure("a key of letters is always valid")
    }
    return key
  }()
}

/// Decodes a JSON file, with errors of ours.
func decodeJSON<Value: Decodable>(_ type: Value.Type, from data: Data, file: String) throws
  -> Value
{
  try JSONSyntax.check(data, file: file)
  let decoder = JSONDecoder()
  decoder.userInfo[.jsonFileName] = file
  do {
    return try decoder.decode(type, from: data)
  } catch DecodingError.typeMismatch(let expected, let context) {
    throw LSTMFormatsError.wrongKind(
      file: file, place: jsonPlace(context.codingPath), expected: kind(expected))
  } catch DecodingError.valueNotFound(let expected, let context) {
    throw LSTMFormatsError.wrongKind(
      file: file, place: jsonPlace(context.codingPath), expected: kind(expected))
  } catch DecodingError.dataCorrupted(let context) {
    let place = jsonPlace(context.codingPath)
    guard context.codingPath.isEmpty else {
      throw LSTMFormatsError.wrongKind(file: file, place: place, expected: "a finite number")
    }
    throw LSTMFormatsError.notJSON(file: file, reason: context.debugDescription)
  }
}

/// The way to a value as text: "forget.inputWeights[2][1]", or "the document" at the top.
func jsonPlace(_ path: [any CodingKey]) -> String {
  let place = path.reduce(into: "") { place, key in
    if let index = key.intValue {
      place += "[\(index)]"
    } else {
      place += place.isEmpty ? key.stringValue : ".\(key.stringValue)"
    }
  }
  return place.isEmpty ? "the document" : place
}

private func kind(_ type: any Any.Type) -> String {
  switch type {
  case is Double.Type, is Int.Type: "a number"
  case is String.Type: "a text in quotes"
  case is [Double].Type: "a list of numbers"
  case is [[Double]].Type: "a list of rows of numbers"
  case is any ExpressibleByArrayLiteral.Type: "a list"
  default: "an object in braces"
  }
}
