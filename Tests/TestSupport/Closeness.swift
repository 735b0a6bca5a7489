// Comparing numbers: every element, with a message that says which one is off and by how much.

import Testing

/// How far two numbers may lie apart.
public enum Tolerance: Equatable, Sendable {
  /// By this much, whatever the numbers are.
  case absolute(Double)
  /// By this much times the largest expected magnitude, or times 1 where that is smaller: for
  /// numbers around 1, whose last digits are rounding.
  case relative(Double)
  /// By this much times the largest expected magnitude: for gradients, which may all be small.
  case ofLargest(Double)

  /// The greatest difference allowed beside these expected numbers.
  func allowed(beside expected: [Double]) -> Double {
    let largest = expected.map { abs($0) }.max() ?? 0
    switch self {
    case .absolute(let bound): return bound
    case .relative(let part): return part * max(1, largest)
    case .ofLargest(let part): return part * largest
    }
  }
}

/// Compares every element of two arrays.
///
/// - Parameters:
///   - quantity: what the numbers are, for the message.
///   - found: the numbers that were computed.
///   - expected: the numbers they should be.
///   - tolerance: how far apart they may lie; NaN is close to nothing.
/// - Returns: nil where all are close, else a message with the worst element.
public func difference<Found: BinaryFloatingPoint, Expected: BinaryFloatingPoint>(
  _ quantity: String, _ found: [Found], _ expected: [Expected], within tolerance: Tolerance
) -> String? {
  guard found.count == expected.count else {
    return "\(quantity) has \(found.count) elements, not \(expected.count)"
  }
  let wanted = expected.map { Double($0) }
  let allowed = tolerance.allowed(beside: wanted)
  var worst: (index: Int, distance: Double)?
  var count = 0
  for (index, pair) in zip(found, wanted).enumerated() {
    let distance = abs(Double(pair.0) - pair.1)
    if distance <= allowed { continue }
    count += 1
    if let known = worst, known.distance >= distance || known.distance.isNaN { continue }
    worst = (index, distance)
  }
  guard let worst else { return nil }
  return "\(quantity)[\(worst.index)] is \(found[worst.index]), not \(expected[worst.index]): "
    + "off by \(worst.distance), allowed \(allowed); \(count) of \(found.count) are off"
}

/// Expects every element of two arrays to be close; see ``difference(_:_:_:within:)``.
public func expectClose<Found: BinaryFloatingPoint, Expected: BinaryFloatingPoint>(
  _ quantity: String, _ found: [Found], _ expected: [Expected], within tolerance: Tolerance,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  if let message = difference(quantity, found, expected, within: tolerance) {
    Issue.record(Comment(rawValue: message), sourceLocation: sourceLocation)
  }
}

/// Expects two numbers to be close; see ``difference(_:_:_:within:)``.
public func expectClose<Found: BinaryFloatingPoint, Expected: BinaryFloatingPoint>(
  _ quantity: String, _ found: Found, _ expected: Expected, within tolerance: Tolerance,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(quantity, [found], [expected], within: tolerance, sourceLocation: sourceLocation)
}

/// Expects a piece of code to throw an error whose text is exactly this.
///
/// - Parameters:
///   - text: the whole `"\(error)"`, which is what a user reads.
///   - code: what should throw.
public func expectError<Result>(
  _ text: String, sourceLocation: SourceLocation = #_sourceLocation,
  from code: () throws -> Result
) {
  do {
    let result = try code()
    Issue.record("no error, but \(result)", sourceLocation: sourceLocation)
  } catch {
    #expect("\(error)" == text, sourceLocation: sourceLocation)
  }
}
