// The type of what is stored: numbers as this package has them, or text of fixed or variable
// length.

/// The type of an element.
enum HDF5Datatype: Equatable {
  /// Numbers, and whether the most significant byte comes first.
  case number(NumberType, isBigEndian: Bool)
  /// Text of so many bytes, filled up with zeros or spaces.
  case text(size: Int, isSpacePadded: Bool)
  /// Text in the global heap, referred to by so many bytes.
  case reference(size: Int)
  /// Anything else.
  case other

  /// Reads a type.
  ///
  /// - Throws: ``HDF5Error`` where the bytes end too early.
  init(_ cursor: inout HDF5Cursor) throws {
    let head = try cursor.byte()
    let bits = try cursor.number(3)
    let size = try cursor.number(4)
    switch head & 15 {
    case 0: self = try Self.integer(bits, size, &cursor)
    case 1: self = try Self.float(bits, size, &cursor)
    case 3: self = .text(size: size, isSpacePadded: bits & 15 == 2)
    // Keras writes bfloat16 as opaque pairs of bytes, since HDF5 had no such number.
    case 5: self = size == 2 ? .number(.bfloat16, isBigEndian: false) : .other
    case 9: self = bits & 15 == 1 ? .reference(size: size) : .other
    default: self = .other
    }
  }

  private static func integer(_ bits: Int, _ size: Int, _ cursor: inout HDF5Cursor) throws
    -> HDF5Datatype
  {
    let first = try cursor.number(2)
    let precision = try cursor.number(2)
    guard first == 0, precision == 8 * size else { return .other }
    let types: [Int: NumberType] =
      bits & 8 == 0
      ? [1: .uint8, 2: .uint16, 4: .uint32, 8: .uint64]
      : [1: .int8, 2: .int16, 4: .int32, 8: .int64]
    return types[size].map { .number($0, isBigEndian: bits & 1 != 0) } ?? .other
  }

  private static func float(_ bits: Int, _ size: Int, _ cursor: inout HDF5Cursor) throws
    -> HDF5Datatype
  {
    let first = try cursor.number(2)
    let precision = try cursor.number(2)
    // Where the exponent begins, its size, where the fraction begins, its size.
    let fields = try cursor.bytes(4).map(Int.init)
    let bias = try cursor.number(4)
    // The leading one is not stored, the sign is the highest bit, and nothing is filled up.
    guard first == 0, precision == 8 * size, bits >> 4 & 3 == 2, bits >> 8 == precision - 1 else {
      return .other
    }
    let isBigEndian = bits & 1 != 0
    guard bits & 0x40 == 0 else { return .other }  // VAX.
    for type in [NumberType.float16, .bfloat16, .float32, .float64] where type.byteCount == size {
      let (exponent, fraction) = type.fields
      if fields == [fraction, exponent, 0, fraction], bias == 1 << (exponent - 1) - 1 {
        return .number(type, isBigEndian: isBigEndian)
      }
    }
    return .other
  }
}

extension NumberType {
  /// The bits of the exponent and of the fraction.
  fileprivate var fields: (exponent: Int, fraction: Int) {
    switch self {
    case .float16: (5, 10)
    case .bfloat16: (8, 7)
    case .float32: (8, 23)
    case .float64: (11, 52)
    default: (0, 0)
    }
  }
}

/// A shape as an HDF5 file has it; nil for a dataspace without any element, not even one.
enum HDF5Dataspace {
  static func shape(_ cursor: inout HDF5Cursor) throws -> [UInt64]? {
    let version = try cursor.version(1...2)
    let rank = try cursor.number(1)
    let flags = try cursor.byte()
    let type = try cursor.byte()
    if version == 1 { try cursor.skip(4) }
    guard rank <= 32 else { throw cursor.damaged("has \(rank) dimensions") }
    var shape: [UInt64] = []
    for _ in 0..<rank { shape.append(try cursor.wide(cursor.file.lengthSize)) }
    if flags & 1 != 0 { try cursor.skip(rank * cursor.file.lengthSize) }  // How far it may grow.
    return version == 2 && type == 2 ? nil : shape
  }
}
