// What plain layers compute, as their equations have it.

import RealModule

extension PlainLayer {
  /// What comes out of `[T, B, C]`.
  package func callAsFunction(_ input: Array3<Scalar>) -> Array3<Scalar> {
    switch self {
    case .linear(let weights, let bias):
      return steps(input, weights.rows) { Self.affine(weights, bias, $0) }
    case .activation(let function): return steps(input, input.columns) { $0.map { function($0) } }
    case .softmax:
      return steps(input, input.columns) { LinearHead<Scalar>.Activation.softmax.probabilities($0) }
    case .scale(let factors, let shifts):
      return steps(input, input.columns) { row in
        row.indices.map { row[$0] * factors[$0] + shifts[$0] }
      }
    case .layerNorm(let epsilon, let factors, let shifts):
      return steps(input, input.columns) { row in
        let count = Scalar(row.count)
        let mean = row.reduce(0, +) / count
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        let scale = 1 / Scalar.sqrt(variance + epsilon)
        return row.indices.map { (row[$0] - mean) * scale * factors[$0] + shifts[$0] }
      }
    case .convolution(let taps, let bias, let stride, let dilation, let padding):
      return convolved(input, taps, bias, stride, dilation, padding)
    case .pool(let kind, let size, let stride):
      let count = input.planes < size ? 0 : (input.planes - size) / stride + 1
      return windows(input, count) {
        Self.pooled(kind, input, $0 * stride..<$0 * stride + size, $1)
      }
    case .poolAll(let kind):
      return windows(input, 1) { Self.pooled(kind, input, 0..<input.planes, $1) }
    case .flatten:
      var result = Array3<Scalar>(zeros: 1, input.rows, input.planes * input.columns)
      for row in 0..<input.rows {
        result.setRow(0, row, to: (0..<input.planes).flatMap { input.row($0, row) })
      }
      return result
    }
  }

  private static func affine(_ weights: Matrix<Scalar>, _ bias: [Scalar]?, _ row: [Scalar])
    -> [Scalar]
  {
    let product = weights.product(row)
    return bias.map { zip(product, $0).map(+) } ?? product
  }

  private func steps(
    _ input: Array3<Scalar>, _ width: Int, _ function: ([Scalar]) -> [Scalar]
  ) -> Array3<Scalar> {
    var result = Array3<Scalar>(zeros: input.planes, input.rows, width)
    for plane in 0..<input.planes {
      for row in 0..<input.rows {
        result.setRow(plane, row, to: function(input.row(plane, row)))
      }
    }
    return result
  }

  private func windows(
    _ input: Array3<Scalar>, _ count: Int, _ function: (_ window: Int, _ row: Int) -> [Scalar]
  ) -> Array3<Scalar> {
    var result = Array3<Scalar>(zeros: count, input.rows, input.columns)
    for window in 0..<count {
      for row in 0..<input.rows { result.setRow(window, row, to: function(window, row)) }
    }
    return result
  }

  private static func pooled(
    _ kind: Pooling, _ input: Array3<Scalar>, _ steps: Range<Int>, _ row: Int
  ) -> [Scalar] {
    guard let first = steps.first else { return [Scalar](repeating: 0, count: input.columns) }
    let start = input.row(first, row)
    return switch kind {
    case .max:
      steps.dropFirst().reduce(start) { best, step in
        zip(best, input.row(step, row)).map { Swift.max($0, $1) }
      }
    case .average:
      steps.dropFirst().reduce(start) { sum, step in zip(sum, input.row(step, row)).map(+) }
        .map { $0 / Scalar(steps.count) }
    }
  }

  private func convolved(
    _ input: Array3<Scalar>, _ taps: [Matrix<Scalar>], _ bias: [Scalar]?, _ stride: Int,
    _ dilation: Int, _ padding: Padding
  ) -> Array3<Scalar> {
    let reach = (taps.count - 1) * dilation
    let count =
      Swift.max(0, (input.planes - (padding == .valid ? reach : 0) + stride - 1) / stride)
    let before =
      switch padding {
      case .valid: 0
      case .causal: reach
      case .same: Swift.max(0, (count - 1) * stride + reach + 1 - input.planes) / 2
      }
    let width = taps.first?.rows ?? 0
    var result = Array3<Scalar>(zeros: count, input.rows, width)
    for step in 0..<count {
      for row in 0..<input.rows {
        var sum = bias ?? [Scalar](repeating: 0, count: width)
        for (tap, weights) in taps.enumerated() {
          let place = step * stride + tap * dilation - before
          guard (0..<input.planes).contains(place) else { continue }
          sum = zip(sum, weights.product(input.row(place, row))).map(+)
        }
        result.setRow(step, row, to: sum)
      }
    }
    return result
  }
}
