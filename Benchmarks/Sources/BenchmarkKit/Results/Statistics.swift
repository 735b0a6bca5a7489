// Medians, quartiles and means of times. On a machine that others share, the median of interleaved
// rounds and the best say something; a mean says little.

import LSTMCore

/// Where the middle of some numbers lies.
package struct Spread: Codable, Equatable, Sendable {
  /// The smallest.
  package let best: Double
  /// A quarter of the numbers are below.
  package let lowerQuartile: Double
  /// Half of the numbers are below.
  package let median: Double
  /// Three quarters of the numbers are below.
  package let upperQuartile: Double

  /// The spread of some numbers; nil where there are none.
  package init?(_ numbers: [Double]) {
    let sorted = numbers.sorted()
    guard let first = sorted.first else { return nil }
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let below = Int(place)
      guard below + 1 < sorted.count else { return sorted[below] }
      return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
    }
    best = first
    lowerQuartile = quantile(0.25)
    median = quantile(0.5)
    upperQuartile = quantile(0.75)
  }
}

/// The geometric mean, which is the one for ratios; nil where there are no numbers.
package func geometricMean(_ numbers: [Double]) -> Double? {
  guard !numbers.isEmpty else { return nil }
  return Double.exp(numbers.reduce(0) { $0 + Double.log($1) } / Double(numbers.count))
}
