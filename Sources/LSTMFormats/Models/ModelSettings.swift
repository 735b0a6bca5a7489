// What a model says beside its weights and that changes the numbers it gives: which forms hold it,
// and a model without it. How each form writes it is in its writer.

import LSTMCore

extension LSTMModel {
  /// Something beside the weights that changes what a model gives.
  public enum Setting: String, CaseIterable, Sendable {
    /// Steps are skipped.
    case mask
    /// Tokens become vectors with a single one.
    case oneHot = "one-hot"
    /// The logits go through a softmax or a sigmoid.
    case headActivation = "head-activation"
    /// The head reads one step or the final state, not every step.
    case headReading = "head-reading"
    /// A run starts from states of the model's own.
    case initialState = "initial-state"
    /// A run is over lengths of the model's own.
    case lengths
  }

  /// The settings that this model has.
  public var settings: [Setting] { Setting.allCases.filter { words(for: $0) != nil } }

  /// A setting in words, "the head's softmax"; nil where the model does not have it.
  public func words(for setting: Setting) -> String? {
    switch setting {
    case .mask: mask.map { "that \($0.words) are skipped" }
    case .oneHot:
      if case .oneHot(let size) = network.front { "the one-hot of \(size)" } else { nil }
    case .headActivation: network.head?.activation.map { "the head's \($0.rawValue)" }
    case .headReading:
      switch network.head?.source {
      case .finalState: "that the head reads the final state"
      case .lastStep: "that the head reads the last step"
      case .firstStep: "that the head reads the first step"
      case .everyStep, nil: nil
      }
    case .initialState: initialState.map { _ in "the initial states" }
    case .lengths: lengths.map { "the lengths of \($0.count) sequences" }
    }
  }

  /// The model without a setting: with vectors for an input, zeros to start from, logits for every
  /// step. Without tokens no token is skipped either.
  ///
  /// - Throws: nothing that the model has not been checked for before.
  public func without(_ setting: Setting) throws -> LSTMModel {
    var model = self
    var (front, head) = (network.front, network.head)
    switch setting {
    case .oneHot:
      if case .oneHot = front { (front, model.mask) = (nil, nil) }
    case .mask: model.mask = nil
    case .headActivation: head?.activation = nil
    case .headReading: head?.source = .everyStep
    case .initialState: model.initialState = nil
    case .lengths: model.lengths = nil
    }
    model.network = try LSTMNetwork(front: front, layers: network.layers, head: head)
    return model
  }
}

extension StepMask {
  /// "steps with token 0".
  public var words: String {
    switch self {
    case .tokenZero: "steps with token 0"
    case .value(let value): "steps of which every feature is \(value)"
    }
  }
}

extension LinearHead.Source {
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
  /// - Throws: ``ModelError/cannotHold(form:what:advice:)`` where the model has a setting that this
  ///   form has no place for.
  func prepared(_ model: LSTMModel) throws -> LSTMModel {
    var model = model
    var lacks = LSTMModel.Setting.allCases.filter { !holds($0) }
    if self == .keras, var head = model.network.head, head.source.isOneStep {
      if head.source == .lastStep, model.network.layers.last?.reverse == nil {
        head.source = .finalState
        model.network = try LSTMNetwork(
          front: model.network.front, layers: model.network.layers, head: head)
      } else {
        lacks.append(.headReading)
      }
    }
    for setting in lacks {
      guard let words = model.words(for: setting) else { continue }
      throw ModelError.cannotHold(
        form: "the form \(rawValue)", what: words,
        advice: "Write swift-lstm or json, which hold everything, or leave it out: "
          + "--drop \(setting.rawValue).")
    }
    return model
  }
}
