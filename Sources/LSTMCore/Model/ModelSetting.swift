// What a model says beside its weights and that changes the numbers it gives, by name, and a model
// without it. Which files have a place for it is the business of formats.

import RealModule

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
    /// A model without a head gives one step or the final state, not every step.
    case outputs
    /// A run starts from states of the model's own.
    case initialState = "initial-state"
    /// A run is over lengths of the model's own.
    case lengths
    /// Plain layers stand before the LSTM.
    case frontLayers = "front-layers"
    /// The head is more than one linear layer.
    case headLayers = "head-layers"
  }

  /// The settings that this model has.
  public var settings: [Setting] { Setting.allCases.filter { words(for: $0) != nil } }

  /// A setting in words, "the head's softmax"; nil where the model does not have it.
  public func words(for setting: Setting) -> String? {
    switch setting {
    case .mask: mask.map { "that \($0.words) are skipped" }
    case .oneHot: ends.oneHot.map { "the one-hot of \($0)" }
    case .headActivation: ends.headActivation.map { "the head's \($0)" }
    case .headReading:
      switch ends.headSource {
      case .finalState: "that the head reads the final state"
      case .lastStep: "that the head reads the last step"
      case .firstStep: "that the head reads the first step"
      case .everyStep, nil: nil
      }
    case .outputs:
      switch ends.headSource == nil && headLayers == nil ? gives : .everyStep {
      case .finalState: "that it gives the final state"
      case .lastStep: "that it gives the last step"
      case .firstStep: "that it gives the first step"
      case .everyStep: nil
      }
    case .initialState: initialState.map { _ in "the initial states" }
    case .lengths: lengths.map { "the lengths of \($0.count) sequences" }
    case .frontLayers:
      frontLayers.isEmpty
        ? nil : "what stands before the LSTM (\(frontLayers.map(\.words).joined(separator: ", ")))"
    case .headLayers: headLayers.map { "the head's layers (\($0.words))" }
    }
  }

  /// What stands before and after the layers, as far as it is a setting: no number is converted.
  private var ends: NetworkEnds {
    switch weights {
    case .single(let network): NetworkEnds(network)
    case .double(let network): NetworkEnds(network)
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
    case .outputs: model.gives = .everyStep
    case .initialState: model.initialState = nil
    case .lengths: model.lengths = nil
    case .frontLayers: model.frontLayers = []
    case .headLayers: model.headLayers = nil
    }
    if front != network.front || head != network.head {
      model.network = try LSTMNetwork(front: front, layers: network.layers, head: head)
    }
    return model
  }
}

/// What stands before and after the layers of a network, without its numbers.
private struct NetworkEnds {
  var oneHot: Int?
  var headSource: OutputSelection?
  var headActivation: String?

  init<Scalar: Real>(_ network: LSTMNetwork<Scalar>) {
    if case .oneHot(let size) = network.front { oneHot = size }
    (headSource, headActivation) = (network.head?.source, network.head?.activation?.rawValue)
  }
}
