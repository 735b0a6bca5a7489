// What becomes of a sequence that has no step.

/// What a length of 0 means.
public enum EmptySequences: String, CaseIterable, Sendable {
  /// It is an error, as in PyTorch.
  case refused
  /// Final states are the initial ones.
  case keepInitialState = "keep-initial-state"
  /// Final states are zero whatever the initial ones are: ONNX Runtime's reading.
  case zeroState = "zero-state"
}
