// Doubles into tensors of any floating-point type, each number rounded once and to the nearest.

extension Tensor {
  /// Makes a tensor of a floating-point type out of Doubles.
  ///
  /// - Parameters:
  ///   - values: the numbers; what the type cannot hold exactly is rounded to the nearest, ties to
  ///     even, and becomes infinite beyond its range.
  ///   - shape: the sizes, whose product is the count of the numbers.
  ///   - type: float16, bfloat16, float32 or float64.
  /// - Precondition: the type is one of these.
  public init(_ values: [Double], shape: [Int], type: NumberType) {
    switch type {
    case .float64: self.init(values, shape: shape)
    case .float32: self.init(values.map { Float($0) }, shape: shape)
    case .float16, .bfloat16:
      let bits = values.map {
        (type == .float16 ? HalfPrecision.half($0) : HalfPrecision.brain($0)).littleEndian
      }
      self.init(type: type, shape: shape, storage: bits.withUnsafeBytes { ByteStorage($0) })
    default: preconditionFailure("\(type) has no fractions")
    }
  }
}

extension NumberType {
  /// The number that this type stores for a Double, as a Double again.
  ///
  /// - Precondition: the type is a floating-point type.
  public func rounded(_ value: Double) -> Double {
    switch self {
    case .float64: value
    case .float32: Double(Float(value))
    case .float16: Double(HalfPrecision.float(half: HalfPrecision.half(value)))
    case .bfloat16: Double(HalfPrecision.float(brain: HalfPrecision.brain(value)))
    default: preconditionFailure("\(self) has no fractions")
    }
  }

  /// The distance between the numbers of this type around a number: a unit in its last place.
  ///
  /// - Precondition: the type is a floating-point type, the number one of its finite numbers.
  public func unit(at value: Double) -> Double {
    let (fractionBits, smallest): (Int, Int)
    switch self {
    case .float16: (fractionBits, smallest) = (10, -14)
    case .bfloat16: (fractionBits, smallest) = (7, -126)
    case .float32: (fractionBits, smallest) = (23, -126)
    case .float64: (fractionBits, smallest) = (52, -1022)
    default: preconditionFailure("\(self) has no fractions")
    }
    let exponent = value == 0 ? smallest : max(Int(value.exponent), smallest)
    return Double(sign: .plus, exponent: exponent - fractionBits, significand: 1)
  }
}

extension HalfPrecision {
  /// The bits of the half-precision number nearest to a Double.
  public static func half(_ value: Double) -> UInt16 {
    bits(of: value, exponentBits: 5, fractionBits: 10)
  }

  /// The bits of the bfloat16 number nearest to a Double.
  public static func brain(_ value: Double) -> UInt16 {
    bits(of: value, exponentBits: 8, fractionBits: 7)
  }

  /// Rounds to the nearest number of a 16-bit type, ties to even.
  ///
  /// The number is measured in units of its last place, where rounding to a whole number does it:
  /// exactly, since that divides by a power of two. Rounding up to the next power of two carries
  /// into the exponent by itself.
  private static func bits(of value: Double, exponentBits: Int, fractionBits: Int) -> UInt16 {
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    let infinity = UInt16((1 << exponentBits) - 1) << UInt16(fractionBits)
    if value.isNaN { return sign | infinity | 1 << UInt16(fractionBits - 1) }
    guard value.isFinite, value != 0 else { return sign | (value == 0 ? 0 : infinity) }
    let smallest = 2 - (1 << (exponentBits - 1))  // the exponent of the smallest normal number
    let exponent = max(Int(value.exponent), smallest)
    guard exponent <= 1 - smallest else { return sign | infinity }
    let unit = Double(sign: .plus, exponent: exponent - fractionBits, significand: 1)
    let units = UInt16((value.magnitude / unit).rounded(.toNearestOrEven))
    return sign | (UInt16(exponent - smallest) << UInt16(fractionBits) + units)
  }
}
