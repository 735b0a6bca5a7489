// What can be wrong with a model in a file, and the one place where it becomes words.

import LSTMCore

/// An error in making a network of named arrays, or named arrays of a network.
public enum ModelError: LSTMFailure, Equatable {
  /// There is no LSTM; `instead` says what there is.
  case noLSTM(file: String, tensors: Int, instead: String?)
  /// Several would do; each is described.
  case several(Remedy.Part, file: String, candidates: [String], chain: [String]? = nil)
  /// What was asked for names something that is not there, or that does not fit.
  case unknownPart(Remedy.Part, file: String, name: String, nearest: String?, candidates: [String])
  /// The rest of the model says that there has to be another tensor.
  case missingTensor(file: String, name: String, because: String)
  /// A tensor has another shape than the rest of the model needs.
  case shape(file: String, tensor: String, found: [Int], expected: String)
  /// A tensor holds whole numbers where weights are expected.
  case notWeights(file: String, tensor: String, type: NumberType)
  /// A number of a tensor is infinite or NaN; `index` counts from 0 in C order.
  case notFinite(file: String, tensor: String, index: Int)
  /// What is to be written has no place for something; `instead` are forms that have.
  case cannotHold(Holder, Content, instead: [ModelForm])
  /// A number is beyond the range of the type that is to be written.
  case outOfRange(tensor: String, value: Double, type: NumberType)
}

extension ModelError {
  /// Wrong data, all of them.
  public var kind: FailureKind { .data }

  /// What is wrong, where, and how to fix it.
  public var message: String {
    switch self {
    case .noLSTM(let file, let tensors, let instead):
      let found = instead ?? "none of its \(tensors) tensors is named like a part of one"
      return "'\(file)' holds no LSTM: \(found).\n"
        + "Names that are understood: weight_ih_l0 (PyTorch), Wx (MLX), recurrent_kernel (Keras), "
        + "lstm_cell/kernel (TensorFlow 1), hi/kernel (Flax), lstm/linear/w (Haiku), lstm_W (Theano), "
        + "input_linearity.weight (AllenNLP), forget_gate.input_transform.weight (burn), W_f and U_f."
    case .several(let kind, let file, let candidates, let chain):
      let fit = chain.map { "As layers they fit one another as \($0.joined(separator: ",")).\n" }
      return "'\(file)' holds several parts that could be the \(kind.words): "
        + "\(Self.list(candidates)).\n" + (fit ?? "")
    case .unknownPart(let kind, let file, let name, let nearest, let candidates):
      let hint = nearest.map { " Did you mean '\($0)'?" } ?? ""
      let valid =
        candidates.isEmpty
        ? "Nothing in the file could be one." : "Possible are: \(Self.list(candidates))."
      return "'\(file)' has no \(kind.words) '\(name)' that fits.\(hint)\n\(valid)"
    case .missingTensor(let file, let name, let because):
      return "'\(file)' lacks the tensor '\(name)', but \(because).\n"
        + "The file is incomplete: save the model again."
    case .shape(let file, let tensor, let found, let expected):
      return "'\(file)': the tensor '\(tensor)' is \(Self.shape(found)), "
        + "but has to be \(expected)."
    case .notWeights(let file, let tensor, let type):
      return "'\(file)': the tensor '\(tensor)' holds numbers of type \(type.rawValue), "
        + "but weights have to be float16, bfloat16, float32 or float64."
    case .notFinite(let file, let tensor, let index):
      return "'\(file)': the tensor '\(tensor)' is not a finite number at entry \(index + 1). "
        + "Weights have to be finite: the training that made them went wrong."
    case .cannotHold(let holder, let content, _):
      return "\(holder.words) cannot hold \(content.words)."
        + (content == .wideProjection ? " Its proj_size has to be below hidden_size." : "")
    case .outOfRange(let tensor, let value, let type):
      return
        "the tensor '\(tensor)' holds \(value), which is beyond the range of "
        + "\(type.rawValue)."
    }
  }

  /// What can be chosen.
  public var remedies: [Remedy] {
    switch self {
    case .several(let part, _, let candidates, _):
      [
        .choosePart(part, candidates: candidates),
        part == .lstm ? .stackParts(candidates: candidates) : .doWithout(part),
      ]
    case .cannotHold(_, .setting(let setting, _), let instead):
      [
        .writeForm(instead.map { .init(name: $0.identifier) }),
        .leaveOut(setting: setting.rawValue),
      ]
    case .cannotHold(_, _, let instead):
      instead.isEmpty ? [] : [.writeInstead(instead.map(\.asRemedy))]
    case .outOfRange:
      [.choosePrecision([StoredPrecision.float32, .float64].map(\.rawValue))]
    default: []
    }
  }

  private static func shape(_ sizes: [Int]) -> String {
    sizes.isEmpty ? "a single number" : sizes.map(String.init).joined(separator: " x ")
  }

  /// At most 24 of the candidates, and how many more there are.
  private static func list(_ candidates: [String]) -> String {
    let shown = candidates.prefix(24).joined(separator: ", ")
    return candidates.count > 24 ? "\(shown) and \(candidates.count - 24) more" : shown
  }
}
