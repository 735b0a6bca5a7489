// Keras's activations by name. One name has two meanings: the hard sigmoid.

import LSTMCore

enum KerasActivation {
  /// The names that are read, for messages.
  static let names =
    "tanh, sigmoid, hard_sigmoid, linear, relu, softsign, elu, softplus, leaky_relu"

  /// The function of a name.
  ///
  /// - Parameter majorVersion: Keras's. Up to 2 the hard sigmoid is 0.2 x + 0.5, from 3 on
  ///   x / 6 + 0.5, each held between 0 and 1.
  static func function(_ name: String, majorVersion: Int) -> Activation<Double>? {
    switch name {
    case "tanh": .tanh
    case "sigmoid": .sigmoid
    case "hard_sigmoid":
      Activation(.hardSigmoid, alpha: majorVersion >= 3 ? 1 / 6 : 0.2, beta: 0.5)
    case "linear": .identity
    case "relu": Activation(.relu)
    case "softsign": Activation(.softsign)
    case "elu": Activation(.elu, alpha: 1)
    case "softplus": Activation(.softplus)
    case "leaky_relu": Activation(.leakyRelu, alpha: 0.2)
    default: nil
    }
  }

  /// The name of a function, or nil where Keras 3 has none for it.
  ///
  /// - Parameter precision: the type of the model's numbers, in which Keras computes.
  static func name(_ function: Activation<Double>, _ precision: StoredPrecision) -> String? {
    [
      "tanh", "sigmoid", "hard_sigmoid", "linear", "relu", "softsign", "elu", "softplus",
      "leaky_relu",
    ].first { name in
      guard let known = self.function(name, majorVersion: 3) else { return false }
      return precision.fitsFloat
        ? Activation<Float>(known) == Activation<Float>(function) : known == function
    }
  }
}
