// The types of numbers that a safetensors file names, more than are read here.

/// A dtype of safetensors, in the order in which its own writer puts them, the smallest first.
public enum SafetensorsType: String, CaseIterable, Sendable, Comparable {
  /// True or false, a byte each.
  case bool = "BOOL"
  /// 4-bit floating point.
  case float4 = "F4"
  /// 6-bit floating point, 2 exponent and 3 fraction bits.
  case float6E2M3 = "F6_E2M3"
  /// 6-bit floating point, 3 exponent and 2 fraction bits.
  case float6E3M2 = "F6_E3M2"
  /// Unsigned 8-bit integers.
  case uint8 = "U8"
  /// Signed 8-bit integers.
  case int8 = "I8"
  /// 8-bit floating point, 5 exponent and 2 fraction bits.
  case float8E5M2 = "F8_E5M2"
  /// 8-bit floating point, 4 exponent and 3 fraction bits.
  case float8E4M3 = "F8_E4M3"
  /// 8-bit powers of 2.
  case float8E8M0 = "F8_E8M0"
  /// As ``float8E4M3``, without infinities and negative zero.
  case float8E4M3FNUZ = "F8_E4M3FNUZ"
  /// As ``float8E5M2``, without infinities and negative zero.
  case float8E5M2FNUZ = "F8_E5M2FNUZ"
  /// Signed 16-bit integers.
  case int16 = "I16"
  /// Unsigned 16-bit integers.
  case uint16 = "U16"
  /// IEEE half precision.
  case float16 = "F16"
  /// The upper half of single precision.
  case bfloat16 = "BF16"
  /// Signed 32-bit integers.
  case int32 = "I32"
  /// Unsigned 32-bit integers.
  case uint32 = "U32"
  /// IEEE single precision.
  case float32 = "F32"
  /// Complex numbers, two float32 each.
  case complex64 = "C64"
  /// IEEE double precision.
  case float64 = "F64"
  /// Signed 64-bit integers.
  case int64 = "I64"
  /// Unsigned 64-bit integers.
  case uint64 = "U64"

  /// The bits that one number takes.
  public var bitCount: Int {
    switch self {
    case .float4: 4
    case .float6E2M3, .float6E3M2: 6
    case .bool, .uint8, .int8, .float8E5M2, .float8E4M3, .float8E8M0, .float8E4M3FNUZ,
      .float8E5M2FNUZ:
      8
    case .int16, .uint16, .float16, .bfloat16: 16
    case .int32, .uint32, .float32: 32
    case .complex64, .float64, .int64, .uint64: 64
    }
  }

  /// The type that a tensor of it has here, where there is one.
  public var numberType: NumberType? {
    NumberType.allCases.first { SafetensorsType($0) == self }
  }

  /// The dtype of a type of numbers; each has one.
  public init(_ type: NumberType) {
    self =
      switch type {
      case .bool: .bool
      case .uint8: .uint8
      case .int8: .int8
      case .uint16: .uint16
      case .int16: .int16
      case .uint32: .uint32
      case .int32: .int32
      case .uint64: .uint64
      case .int64: .int64
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .float32: .float32
      case .float64: .float64
      }
  }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// Whether safetensors' own writer puts the left one behind the right one.
  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
