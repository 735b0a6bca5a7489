// Which of the outputs of the last layer count.

/// Which outputs of the last layer a model gives, or its head reads.
public enum OutputSelection: String, CaseIterable, Sendable {
  /// The output of every step: T logits a sequence.
  case everyStep = "every-step"
  /// The last layer's final hidden states, forward beside reverse: one logit vector a sequence.
  /// This is what Keras does with `return_sequences=False` and PyTorch with `h_n`.
  case finalState = "final-state"
  /// The output of step T of the batch, `[B, D·P]`: zero for a sequence that ended before. A
  /// reverse direction has read one step there, so that this is the final state only of a layer
  /// that reads forward, in a batch that is not ragged. PyTorch's `output[-1]`.
  case lastStep = "last-step"
  /// The output of the first step, `[B, D·P]`.
  case firstStep = "first-step"
}
