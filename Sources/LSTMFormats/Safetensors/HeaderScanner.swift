// JSON, mark by mark, as far as the header of a safetensors file needs it: it keeps the order of
// keys and their places, so that duplicates and damage can be named, and never builds what nobody
// asked for. JSON files of this project are read elsewhere, in JSONDocument.swift.

/// Steps through a JSON text (RFC 8259) of which nothing is trusted.
struct HeaderScanner {
  /// Deeper than this, brackets are refused.
  static let deepest = 64

  let bytes: UnsafeRawBufferPointer
  let file: String
  /// Where the text begins in its file, for errors.
  let origin: Int
  private(set) var place = 0

  init(_ bytes: UnsafeRawBufferPointer, file: String, origin: Int) {
    (self.bytes, self.file, self.origin) = (bytes, file, origin)
  }

  /// The byte at which the scanner stands, counted from the start of the file.
  var byte: Int { origin + place }

  /// The byte that comes next after space, as a scalar; nil at the end.
  mutating func peek() -> Unicode.Scalar? {
    while place < bytes.count {
      switch bytes[place] {
      case 0x20, 0x09, 0x0A, 0x0D: place += 1
      default: return Unicode.Scalar(bytes[place])
      }
    }
    return nil
  }

  /// Steps over a mark, if it comes next.
  mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard peek() == mark else { return false }
    place += 1
    return true
  }

  /// Steps over a mark, which has to come next.
  mutating func require(_ mark: Unicode.Scalar) throws(SafetensorsError) {
    guard take(mark) else { throw expected("'\(mark)'") }
  }

  /// Goes through the members of an object, whose brace comes next; `visit` gets the key and the
  /// byte where it stands, and steps over the value.
  mutating func object(
    _ visit: (inout HeaderScanner, String, Int) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    try require("{")
    if take("}") { return }
    repeat {
      guard peek() == "\"" else { throw expected("a key in double quotes") }
      let start = byte
      let key = try text()
      try require(":")
      try visit(&self, key, start)
    } while take(",")
    guard take("}") else { throw expected("',' or '}'") }
  }

  /// Goes through the values of a list, whose bracket comes next.
  mutating func list(
    _ visit: (inout HeaderScanner) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    try require("[")
    if take("]") { return }
    repeat { try visit(&self) } while take(",")
    guard take("]") else { throw expected("',' or ']'") }
  }

  /// Reads a whole number without sign, fraction and exponent, or nil where something else, or a
  /// number beyond 63 bits, comes next; then nothing is stepped over.
  mutating func wholeNumber() -> Int? {
    _ = peek()
    var end = place
    var number = 0
    while end < bytes.count, (0x30...0x39).contains(bytes[end]) {
      let (tens, first) = number.multipliedReportingOverflow(by: 10)
      let (next, second) = tens.addingReportingOverflow(Int(bytes[end] & 0xF))
      if first || second { return nil }
      number = next
      end += 1
    }
    guard end > place, end == place + 1 || bytes[place] != 0x30 else { return nil }
    if end < bytes.count, ".eE".utf8.contains(bytes[end]) { return nil }
    place = end
    return number
  }

  /// Reads a text, whose quote comes next.
  mutating func text() throws(SafetensorsError) -> String {
    guard peek() == "\"" else { throw expected("a text in double quotes") }
    let start = place
    place += 1
    var run = place
    var text = ""
    while place < bytes.count, bytes[place] != 0x22, bytes[place] >= 0x20 {
      guard bytes[place] == 0x5C else {
        place += 1
        continue
      }
      text += String(decoding: bytes[run..<place], as: UTF8.self)
      text.unicodeScalars.append(try escape())
      run = place
    }
    guard place < bytes.count, bytes[place] == 0x22 else {
      if place < bytes.count { throw failure("a text has a line break or control character") }
      throw .notJSON(
        file: file, byte: origin + start,
        reason: "the text that begins there has no closing quote")
    }
    text += String(decoding: bytes[run..<place], as: UTF8.self)
    place += 1
    return text
  }

  /// Reads an escape, whose backslash comes next.
  private mutating func escape() throws(SafetensorsError) -> Unicode.Scalar {
    let start = place
    func wrong() -> SafetensorsError {
      .notJSON(
        file: file, byte: origin + start, reason: "a backslash begins no escape that JSON has")
    }
    guard place + 1 < bytes.count else { throw wrong() }
    place += 2
    switch Unicode.Scalar(bytes[place - 1]) {
    case "\"": return "\""
    case "\\": return "\\"
    case "/": return "/"
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": break
    default: throw wrong()
    }
    guard let first = hexadecimal() else { throw wrong() }
    if let scalar = Unicode.Scalar(first) { return scalar }
    // The first half of a pair of surrogates needs the second.
    guard first < 0xDC00, place + 2 <= bytes.count, bytes[place] == 0x5C,
      bytes[place + 1] == UInt8(ascii: "u")
    else { throw wrong() }
    place += 2
    guard let second = hexadecimal(), (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw wrong() }
    return scalar
  }

  private mutating func hexadecimal() -> UInt32? {
    guard place + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for byte in bytes[place..<place + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    place += 4
    return value
  }

  /// Steps over a value of any kind.
  mutating func skip(depth: Int = 1) throws(SafetensorsError) {
    let mark = peek()
    if mark == "{" || mark == "[", depth > Self.deepest {
      throw failure("brackets are nested more than \(Self.deepest) deep")
    }
    switch mark {
    case "{":
      try object { (scanner, _, _) throws(SafetensorsError) in
        try scanner.skip(depth: depth + 1)
      }
    case "[":
      try list { scanner throws(SafetensorsError) in try scanner.skip(depth: depth + 1) }
    case "\"": _ = try text()
    default:
      let start = place
      while place < bytes.count, Self.isWord(bytes[place]) { place += 1 }
      guard Self.isValue(bytes[start..<place]) else {
        place = start
        throw expected("a value")
      }
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch Unicode.Scalar(byte) {
    case "0"..."9", "a"..."z", "A"..."Z", ".", "+", "-": true
    default: false
    }
  }

  /// Whether bytes are true, false, null or `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`.
  private static func isValue(_ word: Slice<UnsafeRawBufferPointer>) -> Bool {
    if ["true", "false", "null"].contains(where: { word.elementsEqual($0.utf8) }) { return true }
    var rest = word
    func digits() -> Int {
      let found = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(found)
      return found
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let isZero = rest.first == 0x30
    let whole = digits()
    guard whole == 1 || whole > 1 && !isZero else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if let mark = rest.first, "eE".utf8.contains(mark) {
      rest = rest.dropFirst()
      if let sign = rest.first, "+-".utf8.contains(sign) { rest = rest.dropFirst() }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  // MARK: - Errors

  /// An error at the current byte.
  func failure(_ reason: String) -> SafetensorsError {
    .notJSON(file: file, byte: byte, reason: reason)
  }

  /// The error that something else should stand here.
  mutating func expected(_ what: String) -> SafetensorsError {
    _ = peek()
    let rest = String(decoding: bytes[place...].prefix(8), as: UTF8.self)
    let found = rest.first.map { "found '\(shown(String($0)))'" } ?? "the header ends"
    return failure("\(what) should stand, but \(found)")
  }
}
