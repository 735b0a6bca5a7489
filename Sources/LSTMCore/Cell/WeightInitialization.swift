// Weights to start from: the identity of the founding example, and random draws that are the same
// on every machine for the same seed.

import RealModule

/// How the parameters of a cell are made up.
public enum WeightInitialization: Equatable, Sendable {
  /// Every W and U the identity, biases zero: the founding example. Needs I = H and
  /// no projection.
  case identity
  /// Every number drawn evenly between two bounds, biases too.
  case uniform(low: Double, high: Double)
  /// Weights drawn from a normal distribution with mean 0 and this standard deviation; biases
  /// too.
  case normal(standardDeviation: Double)
  /// As PyTorch's `LSTMCell` and `LSTM` start: everything, the two biases and the projection
  /// included, drawn evenly between ±1/√H.
  case pytorch
}

/// The shape of the parameters of a cell.
public struct CellShape: Equatable, Sendable {
  /// The number of inputs, I.
  public var inputSize: Int
  /// The number of hidden units, H.
  public var hiddenSize: Int
  /// The number of projected units, P, where there is a projection.
  public var projectionSize: Int?
  /// Whether forget, input and output gate have peepholes.
  public var hasPeepholes: Bool
  /// Whether there is a second bias.
  public var hasRecurrentBias: Bool

  /// Makes a shape.
  public init(
    inputSize: Int, hiddenSize: Int, projectionSize: Int? = nil,
    hasPeepholes: Bool = false, hasRecurrentBias: Bool = false
  ) {
    self.inputSize = inputSize
    self.hiddenSize = hiddenSize
    self.projectionSize = projectionSize
    self.hasPeepholes = hasPeepholes
    self.hasRecurrentBias = hasRecurrentBias
  }
}

extension CellParameters {
  /// The shape of these parameters.
  public var shape: CellShape {
    CellShape(
      inputSize: inputSize, hiddenSize: hiddenSize, projectionSize: projection?.rows,
      hasPeepholes: Gate.withPeephole.contains { gates[$0].peephole != nil },
      hasRecurrentBias: Gate.allCases.contains { gates[$0].recurrentBias != nil })
  }
}

extension CellParameters where Scalar == Double {
  /// Makes up parameters.
  ///
  /// The draws come from SplitMix64 in a fixed order (forget, input, candidate, output; in each W,
  /// U, bias, second bias, peephole; then the projection), so that a seed means the same numbers
  /// everywhere.
  ///
  /// - Parameters:
  ///   - initialization: how the numbers are drawn.
  ///   - shape: the sizes. ``WeightInitialization/pytorch`` always has two biases.
  ///   - seed: where the random numbers start; the identity needs none.
  /// - Throws: ``LSTMCoreError/identityNeedsEqualSizes(inputs:hiddenUnits:)`` or
  ///   ``LSTMCoreError/identityWithProjection``.
  public init(_ initialization: WeightInitialization, shape: CellShape, seed: UInt64) throws {
    let outputSize = shape.projectionSize ?? shape.hiddenSize
    var generator = SplitMix64(seed: seed)
    var draw: () -> Double = { 0 }
    switch initialization {
    case .identity:
      guard shape.projectionSize == nil else { throw LSTMCoreError.identityWithProjection }
      guard shape.inputSize == shape.hiddenSize else {
        throw LSTMCoreError.identityNeedsEqualSizes(
          inputs: shape.inputSize, hiddenUnits: shape.hiddenSize)
      }
    case .uniform(let low, let high):
      draw = { low + (high - low) * generator.nextUnit() }
    case .normal(let standardDeviation):
      draw = { standardDeviation * generator.nextNormal() }
    case .pytorch:
      let bound = 1 / Double(shape.hiddenSize).squareRoot()
      draw = { bound * (2 * generator.nextUnit() - 1) }
    }
    func matrix(_ rows: Int, _ columns: Int) -> Matrix<Double> {
      if initialization == .identity { return Matrix(identity: rows) }
      return Matrix(
        rows: rows, columns: columns, values: (0..<rows * columns).map { _ in draw() })
    }
    func vector() -> [Double] { (0..<shape.hiddenSize).map { _ in draw() } }
    let hasRecurrentBias = shape.hasRecurrentBias || initialization == .pytorch
    let gates = PerGate { gate in
      GateParameters(
        inputWeights: matrix(shape.hiddenSize, shape.inputSize),
        hiddenWeights: matrix(shape.hiddenSize, outputSize),
        bias: vector(), recurrentBias: hasRecurrentBias ? vector() : nil,
        peephole: shape.hasPeepholes && gate != .candidate ? vector() : nil)
    }
    try self.init(
      gates: gates, projection: shape.projectionSize.map { matrix($0, shape.hiddenSize) })
  }
}

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014):
/// small, well mixed and the same on every machine.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts the generator at a seed.
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The next number, evenly spread over 0 ..< 1 in steps of 2^-53.
  public mutating func nextUnit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// The next number of a normal distribution with mean 0 and standard deviation 1, by the
  /// method of Box and Muller (1958).
  public mutating func nextNormal() -> Double {
    let radius = (-2 * Double.log(1 - nextUnit())).squareRoot()
    return radius * .cos(2 * .pi * nextUnit())
  }
}
