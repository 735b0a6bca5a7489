// Half precision in Swift, for files: the engine packs weights with the conversions of the kernels.

/// Half precision without the `Float16` type, which Swift lacks on Intel Macs.
package enum HalfPrecision {
  /// The Float with the value of IEEE half-precision bits; every half is exactly a Float.
  package static func float(half bits: UInt16) -> Float {
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
  package static func float(brain bits: UInt16) -> Float {
    Float(bitPattern: UInt32(bits) << 16)
  }
}

extension HalfPrecision {
  /// The bits of the half-precision number nearest to a Double.
  package static func half(_ value: Double) -> UInt16 {
    bits(of: value, exponentBits: 5, fractionBits: 10)
  }

  /// The bits of the bfloat16 number nearest to a Double.
  package static func brain(_ value: Double) -> UInt16 {
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
