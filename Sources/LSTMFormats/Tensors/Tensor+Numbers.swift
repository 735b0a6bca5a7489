// Doubles into tensors of any floating-point type, each number rounded once and to the nearest.

import LSTMCore

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
