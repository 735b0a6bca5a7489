// What a head of several layers makes of a run.

import RealModule

extension PlainHead {
  /// What comes before the head's activation: `[T, B, O]`, or `[1, B, O]`; zero beyond the lengths.
  ///
  /// - Parameters:
  ///   - features: what the head reads.
  ///   - input: what the model read, for ``addedInputs``.
  ///   - lengths: how many steps of each sequence count.
  func logits(_ features: Array3<Scalar>, input: NetworkInput<Scalar>, lengths: [Int])
    -> Array3<Scalar>
  {
    var result = layers.output(features)
    if case .values(let values) = input, addedInputs > 0, values.planes == result.planes {
      for step in 0..<result.planes {
        for row in 0..<result.rows {
          for column in 0..<min(addedInputs, result.columns, values.columns) {
            result[step, row, column] += values[step, row, column]
          }
        }
      }
    }
    guard result.planes == features.planes else { return result }
    for (sequence, length) in lengths.enumerated() where length < result.planes {
      for step in length..<result.planes {
        result.setRow(step, sequence, to: [Scalar](repeating: 0, count: result.columns))
      }
    }
    return result
  }
}
