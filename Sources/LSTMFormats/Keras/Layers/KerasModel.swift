// A Keras model as its file has it: layers in the order of the data, with their settings and their
// weights in Keras's own layout. What becomes of it here is in KerasNetwork.swift, of the room above.

import LSTMCore

/// A Keras model that is a single line of layers.
public struct KerasModel: Sendable {
  /// The name of the file, for errors.
  public let file: String
  /// The model's name.
  public let name: String
  /// The version of Keras that wrote the file, "3.15.1"; "1" where the file does not say.
  public let version: String
  /// The layers, from the input on.
  public let layers: [KerasLayer]
  /// Whether this project wrote the file, in the form of that version.
  public internal(set) var isOurs = false

  /// What stands under ``ownMarkKey`` in files that this project writes; Keras passes over it.
  static let ownMark = "swift-lstm"
  /// The key in `metadata.json`, and the attribute of an `.h5` file.
  static let ownMarkKey = "written_by"

  /// The first number of ``version``: what a hard sigmoid is depends on it.
  public var majorVersion: Int { Self.majorVersion(version) }

  static func majorVersion(_ version: String) -> Int {
    Int(version.prefix { $0.isASCII && $0.isNumber }) ?? 1
  }

  /// The numbers of the input at each step, I; nil where it is tokens.
  var inputSize: Int? {
    for layer in layers {
      switch layer.kind {
      case .embedding: return nil
      case .lstm: return layer.weights["kernel"]?.shape.first
      case .bidirectional: return layer.weights["forward/kernel"]?.shape.first
      default: break
      }
    }
    return nil
  }

  /// The type that holds the numbers of all weights.
  var precision: StoredPrecision {
    let types = Set(layers.flatMap { $0.weights.entries.map(\.tensor.type) })
    return types.count == 1 ? types.first?.storedPrecision ?? .float32 : .float64
  }
}

/// One layer of a Keras model.
public struct KerasLayer: Sendable {
  /// What the layer is, with the settings that matter.
  public enum Kind: Sendable, Equatable {
    /// Where the input comes in.
    case input
    /// A vector for each token: `embeddings` `[tokens, width]`.
    case embedding(tokens: Int, width: Int, masksZero: Bool)
    /// Steps of which every entry has this value are skipped.
    case masking(Double)
    /// One LSTM layer: `kernel` `[I, 4H]`, `recurrent_kernel` `[H, 4H]`, `bias` `[4H]`, the gates
    /// in the order i, f, c, o; a model trained by cuDNN has a second bias, `recurrent_bias`.
    case lstm(KerasLSTM)
    /// Two LSTM layers, one over each direction of time; their weights are named
    /// `forward/kernel`, `backward/kernel` and so on.
    case bidirectional(forward: KerasLSTM, backward: KerasLSTM)
    /// A dense layer: `kernel` `[I, units]`, `bias` `[units]`. On sequences it works step by step,
    /// and then `TimeDistributed` around it changes nothing.
    case dense(units: Int, activation: String, hasBias: Bool)
    /// A function of every number.
    case activation(String)
    /// A function of every number that a layer of its own class computes, or of a step.
    case function(PlainLayer<Double>)
    /// Batch normalisation: `gamma`, `beta` where it has them, `moving_mean`, `moving_variance` `[C]`.
    case batchNorm(epsilon: Double, hasScale: Bool, hasCenter: Bool)
    /// Layer normalisation: `gamma` and `beta` `[C]`, where it has them.
    case layerNorm(epsilon: Double, hasScale: Bool, hasCenter: Bool)
    /// A convolution over the steps: `kernel` `[size, C, filters]`, `bias` `[filters]`.
    case convolution(KerasConvolution)
    /// A layer that does something only in training.
    case dropout
  }

  /// The layer's name.
  public let name: String
  /// What it is.
  public let kind: Kind
  /// Its weights, named as ``Kind`` says.
  public let weights: TensorArchive
}

extension PlainLayer<Double> {
  /// The class of Keras' layer for a layer without weights.
  fileprivate var kerasClassName: String {
    switch self {
    case .activation(let function): function.kind == .leakyRelu ? "LeakyReLU" : "ReLU"
    case .softmax: "Softmax"
    case .pool(.max, _, _): "MaxPooling1D"
    case .pool(.average, _, _): "AveragePooling1D"
    case .poolAll(.max): "GlobalMaxPooling1D"
    case .poolAll(.average): "GlobalAveragePooling1D"
    default: "Flatten"
    }
  }
}

extension KerasLayer.Kind {
  /// Keras' class.
  var className: String {
    switch self {
    case .input: "InputLayer"
    case .embedding: "Embedding"
    case .masking: "Masking"
    case .lstm: "LSTM"
    case .bidirectional: "Bidirectional"
    case .dense: "Dense"
    case .activation: "Activation"
    case .batchNorm: "BatchNormalization"
    case .layerNorm: "LayerNormalization"
    case .convolution: "Conv1D"
    case .function(let layer): layer.kerasClassName
    case .dropout: "Dropout"
    }
  }
}

/// The settings of one Keras Conv1D.
public struct KerasConvolution: Sendable, Equatable {
  /// The features that come out.
  public var filters: Int
  /// The steps under the window.
  public var size: Int
  /// How far two windows are apart.
  public var stride: Int
  /// How far two steps of a window are apart.
  public var dilation: Int
  /// How it goes on at the ends.
  public var padding: PlainLayer<Double>.Padding
  /// The function of what comes out, by Keras's name.
  public var activation: String
  /// Whether there is a bias.
  public var hasBias: Bool
}

/// The settings of one Keras LSTM.
public struct KerasLSTM: Sendable, Equatable {
  /// The number of hidden units, H.
  public var units: Int
  /// The function of the candidate and of the cell state, by Keras's name.
  public var activation: String
  /// The function of the three gates, by Keras's name.
  public var recurrentActivation: String
  /// Whether there is a bias. What `unit_forget_bias` adds is in the stored bias.
  public var hasBias: Bool
  /// Whether every step's hidden state goes on, or only the last.
  public var returnsSequences: Bool
  /// Whether the sequence is read from its end; outputs are then in the order of reading.
  public var goesBackwards: Bool
  /// Whether the state is carried over from one batch to the next.
  public var isStateful: Bool
}
