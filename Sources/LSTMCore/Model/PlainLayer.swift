// The plain layers that stand around LSTMs in real models: their readable form is all there is of them.
// A chain of layers, one after the other; no graph. How they stand around a network: PlainHead.swift.

import RealModule

/// A layer without a state: what stands before or after an LSTM.
///
/// Each maps `[T, B, C]` to an array of the same kind; most of them step by step.
public enum PlainLayer<Scalar: Real>: Equatable {
  /// What is taken of the steps under a window, or of all.
  public enum Pooling: String, CaseIterable, Sendable {
    /// The greatest.
    case max
    /// The mean.
    case average
  }

  /// How a convolution goes on at the ends.
  public enum Padding: String, CaseIterable, Sendable {
    /// Not at all: the window stays within the steps.
    case valid
    /// With zeros on both sides, so that ⌈T / stride⌉ steps come out.
    case same
    /// With zeros before the first step only: no step sees a later one.
    case causal
  }

  /// W y + b at every step: W `[O, C]`, b `[O]`.
  case linear(weights: Matrix<Scalar>, bias: [Scalar]?)
  /// A function of every number.
  case activation(Activation<Scalar>)
  /// e^y over the sum of all e^y of the step.
  case softmax
  /// y a + b, each feature with its own a and b `[C]`: batch normalisation at inference.
  case scale(factors: [Scalar], shifts: [Scalar])
  /// (y - mean) / √(variance + ε) over the features of a step, then times a, plus b `[C]` (Ba,
  /// Kiros and Hinton, "Layer normalization", 2016).
  case layerNorm(epsilon: Scalar, factors: [Scalar], shifts: [Scalar])
  /// A convolution over the steps: a matrix `[O, C]` for each step under the window, b `[O]`.
  case convolution(
    taps: [Matrix<Scalar>], bias: [Scalar]?, stride: Int, dilation: Int, padding: Padding)
  /// Windows of so many steps, so many apart; without padding.
  case pool(Pooling, size: Int, stride: Int)
  /// All steps as one.
  case poolAll(Pooling)
  /// All steps beside each other as one: `[1, B, T·C]`.
  case flatten

  /// Whether every step is computed by itself.
  public var isStepwise: Bool {
    switch self {
    case .linear, .activation, .softmax, .scale, .layerNorm: true
    case .convolution, .pool, .poolAll, .flatten: false
    }
  }

  /// How many numbers the layer has learned.
  public var parameterCount: Int {
    switch self {
    case .linear(let weights, let bias): weights.values.count + (bias?.count ?? 0)
    case .scale(let factors, let shifts), .layerNorm(_, let factors, let shifts):
      factors.count + shifts.count
    case .convolution(let taps, let bias, _, _, _):
      taps.reduce(bias?.count ?? 0) { $0 + $1.values.count }
    case .activation, .softmax, .pool, .poolAll, .flatten: 0
    }
  }

  /// Every number of the layer, learned or set.
  public var numbers: [Scalar] {
    switch self {
    case .linear(let weights, let bias): weights.values + (bias ?? [])
    case .activation(let function): [function.alpha, function.beta]
    case .scale(let factors, let shifts): factors + shifts
    case .layerNorm(let epsilon, let factors, let shifts): [epsilon] + factors + shifts
    case .convolution(let taps, let bias, _, _, _): taps.flatMap(\.values) + (bias ?? [])
    case .softmax, .pool, .poolAll, .flatten: []
    }
  }

  /// The layer in words: "linear 32 -> 16", "relu".
  public var words: String {
    switch self {
    case .linear(let weights, _): "linear \(weights.columns) -> \(weights.rows)"
    case .activation(let function): function.kind.rawValue
    case .softmax: "softmax"
    case .scale(let factors, _): "scale of \(factors.count) (batch norm)"
    case .layerNorm(_, let factors, _): "layer norm of \(factors.count)"
    case .convolution(let taps, _, let stride, _, _):
      "convolution \(taps.first?.columns ?? 0) -> \(taps.first?.rows ?? 0) over \(taps.count) steps"
        + (stride > 1 ? ", every \(stride)" : "")
    case .pool(let kind, let size, _): "\(kind.rawValue) of \(size) steps"
    case .poolAll(let kind): "\(kind.rawValue) of all steps"
    case .flatten: "all steps beside each other"
    }
  }

