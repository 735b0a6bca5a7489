// Steps that a model skips: the states pass over them unchanged. No executor knows a mask: the steps
// are left out before it runs, and the outputs put back where they belong.

import RealModule

extension StepMask {
  /// The steps of each sequence that are left, counted from 0. A step that is skipped changes no
  /// state, so that leaving it out is the same.
  ///
  /// - Parameters:
  ///   - lengths: the number of valid steps of each sequence.
  ///   - precision: the type of the model's numbers. Keras compares in it, so that 0.1 read from a
  ///     float32 file is the 0.1 of a model of float32, whatever a run computes in.
  func stepsLeft<Scalar: Real & BinaryFloatingPoint>(
    of input: NetworkInput<Scalar>, lengths: [Int], precision: StoredPrecision
  ) -> [[Int]] {
    lengths.enumerated().map { sequence, length in
      (0..<length).filter { step in
        switch (input, self) {
        case (.tokens(let ids, _, let batch), .tokenZero): ids[step * batch + sequence] != 0
        case (.values(let array), .value(let value)):
          array.row(step, sequence).contains {
            $0 != Scalar(value) && precision.rounded(Double($0)) != precision.rounded(value)
          }
        default: true
        }
      }
    }
  }

  /// The input with the steps that are left of each sequence moved to its front.
  static func compact<Scalar: Real>(_ input: NetworkInput<Scalar>, to places: [[Int]])
    -> NetworkInput<Scalar>
  {
    switch input {
    case .tokens(let ids, let steps, let batch):
      var kept = [Int](repeating: 0, count: ids.count)
      for (sequence, places) in places.enumerated() {
        for (index, step) in places.enumerated() {
          kept[index * batch + sequence] = ids[step * batch + sequence]
        }
      }
      return .tokens(ids: kept, steps: steps, batch: batch)
    case .values(let array):
      var kept = Array3<Scalar>(zeros: array.planes, array.rows, array.columns)
      for (sequence, places) in places.enumerated() {
        for (index, step) in places.enumerated() {
          kept.setRow(index, sequence, to: array.row(step, sequence))
        }
      }
      return .values(kept)
    }
  }
}

extension Array3 {
  /// Outputs of steps that were led to the front of their sequences, back in their places. The
  /// output of a skipped step is the one before it, as the state passes over it, or zero where a
  /// layer has two directions: as Keras has it (`keras/src/backend/numpy/rnn.py`).
  ///
  /// - Parameters:
  ///   - places: the steps of each sequence that were run.
  ///   - ends: the number of valid steps of each sequence; beyond them everything is zero.
  ///   - steps: T of the whole input.
  ///   - first: the output before the first step, `[B, columns]`; nil for zeros at skipped steps.
  func expanded(to places: [[Int]], ends: [Int], steps: Int, first: Matrix<Scalar>?) -> Array3 {
    var result = Array3(zeros: steps, rows, columns)
    let nothing = [Scalar](repeating: 0, count: columns)
    for (sequence, places) in places.enumerated() {
      var row = first.map { Array($0.row(sequence)) } ?? nothing
      var processed = 0
      for step in 0..<ends[sequence] {
        if processed < places.count, places[processed] == step {
          row = self.row(processed, sequence)
          processed += 1
        } else if first == nil {
          row = nothing
        }
        result.setRow(step, sequence, to: row)
      }
    }
    return result
  }
}
