// What the outputs of a case should be, by the readable cell in double precision, and whether a
// competitor's are that.

import LSTMCore
import LSTMFormats

/// The right outputs of a case and how far others may be from them.
package struct ExpectedOutputs {
  /// One right array.
  struct Expected {
    let name: String
    let shape: [Int]
    let values: [Double]
  }

  /// How far float32 may be from double precision. The largest difference over the small cases of
  /// a quick run was 6.5e-7; it grows with H and T.
  package static let float32Bound = 1e-5
  /// How far float16 weights may lead: each is rounded by up to 2^-12 of itself. In a quick run it
  /// was 3.2e-4.
  package static let float16Bound = 5e-3
  /// How far three losses may be apart: steps of Adam magnify what float32 rounds. The largest
  /// difference between two programs was seen where Keras put epsilon elsewhere, 2e-3.
  package static let lossBound = 1e-3

  let caseID: String
  var arrays: [Expected]

  /// Computes the outputs: `output` `[T, B, D·H]`, `hidden` and `cell` `[L·D, B, H]` at the end; in
  /// training the first of three `losses`, that before anything was learned.
  package init(_ data: CaseData) throws {
    caseID = data.benchmarkCase.id
    arrays = []
    let found = try data.network.run(RunRequest(data.input, state: data.state))
    if data.benchmarkCase.kind == .training {
      guard let logits = found.logits else { return }
      let loss = Self.crossEntropy(logits, data.targets)
      arrays.append(.init(name: "losses", shape: [3], values: [loss]))
    } else {
      for (name, array) in [
        ("output", found.output), ("hidden", found.finalState.hidden),
        ("cell", found.finalState.cell),
      ] {
        if let array {
          arrays.append(.init(name: name, shape: array.shape, values: array.values))
        }
      }
    }
  }

  /// The mean over all steps and sequences of -log softmax(logits)[target].
  static func crossEntropy(_ logits: Array3<Double>, _ targets: [Int]) -> Double {
    var sum = 0.0
    for (place, target) in targets.enumerated() {
      let row = logits.values[place * logits.columns..<(place + 1) * logits.columns]
      let largest = row.max() ?? 0
      let total = row.reduce(0) { $0 + Double.exp($1 - largest) }
      sum += Double.log(total) + largest - row[row.startIndex + target]
    }
    return sum / Double(targets.count)
  }

  /// Checks a competitor's outputs.
  ///
  /// The first losses that pass become what the others' are held against: the second and third
  /// depend on every gradient.
  ///
  /// - Parameters:
  ///   - found: the outputs by name.
  ///   - worker: whose they are.
  ///   - bound: the largest difference allowed, ``float32Bound`` or ``float16Bound``.
  /// - Returns: the largest difference.
  /// - Throws: ``BenchmarkError/wrongShape(worker:caseID:array:found:expected:)`` or
  ///   ``BenchmarkError/disagrees(worker:caseID:array:index:found:right:bound:)``.
  package mutating func check(_ found: TensorArchive, worker: String, bound: Double) throws
    -> Double
  {
    var largest = 0.0
    for (place, expected) in arrays.enumerated() {
      let tensor = found[expected.name]
      guard let tensor, tensor.shape == expected.shape else {
        throw BenchmarkError.wrongShape(
          worker: worker, caseID: caseID, array: expected.name, found: tensor?.shape,
          expected: expected.shape)
      }
      let bound = expected.name == "losses" ? max(bound, Self.lossBound) : bound
      let values = tensor.doubles()
      for (index, (value, right)) in zip(values, expected.values).enumerated() {
        let difference = abs(value - right)
        // Written so that NaN fails.
        guard difference <= bound else {
          throw BenchmarkError.disagrees(
            worker: worker, caseID: caseID, array: expected.name,
            index: Self.indices(of: index, in: expected.shape), found: value, right: right,
            bound: bound)
        }
        largest = max(largest, difference)
      }
      if expected.values.count < values.count {
        arrays[place] = Expected(name: expected.name, shape: expected.shape, values: values)
      }
    }
    return largest
  }

  /// The indices of the entry at a place of an array in C order.
  static func indices(of place: Int, in shape: [Int]) -> [Int] {
    var rest = place
    var indices = shape
    for dimension in shape.indices.reversed() {
      indices[dimension] = rest % shape[dimension]
      rest /= shape[dimension]
    }
    return indices
  }
}
