// A JSON document as a flat list of its values, for files of settings whose keys a table knows.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The values of a JSON document by the way to each: "settings.batch", "offsets.0".
package struct FlatJSON {
  /// The values as text, numbers as they would be typed; null is left out.
  package private(set) var values: [String: String] = [:]

  /// Reads a document.
  ///
  /// - Parameters:
  ///   - text: the document.
  ///   - file: what to call it in errors.
  /// - Throws: `LSTMFormatsError` where it is not JSON, or no object.
  package init(_ text: String, file: String) throws {
    let document = try decodeJSON(JSONValue.self, from: Data(text.utf8), file: file)
    guard case .object = document else {
      throw LSTMFormatsError.wrongKind(
        file: file, place: "the document", expected: "an object in braces")
    }
    add(document, "")
  }

  private mutating func add(_ value: JSONValue, _ place: String) {
    func key(_ part: String) -> String { place.isEmpty ? part : "\(place).\(part)" }
    switch value {
    case .null: break
    case .bool(let value): values[place] = "\(value)"
    case .number(let value): values[place] = Int(exactly: value).map { "\($0)" } ?? "\(value)"
    case .text(let text): values[place] = text
    case .list(let list):
      for (index, value) in list.enumerated() { add(value, key("\(index)")) }
    case .object(let object): for (name, value) in object { add(value, key(name)) }
    }
  }

  /// A text as JSON.
  package static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
