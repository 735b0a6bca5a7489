// The kinds of numbers that files of weights hold, and how each becomes a Double.

/// The type of the numbers in a stored array.
public enum NumberType: String, CaseIterable, Sendable {
  /// True or false, a byte each.
  case bool
  /// Unsigned 8-bit integers.
  case uint8
  /// Signed 8-bit integers.
  case int8
  /// Unsigned 16-bit integers.
  case uint16
  /// Signed 16-bit integers.
  case int16
  /// Unsigned 32-bit integers.
  case uint32
  /// Signed 32-bit integers.
  case int32
  /// Unsigned 64-bit integers.
  case uint64
  /// Signed 64-bit integers.
  case int64
  /// IEEE half precision: 1 sign, 5 exponent and 10 fraction bits.
  case float16
  /// The upper half of a float32: 1 sign, 8 exponent and 7 fraction bits.
  case bfloat16
  /// IEEE single precision.
  case float32
  /// IEEE double precision.
  case float64

  /// The bytes that one number takes.
  public var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// Whether the numbers have a fraction.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }
}

/// Half precision without the `Float16` type, which Swift lacks on Intel Macs.
public enum HalfPrecision {
  /// The Float with the value of IEEE half-precision bits; every half is exactly a Float.
  public static func float(half bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10) & 0x1F
    let fraction = UInt32(bits & 0x3FF)
    switch exponent {
    case 0:  // zero and subnormal numbers: fraction * 2^-24
      let size = Float(fraction) * 0x1p-24
      return sign == 0 ? size : -size
    case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// The Float with the value of bfloat16 bits.
  public static func float(brain bits: UInt16) -> Float {
    Float(bitPattern: UInt32(bits) << 16)
  }
}
