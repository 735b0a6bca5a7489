// The header of a safetensors file: eight bytes with its length, then JSON with a type, a shape
// and a place for each tensor. All that the format's description requires is checked here, some
// of which its own reader lets pass: names that stand twice, space before the first brace.

/// What the header of a safetensors file says, checked.
struct SafetensorsHeader {
  /// The longest header that the format allows, in bytes.
  static let longest = 100_000_000

  /// One tensor; its bytes count from the start of the file.
  struct Entry {
    var name: String
    var type: SafetensorsType
    var shape: [Int]
    var range: Range<Int>
  }

  /// The tensors in the order of their bytes, without gap or overlap.
  private(set) var entries: [Entry] = []
  /// Text by key.
  private(set) var metadata: [String: String] = [:]
  private let file: String

  /// Reads the header of a file, given whole.
  init(_ bytes: UnsafeRawBufferPointer, file: String) throws(SafetensorsError) {
    self.file = file
    guard let declared = bytes.littleEndian(UInt64.self, at: 0) else {
      throw .tooShort(file: file, count: bytes.count)
    }
    guard let length = Int(exactly: declared), length <= Self.longest else {
      throw .headerTooLong(file: file, length: declared)
    }
    guard let text = bytes.bytes(at: 8, count: length) else {
      throw .headerBeyondEnd(file: file, length: length, available: bytes.count - 8)
    }
    guard text.first == UInt8(ascii: "{") else { throw .badStart(file: file) }
    guard String(validating: text, as: UTF8.self) != nil else { throw .notUTF8(file: file) }
    var scanner = HeaderScanner(text, file: file, origin: 8)
    var found: [Entry] = []
    var foundMetadata: [String: String] = [:]
    var names: Set<String> = []
    try scanner.object { (scanner, name, byte) throws(SafetensorsError) in
      guard names.insert(name).inserted else {
        throw .duplicateName(file: file, name: name, byte: byte)
      }
      if name == "__metadata__" {
        foundMetadata = try Self.metadata(&scanner)
      } else {
        found.append(try Self.entry(&scanner, name: name, start: 8 + length))
      }
    }
    if scanner.peek() != nil { throw scanner.expected("only space") }
    (entries, metadata) = (found, foundMetadata)
    try checkPlaces(start: 8 + length, end: bytes.count)
  }

  // MARK: - Values

  private static func metadata(
    _ scanner: inout HeaderScanner
  ) throws(SafetensorsError) -> [String: String] {
    var found: [String: String] = [:]
    if scanner.peek() == "n" {
      try scanner.skip()  // null, which safetensors' own reader takes for nothing
      return [:]
    }
    let file = scanner.file
    guard scanner.peek() == "{" else {
      throw .wrongKind(
        file: file, place: "__metadata__", byte: scanner.byte, expected: "an object in braces")
    }
    try scanner.object { (scanner, key, byte) throws(SafetensorsError) in
      guard scanner.peek() == "\"" else {
        throw .wrongKind(
          file: file, place: "__metadata__.\(shown(key))", byte: scanner.byte,
          expected: "a text in double quotes")
      }
      guard found.updateValue(try scanner.text(), forKey: key) == nil else {
        throw .duplicateName(file: file, name: "__metadata__.\(key)", byte: byte)
      }
    }
    return found
  }

  private static func entry(
    _ scanner: inout HeaderScanner, name: String, start: Int
  ) throws(SafetensorsError) -> Entry {
    let file = scanner.file
    func wrong(_ field: String, _ byte: Int, _ expected: String) -> SafetensorsError {
      let place = shown(name) + (field.isEmpty ? "" : ".\(field)")
      return .wrongKind(file: file, place: place, byte: byte, expected: expected)
    }
    guard scanner.peek() == "{" else {
      throw wrong("", scanner.byte, "an object with dtype, shape and data_offsets")
    }
    var type: SafetensorsType?
    var shape: [Int]?
    var offsets: [Int]?
    var fields: Set<String> = []
    try scanner.object { (scanner, field, byte) throws(SafetensorsError) in
      guard fields.insert(field).inserted else {
        throw .duplicateName(file: file, name: "\(name).\(field)", byte: byte)
      }
      switch field {
      case "dtype":
        guard scanner.peek() == "\"" else {
          throw wrong(field, scanner.byte, "a text in double quotes")
        }
        let text = try scanner.text()
        type = SafetensorsType(rawValue: text)
        if type == nil { throw .unknownType(file: file, tensor: name, type: text) }
      case "shape", "data_offsets":
        var numbers: [Int] = []
        let start = scanner.byte
        let expected =
          field == "shape" ? "a list of whole numbers from 0 on" : "two whole numbers from 0 on"
        guard scanner.peek() == "[" else { throw wrong(field, scanner.byte, expected) }
        try scanner.list { scanner throws(SafetensorsError) in
          guard let number = scanner.wholeNumber() else {
            throw wrong(field, scanner.byte, expected)
          }
          numbers.append(number)
        }
        if field == "shape" {
          shape = numbers
        } else {
          guard numbers.count == 2 else { throw wrong(field, start, expected) }
          offsets = numbers
        }
      default: try scanner.skip()
      }
    }
    guard let type else { throw .missingField(file: file, tensor: name, field: "dtype") }
    guard let shape else { throw .missingField(file: file, tensor: name, field: "shape") }
    guard let offsets else {
      throw .missingField(file: file, tensor: name, field: "data_offsets")
    }
    let range = try range(offsets, of: name, type: type, shape: shape, start: start, file: file)
    return Entry(name: name, type: type, shape: shape, range: range)
  }

  /// The bytes of a tensor in the file, whose number is right; whether they are there is checked
  /// later.
  private static func range(
    _ offsets: [Int], of name: String, type: SafetensorsType, shape: [Int], start: Int, file: String
  ) throws(SafetensorsError) -> Range<Int> {
    guard offsets[0] <= offsets[1] else {
      throw .backwards(file: file, tensor: name, begin: offsets[0], end: offsets[1])
    }
    guard let size = byteCount(of: shape, bitsEach: type.bitCount) else {
      let isTooLarge = byteCount(of: shape, bitsEach: 8) == nil
      throw isTooLarge
        ? .tooLarge(file: file, tensor: name, shape: shape)
        : .fractionOfByte(file: file, tensor: name, shape: shape, type: type)
    }
    guard offsets[1] - offsets[0] == size else {
      throw .wrongSize(
        file: file, tensor: name, found: offsets[1] - offsets[0], expected: size)
    }
    let (end, isTooLarge) = offsets[1].addingReportingOverflow(start)
    guard !isTooLarge else { throw .tooLarge(file: file, tensor: name, shape: shape) }
    return start + offsets[0]..<end
  }

  // MARK: - Places

  /// Puts the tensors in order and checks that they fill the bytes from `start` to `end`.
  private mutating func checkPlaces(start: Int, end: Int) throws(SafetensorsError) {
    entries.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var last = ""
    var place = start
    for entry in entries {
      let begin = entry.range.lowerBound
      if begin > place {
        throw .gap(
          file: file, tensor: entry.name, begin: begin - start, expected: place - start)
      }
      if begin < place {
        throw .overlap(file: file, first: last, second: entry.name, byte: begin - start)
      }
      (place, last) = (entry.range.upperBound, entry.name)
    }
    guard place == end else {
      throw .wrongEnd(file: file, expected: place - start, found: end - start)
    }
  }
}
