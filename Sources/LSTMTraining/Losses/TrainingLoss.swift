// What a network is to make small, and its gradient by the logits.

import LSTMCore
import RealModule

/// What a network is to make small: the mean over all targets that are there.
public enum TrainingLoss: Equatable, Sendable {
  /// −ln softmax at the target's class, in nats. Targets are classes.
  case crossEntropy
  /// (y − target)².
  case squaredError
  /// Half the square within ± delta, then a straight line (Huber 1964).
  case huber(delta: Double = 1)
  /// −t ln σ(y) − (1 − t) ln(1 − σ(y)), in nats; targets from 0 to 1.
  case binaryCrossEntropy
  /// −ln of a normal distribution's density, without its constant: of O outputs the first half are
  /// means, the second the logarithms of variances.
  case gaussian
  /// The pinball loss of quantiles: of O outputs the first ones belong to the first quantile
  /// (Koenker and Bassett 1978).
  case quantiles([Double])

  /// How many outputs a network needs for so many targets a step.
  public func outputCount(targets: Int) -> Int {
    switch self {
    case .crossEntropy, .squaredError, .huber, .binaryCrossEntropy: targets
    case .gaussian: 2 * targets
    case .quantiles(let quantiles): quantiles.count * targets
    }
  }
}

/// What a network should have given, a row for each row of its logits.
public enum TrainingTargets: Equatable, Sendable {
  /// A class for each row; −1 where there is none.
  case classes([Int])
  /// Numbers, row after row; NaN where there is none.
  case values([Float])

  /// How many targets are there.
  public var count: Int {
    switch self {
    case .classes(let classes): classes.count { $0 >= 0 }
    case .values(let values): values.count { !$0.isNaN }
    }
  }
}

extension TrainingLoss {
  /// The loss of logits, and its gradient in their place.
  ///
  /// - Parameters:
  ///   - logits: `[rows, columns]`; become the gradient of the mean.
  ///   - columns: O.
  ///   - targets: a row for each.
  /// - Returns: the sum over all targets, and their number.
  /// - Precondition: the targets are of the kind and number that the loss takes.
  func replaceByGradient(
    _ logits: inout [Float], columns: Int, _ targets: TrainingTargets
  ) -> (sum: Double, count: Int) {
    let count = targets.count
    let scale = Float(1 / Double(max(1, count)))
    let sum = logits.withUnsafeMutableBufferPointer { logits -> Double in
      guard let base = logits.baseAddress else { return 0 }
      switch targets {
      case .classes(let classes):
        precondition(
          self == .crossEntropy && classes.count * columns == logits.count, "a class a row")
        return classes.withUnsafeBufferPointer { Self.crossEntropy(base, columns, $0, scale) }
      case .values(let values):
        let width = columns / outputCount(targets: 1)
        precondition(
          self != .crossEntropy && values.count * columns == logits.count * width, "targets a row")
        return values.withUnsafeBufferPointer {
          self.values(base, columns: columns, $0, width: width, scale)
        }
      }
    }
    return (sum, count)
  }

  private static func crossEntropy(
    _ logits: UnsafeMutablePointer<Float>, _ columns: Int, _ classes: UnsafeBufferPointer<Int>,
    _ scale: Float
  ) -> Double {
    var total = 0.0
    for (row, target) in classes.enumerated() {
      let scores = logits + row * columns
      guard target >= 0 else {
        scores.update(repeating: 0, count: columns)
        continue
      }
      var largest = scores[0]
      for column in 1..<max(1, columns) { largest = max(largest, scores[column]) }
      let score = scores[target] - largest
      var sum: Float = 0
      for column in 0..<columns {
        let power = Float.exp(scores[column] - largest)
        scores[column] = power
        sum += power
      }
      total += Double(Float.log(sum) - score)
      let factor = scale / sum
      for column in 0..<columns { scores[column] *= factor }
      scores[target] -= scale
    }
    return total
  }

  /// The losses of numbers.
  ///
  /// - Parameter width: how many targets a row has.
  private func values(
    _ logits: UnsafeMutablePointer<Float>, columns: Int, _ targets: UnsafeBufferPointer<Float>,
    width: Int, _ scale: Float
  ) -> Double {
    var total = 0.0
    for (index, target) in targets.enumerated() {
      let place = logits + index / width * columns + index % width
      let parts = columns / width
      guard !target.isNaN else {
        for part in 0..<parts { place[part * width] = 0 }
        continue
      }
      let value = place[0]
      let error = value - target
      switch self {
      case .crossEntropy: break
      case .squaredError:
        total += Double(error) * Double(error)
        place[0] = 2 * error * scale
      case .huber(let delta):
        let bound = Float(delta)
        total += Double(
          abs(error) <= bound ? error * error / 2 : bound * (abs(error) - bound / 2))
        place[0] = max(-bound, min(bound, error)) * scale
      case .binaryCrossEntropy:
        // ln(1 + e^-|y|) never overflows.
        total += Double(max(value, 0) - value * target + Float.log(onePlus: .exp(-abs(value))))
        place[0] = (1 / (1 + Float.exp(-value)) - target) * scale
      case .gaussian:
        // Within ±20 the variance stays a number that a Float can divide by.
        let logarithm = max(-20, min(20, place[width]))
        let precision = Float.exp(-logarithm)
        total += Double(logarithm + error * error * precision) / 2
        place[0] = error * precision * scale
        place[width] = (1 - error * error * precision) / 2 * scale
      case .quantiles(let quantiles):
        for (part, quantile) in quantiles.enumerated() {
          let (level, error) = (Float(quantile), target - place[part * width])
          total += Double(max(level * error, (level - 1) * error))
          place[part * width] = (error >= 0 ? -level : 1 - level) * scale
        }
      }
    }
    return total
  }
}
