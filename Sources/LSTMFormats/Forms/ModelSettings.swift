// Which settings of a model the forms of files hold. How each form writes them is in its writer.

import LSTMCore

extension OutputSelection {
  fileprivate var isOneStep: Bool { self == .lastStep || self == .firstStep }
}

extension ModelForm {
  /// Whether a file of this form says a setting.
  public func holds(_ setting: LSTMModel.Setting) -> Bool {
    switch self {
    case .swiftLSTM, .json: true
    case .onnx: ![.oneHot, .mask].contains(setting)
    case .keras: ![.initialState, .lengths].contains(setting)
    case .safetensors, .pytorch, .numpy, .mlx: false
    }
  }

  /// The model as this form says it.
  ///
  /// Keras knows the last step only as the final state, which is the same in a layer that reads
  /// forward.
  ///
  /// - Throws: ``ModelError/cannotHold(_:_:instead:)`` where the model has a setting that this
  ///   form has no place for.
  func prepared(_ model: LSTMModel) throws -> LSTMModel {
    var model = model
    var lacks = LSTMModel.Setting.allCases.filter { !holds($0) }
    let network = model.network
    if self == .keras, (network.head?.source ?? model.gives).isOneStep {
      var head = network.head
      if head?.source ?? model.gives != .lastStep || network.layers.last?.reverse != nil {
        lacks.append(head == nil ? .outputs : .headReading)
      } else if head == nil {
        model.gives = .finalState
      } else {
        head?.source = .finalState
        model.network = try LSTMNetwork(front: network.front, layers: network.layers, head: head)
      }
    }
    for setting in lacks {
      guard let words = model.words(for: setting) else { continue }
      throw ModelError.cannotHold(
        .form(self), .setting(setting, words: words), instead: [.swiftLSTM, .json])
    }
    return model
  }
}

extension LSTMModel {
  /// What a model says that changes no number, and that only the project's own forms hold.
  var notes: [String] {
    [vocabulary.map { _ in "the vocabulary" }, task.map { _ in "the task" }].compactMap { $0 }
  }

  /// The graph's inputs beside the sequence, in words; nil where it has none.
  var graphInputsInWords: String? {
    let names = GraphInput.allCases.filter(graphInputs.contains).map(\.rawValue)
    return names.isEmpty ? nil : "the inputs \(names.joined(separator: ", "))"
  }
}
