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
  /// The states to begin with, in place of the model's; for one sequence, they are those of all. Nil:
  /// what the sequences' file says.
  public var startState: NetworkState<Double>?
  /// What to put in place of what is computed.
  public var holds: [Hold<Double>] = []
  /// How many steps are taken at once; nil for as many as are worth it.
  public var blockSteps: Int?
  /// The engine; nil where the readable cell computes.
  let engine: InferenceEngine?

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
  /// - Throws: `NetworkError`, `TraceError`, ``SequenceFileError``, and what is wrong in a line of text.
  public func output(of source: inout SequenceSource) throws -> NetworkOutput<Double> {
    try whole(&source, []).output
  }

  /// Runs over all steps at once, with everything that happens kept.
  ///
  /// - Throws: as ``output(of:)``.
  public func trace(of source: inout SequenceSource) throws -> RunTrace<Double> {
    try traced(&source).trace
  }

  /// The same, with what was asked for.
  ///
  /// - Throws: as ``output(of:)``.
  public func traced(_ source: inout SequenceSource) throws
    -> (request: RunRequest<Double>, trace: RunTrace<Double>)
  {
    let (request, output) = try whole(&source, [.trace, .preactivations])
    return (request, try RunTrace(of: model, request, output))
  }

  private func whole(_ source: inout SequenceSource, _ recording: Recording) throws
    -> (request: RunRequest<Double>, output: NetworkOutput<Double>)
  {
    let whole = WholeRun()
    try lead(&source, into: whole, blockSteps: source.steps, recording)
    guard let request = whole.request, let output = whole.output else {
      preconditionFailure("a run has at least one block")
    }
    return (request, output)
  }

  /// Runs, and writes what comes out to an .npz file as it comes: the arrays of ``RunArrays``, in the
  /// model's own precision. The comment of the zip file says who computed.
  ///
  /// - Parameters:
  ///   - source: the sequences; read from the first step to the last.
  ///   - place: where the file goes.
  ///   - isBatchFirst: whether sequences are written `[B, T, …]`.
  ///   - progress: told how many steps are done, after each few.
  /// - Throws: as ``output(of:)``, ``LSTMFormatsError/unwritableFile(_:reason:)`` or ``BrokenPipe``.
  ///   Then there is no file, or still the one that was there.
  public func write(
    _ source: inout SequenceSource, to place: OutputPlace, isBatchFirst: Bool = false,
    progress: (_ steps: Int) -> Void = { _ in }
  ) throws {
    let sink = try RunArchive(
      of: model, steps: source.steps, batch: source.batch, by: computation,
      isBatchFirst: isBatchFirst, to: place)
    try lead(&source, into: sink, blockSteps: blockSteps, [], progress: progress)
  }

  /// Runs, and writes what happens to a file as it happens: see ``TraceFile``.
  ///
  /// - Parameters:
  ///   - source: the sequences; read from the first step to the last.
  ///   - addresses: what to record.
  ///   - form: the container.
  ///   - place: where the file goes.
  ///   - isBatchFirst: whether arrays are written `[B, T, width]`.
  ///   - progress: told how many steps are done, after each few.
  /// - Throws: as ``output(of:)``, `TraceError` where an address names nothing,
  ///   ``LSTMFormatsError/unwritableFile(_:reason:)`` or ``BrokenPipe``.
  public func writeTrace(
    _ source: inout SequenceSource, of addresses: [TraceAddress], as form: TraceFile.Form,
    to place: OutputPlace, isBatchFirst: Bool = false,
    progress: (_ steps: Int) -> Void = { _ in }
  ) throws {
    let arrays = try TraceArrays(addresses, of: model, steps: source.steps, batch: source.batch)
    let sink = try TraceArchive(
      arrays, of: model, batch: source.batch, lengths: source.lengths ?? model.lengths,
      by: computation, as: form,
      isBatchFirst: isBatchFirst, to: place)
    try lead(
      &source, into: sink, blockSteps: blockSteps, arrays.recording, progress: progress)
  }

  /// Runs, and gives what some addresses name as arrays in memory, with their names.
  ///
  /// - Throws: as ``output(of:)``, and `TraceError` where an address names nothing.
  public func arrays(
    _ source: inout SequenceSource, of addresses: [TraceAddress], isBatchFirst: Bool = false,
    progress: (_ steps: Int) -> Void = { _ in }
  ) throws -> [(name: String, array: Array3<Double>)] {
    let arrays = try TraceArrays(addresses, of: model, steps: source.steps, batch: source.batch)
    let sink = TraceInMemory(arrays, of: model)
    try lead(&source, into: sink, blockSteps: blockSteps, arrays.recording, progress: progress)
    return sink.named(batch: source.batch).map { name, array in
      (name, isBatchFirst ? array.swappingPlanesAndRows : array)
    }
  }

  /// Leads the sequences through the model, and hands on what comes out block by block.
  private func lead(
    _ source: inout SequenceSource, into sink: some BlockSink, blockSteps: Int?,
    _ recording: Recording, progress: (_ steps: Int) -> Void = { _ in }
  ) throws {
    let state = try startState?.spread(over: source.batch) ?? source.state(of: model)
    if let engine {
      let run = try BlockwiseRun<Float>(
        model, steps: source.steps, batch: source.batch, blockSteps: blockSteps,
        state: state.map { NetworkState($0) }, lengths: source.lengths,
        emptySequences: emptySequences, recording: recording, holds: holds.map { Hold($0) })
      try run.run(by: engine, threads: threads, read: { try source.input($0) }) { block in
        try sink.write(block)
        progress(block.steps.upperBound)
      }
    } else {
      let run = try BlockwiseRun<Double>(
        model, steps: source.steps, batch: source.batch, blockSteps: blockSteps, state: state,
        lengths: source.lengths, emptySequences: emptySequences, recording: recording,
        holds: holds)
      try run.run(read: { try source.input($0) }) { block in
        try sink.write(block)
        progress(block.steps.upperBound)
      }
    }
    try sink.finish()
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
