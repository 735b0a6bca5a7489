// JSON with its keys in the order in which we tell the story and a list of numbers on one line.
// JSONEncoder can do neither, and writes a Float as the Double nearest to it.

/// A JSON value to be written.
enum JSONText {
  case object([(key: String, value: JSONText)])
  case list([JSONText])
  case numbers([Double])
  case number(Double)
  case string(String)
  case bool(Bool)
  case null

  /// The numbers of a matrix, one list a row.
  static func rows(_ values: [[Double]]) -> JSONText { .list(values.map(JSONText.numbers)) }

  /// The value as text, numbers in full precision.
  func text(_ precision: Precision = .double, indent: String = "") -> String {
    let deeper = indent + "  "
    switch self {
    case .object(let members):
      guard !members.isEmpty else { return "{}" }
      let lines = members.map { member in
        "\(deeper)\(Self.quoted(member.key)): \(member.value.text(precision, indent: deeper))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(indent)}"
    case .list(let values):
      guard !values.isEmpty else { return "[]" }
      let lines = values.map { deeper + $0.text(precision, indent: deeper) }
      return "[\n\(lines.joined(separator: ",\n"))\n\(indent)]"
    case .numbers(let values):
      return "[\(values.map { Self.number($0, precision) }.joined(separator: ", "))]"
    case .number(let value): return Self.number(value, precision)
    case .string(let text): return Self.quoted(text)
    case .bool(let value): return value ? "true" : "false"
    case .null: return "null"
    }
  }

  /// A number in full precision; null where it is infinite or NaN, which JSON cannot write.
  private static func number(_ value: Double, _ precision: Precision) -> String {
    value.isFinite ? precision.exact(value) : "null"
  }

  /// A JSON string: quotes, backslashes and control characters escaped (RFC 8259, section 7).
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
