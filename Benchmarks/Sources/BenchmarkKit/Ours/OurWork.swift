// A case as our engine computes it: what is timed, and the outputs that are checked before. The
// only file that knows the engine.

import LSTMCore
import LSTMFormats

/// A case that is ready to be computed by ours.
final class OurWork {
  /// Computes the case once and keeps nothing: what is timed.
  let work: () throws -> Void
  /// Computes the case from its start; called once, and first.
  let outputs: () throws -> TensorArchive

  /// Prepares a case.
  ///
  /// - Parameter kernels: which instructions compute; nil for the fastest there are.
  /// - Returns: nil for training with weights in half precision, which ours has not.
  init?(
    _ data: CaseData, weights: WeightPrecision, threads: Int, kernels: KernelSet? = nil
  ) throws {
    let one = data.benchmarkCase
    if one.kind == .training {
      guard weights == .float32 else { return nil }
      let training = try OurTraining(data, threads: threads)
      work = { _ = try training.step() }
      outputs = {
        let losses = [try training.step(), try training.step(), try training.step()]
        return TensorArchive([("losses", Tensor(losses, shape: [3]))])
      }
      return
    }
    guard case .values(let values) = data.input else { return nil }
    let start = NetworkState<Float>(data.state)
    let session = try InferenceEngine(
      data.model, options: .init(weights: weights, kernels: kernels)
    ).makeSession(batch: one.batch, threads: threads)
    try session.setState(start)
    let input = values.values.map { Float($0) }  // [T, B, I]
    let width = one.directions * one.hiddenSize
    let inputCount = one.batch * one.hiddenSize  // of a step
    let outputCount = one.batch * width
    var output = [Float](repeating: 0, count: one.steps * outputCount)  // [T, B, D·H]

    /// All calls of the case; each step's output goes to its place.
    func compute() throws {
      try input.withUnsafeBufferPointer { input in
        try output.withUnsafeMutableBufferPointer { output in
          guard one.kind == .stream else {
            return try session.run(input, steps: one.steps, into: output)
          }
          for step in 0..<one.steps {
            try session.step(
              UnsafeBufferPointer(
                rebasing: input[step * inputCount..<(step + 1) * inputCount]),
              into: UnsafeMutableBufferPointer(
                rebasing: output[step * outputCount..<(step + 1) * outputCount]))
          }
        }
      }
    }
    work = {
      // A sequence starts from the state that is given, as everyone's does; a stream goes on.
      if one.kind == .sequence { try session.setState(start) }
      try compute()
    }
    outputs = {
      try session.setState(start)
      try compute()
      let end = session.state
      var archive = TensorArchive([
        ("output", Tensor(output, shape: [one.steps, one.batch, width]))
      ])
      for (name, array) in [("hidden", end.hidden), ("cell", end.cell)] {
        guard let array else { continue }
        archive.entries +=
          TensorArchive([(name, Tensor(array.values, shape: array.shape))])
          .entries
      }
      return archive
    }
  }
}
