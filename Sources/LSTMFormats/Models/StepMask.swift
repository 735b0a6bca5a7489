// Steps that a model skips, as Keras does: the states pass over them unchanged. A network knows no
// masks, so the steps are left out before it runs and the outputs put back where they belong.

import LSTMCore

/// Which steps a model skips.
public enum StepMask: Sendable, Equatable {
  /// Steps with the token 0 (Keras' `Embedding(mask_zero=True)`).
  case tokenZero
  /// Steps of which every feature has this value (Keras' `Masking`).
  case value(Double)

  /// The input without the steps that are skipped: what is left of each sequence moves to the
  /// front, the rest is filled up with zeros. A step that is skipped changes no state, so that
  /// leaving it out is the same.
  ///
  /// - Returns: the input, and for each sequence the steps that are left, counted from 0.
  public func skipping(_ input: NetworkInput<Double>, lengths: [Int]? = nil) -> (
    input: NetworkInput<Double>, steps: [[Int]]
  ) {
    let (steps, batch) = (input.steps, input.batch)
    func left(_ isKept: (_ step: Int, _ sequence: Int) -> Bool) -> [[Int]] {
      (0..<batch).map { sequence in
        (0..<(lengths?[sequence] ?? steps)).filter { isKept($0, sequence) }
      }
    }
    switch (input, self) {
    case (.tokens(let ids, _, _), .tokenZero):
      let places = left { ids[$0 * batch + $1] != 0 }
      var kept = [Int](repeating: 0, count: ids.count)
      for (sequence, places) in places.enumerated() {
        for (index, step) in places.enumerated() {
          kept[index * batch + sequence] = ids[step * batch + sequence]
        }
      }
      return (.tokens(ids: kept, steps: steps, batch: batch), places)
    case (.values(let array), .value(let value)):
      let places = left { step, sequence in
        !array.row(step, sequence).allSatisfy { $0 == value }
      }
      var kept = Array3<Double>(zeros: steps, batch, array.columns)
      for (sequence, places) in places.enumerated() {
        for (index, step) in places.enumerated() {
          kept.setRow(index, sequence, to: array.row(step, sequence))
        }
      }
      return (.values(kept), places)
    default: return (input, left { _, _ in true })
    }
  }
}
