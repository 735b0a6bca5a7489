// Whether a text is JSON (RFC 8259), and if not: where, and what to write instead. Decoding is
// Foundation's, but of a syntax error it says on Linux neither what nor where, it takes a key that
// stands twice without a word, and what else it lets pass differs between systems.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Goes through a JSON text once, before it is decoded.
struct JSONSyntax {
  /// Deeper than anything that is read here, and far from the end of the stack.
  static let deepest = 64

  private let file: String
  private let bytes: [UInt8]
  private var position = 0
  private var path: [AnyKey] = []

  /// Checks a whole file.
  ///
  /// - Throws: ``LSTMFormatsError/notJSON(file:reason:)``; where a number is none that a `Double`
  ///   holds, NaN and Infinity included, ``LSTMFormatsError/wrongKind(file:place:expected:)``;
  ///   where a key stands twice, ``LSTMFormatsError/conflictingKeys(file:reason:)``; and
  ///   ``LSTMFormatsError/unreadableFile(_:reason:)`` where the bytes are not UTF-8.
  static func check(_ data: Data, file: String) throws {
    guard String(bytes: data, encoding: .utf8) != nil else {
      throw LSTMFormatsError.unreadableFile(file, reason: "it is not UTF-8 text")
    }
    var syntax = JSONSyntax(file: file, bytes: Array(data))
    try syntax.document()
  }

  private init(file: String, bytes: [UInt8]) {
    (self.file, self.bytes) = (file, bytes)
  }

