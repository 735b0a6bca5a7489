// What a runner keeps of a run for the way back.

/// What memory a training session spends.
public enum TrainingMemory: Equatable, Sendable {
  /// Every step keeps its gates: six numbers a unit, and four on the way back.
  case stored
  /// Only states every so many steps are kept; the steps between are computed again on the way
  /// back. The result is the same, bit for bit.
  case recomputed(every: Int)
}