  // MARK: - Sizes

  /// The steps and features that come out of so many; the index of this layer is for the error.
  ///
  /// - Throws: ``NetworkError/plainLayer(_:found:expected:)``.
  func sizes(after sizes: PlainSizes) throws -> PlainSizes {
    var result = sizes
    func check(_ expected: Int) throws {
      guard sizes.width == expected else {
        throw NetworkError.plainLayer(words, found: sizes.width, expected: expected)
      }
    }
    switch self {
    case .linear(let weights, let bias):
      try check(weights.columns)
      guard bias?.count ?? weights.rows == weights.rows else {
        throw NetworkError.headBias(found: bias?.count ?? 0, outputs: weights.rows)
      }
      result.width = weights.rows
    case .activation, .softmax: break
    case .scale(let factors, _), .layerNorm(_, let factors, _): try check(factors.count)
    case .convolution(let taps, _, let stride, let dilation, let padding):
      try check(taps.first?.columns ?? 0)
      result.width = taps.first?.rows ?? 0
      let reach = padding == .valid ? (taps.count - 1) * dilation : 0
      result.steps = max(0, (sizes.steps - reach + stride - 1) / stride)
    case .pool(_, let size, let stride):
      result.steps = sizes.steps < size ? 0 : (sizes.steps - size) / stride + 1
    case .poolAll: result.steps = 1
    case .flatten: result = PlainSizes(steps: 1, width: sizes.steps * sizes.width)
    }
    return result
  }
}

/// How many steps of how many features there are.
struct PlainSizes: Equatable {
  var steps: Int
  var width: Int
}

extension Array {
  /// The sizes that come out of a chain.
  ///
  /// - Throws: ``NetworkError/plainLayer(_:found:expected:)``.
  func sizes<Scalar>(after sizes: PlainSizes) throws -> PlainSizes
  where Element == PlainLayer<Scalar> {
    try reduce(sizes) { try $1.sizes(after: $0) }
  }

  /// Leads `[T, B, C]` through a chain whose sizes were checked.
  func output<Scalar>(_ input: Array3<Scalar>) -> Array3<Scalar>
  where Element == PlainLayer<Scalar> {
    reduce(input) { $1($0) }
  }
}

extension PlainLayer: Sendable where Scalar: Sendable {}

extension PlainLayer where Scalar: BinaryFloatingPoint {
  /// The same layer in another precision, each number rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: PlainLayer<Other>) {
    switch other {
    case .linear(let weights, let bias):
      self = .linear(weights: Matrix(weights), bias: bias?.converted())
    case .activation(let function): self = .activation(Activation(function))
    case .softmax: self = .softmax
    case .scale(let factors, let shifts):
      self = .scale(factors: factors.converted(), shifts: shifts.converted())
    case .layerNorm(let epsilon, let factors, let shifts):
      self = .layerNorm(
        epsilon: Scalar(epsilon), factors: factors.converted(), shifts: shifts.converted())
    case .convolution(let taps, let bias, let stride, let dilation, let padding):
      self = .convolution(
        taps: taps.map { Matrix($0) }, bias: bias?.converted(), stride: stride, dilation: dilation,
        padding: Padding(rawValue: padding.rawValue) ?? .valid)
    case .pool(let kind, let size, let stride):
      self = .pool(Pooling(rawValue: kind.rawValue) ?? .max, size: size, stride: stride)
    case .poolAll(let kind): self = .poolAll(Pooling(rawValue: kind.rawValue) ?? .max)
    case .flatten: self = .flatten
    }
  }
}
