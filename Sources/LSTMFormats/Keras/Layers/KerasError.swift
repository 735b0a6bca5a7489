// What can be wrong with a Keras model that is otherwise a readable file, and the words for it.

import LSTMCore

/// An error in a Keras model: something is missing, contradictory, or not an LSTM network as
/// this package has them.
public enum KerasError: LSTMFailure, Equatable {
  /// The weights of an archive are a NumPy archive, which Keras fills with pickled objects.
  case pickledWeights(file: String)
  /// An `.h5` file holds weights only, not what they belong to.
  case noConfig(file: String)
  /// A model of a kind that is not read, a subclass of somebody's own.
  case modelClass(file: String, className: String)
  /// A layer of a class that is not read.
  case layerClass(file: String, layer: String, className: String)
  /// A layer's setting has a value that is not read.
  case setting(file: String, layer: String, setting: String, found: String, supported: String)
  /// The layers do not follow one another in one line.
  case notAChain(file: String, reason: String)
  /// The file has no weights for a layer of the model.
  case missingWeights(file: String, layer: String, place: String)
  /// A layer has no weights at all.
  case neverBuilt(file: String, layer: String)
  /// A layer has another number of weights than its class and settings need.
  case weightCount(file: String, layer: String, found: Int, expected: String)
  /// A weight has another shape than its layer's settings say.
  case weightShape(file: String, layer: String, weight: String, found: [Int], expected: [Int?])
  /// The line of layers is not one that a network here can be: which layer, and why.
  case layerPlace(file: String, layer: String, reason: String)
  /// The numbers of a part of the network are not ones that it can have.
  case numbers(file: String, part: String, reason: String)
}

extension KerasError {
  /// The layers that are read, for messages.
  static let supportedLayers =
    "InputLayer, Embedding, Masking, LSTM, Bidirectional(LSTM), RNN(LSTMCell), Dense, "
    + "TimeDistributed(Dense), BatchNormalization, LayerNormalization, Conv1D, pooling over time, "
    + "Flatten, Activation, ReLU, LeakyReLU, ELU, Softmax, Dropout"

  /// Wrong data, all of them.
  public var kind: FailureKind { .data }

  /// What is wrong, where, and how to fix it.
  public var message: String {
    switch self {
    case .pickledWeights(let file):
      return "'\(file)': the weights are 'model.weights.npz', Python objects that Keras itself "
        + "no longer loads.\nSave the model with model.save(\"NAME.keras\"), which writes "
        + "'model.weights.h5'."
    case .noConfig(let file):
      return "'\(file)' has no attribute 'model_config': it holds weights, but not the layers they "
        + "belong to.\nSave the whole model: model.save(\"NAME.keras\"), not model.save_weights."
    case .modelClass(let file, let className):
      return "'\(file)' is a model of the class '\(shown(className))', whose layers are not in the "
        + "file.\nRead are Sequential and Functional models: build it as one of them and copy the "
        + "weights."
    case .layerClass(let file, let layer, let className):
      return "'\(file)': the layer '\(shown(layer))' is a '\(shown(className))', which is not "
        + "read.\nRead are \(Self.supportedLayers)."
    case .setting(let file, let layer, let setting, let found, let supported):
      return "'\(file)': the layer '\(shown(layer))' has \(setting) = \(shown(found)), which is "
        + "not read.\nSupported: \(supported)."
    case .notAChain(let file, let reason):
      return "'\(file)': the layers do not follow one another in one line: \(reason).\n"
        + "Only models that are a single chain of layers are read."
    case .missingWeights(let file, let layer, let place):
      return "'\(file)' has no weights for the layer '\(shown(layer))': there is no "
        + "'\(shown(place))'.\nSave the model again with model.save."
    case .neverBuilt(let file, let layer):
      return "'\(file)': the layer '\(shown(layer))' has no weights: the model was saved before it "
        + "was built.\nBuild it by a call, or load the weights that it was trained to, and save it "
        + "again with model.save."
    case .weightCount(let file, let layer, let found, let expected):
      return "'\(file)': the layer '\(shown(layer))' has \(found) "
        + "\(found == 1 ? "weight" : "weights"), but needs \(expected)."
    case .weightShape(let file, let layer, let weight, let found, let expected):
      let wanted = expected.map { $0.map(String.init) ?? "any" }
      return "'\(file)': \(weight) of the layer '\(shown(layer))' is "
        + "[\(found.map(String.init).joined(separator: ", "))], but its settings need "
        + "[\(wanted.joined(separator: ", "))]."
    case .layerPlace(let file, let layer, let reason):
      return "'\(file)': the layer '\(shown(layer))' \(reason).\n"
        + "A network here is: Embedding, or values and plain layers; LSTM layers, with nothing but "
        + "BatchNormalization between; plain layers."
    case .numbers(let file, let part, let reason):
      return "'\(file)': \(shown(part)): \(reason)"
    }
  }
}
