// The part of Python's literals that the header of an .npy file is written in: texts, whole
// numbers, True, False, None, tuples, lists and dictionaries. Nothing is ever evaluated. What the
// values mean is left to NumpyHeader.swift.

import LSTMCore

/// A value of a Python literal.
enum PythonLiteral: Equatable {
  case text(String)
  /// A whole number; nil where it does not fit.
  case number(Int?)
  case bool(Bool)
  case none
  case tuple([PythonLiteral])
  case list([PythonLiteral])
  case dictionary([(key: String, value: PythonLiteral)])

  static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.text(let left), .text(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.bool(let left), .bool(let right)): left == right
    case (.none, .none): true
    case (.tuple(let left), .tuple(let right)), (.list(let left), .list(let right)): left == right
    case (.dictionary(let left), .dictionary(let right)):
      left.elementsEqual(right) { $0.key == $1.key && $0.value == $1.value }
    default: false
    }
  }
}

/// Reads one literal that fills a text.
struct PythonLiteralParser {
  /// What is wrong, and at which byte.
  struct Failure: LSTMFailure {
    var byte: Int
    var reason: String
    var kind: FailureKind { .data }
    var message: String { "at byte \(byte), \(reason)." }
  }

  /// Deeper than any description of an array.
  static let deepest = 16

  private let bytes: [UInt8]
  private var place = 0
  private var depth = 0

  /// The literal in bytes, which may have space around it.
  static func parse(_ bytes: [UInt8]) throws(Failure) -> PythonLiteral {
    var parser = PythonLiteralParser(bytes)
    let literal = try parser.value()
    parser.skipSpace()
    guard parser.place == bytes.count else { throw parser.expected("the end") }
    return literal
  }

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  private mutating func value() throws(Failure) -> PythonLiteral {
    skipSpace()
    switch current {
    case "{": return .dictionary(try pairs())
    case "[": return .list(try items(closing: "]").values)
    case "(":
      let (values, hasComma) = try items(closing: ")")
      // Without a comma, brackets only group.
      return values.count == 1 && !hasComma ? values[0] : .tuple(values)
    case "'", "\"": return .text(try text())
    default: return try word()
    }
  }

  private mutating func pairs() throws(Failure) -> [(key: String, value: PythonLiteral)] {
    try enter()
    var found: [(key: String, value: PythonLiteral)] = []
    while !take("}") {
      skipSpace()
      guard current == "'" || current == "\"" else { throw expected("a key in quotes") }
      let (start, key) = (place, try text())
      if found.contains(where: { $0.key == key }) {
        throw Failure(byte: start, reason: "the key '\(shown(key))' stands twice")
      }
      guard take(":") else { throw expected("':'") }
      found.append((key, try value()))
      if take(",") { continue }
      guard take("}") else { throw expected("',' or '}'") }
      break
    }
    depth -= 1
    return found
  }

  private mutating func items(
    closing: Unicode.Scalar
  ) throws(Failure) -> (values: [PythonLiteral], hasComma: Bool) {
    try enter()
    var (found, hasComma): ([PythonLiteral], Bool) = ([], false)
    while !take(closing) {
      found.append(try value())
      hasComma = take(",")
      if hasComma { continue }
      guard take(closing) else { throw expected("',' or '\(closing)'") }
      break
    }
    depth -= 1
    return (found, hasComma)
  }

  private mutating func enter() throws(Failure) {
    guard depth < Self.deepest else {
      throw Failure(byte: place, reason: "brackets are nested more than \(Self.deepest) deep")
    }
    depth += 1
    place += 1
  }

  private mutating func text() throws(Failure) -> String {
    let (start, quote) = (place, bytes[place])
    place += 1
    while place < bytes.count, bytes[place] != quote, bytes[place] >= 0x20 {
      // An escaped quote does not end the text; what escapes mean matters to nothing read here.
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard place < bytes.count, bytes[place] == quote else {
      throw Failure(byte: start, reason: "the text that begins there has no closing quote")
    }
    defer { place += 1 }
    return String(decoding: bytes[start + 1..<place], as: UTF8.self)
  }

  private mutating func word() throws(Failure) -> PythonLiteral {
    let start = place
    while place < bytes.count, Self.isWord(bytes[place]) { place += 1 }
    let word = String(decoding: bytes[start..<place], as: UTF8.self)
    switch word {
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "None": return .none
    default:
      // Python 2 wrote an L behind long numbers.
      let digits = word.hasSuffix("L") ? word.dropLast() : word[...]
      let isNumber = !digits.isEmpty && digits.allSatisfy { ("0"..."9").contains($0) }
      guard isNumber, digits.count == 1 || digits.first != "0" else {
        place = start
        throw expected("a text, a number, True, False or a bracket")
      }
      return .number(Int(digits))
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "0"..."9", "a"..."z", "A"..."Z", "_", ".", "+", "-": true
    default: false
    }
  }

  private var current: Unicode.Scalar? {
    place < bytes.count ? Unicode.Scalar(bytes[place]) : nil
  }

  private mutating func skipSpace() {
    while let scalar = current, " \t\r\n\u{C}".unicodeScalars.contains(scalar) { place += 1 }
  }

  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard current == mark else { return false }
    place += 1
    return true
  }

  private func expected(_ what: String) -> Failure {
    let rest = String(decoding: bytes[min(place, bytes.count)...].prefix(8), as: UTF8.self)
    let found = rest.first.map { "found '\(shown(String($0)))'" } ?? "the header ends"
    return Failure(byte: place, reason: "\(what) should stand, but \(found)")
  }
}
