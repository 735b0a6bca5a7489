// The types in which files hold weights, and what rounding to one of them does to a number.

/// The type in which learned numbers are stored.
public enum StoredPrecision: String, CaseIterable, Sendable, Codable {
  /// IEEE half precision: 1 sign, 5 exponent and 10 fraction bits.
  case float16
  /// The upper half of a float32: 1 sign, 8 exponent and 7 fraction bits.
  case bfloat16
  /// IEEE single precision.
  case float32
  /// IEEE double precision.
  case float64

  /// Whether every number of this type is exactly a `Float`.
  public var fitsFloat: Bool { self != .float64 }

  /// The number that this type stores for a Double, as a Double again: the nearest, ties to even,
  /// infinite beyond the type's range.
  public func rounded(_ value: Double) -> Double {
    switch self {
    case .float64: value
    case .float32: Double(Float(value))
    case .float16: Double(HalfPrecision.float(half: HalfPrecision.half(value)))
    case .bfloat16: Double(HalfPrecision.float(brain: HalfPrecision.brain(value)))
    }
  }

  /// The distance between the numbers of this type around a number: a unit in its last place.
  ///
  /// - Parameter value: one of the type's finite numbers.
  public func unit(at value: Double) -> Double {
    let (fractionBits, smallest) =
      switch self {
      case .float16: (10, -14)
      case .bfloat16: (7, -126)
      case .float32: (23, -126)
      case .float64: (52, -1022)
      }
    let exponent = value == 0 ? smallest : max(Int(value.exponent), smallest)
    return Double(sign: .plus, exponent: exponent - fractionBits, significand: 1)
  }
}
