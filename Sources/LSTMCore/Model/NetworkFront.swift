// What stands before the first layer: an embedding or one-hot.

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
}

extension NetworkFront where Scalar: BinaryFloatingPoint {
  /// The same front in another precision, each number rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: NetworkFront<Other>) {
    switch other {
    case .embedding(let matrix): self = .embedding(Matrix(matrix))
    case .oneHot(let size): self = .oneHot(size: size)
    }
  }
}

extension NetworkFront: Sendable where Scalar: Sendable {}
