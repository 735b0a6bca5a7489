// What is put in place of numbers whose part in a run is to be taken away.

import LSTMCore

/// How a run goes on without what some of its numbers say.
public enum Ablation: String, CaseIterable, Sendable {
  /// They are zero.
  case zero
  /// They are what they are on average, over all steps and sequences of the run.
  case mean
  /// They are their own of other steps, drawn without putting back.
  case resample
}

extension Hold<Double> {
  /// The numbers that stand in for what an address names.
  ///
  /// - Parameters:
  ///   - address: what is taken away.
  ///   - kind: what stands in.
  ///   - trace: the run as it is; needed for all but ``Ablation/zero``.
  ///   - model: the model that runs.
  ///   - seed: where ``Ablation/resample`` starts drawing.
  /// - Throws: `TraceError` where the address names nothing, `NetworkError` where something has to be
  ///   worked out and is not finite.
  public static func ablations(
    _ address: TraceAddress, _ kind: Ablation, in trace: RunTrace<Double>?, of model: LSTMModel,
    seed: UInt64 = 0
  ) throws -> [Hold] {
    guard kind != .zero, let trace else { return [Hold(address, at: 0)] }
    var generator = SplitMix64(seed: seed)
    return try address.cells(in: model).compactMap { layer, direction, quantity in
      let found = trace.cells.firstIndex { $0.layer == layer && $0.direction == direction }
      guard let cell = found,
        let array = try trace.arrays(of: [quantity], cell: cell)[quantity]
      else { return nil }
      let values =
        kind == .mean
        ? trace.mean(of: array, cell: cell)
        : trace.shuffled(array, cell: cell, by: &generator)
      return Hold(address.of(layer, direction, quantity), values: values)
    }
  }
}

extension RunTrace<Double> {
  /// The mean over all steps that were run: `[1, 1, width]`.
  fileprivate func mean(of array: Array3<Double>, cell: Int) -> Array3<Double> {
    var (sums, count) = ([Double](repeating: 0, count: array.columns), 0.0)
    for sequence in 0..<batch {
      for time in order(cell, sequence: sequence) {
        count += 1
        for (unit, value) in array.row(time, sequence).enumerated() { sums[unit] += value }
      }
    }
    return Array3(
      planes: 1, rows: 1, columns: array.columns, values: sums.map { $0 / max(count, 1) })
  }

  /// The rows of each sequence in another order (Fisher and Yates 1938).
  fileprivate func shuffled(
    _ array: Array3<Double>, cell: Int, by generator: inout SplitMix64
  ) -> Array3<Double> {
    var result = array
    for sequence in 0..<batch {
      let steps = order(cell, sequence: sequence)
      for (step, other) in zip(steps, steps.shuffled(using: &generator)) {
        result.setRow(step, sequence, to: array.row(other, sequence))
      }
    }
    return result
  }
}
