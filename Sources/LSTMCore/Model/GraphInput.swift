// What a model's file takes beside the sequence. It changes no number of a run here, which can always
// be given states and lengths; but a file that is written has to go on taking what the first one took.

/// Something that a model's file takes as an input of its own, beside the sequence, as a graph of ONNX
/// may do.
public enum GraphInput: String, CaseIterable, Sendable {
  /// The hidden states before the first step.
  case hidden
  /// The cell states before the first step.
  case cell
  /// The number of valid steps of each sequence.
  case lengths
}
