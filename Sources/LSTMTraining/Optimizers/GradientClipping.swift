// What keeps one batch from throwing a network far away.

import LSTMCore

/// How gradients are bounded before a step.
public enum GradientClipping: Equatable, Sendable {
  /// Not at all.
  case none
  /// Where the norm of all gradients together is larger, all are scaled to it (Pascanu, Mikolov and
  /// Bengio 2013).
  case norm(Double)
  /// Each is kept within ± this.
  case value(Double)

  /// Bounds gradients: by value in place, by norm as a factor for the step.
  ///
  /// - Returns: the norm of all gradients before, and what to multiply them by.
  func apply(to gradients: inout ParameterBlock<Float>) -> (norm: Double, scale: Double) {
    let norm = gradients.values.withUnsafeBufferPointer { Self.sumOfSquares($0) }.squareRoot()
    switch self {
    case .none: return (norm, 1)
    case .norm(let largest): return (norm, min(1, largest / (norm + 1e-6)))
    case .value(let largest):
      let bound = Float(largest)
      gradients.withUnsafeMutableBufferPointer { values in
        for index in values.indices { values[index] = max(-bound, min(bound, values[index])) }
      }
      return (norm, 1)
    }
  }

  /// Σ x², in eight sums a stretch, so that none waits for another; the stretches are added in Double.
  static func sumOfSquares(_ values: UnsafeBufferPointer<Float>) -> Double {
    var total = 0.0
    for start in stride(from: 0, to: values.count, by: 1024) {
      let part = UnsafeRawBufferPointer(
        UnsafeBufferPointer(rebasing: values[start..<min(start + 1024, values.count)]))
      var sums = SIMD8<Float>.zero
      let whole = part.count / 32 * 32
      for byte in stride(from: 0, to: whole, by: 32) {
        let eight = part.loadUnaligned(fromByteOffset: byte, as: SIMD8<Float>.self)
        sums += eight * eight
      }
      var rest: Float = 0
      for byte in stride(from: whole, to: part.count, by: 4) {
        let value = part.loadUnaligned(fromByteOffset: byte, as: Float.self)
        rest += value * value
      }
      total += Double(sums.sum()) + Double(rest)
    }
    return total
  }
}
