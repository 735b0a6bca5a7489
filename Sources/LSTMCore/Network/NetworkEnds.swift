// What stands before the first layer and after the last: an embedding or one-hot, and a linear
// head.

import RealModule

/// What makes the first layer's input of token ids.
public enum NetworkFront<Scalar: Real>: Equatable {
  /// A learned vector for each token: `[V, E]`, a row a token.
  case embedding(Matrix<Scalar>)
  /// A vector of `size` zeros with a one at the token's place.
  case oneHot(size: Int)

  /// How many different tokens there are, V: ids run from 0 to one less.
  public var tokenCount: Int {
    switch self {
    case .embedding(let matrix): matrix.rows
    case .oneHot(let size): size
    }
  }

  /// The width of what it hands to the first layer.
  public var outputSize: Int {
    switch self {
    case .embedding(let matrix): matrix.columns
    case .oneHot(let size): size
    }
  }

  /// The vector of a token, which must be one of the ``tokenCount``.
  func vector(of token: Int) -> [Scalar] {
    switch self {
    case .embedding(let matrix): return Array(matrix.row(token))
    case .oneHot(let size):
      var vector = [Scalar](repeating: 0, count: size)
      vector[token] = 1
      return vector
    }
  }

  /// The same front over another precision.
  public func map<Other: Real>(_ transform: (Scalar) -> Other) -> NetworkFront<Other> {
    switch self {
    case .embedding(let matrix): .embedding(matrix.map(transform))
    case .oneHot(let size): .oneHot(size: size)
    }
  }
}

extension NetworkFront: Sendable where Scalar: Sendable {}

/// A linear layer over what the last layer puts out: logits = W y + b.
public struct LinearHead<Scalar: Real>: Equatable {
  /// What the logits go through to become probabilities.
  public enum Activation: String, CaseIterable, Sendable {
    /// e^z over the sum of all e^z: one of O classes.
    case softmax
    /// 1 / (1 + e^-z), each by itself: any of O labels.
    case sigmoid
  }

  /// What the head reads.
  public enum Source: String, CaseIterable, Sendable {
    /// The output of every step: T logits a sequence.
    case everyStep = "every-step"
    /// The last layer's final hidden states, forward beside reverse: one logit vector a sequence.
    /// This is what Keras does with `return_sequences=False` and PyTorch with `h_n`.
    case finalState = "final-state"
    /// The output of step T of the batch, `[B, D·P]`: zero for a sequence that ended before. A
    /// reverse direction has read one step there, so that this is the final state only of a layer
    /// that reads forward, in a batch that is not ragged. PyTorch's `output[-1]`.
    case lastStep = "last-step"
    /// The output of the first step, `[B, D·P]`.
    case firstStep = "first-step"

    /// The only step that is read, counted from 0; nil where all are, or the final states, or where
    /// there is no step.
    func step(of count: Int) -> Int? {
      switch self {
      case .everyStep, .finalState: nil
      case .lastStep: count > 0 ? count - 1 : nil
      case .firstStep: count > 0 ? 0 : nil
      }
    }
  }

  /// W: `[O, D·P]`, a row an output.
  public var weights: Matrix<Scalar>
  /// b: `[O]`, where there is one.
  public var bias: [Scalar]?
  /// What the logits go through, if anything.
  public var activation: Activation?
  /// What the head reads.
  public var source: Source

  /// Makes a head. Sizes are checked where the network comes together.
  public init(
    weights: Matrix<Scalar>, bias: [Scalar]? = nil, activation: Activation? = nil,
    source: Source = .everyStep
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
  ///
  /// The largest logit is taken off before e^z, so that nothing overflows.
  public func probabilities(_ logits: [Scalar]) -> [Scalar]? {
    switch activation {
    case nil: return nil
    case .sigmoid: return logits.map { LSTMCore.Activation<Scalar>.sigmoid($0) }
    case .softmax:
      let largest = logits.reduce(-Scalar.infinity) { max($0, $1) }
      let powers = logits.map { Scalar.exp($0 - largest) }
      let sum = powers.reduce(0, +)
      return powers.map { $0 / sum }
    }
  }

  /// The same head over another precision.
  public func map<Other: Real>(_ transform: (Scalar) -> Other) -> LinearHead<Other> {
    LinearHead<Other>(
      weights: weights.map(transform), bias: bias?.map(transform),
      activation: activation.flatMap { .init(rawValue: $0.rawValue) },
      source: .init(rawValue: source.rawValue) ?? .everyStep)
  }
}

extension LinearHead: Sendable where Scalar: Sendable {}
