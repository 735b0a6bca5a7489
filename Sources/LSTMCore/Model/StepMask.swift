// Which steps a model skips, as Keras does. How a run leaves them out is in Run/SkippedSteps.swift.

/// Which steps a model skips.
public enum StepMask: Sendable, Equatable {
  /// Steps with the token 0 (Keras' `Embedding(mask_zero=True)`).
  case tokenZero
  /// Steps of which every feature has this value (Keras' `Masking`).
  case value(Double)
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
