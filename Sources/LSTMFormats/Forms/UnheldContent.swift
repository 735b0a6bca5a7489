// What a form of file, or a framework's LSTM in it, cannot hold, as values and in words.

import LSTMCore

extension ModelError {
  /// What has no place for something.
  public enum Holder: Equatable, Sendable {
    /// A form of file.
    case form(ModelForm)
    /// `nn.LSTM` of PyTorch.
    case pytorchLayers
    /// `nn.LSTM` of MLX.
    case mlxLayers
    /// Keras' LSTM layer.
    case kerasLayers

    var words: String {
      switch self {
      case .form(let form): "the form \(form.identifier)"
      case .pytorchLayers: "PyTorch's nn.LSTM"
      case .mlxLayers: "MLX' nn.LSTM"
      case .kerasLayers: "Keras' LSTM"
      }
    }
  }

  /// Something that a network or a model has. Layers are counted from 0.
  public enum Content: Equatable, Sendable {
    /// What changes a model's numbers beside its weights; how the model says it, in words.
    case setting(LSTMModel.Setting, words: String)
    /// A layer without a forward direction.
    case onlyBackward(layer: Int)
    /// A layer with a reverse direction.
    case backward
    /// Layers of different sizes or directions.
    case unequalLayers
    /// A projection; in which layer, where that is said.
    case projection(layer: Int?)
    /// A projection that makes the hidden state no narrower.
    case wideProjection
    /// A layer that only reads backward and gives its outputs in the order of the input.
    case backwardInOrder(layer: Int)
    /// Skipped steps behind a layer that only reads backward.
    case maskBehindBackward(layer: Int)
    /// Tokens as vectors with a single one, so many that they are no sensible embedding.
    case oneHot(size: Int)
    /// Tokens in place of numbers.
    case tokens
    /// A model without a linear layer after the LSTM.
    case noHead
    /// What a cell has that the usual one has not; in which direction, where that is said.
    case cell(Unusual, layer: Int, Direction?)
  }

  /// What a cell has that the usual one has not.
  public enum Unusual: Equatable, Sendable {
    /// A peephole of a gate.
    case peephole(Gate)
    /// One gate made of another.
    case coupling(CellVariant<Double>.Coupling)
    /// A gate held at a constant.
    case pinned(Gate)
    /// Another activation of a gate.
    case activation(Gate, Activation<Double>.Kind)
    /// Another activation of the cell state.
    case cellActivation(Activation<Double>.Kind)
    /// A bound of the pre-activations.
    case clip
    /// A bound of the cell state.
    case cellClip
    /// A bound of the projected hidden state.
    case projectionClip
    /// Forget, input and output gate with different activations.
    case unequalGates
    /// A candidate with another activation than the cell state.
    case candidateUnlikeCell
    /// An activation with numbers of its own.
    case function(Activation<Double>.Kind, [Double])
  }
}

extension ModelError.Content {
  /// The content as the object of "cannot hold".
  var words: String {
    switch self {
    case .setting(_, let words): words
    case .onlyBackward(let layer): "layer \(layer + 1), which only reads backward"
    case .backward: "a layer that reads backward"
    case .unequalLayers: "layers of different sizes or directions in one LSTM"
    case .projection(let layer): "a projection" + (layer.map { " (layer \($0 + 1))" } ?? "")
    case .wideProjection: "a projection to as many units as there are, or more"
    case .backwardInOrder(let layer):
      "a layer that only reads backward and puts its outputs in the order of x (layer \(layer + 1))"
    case .maskBehindBackward(let layer):
      "masked steps behind a layer that only reads backward (layer \(layer + 1))"
    case .oneHot(let size):
      "a one-hot of \(size): as an Embedding of the identity it would have \(size * size) numbers"
    case .tokens: "a network that reads tokens"
    case .noHead: "a network without a head: it has to end in one linear layer"
    case .cell(let unusual, let layer, let direction):
      "\(unusual.words) (layer \(layer + 1)\(direction.map { ", \($0.rawValue)" } ?? ""))"
    }
  }
}

extension ModelError.Unusual {
  fileprivate var words: String {
    switch self {
    case .peephole(let gate): "the \(gate.rawValue) gate's peephole"
    case .coupling(let coupling): "coupled gates (\(coupling.rawValue))"
    case .pinned(let gate): "a gate held at a constant (\(gate.rawValue))"
    case .activation(let gate, let kind): "the \(gate.rawValue) activation \(kind.rawValue)"
    case .cellActivation(let kind): "the cell activation \(kind.rawValue)"
    case .clip: "a clip"
    case .cellClip: "a cell clip"
    case .projectionClip: "a projection clip"
    case .unequalGates: "gates of different activations"
    case .candidateUnlikeCell: "different activations of the candidate and of the cell state"
    case .function(let kind, let numbers):
      "the activation \(kind.rawValue)"
        + (numbers.isEmpty ? "" : " of " + numbers.map { "\($0)" }.joined(separator: " and "))
    }
  }
}

extension ModelError.Content {
  /// Forms that hold it where another does not: ONNX, but for what its LSTM has not either.
  var otherForms: [ModelForm] {
    switch self {
    case .projection, .wideProjection: [.swiftLSTM, .json]
    case .cell(let unusual, _, _):
      switch unusual {
      case .coupling(.inputFromForget), .pinned, .cellClip, .projectionClip, .unequalGates:
        [.swiftLSTM, .json]
      default: [.swiftLSTM, .onnx]
      }
    default: [.swiftLSTM, .onnx]
    }
  }
}

extension ModelForm {
  /// The form as a file to write in place of another that cannot hold something.
  var asRemedy: Remedy.Choice {
    switch self {
    case .swiftLSTM: .init(name: identifier, words: "the project's own model file")
    case .pytorch: .init(name: identifier, words: "a PyTorch state dict")
    case .onnx: .init(name: identifier, words: "ONNX")
    case .json: .init(name: identifier, words: "JSON")
    default: .init(name: identifier, words: title)
    }
  }
}
