// What simpler means foretell of a series, one step ahead: what a network has to beat.

import RealModule

/// One-step forecasts of a series by simple means.
public struct SeriesBaselines: Sendable {
  /// A baseline and by how much it misses: the root of the mean square.
  public struct Baseline: Equatable, Sendable {
    /// Its name in words.
    public let name: String
    /// By how much it misses.
    public let error: Double
  }

  /// The steps of a season, where one was found or given.
  public let period: Int?
  /// The baselines.
  public let baselines: [Baseline]

  /// Evaluates baselines on the end of series.
  ///
  /// - Parameters:
  ///   - series: values without gaps, and how many of each are known before.
  ///   - period: the steps of a season; 0 to find it in what is known before.
  public init(_ series: [(values: [Double], known: Int)], period: Int) {
    let found = period > 0 ? period : series.first.flatMap { Self.season($0.values[..<$0.known]) }
    self.period = found
    func error(_ foretell: (_ values: [Double], _ at: Int) -> Double?) -> Double? {
      var (sum, count) = (0.0, 0)
      for one in series {
        for index in max(1, one.known)..<max(1, one.known, one.values.count) {
          guard let value = foretell(one.values, index) else { return nil }
          sum += (value - one.values[index]) * (value - one.values[index])
          count += 1
        }
      }
      return count > 0 ? (sum / Double(count)).squareRoot() : nil
    }
    var list: [(String, Double?)] = [("the last value", error { $0[$1 - 1] })]
    if let found {
      list.append(
        ("the value of a season before", error { $1 >= found ? $0[$1 - found] : nil }))
      list.append(
        (
          "the last value and last season's change",
          error { values, index in
            index > found
              ? values[index - 1] + values[index - found] - values[index - found - 1] : nil
          }
        ))
    }
    let lags = min(max(found ?? 0, 12), 36, (series.map(\.known).min() ?? 0) / 4)
    if lags > 0, let weights = Self.autoregression(series, lags: lags) {
      list.append(
        (
          "a linear autoregression of \(lags) steps",
          error { values, index in
            guard index >= lags else { return nil }
            return (0..<lags).reduce(weights[lags]) { $0 + weights[$1] * values[index - 1 - $1] }
          }
        ))
    }
    baselines = list.compactMap { name, error in error.map { Baseline(name: name, error: $0) } }
  }

  /// The best one.
  public var best: Baseline? { baselines.min { $0.error < $1.error } }

  /// The season of a series: the lag, from 2 on, at which its changes are most like themselves, where
  /// that is by more than a third.
  static func season(_ values: ArraySlice<Double>) -> Int? {
    let changes = zip(values.dropFirst(), values).map { $0 - $1 }
    let mean = changes.reduce(0, +) / Double(max(1, changes.count))
    let centred = changes.map { $0 - mean }
    let square = centred.reduce(0) { $0 + $1 * $1 }
    guard changes.count >= 8, square > 0 else { return nil }
    let likeness = (0...min(400, changes.count / 2)).map { lag in
      zip(centred.dropFirst(lag), centred).reduce(0) { $0 + $1.0 * $1.1 } / square
    }
    let best = likeness.indices.dropFirst(2).max { likeness[$0] < likeness[$1] }
    return best.flatMap { likeness[$0] > 1 / 3.0 ? $0 : nil }
  }

  /// The weights of a linear autoregression, the latest step first and a constant last, by least
  /// squares with a little ridge.
  private static func autoregression(_ series: [(values: [Double], known: Int)], lags: Int)
    -> [Double]?
  {
    let size = lags + 1
    var matrix = [Double](repeating: 0, count: size * size)
    var vector = [Double](repeating: 0, count: size)
    for one in series {
      for index in lags..<max(lags, one.known) {
        let row = (0..<lags).map { one.values[index - 1 - $0] } + [1]
        for left in 0..<size {
          vector[left] += row[left] * one.values[index]
          for right in 0..<size { matrix[left * size + right] += row[left] * row[right] }
        }
      }
    }
    for index in 0..<size { matrix[index * size + index] *= 1 + 1e-8 }
    return solved(matrix, vector)
  }

  /// The solution of a symmetric system, by Cholesky's method; nil where there is none.
  private static func solved(_ matrix: [Double], _ vector: [Double]) -> [Double]? {
    let size = vector.count
    var lower = matrix
    for column in 0..<size {
      for row in column..<size {
        var sum = lower[row * size + column]
        for other in 0..<column { sum -= lower[row * size + other] * lower[column * size + other] }
        if row == column {
          guard sum > 0 else { return nil }
          lower[row * size + row] = sum.squareRoot()
        } else {
          lower[row * size + column] = sum / lower[column * size + column]
        }
      }
    }
    var result = vector
    for row in 0..<size {
      for other in 0..<row { result[row] -= lower[row * size + other] * result[other] }
      result[row] /= lower[row * size + row]
    }
    for row in (0..<size).reversed() {
      for other in row + 1..<max(row + 1, size) {
        result[row] -= lower[other * size + row] * result[other]
      }
      result[row] /= lower[row * size + row]
    }
    return result
  }
}
