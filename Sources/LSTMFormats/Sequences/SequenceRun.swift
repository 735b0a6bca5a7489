// A model run over the sequences of a file: the one way from a file of sequences to numbers, in memory or
// in a file, by the engine or the readable cell.

import LSTMCore

/// A model made ready to run over files of sequences.
///
/// Where the outputs go into a file and the network reads forward only, a few steps are read, run and
/// written at a time: memory does not grow with the length of the sequences.
public struct SequenceRun: Sendable {
  /// The model.
  public let model: LSTMModel
  /// Who computes.
  public let computation: Computation
  /// How many threads may work; the numbers are the same for any number.
  public var threads: Int
  /// What a length of 0 means.
  public var emptySequences: EmptySequences
  /// How many steps are taken at once; nil for as many as are worth it.
  public var blockSteps: Int?
  /// The engine; nil where the readable cell computes.
  private let engine: InferenceEngine?

  /// Makes a model ready.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - executor: who computes; nil for the model's `usualExecutor`.
  ///   - threads: how many threads may work.
  ///   - emptySequences: what a length of 0 means.
  /// - Throws: `LSTMCoreError` or `NetworkError` where the engine is to compute and a number of the
  ///   model is beyond the range of a `Float`.
  public init(
    _ model: LSTMModel, by executor: Executor? = nil, threads: Int = 1,
    emptySequences: EmptySequences = .refused
  ) throws {
    (self.model, self.threads, self.emptySequences) = (model, threads, emptySequences)
    switch executor ?? model.usualExecutor {
    case .engine:
      let engine = try InferenceEngine(model)
      (self.engine, computation) = (engine, .engine(engine))
    case .readable: (engine, computation) = (nil, .readable)
    }
  }

  /// Runs over all steps at once.
  ///
  /// - Throws: `NetworkError`, ``SequenceFileError``, and what is wrong in a line of text.
  public func output(of source: inout SequenceSource) throws -> NetworkOutput<Double> {
    var output: NetworkOutput<Double>?
    let state = try source.state(of: model)
    if let engine {
      let run = try run(source, state.map { NetworkState<Float>($0) }, blockSteps: source.steps)
      try run.run(by: engine, threads: threads, read: { try source.input($0) }) {
        output = NetworkOutput($0.output)
      }
    } else {
      let run = try run(source, state, blockSteps: source.steps)
      try run.run(read: { try source.input($0) }) { output = $0.output }
    }
    guard let output else { preconditionFailure("a run has at least one block") }
    return output
  }

  /// Runs, and writes what comes out to an .npz file as it comes: the arrays of ``RunArrays``, in the
  /// model's own precision. The comment of the zip file says who computed.
  ///
  /// - Parameters:
  ///   - source: the sequences; read from the first step to the last.
  ///   - place: where the file goes.
  ///   - isBatchFirst: whether sequences are written `[B, T, …]`.
  ///   - progress: told how many steps are done, after each few.
  /// - Throws: `NetworkError`, ``SequenceFileError``, what is wrong in a line of text,
  ///   ``LSTMFormatsError/unwritableFile(_:reason:)`` or ``BrokenPipe``. Then there is no file, or
  ///   still the one that was there.
  public func write(
    _ source: inout SequenceSource, to place: OutputPlace, isBatchFirst: Bool = false,
    progress: (_ steps: Int) -> Void = { _ in }
  ) throws {
    let state = try source.state(of: model)
    if let engine {
      let run = try run(source, state.map { NetworkState<Float>($0) }, blockSteps: blockSteps)
      let archive = try archive(source, place, isBatchFirst)
      try run.run(by: engine, threads: threads, read: { try source.input($0) }) { block in
        try archive.write(block)
        progress(block.steps.upperBound)
      }
      try archive.finish()
    } else {
      let run = try run(source, state, blockSteps: blockSteps)
      let archive = try archive(source, place, isBatchFirst)
      try run.run(read: { try source.input($0) }) { block in
        try archive.write(block)
        progress(block.steps.upperBound)
      }
      try archive.finish()
    }
  }

  private func run<Scalar>(
    _ source: SequenceSource, _ state: NetworkState<Scalar>?, blockSteps: Int?
  ) throws -> BlockwiseRun<Scalar> {
    try BlockwiseRun(
      model, steps: source.steps, batch: source.batch, blockSteps: blockSteps, state: state,
      lengths: source.lengths, emptySequences: emptySequences)
  }

  private func archive(
    _ source: SequenceSource, _ place: OutputPlace, _ isBatchFirst: Bool
  ) throws -> RunArchive {
    try RunArchive(
      of: model, steps: source.steps, batch: source.batch, by: computation,
      isBatchFirst: isBatchFirst, to: place)
  }
}

extension SequenceSource {
  /// The states to start from: what the file has, and for the rest what the model stores or zeros;
  /// nil where the file has none.
  ///
  /// - Throws: ``SequenceFileError`` and `NetworkError` where they are not those of the model.
  public func state(of model: LSTMModel) throws -> NetworkState<Double>? {
    guard !states.arrays.isEmpty else { return nil }
    return try states.state(of: model, rest: model.startingState(batch: batch), file: file)
  }
}
