// Somebody's numbers of one step, as a JSON file with the keys that a step has as JSON. What is
// given is what is compared; the rest of such a document is passed over.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The results of one step that somebody got, as far as they gave them.
package struct StepNumbers: Equatable, Sendable {
  /// The gates and the candidate.
  package var gates: PerGate<NumberList?> = .init(all: nil)
  /// c(t).
  package var newCell: NumberList?
  /// h(t).
  package var newHidden: NumberList?

  /// Makes an empty set of numbers.
  package init() {}

  /// Reads numbers from a JSON file:
  /// `{"gates": {"forget": […], …}, "newCell": […], "newHidden": […]}`, every key optional.
  ///
  /// - Throws: ``LSTMFormatsError``.
  package init(contentsOf path: String) throws {
    try self.init(data: FileAccess.read(path), file: path)
  }

  /// Reads numbers from JSON text; see ``init(contentsOf:)``.
  ///
  /// - Throws: ``LSTMFormatsError``.
  package init(data: Data, file: String) throws {
    self = try decodeJSON(StepNumbersDocument.self, from: data, file: file).numbers
  }
}

private struct StepNumbersDocument: Decodable {
  var numbers = StepNumbers()

  init(from decoder: any Decoder) throws {
    let object = try JSONObject(
      decoder,
      valid: [
        "gates", "newCell", "newHidden", "input", "hidden", "cell", "preactivation", "terms",
        "notes",
      ])
    if let gates: Gates = try object.value("gates") { numbers.gates = gates.values }
    numbers.newCell = try object.numbers("newCell")
    numbers.newHidden = try object.numbers("newHidden")
  }

  struct Gates: Decodable {
    var values: PerGate<NumberList?>
    init(from decoder: any Decoder) throws {
      let object = try JSONObject(decoder, valid: Gate.allCases.map(\.rawValue))
      values = try PerGate { try object.numbers($0.rawValue) }
    }
  }
}

extension JSONObject {
  fileprivate func numbers(_ key: String) throws -> NumberList? {
    guard let values: [Double] = try value(key) else { return nil }
    guard !values.isEmpty else {
      throw LSTMFormatsError.emptyList(place: "'\(file)': \(place(key))")
    }
    return NumberList(values)
  }
}
