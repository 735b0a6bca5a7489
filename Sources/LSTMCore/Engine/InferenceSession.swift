// A network at work on a batch: who carries its states and leads rows of numbers from layer to
// layer. Tokens, lengths and the head are in InferenceSession+Run.swift; one cell's way through a
// sequence is in DirectionRunner.swift.

/// A network's states for a batch of sequences, and the memory to run in.
///
/// A session is used by one thread at a time. ``step(_:into:)`` and
/// ``run(_:steps:into:)`` carry the states over from call to call.
public final class InferenceSession {
  /// The engine whose weights it uses.
  public let engine: InferenceEngine
  /// The number of sequences, B.
  public let batch: Int
  /// How many threads work at most: no more than were asked for, and no more than pay.
  public let threads: Int

  let work: SessionWork
  let team: WorkerTeam

  /// - Parameter threadWork: how many multiplications of a step pay for a thread.
  init(
    engine: InferenceEngine, batch: Int, threads: Int, threadWork: Int = PackedRunner.threadWork
  ) {
    precondition(batch > 0, "a session has at least one sequence")
    precondition(threads > 0, "a session has at least one thread")
    let work = SessionWork(
      engine: engine, batch: batch, threads: threads, threadWork: threadWork)
    (self.engine, self.batch, self.work) = (engine, batch, work)
    team = WorkerTeam(threads: work.threads)
    self.threads = team.threads
    work.share(among: team.threads)
  }

  /// Takes one step in every sequence.
  ///
  /// - Parameters:
  ///   - input: x(t), `[B, I]`.
  ///   - output: becomes the last layer's h(t), `[B, D·P]`.
  /// - Throws: ``LSTMCoreError`` where a cell runs as the readable cell and meets a number that is
  ///   not finite; never where the kernels compute.
  public func step(
    _ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) throws {
    try run(input, steps: 1, into: output)
  }

  /// Takes one step in every sequence: `[B, I]` becomes `[B, D·P]`.
  public func step(_ input: [Float], into output: inout [Float]) throws {
    try run(input, steps: 1, into: &output)
  }

  /// Runs sequences of the same length.
  ///
  /// - Parameters:
  ///   - input: `[T, B, I]`.
  ///   - steps: T.
  ///   - output: becomes `[T, B, D·P]`, the hidden states of the last layer.
  /// - Throws: as ``step(_:into:)``.
  public func run(
    _ input: UnsafeBufferPointer<Float>, steps: Int,
    into output: UnsafeMutableBufferPointer<Float>
  ) throws {
    precondition(
      input.count == steps * batch * engine.inputSize,
      "the input has \(input.count) numbers, not \(steps) x \(batch) x \(engine.inputSize)")
    precondition(
      output.count == steps * batch * engine.outputSize,
      "the output has \(output.count) numbers, not \(steps) x \(batch) x \(engine.outputSize)")
    guard steps > 0, let source = input.baseAddress, let target = output.baseAddress else { return }
    // Only read: the first layer's input is nobody's output.
    let rows = Rows(base: UnsafeMutablePointer(mutating: source), stride: engine.inputSize)
    try run(InputRows(rows), target, BatchPlan(steps: steps, batch: batch))
  }

  /// Runs sequences of the same length: `[T, B, I]` becomes `[T, B, D·P]`.
  public func run(_ input: [Float], steps: Int, into output: inout [Float]) throws {
    try input.withUnsafeBufferPointer { input in
      try output.withUnsafeMutableBufferPointer { try run(input, steps: steps, into: $0) }
    }
  }

  /// Leads the rows of a plan through all layers.
  func run(_ source: InputRows, _ target: UnsafeMutablePointer<Float>, _ plan: BatchPlan) throws {
    work.prepare(source, target, plan)
    if work.isAlone { work.work(thread: 0) } else { team.run(work) }
    if let error = work.failure {
      work.failure = nil
      throw error
    }
  }

  /// The states that the next step starts from: `[B, P]` and `[B, H]` for each direction of each
  /// layer. Setting them needs the shapes that they have.
  ///
  /// - Precondition: a new state has the parts and shapes of the network's.
  public var state: NetworkState<Float> {
    get { NetworkState(parts: work.runners.flatMap { $0 }.map(\.state)) }
    set {
      let runners = work.runners.flatMap { $0 }
      precondition(newValue.parts.count == runners.count, "the state has a part for every cell")
      for (runner, part) in zip(runners, newValue.parts) {
        precondition(
          part.hidden.rows == batch && part.hidden.columns == runner.outputSize
            && part.cell.rows == batch && part.cell.columns == runner.hiddenSize,
          "a state is [\(batch), \(runner.outputSize)] and [\(batch), \(runner.hiddenSize)]")
        runner.state = part
      }
    }
  }

  /// Sets all states to zero.
  public func reset() { state = zeroState }

  /// States of zeros.
  var zeroState: NetworkState<Float> {
    NetworkState(
      parts: engine.stateSizes.map {
        .init(hidden: Matrix(zeros: batch, $0.hidden), cell: Matrix(zeros: batch, $0.cell))
      })
  }
}
