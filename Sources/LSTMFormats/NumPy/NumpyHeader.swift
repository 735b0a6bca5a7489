// The header of an .npy file: the type of the numbers, the order of their bytes and of their
// indices, and the shape. NumPy's numpy/lib/format.py describes it.

/// What stands before the numbers of an .npy file.
struct NumpyHeader: Equatable {
  /// The longest header that is read, in bytes; the limit of NumPy itself.
  static let longest = 10_000
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  var type: NumberType
  var isBigEndian = false
  /// Whether the first index runs fastest, as in Fortran.
  var isFortran = false
  var shape: [Int]

  // MARK: - Reading

  /// Reads the header; `bytes` are the whole array.
  ///
  /// - Returns: the header and the number of bytes before the numbers.
  static func parse(
    _ bytes: UnsafeRawBufferPointer, file: String
  ) throws(NumpyError) -> (NumpyHeader, length: Int) {
    guard bytes.count >= 8, bytes.prefix(6).elementsEqual(magic) else {
      throw .notNumpy(file: file)
    }
    let (major, minor) = (bytes[6], bytes[7])
    guard (1...3).contains(major), minor == 0 else {
      throw .unknownVersion(file: file, major: major, minor: minor)
    }
    let start = major == 1 ? 10 : 12
    let length =
      major == 1
      ? bytes.littleEndian(UInt16.self, at: 8).map { Int($0) }
      : bytes.littleEndian(UInt32.self, at: 8).map { Int($0) }
    guard let length else {
      throw .headerBeyondEnd(file: file, length: start - 8, available: bytes.count - 8)
    }
    guard length <= longest else { throw .headerTooLong(file: file, length: length) }
    guard let text = bytes.bytes(at: start, count: length) else {
      throw .headerBeyondEnd(file: file, length: length, available: bytes.count - start)
    }
    if major == 3, String(validating: text, as: UTF8.self) == nil {
      throw .badHeader(file: file, byte: start, reason: "the header is not UTF-8")
    }
    do {
      let literal = try PythonLiteralParser.parse(Array(text))
      return (try NumpyHeader(literal, byte: start, file: file), start + length)
    } catch let failure as PythonLiteralParser.Failure {
      throw .badHeader(file: file, byte: start + failure.byte, reason: failure.reason)
    } catch let error as NumpyError {
      throw error
    } catch {
      throw .badHeader(file: file, byte: start, reason: "it cannot be read")
    }
  }

  private init(_ literal: PythonLiteral, byte: Int, file: String) throws(NumpyError) {
    func failure(_ reason: String) -> NumpyError {
      .badHeader(file: file, byte: byte, reason: reason)
    }
    guard case .dictionary(let pairs) = literal else {
      throw failure("a dictionary in braces should stand")
    }
    let keys = ["descr", "fortran_order", "shape"]
    if let unknown = pairs.first(where: { !keys.contains($0.key) }) {
      throw failure("there is the unknown key '\(shown(unknown.key))'")
    }
    func value(_ key: String) throws(NumpyError) -> PythonLiteral {
      guard let pair = pairs.first(where: { $0.key == key }) else {
        throw failure("the key '\(key)' is missing")
      }
      return pair.value
    }
    guard case .tuple(let sizes) = try value("shape") else {
      throw failure("the shape has to be a tuple, like (3, 4)")
    }
    guard sizes.count <= 64 else { throw failure("the shape has more than 64 sizes") }
    var shape: [Int] = []
    for size in sizes {
      guard case .number(let number) = size else {
        throw failure("the shape has to hold whole numbers")
      }
      guard let number else { throw failure("the shape has a size beyond 64 bits") }
      shape.append(number)
    }
    guard case .bool(let isFortran) = try value("fortran_order") else {
      throw failure("'fortran_order' has to be True or False")
    }
    switch try value("descr") {
    case .text(let text): (type, isBigEndian) = try Self.type(text, file: file)
    case .list, .tuple, .dictionary: throw .structured(file: file)
    default: throw failure("'descr' has to be a text")
    }
    (self.isFortran, self.shape) = (isFortran, shape)
  }

  private static func type(
    _ text: String, file: String
  ) throws(NumpyError) -> (NumberType, isBigEndian: Bool) {
    let code = text.drop { "<>|".contains($0) }
    if code.hasPrefix("O") { throw .pickledObjects(file: file) }
    let types: [Substring: NumberType] = [
      "b1": .bool, "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32,
      "i4": .int32, "u8": .uint64, "i8": .int64, "f2": .float16, "f4": .float32, "f8": .float64,
      // What ml_dtypes, and with it JAX, calls bfloat16; NumPy itself has no such type.
      "V2": .bfloat16,
    ]
    guard let type = types[code], text.utf8.count - code.utf8.count == 1,
      type.byteCount == 1 || type == .bfloat16 || !text.hasPrefix("|")
    else { throw .unknownType(file: file, type: text) }
    return (type, text.hasPrefix(">"))
  }

  init(type: NumberType, shape: [Int]) {
    (self.type, self.shape) = (type, shape)
  }

  // MARK: - Writing

  /// The header's bytes, magic and padding included: with version 1.0 the very bytes that NumPy
  /// writes, so that the numbers begin at a multiple of 64.
  func bytes(version: NumpyFile.Version) -> [UInt8] {
    let codes: [NumberType: String] = [
      .bool: "|b1", .uint8: "|u1", .int8: "|i1", .uint16: "<u2", .int16: "<i2", .uint32: "<u4",
      .int32: "<i4", .uint64: "<u8", .int64: "<i8", .float16: "<f2", .float32: "<f4",
      .float64: "<f8",
    ]
    var text =
      "{'descr': '\(codes[type] ?? "<V2")', 'fortran_order': False, "
      + "'shape': \(shape.count == 1 ? "(\(shape[0]),)" : "(\(shape.map(String.init).joined(separator: ", ")))"), }"
    // NumPy leaves room for the first size to grow to 21 digits.
    if let first = shape.first {
      text += String(repeating: " ", count: max(0, 21 - String(first).count))
    }
    let prefix = version == .one ? 10 : 12
    text += String(repeating: " ", count: (64 - (prefix + text.utf8.count + 1) % 64) % 64) + "\n"
    let length = text.utf8.count
    let lengthBytes = (0..<prefix - 8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    return Self.magic + [version.rawValue, 0] + lengthBytes + Array(text.utf8)
  }
}
