// One step of an optimiser over one array of numbers. The loops are plain, so that the compiler makes
// vectors of them.

/// A step of an optimiser with its constants.
enum ParameterUpdate {
  case sgd(
    rate: Float, scale: Float, decay: Float, momentum: Float, nesterov: Bool, isFirst: Bool)
  case rmsprop(
    rate: Float, scale: Float, decay: Float, alpha: Float, epsilon: Float, momentum: Float)
  case adam(
    rate: Float, scale: Float, decay: Float, shrink: Float, beta1: Float, beta2: Float,
    epsilon: Float, rootScale: Float)

  /// Changes numbers along their gradient.
  ///
  /// - Parameters:
  ///   - values: the numbers.
  ///   - gradient: as many.
  ///   - first, second: what the optimiser remembers of each; as many, or nothing where it
  ///     remembers less.
  func apply(
    to values: UnsafeMutableBufferPointer<Float>, _ gradient: UnsafeBufferPointer<Float>,
    _ first: UnsafeMutablePointer<Float>?, _ second: UnsafeMutablePointer<Float>?
  ) {
    guard let values = values.baseAddress, let slopes = gradient.baseAddress else { return }
    let count = gradient.count
    switch (self, first, second) {
    case (.sgd(let rate, let scale, let decay, _, _, _), nil, _):
      for index in 0..<count {
        values[index] -= rate * (slopes[index] * scale + decay * values[index])
      }
    case (
      .sgd(let rate, let scale, let decay, let momentum, let nesterov, let isFirst), let first?, _
    ):
      for index in 0..<count {
        let slope = slopes[index] * scale + decay * values[index]
        let velocity = isFirst ? slope : momentum * first[index] + slope
        first[index] = velocity
        values[index] -= rate * (nesterov ? slope + momentum * velocity : velocity)
      }
    case (
      .rmsprop(let rate, let scale, let decay, let alpha, let epsilon, let momentum), let first?,
      let second
    ):
      for index in 0..<count {
        let slope = slopes[index] * scale + decay * values[index]
        let square = alpha * first[index] + (1 - alpha) * slope * slope
        first[index] = square
        let change = slope / (square.squareRoot() + epsilon)
        guard let second else {
          values[index] -= rate * change
          continue
        }
        second[index] = momentum * second[index] + change
        values[index] -= rate * second[index]
      }
    case (
      .adam(
        let rate, let scale, let decay, let shrink, let beta1, let beta2, let epsilon, let rootScale
      ), let first?, let second?
    ):
      for index in 0..<count {
        let slope = slopes[index] * scale + decay * values[index]
        let mean = beta1 * first[index] + (1 - beta1) * slope
        let square = beta2 * second[index] + (1 - beta2) * slope * slope
        first[index] = mean
        second[index] = square
        let change = rate * mean / (square.squareRoot() * rootScale + epsilon)
        values[index] = values[index] * shrink - change
      }
    case (.rmsprop, nil, _), (.adam, nil, _), (.adam, _, nil):
      preconditionFailure("the optimiser has the memory it needs")
    }
  }
}
