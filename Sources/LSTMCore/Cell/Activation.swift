// The activation functions an LSTM cell may use: all that ONNX's LSTM operator allows, and the
// identity. The formulas are those of the operator's documentation (ONNX operator LSTM, opset 22,
// and of the namesake operators).

import RealModule

/// A function applied to one number: the σ of a gate, the tanh of the candidate.
public struct Activation<Scalar: Real>: Equatable {
  /// Which function it is; ``Activation/alpha`` and ``Activation/beta`` complete some of them.
  public enum Kind: String, CaseIterable, Sendable {
    /// 1 / (1 + e^-x): between 0 and 1.
    case sigmoid
    /// The hyperbolic tangent: between -1 and 1.
    case tanh
    /// x itself.
    case identity
    /// x where it is positive, else 0.
    case relu
    /// α x + β.
    case affine
    /// x where it is not negative, else α x.
    case leakyRelu = "leaky-relu"
    /// x where it is at least α, else 0.
    case thresholdedRelu = "thresholded-relu"
    /// α tanh(β x).
    case scaledTanh = "scaled-tanh"
    /// α x + β held between 0 and 1.
    case hardSigmoid = "hard-sigmoid"
    /// x where it is not negative, else α (e^x - 1).
    case elu
    /// x / (1 + |x|).
    case softsign
    /// ln(1 + e^x).
    case softplus

    /// How many of α and β the function has: 0, 1 (α) or 2.
    public var parameterCount: Int {
      switch self {
      case .leakyRelu, .thresholdedRelu, .elu: 1
      case .affine, .scaledTanh, .hardSigmoid: 2
      default: 0
      }
    }
  }

  /// The function.
  public let kind: Kind
  /// The first parameter, where the function has one.
  public let alpha: Scalar
  /// The second parameter, where the function has one.
  public let beta: Scalar

  /// Makes an activation.
  ///
  /// - Parameters:
  ///   - kind: the function.
  ///   - alpha: its first parameter; by default what ONNX's operator of that name has (0.01 for
  ///     leaky ReLU, 0.2 for the hard sigmoid, else 1). Ignored where the function has none.
  ///   - beta: its second parameter; by default 0.5 for the hard sigmoid, 1 for the scaled tanh,
  ///     0 for the affine function. Ignored where the function has none.
  public init(_ kind: Kind, alpha: Scalar? = nil, beta: Scalar? = nil) {
    self.kind = kind
    let defaults: (alpha: Scalar, beta: Scalar) =
      switch kind {
      case .leakyRelu: (1 / 100, 0)
      case .hardSigmoid: (1 / 5, 1 / 2)
      case .scaledTanh: (1, 1)
      case .affine, .thresholdedRelu, .elu: (1, 0)
      default: (0, 0)
      }
    self.alpha = kind.parameterCount > 0 ? alpha ?? defaults.alpha : 0
    self.beta = kind.parameterCount > 1 ? beta ?? defaults.beta : 0
  }

  /// The logistic function, the σ of the equations.
  public static var sigmoid: Activation { Activation(.sigmoid) }
  /// The hyperbolic tangent.
  public static var tanh: Activation { Activation(.tanh) }
  /// The function that changes nothing.
  public static var identity: Activation { Activation(.identity) }

  /// Whether every value lies between 0 and 1, as a gate's should.
  public var isBetweenZeroAndOne: Bool { kind == .sigmoid || kind == .hardSigmoid }

  /// The function's value.
  ///
  /// The sigmoid and the softplus are written so that e^x is only taken of a number that is not
  /// positive: for large |x| nothing overflows and no digit is lost.
  public func callAsFunction(_ x: Scalar) -> Scalar {
    switch kind {
    case .sigmoid:
      if x >= 0 { return 1 / (1 + .exp(-x)) }
      let small = Scalar.exp(x)
      return small / (1 + small)
    case .tanh: return .tanh(x)
    case .identity: return x
    case .relu: return max(x, 0)
    case .affine: return alpha * x + beta
    case .leakyRelu: return x < 0 ? alpha * x : x
    case .thresholdedRelu: return x >= alpha ? x : 0
    case .scaledTanh: return alpha * .tanh(beta * x)
    case .hardSigmoid: return min(max(alpha * x + beta, 0), 1)
    case .elu: return x < 0 ? alpha * .expMinusOne(x) : x
    case .softsign: return x / (1 + abs(x))
    case .softplus: return max(x, 0) + .log(onePlus: .exp(-abs(x)))
    }
  }

  /// The function's slope at `x`.
  ///
  /// At a kink (0 for ReLU, the two ends of the hard sigmoid) it is the slope to the right.
  ///
  /// - Parameters:
  ///   - x: where.
  ///   - value: the function's value there, so that it need not be computed again.
  public func derivative(at x: Scalar, value: Scalar) -> Scalar {
    switch kind {
    case .sigmoid: return value * (1 - value)
    case .tanh: return 1 - value * value
    case .identity: return 1
    case .relu: return x >= 0 ? 1 : 0
    case .affine: return alpha
    case .leakyRelu: return x < 0 ? alpha : 1
    case .thresholdedRelu: return x >= alpha ? 1 : 0
    case .scaledTanh:
      let inner = Scalar.tanh(beta * x)
      return alpha * beta * (1 - inner * inner)
    case .hardSigmoid:
      let line = alpha * x + beta
      return line >= 0 && line < 1 ? alpha : 0
    case .elu: return x < 0 ? value + alpha : 1
    case .softsign:
      let below = 1 + abs(x)
      return 1 / (below * below)
    case .softplus: return Activation.sigmoid(x)
    }
  }
}

extension Activation where Scalar: BinaryFloatingPoint {
  /// The same function in another precision.
  public init<Other: Real & BinaryFloatingPoint>(_ other: Activation<Other>) {
    self.init(
      Kind(rawValue: other.kind.rawValue) ?? .identity, alpha: Scalar(other.alpha),
      beta: Scalar(other.beta))
  }
}

extension Activation: Sendable where Scalar: Sendable {}
