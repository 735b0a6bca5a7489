// Numbers as text, a step a line, read a few lines at a time: the first walk over the file counts the
// lines, the second reads them. Plain numbers are read here; whatever else stands in a line is
// NumberList's business, which also says what is wrong.

import LSTMCore

/// Lines of numbers, of which the first may be a heading.
struct CSVLines: Sendable {
  /// The number of steps: lines with numbers.
  let count: Int
  /// How many numbers a line has.
  let columns: Int
  private let storage: ByteStorage
  private let file: String
  /// Where the first line with numbers begins, and how many lines stand before it.
  private let first: Place
  /// Where the next line to be read begins, and which step it may be at the earliest.
  private var next: (place: Place, step: Int)

  private struct Place: Sendable {
    var byte: Int
    var line: Int
  }

  /// Walks over the text once.
  ///
  /// - Throws: ``LSTMFormatsError`` where the text has no numbers, and what is wrong in the first
  ///   line that has.
  init(_ storage: ByteStorage, file: String) throws {
    (self.storage, self.file) = (storage, file)
    var (place, first, columns, count) = (Place(byte: 0, line: 0), Place?.none, 0, 0)
    var isFirst = true
    var values: [Double] = []
    try storage.withUnsafeBytes { bytes in
      while let line = bytes.line(at: place.byte) {
        let start = place
        place = Place(byte: line.next, line: place.line + 1)
        guard try !Self.isBlank(bytes, line.range, file) else { continue }
        defer { isFirst = false }
        if first == nil {
          do {
            values.removeAll()
            try Self.read(bytes, line.range, to: &values, file: file, line: start.line)
            (first, columns, count) = (start, values.count, 1)
          } catch LSTMFormatsError.notANumber
            where isFirst && !Self.hasNumber(bytes, line.range)
          {
            // The heading: names of the columns. A line with a number in it is one with a mistake.
          }
        } else {
          count += 1
        }
      }
    }
    guard let first else { throw LSTMFormatsError.emptyList(place: "'\(file)'") }
    (self.first, self.columns, self.count, next) = (first, columns, count, (first, 0))
  }

  /// The numbers of some steps, a step after the other.
  ///
  /// - Throws: ``SequenceFileError/raggedLine(file:line:found:expected:)``, and what is wrong in a
  ///   line.
  mutating func numbers(_ range: Range<Int>) throws -> [Double] {
    if range.lowerBound < next.step { next = (first, 0) }
    var values: [Double] = []
    values.reserveCapacity(range.count * columns)
    var (place, step) = next
    try storage.withUnsafeBytes { bytes in
      while step < range.upperBound, let line = bytes.line(at: place.byte) {
        let number = place.line
        place = Place(byte: line.next, line: place.line + 1)
        guard try !Self.isBlank(bytes, line.range, file) else { continue }
        step += 1
        guard step > range.lowerBound else { continue }
        let before = values.count
        try Self.read(bytes, line.range, to: &values, file: file, line: number)
        guard values.count - before == columns else {
          throw SequenceFileError.raggedLine(
            file: file, line: number + 1, found: values.count - before, expected: columns)
        }
      }
    }
    next = (place, step)
    return values
  }

  /// Whether a part of a line between commas is a number.
  private static func hasNumber(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    String(decoding: bytes[range], as: UTF8.self).split(separator: ",").contains {
      Double($0.filter { !$0.isWhitespace }) != nil
    }
  }

  /// Whether a line has nothing but white space.
  private static func isBlank(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ file: String
  ) throws -> Bool {
    var isPlain = true
    for index in range {
      let byte = bytes[index]
      if byte >= 0x80 {
        isPlain = false
      } else if byte != 0x20, !(0x09...0x0D).contains(byte) {
        return false
      }
    }
    return try isPlain || !text(bytes, range, file).contains { !$0.isWhitespace }
  }

  /// A line as text, without marks of the order of bytes.
  private static func text(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ file: String
  ) throws -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw LSTMFormatsError.unreadableFile(file, reason: "it is not UTF-8 text")
    }
    return text.filter { $0 != "\u{FEFF}" }
  }

  /// Reads a line; `line` counts from 0.
  private static func read(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, to values: inout [Double], file: String,
    line: Int
  ) throws {
    let before = values.count
    var place = range.lowerBound
    while place < range.upperBound {
      guard let (value, end) = bytes.plainNumber(at: place, before: range.upperBound) else {
        values.removeSubrange(before...)
        values += try NumberList(
          parsing: text(bytes, range, file), place: "'\(file)', line \(line + 1)"
        ).values
        return
      }
      values.append(value)
      place = end
    }
  }
}

extension UnsafeRawBufferPointer {
  /// A line without its end, and where the next one begins; nil at the end of the text.
  fileprivate func line(at start: Int) -> (range: Range<Int>, next: Int)? {
    guard start < count else { return nil }
    var end = start
    while end < count, self[end] != 0x0A { end += 1 }
    let next = end + 1
    if end > start, self[end - 1] == 0x0D { end -= 1 }
    return (start..<end, next)
  }

  /// A number as "-12.5e-3", with a comma or the line's end behind it, and where the next one begins.
  /// Nil for what is written otherwise, or has more digits than a Double surely keeps.
  ///
  /// At most 2^53 times or over at most 10^22: both are exact, and so the result is rounded once.
  fileprivate func plainNumber(at start: Int, before end: Int) -> (Double, next: Int)? {
    var place = start
    func byte() -> UInt8 { place < end ? self[place] : 0 }
    while byte() == 0x20 { place += 1 }
    let isNegative = byte() == UInt8(ascii: "-")
    if isNegative { place += 1 }
    var (digits, count, exponent) = (UInt64(0), 0, 0)
    func digit() -> UInt64? {
      let byte = byte()
      return (0x30...0x39).contains(byte) ? UInt64(byte - 0x30) : nil
    }
    while let next = digit() {
      (digits, count, place) = (digits &* 10 &+ next, count + 1, place + 1)
    }
    if byte() == UInt8(ascii: ".") {
      place += 1
      while let next = digit() {
        (digits, count, place, exponent) = (
          digits &* 10 &+ next, count + 1, place + 1, exponent - 1
        )
      }
    }
    guard (1...19).contains(count), digits <= 1 << 53 else { return nil }
    if byte() | 0x20 == UInt8(ascii: "e") {
      place += 1
      let isSmall = byte() == UInt8(ascii: "-")
      if isSmall || byte() == UInt8(ascii: "+") { place += 1 }
      var (power, length) = (0, 0)
      while let next = digit(), length < 3 {
        (power, length, place) = (power * 10 + Int(next), length + 1, place + 1)
      }
      guard length > 0 else { return nil }
      exponent += isSmall ? -power : power
    }
    while byte() == 0x20 { place += 1 }
    if place < end {
      // A comma at the end of the line would leave a number out.
      guard self[place] == UInt8(ascii: ","), place + 1 < end else { return nil }
      place += 1
    }
    guard (-22...22).contains(exponent) else { return nil }
    let size =
      exponent < 0
      ? Double(digits) / Self.powersOfTen[-exponent] : Double(digits) * Self.powersOfTen[exponent]
    return (isNegative ? -size : size, place)
  }

  private static let powersOfTen: [Double] = (0..<23).reduce(into: []) { powers, _ in
    powers.append((powers.last ?? 0.1) * 10)
  }
}
