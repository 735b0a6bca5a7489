// ONNX's activation functions by name, with the numbers that ONNX Runtime takes where α or β are
// left out.

import LSTMCore

/// An activation function of ONNX's LSTM operator.
enum ONNXActivation: String, CaseIterable {
  case relu = "Relu"
  case tanh = "Tanh"
  case sigmoid = "Sigmoid"
  case affine = "Affine"
  case leakyRelu = "LeakyRelu"
  case thresholdedRelu = "ThresholdedRelu"
  case scaledTanh = "ScaledTanh"
  case hardSigmoid = "HardSigmoid"
  case elu = "Elu"
  case softsign = "Softsign"
  case softplus = "Softplus"

  /// The function of a name; ONNX Runtime does not mind capitals.
  init?(name: String) {
    let found = Self.allCases.first { $0.rawValue.lowercased() == name.lowercased() }
    guard let found else { return nil }
    self = found
  }

  /// The function of the core; nil for the identity, which ONNX has only as Affine with α = 1.
  init?(_ kind: Activation<Double>.Kind) {
    switch kind {
    case .sigmoid: self = .sigmoid
    case .tanh: self = .tanh
    case .identity: self = .affine
    case .relu: self = .relu
    case .affine: self = .affine
    case .leakyRelu: self = .leakyRelu
    case .thresholdedRelu: self = .thresholdedRelu
    case .scaledTanh: self = .scaledTanh
    case .hardSigmoid: self = .hardSigmoid
    case .elu: self = .elu
    case .softsign: self = .softsign
    case .softplus: self = .softplus
    }
  }

  /// The function of the core.
  var kind: Activation<Double>.Kind {
    switch self {
    case .relu: .relu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .affine: .affine
    case .leakyRelu: .leakyRelu
    case .thresholdedRelu: .thresholdedRelu
    case .scaledTanh: .scaledTanh
    case .hardSigmoid: .hardSigmoid
    case .elu: .elu
    case .softsign: .softsign
    case .softplus: .softplus
    }
  }

  /// What ONNX Runtime 1.32 takes for α and β where they are left out (observed): the
  /// documentation's numbers for three functions, and 0 for the others, so that Affine and
  /// ScaledTanh are then 0 everywhere.
  private var defaults: (alpha: Float, beta: Float) {
    switch self {
    case .leakyRelu: (0.01, 0)
    case .hardSigmoid: (0.2, 0.5)
    case .elu: (1, 0)
    default: (0, 0)
    }
  }

  /// The function with the α and β that are next in the lists of the node: each function that has
  /// a parameter takes one.
  func function(
    _ alphas: inout ArraySlice<Float>, _ betas: inout ArraySlice<Float>,
    failure: () -> ONNXError
  ) throws -> Activation<Double> {
    var (alpha, beta) = defaults
    if kind.parameterCount > 0, let given = alphas.popFirst() { alpha = given }
    if kind.parameterCount > 1, let given = betas.popFirst() { beta = given }
    guard alpha.isFinite, beta.isFinite else { throw failure() }
    // ONNX's ThresholdedRelu is 0 at α itself, where the core's is α already. At 0 both are 0.
    if self == .thresholdedRelu, alpha != 0 { alpha = alpha.nextUp }
    return Activation(kind, alpha: Double(alpha), beta: Double(beta))
  }
}
