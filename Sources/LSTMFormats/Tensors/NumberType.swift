// The kinds of numbers that files of weights hold.

import LSTMCore

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

extension NumberType {
  /// The type of stored weights.
  public init(_ precision: StoredPrecision) {
    switch precision {
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    case .float32: self = .float32
    case .float64: self = .float64
    }
  }

  /// The same as a type of stored weights; nil for whole numbers, which no weights are.
  public var storedPrecision: StoredPrecision? { StoredPrecision(rawValue: rawValue) }
}
