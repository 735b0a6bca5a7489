// What stands after the last layer: a linear head.

import RealModule

/// A linear layer over what the last layer puts out: logits = W y + b.
public struct LinearHead<Scalar: Real>: Equatable {
  /// What the logits go through to become probabilities.
  public enum Activation: String, CaseIterable, Sendable {
    /// e^z over the sum of all e^z: one of O classes.
    case softmax
    /// 1 / (1 + e^-z), each by itself: any of O labels.
    case sigmoid
  }

  /// W: `[O, D·P]`, a row an output.
  public var weights: Matrix<Scalar>
  /// b: `[O]`, where there is one.
  public var bias: [Scalar]?
  /// What the logits go through, if anything.
  public var activation: Activation?
  /// What the head reads.
  public var source: OutputSelection

  /// Makes a head. Sizes are checked where the network comes together.
  public init(
    weights: Matrix<Scalar>, bias: [Scalar]? = nil, activation: Activation? = nil,
    source: OutputSelection = .everyStep
  ) {
    (self.weights, self.bias, self.activation, self.source) = (weights, bias, activation, source)
  }

  /// The number of outputs, O.
  public var outputSize: Int { weights.rows }

  /// The logits: `[O]`.
  ///
  /// - Parameter features: `[D·P]`.
  public func logits(_ features: [Scalar]) -> [Scalar] {
    let product = weights.product(features)
    return bias.map { zip(product, $0).map(+) } ?? product
  }

  /// The probabilities, or nil for a head without an activation: `[O]`.
  public func probabilities(_ logits: [Scalar]) -> [Scalar]? {
    activation.map { $0.probabilities(logits) }
  }

  /// What the head reads, and what its logits go through.
  var reading: HeadReading<Scalar> { HeadReading(source: source, activation: activation) }
}

/// A head without its numbers: what it reads, and what its logits go through.
struct HeadReading<Scalar: Real>: Equatable {
  let source: OutputSelection
  let activation: LinearHead<Scalar>.Activation?
}

extension HeadReading: Sendable where Scalar: Sendable {}

extension LinearHead.Activation {
  /// The probabilities of logits `[O]`.
  ///
  /// The largest logit is taken off before e^z, so that nothing overflows.
  func probabilities(_ logits: [Scalar]) -> [Scalar] {
    switch self {
    case .sigmoid: return logits.map { Activation<Scalar>.sigmoid($0) }
    case .softmax:
      let largest = logits.reduce(-Scalar.infinity) { max($0, $1) }
      let powers = logits.map { Scalar.exp($0 - largest) }
      let sum = powers.reduce(0, +)
      return powers.map { $0 / sum }
    }
  }
}

extension LinearHead where Scalar: BinaryFloatingPoint {
  /// The same head in another precision, each number rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: LinearHead<Other>) {
    self.init(
      weights: Matrix(other.weights), bias: other.bias?.converted(),
      activation: other.activation.flatMap { .init(rawValue: $0.rawValue) }, source: other.source)
  }
}

extension LinearHead: Sendable where Scalar: Sendable {}