  private mutating func document() throws {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }  // the byte order mark
    skipSpace()
    guard position < bytes.count else {
      throw LSTMFormatsError.notJSON(file: file, reason: "it is empty.")
    }
    try value()
    skipSpace()
    if position < bytes.count { throw expected("the end of the file") }
  }

  // MARK: - Values

  private mutating func value() throws {
    skipSpace()
    switch current {
    case "{": try object()
    case "[": try array()
    case "\"": _ = try text()
    default: try word()
    }
  }

  private mutating func object() throws {
    var seen: Set<String> = []
    try enter()
    if take("}") { return }
    repeat {
      skipSpace()
      guard current == "\"" else {
        throw expected("a key in double quotes", after: seen.isEmpty ? nil : "the comma")
      }
      let (start, key) = (position, try text())
      path.append(AnyKey(key))
      guard seen.insert(key).inserted else {
        throw LSTMFormatsError.conflictingKeys(
          file: file,
          reason: "the key '\(jsonPlace(path))' stands twice, the second time in line "
            + "\(line(of: start)). Keep one of them.")
      }
      guard take(":") else { throw expected("':'", after: "the key") }
      try value()
      path.removeLast()
    } while take(",")
    guard take("}") else { throw expected("',' or '}'") }
  }

  private mutating func array() throws {
    try enter()
    if take("]") { return }
    var index = 0
    repeat {
      path += [AnyKey(intValue: index)].compactMap { $0 }
      skipSpace()
      if index > 0, current == "]" { throw expected("another value", after: "the comma") }
      try value()
      path.removeLast()
      index += 1
    } while take(",")
    guard take("]") else { throw expected("',' or ']'") }
  }

  /// Steps over an opening bracket.
  private mutating func enter() throws {
    guard path.count < Self.deepest else {
      throw failure("brackets are nested more than \(Self.deepest) deep. Take some out.")
    }
    position += 1
  }

  /// Steps over a text in quotes and returns what stands between them, escapes as they are.
  private mutating func text() throws -> String {
    let start = position
    position += 1
    while let byte = current, byte != "\"" {
      guard byte.value >= 0x20 else { break }
      if byte == "\\" {
        position += 1
        guard let escaped = current, "\"\\/bfnrtu".unicodeScalars.contains(escaped) else {
          throw expected("one of \" \\ / b f n r t u", after: "the backslash")
        }
        let digits = bytes[position...].dropFirst().prefix(4)
        if escaped == "u", digits.count(where: { Character(.init($0)).isHexDigit }) < 4 {
          throw failure("'\\u' needs four hexadecimal digits after it.")
        }
      }
      position += 1
    }
    guard current == "\"" else {
      position = start
      throw failure("the text that begins here has no closing quote in its line.")
    }
    position += 1
    return String(decoding: bytes[start + 1..<position - 1], as: UTF8.self)
  }

  /// Steps over a number, true, false or null: whatever goes on to the next mark or space.
  private mutating func word() throws {
    let start = position
    while let byte = current, !" \t\r\n,:[]{}\"".unicodeScalars.contains(byte) { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    if ["true", "false", "null"].contains(word) { return }
    position = start
    guard !word.isEmpty else { throw expected("a value") }
    let name = word.lowercased().drop { "+-".contains($0) }
    if ["nan", "inf", "infinity"].contains(name) { throw unfit(word, "a finite number") }
    if word.hasPrefix("//") || word.hasPrefix("/*") || word.hasPrefix("#") {
      throw failure("JSON has no comments. Take it out.")
    }
    guard Self.isNumber(word), let number = Double(word) else {
      throw failure(
        name.first?.isNumber == true || name.hasPrefix(".")
          ? "'\(Self.shortened(word))' is not a number as JSON has it. Write it like -0.25 or 1e-3."
          : "expected a value, found '\(Self.shortened(word))'. Texts and keys stand in double quotes."
      )
    }
    guard number.isFinite else { throw unfit(word, "a finite number") }
    guard !isLost(number, writtenAs: word) else {
      throw unfit(word, "0 or at least 5e-324 in size")
    }
    position = start + word.utf8.count
  }

  /// Whether a word is `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`.
  private static func isNumber(_ word: String) -> Bool {
    var rest = Substring(word)
    func digits() -> Substring {
      let found = rest.prefix { ("0"..."9").contains($0) }
      rest = rest.dropFirst(found.count)
      return found
    }
    if rest.hasPrefix("-") { rest.removeFirst() }
    let whole = digits()
    guard !whole.isEmpty, whole == "0" || !whole.hasPrefix("0") else { return false }
    if rest.hasPrefix(".") {
      rest.removeFirst()
      if digits().isEmpty { return false }
    }
    if let mark = rest.first, "eE".contains(mark) {
      rest.removeFirst()
      if let sign = rest.first, "+-".contains(sign) { rest.removeFirst() }
      if digits().isEmpty { return false }
    }
    return rest.isEmpty
  }

  // MARK: - Reading on

  private var current: Unicode.Scalar? {
    position < bytes.count ? Unicode.Scalar(bytes[position]) : nil
  }

  private mutating func skipSpace() {
    while let byte = current, " \t\r\n".unicodeScalars.contains(byte) { position += 1 }
  }

  /// Skips space and steps over a mark, if it stands there.
  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    skipSpace()
    guard current == mark else { return false }
    position += 1
    return true
  }

  // MARK: - Errors

  private func line(of offset: Int) -> Int {
    bytes[..<offset].count { $0 == UInt8(ascii: "\n") } + 1
  }

  /// A syntax error at the current place.
  private func failure(_ what: String) -> LSTMFormatsError {
    let start = bytes[..<position].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = String(decoding: bytes[start..<position], as: UTF8.self).count + 1
    return .notJSON(file: file, reason: "line \(line(of: position)), column \(column): \(what)")
  }

  private func expected(_ what: String, after: String? = nil) -> LSTMFormatsError {
    let rest = String(decoding: bytes[position...].prefix(16), as: UTF8.self)
    let place = path.isEmpty ? "" : " in \(jsonPlace(path))"
    let found = rest.first.map { $0.isNewline ? "the end of the line" : "'\($0)'" }
    return failure(
      "expected \(what)\(after.map { " after \($0)" } ?? "")\(place), "
        + (found.map { "found \($0)." } ?? "but the file ends."))
  }

  /// The error of a number that cannot be one of a cell's.
  private func unfit(_ word: String, _ expected: String) -> LSTMFormatsError {
    .wrongKind(
      file: file, place: "\(jsonPlace(path)), '\(Self.shortened(word))',", expected: expected)
  }

  private static func shortened(_ word: String) -> String {
    word.count > 24 ? word.prefix(20) + "…" : word
  }
}
