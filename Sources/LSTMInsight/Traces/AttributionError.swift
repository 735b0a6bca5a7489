// What can be wrong with what is asked of a run's outputs and steps, and the words for it.

import LSTMCore

/// What can be wrong with an output that is asked about; counted from 0 here, from 1 in the text.
public enum AttributionError: LSTMFailure, Equatable {
  /// There is no such output.
  case target(Int, count: Int, hasHead: Bool)
  /// There is no such step.
  case step(Int, count: Int)
  /// The head does not read every step, so that none can be chosen.
  case noChoice(OutputSelection)
  /// The sequence has ended before the step.
  case ended(Int, sequence: Int)
  /// There is no such sequence.
  case sequence(Int, count: Int)
  /// No straight line stands for a layer of the head.
  case layer(String)
  /// The sequence has no step that is run.
  case noStep(sequence: Int)

  /// Something was asked for that is not there.
  public var kind: FailureKind { .usage }

  /// What there is instead.
  public var message: String {
    switch self {
    case .target(let target, let count, let hasHead):
      "there is no \(hasHead ? "logit" : "unit of the output") \(target + 1); they are 1 to \(count)."
    case .step(let step, let count):
      "there is no step \(step + 1); the run has \(count)."
    case .noChoice(let source):
      "this model's head reads \(source.inWords): its output has no step to choose. Leave the step out."
    case .ended(let step, let sequence):
      "sequence \(sequence + 1) has ended before step \(step + 1). Choose an earlier one."
    case .sequence(let sequence, let count):
      "there is no sequence \(sequence + 1); the run has \(count)."
    case .layer(let words):
      "the head cannot be taken apart into parts that add up: \(words). Explain the LSTM's own output: "
        + "read the model without a head."
    case .noStep(let sequence):
      "sequence \(sequence + 1) has no step that is run: nothing adds to an output."
    }
  }
}
