// A network at work on a batch: who carries its states and has the memory to run in. Whole requests
// are in InferenceSession+Run.swift, streamed steps with tokens and the head in
// InferenceSession+Step.swift.

/// A network's states for a batch of sequences, and the memory to run in.
///
/// A session is used by one thread at a time. Steps and runs carry the states over from call to call.
public final class InferenceSession {
  /// The engine whose weights it uses.
  public let engine: InferenceEngine
  /// The number of sequences, B.
  public let batch: Int
  /// How many threads work at most: no more than were asked for, and no more than pay.
  public let threads: Int

  let schedule: LayerSchedule
  let team: WorkerTeam
  /// Whether the model skips some steps.
  let skipsSteps: Bool
  /// The states that a sequence begins with.
  private let start: NetworkState<Float>
  /// x(t) of tokens, and h(t) where only the logits are asked for: `[B, I]`, `[B, D·P]`.
  let stepInput: FloatBuffer
  let stepOutput: FloatBuffer

  /// - Parameters:
  ///   - start: the states to begin with; nil for the model's own.
  ///   - threadWork: how many multiplications of a step pay for a thread.
  init(
    engine: InferenceEngine, batch: Int, threads: Int, start: NetworkState<Float>? = nil,
    threadWork: Int = PackedRunner.threadWork
  ) throws {
    precondition(batch > 0, "a session has at least one sequence")
    precondition(threads > 0, "a session has at least one thread")
    self.start = try start ?? engine.settings.startingState(engine.shape, batch: batch)
    let runners = engine.packed.layers.map { layer in
      layer.cells.map { _, cell -> DirectionRunner in
        switch cell {
        case .packed(let cell):
          PackedRunner(cell, batch: batch, threads: threads, threadWork: threadWork)
        case .readable(let cell): ReadableRunner(cell, batch: batch)
        }
      }
    }
    let schedule = LayerSchedule(
      engine.packed.layers, runners, threads: threads, threadWork: threadWork)
    (self.engine, self.batch, self.schedule) = (engine, batch, schedule)
    skipsSteps = engine.settings.mask != nil
    team = WorkerTeam(threads: schedule.threads)
    self.threads = team.threads
    schedule.share(among: team.threads)
    stepInput = FloatBuffer(zeros: engine.front == nil ? 0 : batch * engine.inputSize)
    stepOutput = FloatBuffer(zeros: batch * engine.outputSize)
    state = self.start
  }

  /// Runs sequences of the same length.
  ///
  /// - Parameters:
  ///   - input: `[T, B, I]`.
  ///   - steps: T.
  ///   - output: becomes `[T, B, D·P]`, the hidden states of the last layer at every step.
  /// - Throws: ``EngineError/count(of:found:expected:)`` where input or output have another size, and
  ///   ``LSTMCoreError`` where a cell runs as the readable cell and meets a number that is not
  ///   finite.
  public func run(
    _ input: UnsafeBufferPointer<Float>, steps: Int,
    into output: UnsafeMutableBufferPointer<Float>
  ) throws {
    let (width, outputWidth) = (schedule.inputSize, schedule.outputSize)
    guard input.count == steps * batch * width else {
      throw EngineError.count(of: .input, found: input.count, expected: [steps, batch, width])
    }
    guard output.count == steps * batch * outputWidth else {
      throw EngineError.count(
        of: .output, found: output.count, expected: [steps, batch, outputWidth])
    }
    guard steps > 0, let source = input.baseAddress, let target = output.baseAddress else { return }
    guard !skipsSteps else { return try runSkipping(input, steps: steps, into: output) }
    // The rows are only read: nobody writes into the first layer's input.
    let rows = Rows(base: UnsafeMutablePointer(mutating: source), stride: width)
    try run(InputRows(rows), target, BatchPlan(steps: steps, batch: batch))
  }

  /// Runs sequences of the same length: `[T, B, I]` becomes `[T, B, D·P]`.
  public func run(_ input: [Float], steps: Int, into output: inout [Float]) throws {
    try input.withUnsafeBufferPointer { input in
      try output.withUnsafeMutableBufferPointer { try run(input, steps: steps, into: $0) }
    }
  }

  /// Leads the rows of a plan through all layers.
  func run(
    _ source: InputRows, _ target: UnsafeMutablePointer<Float>, _ plan: BatchPlan,
    keeping: LayerSchedule.Keeping = .nothing, holds: ResolvedHolds<Float>? = nil
  ) throws {
    let isAlone = schedule.prepare(
      source, target, plan, keeping: keeping, holds: holds, engine.shape)
    if isAlone { schedule.work(thread: 0) } else { team.run(schedule) }
    if let error = schedule.failure {
      schedule.failure = nil
      throw error
    }
  }

  /// The states that the next step starts from: `[B, P]` and `[B, H]` for each direction of each
  /// layer.
  public internal(set) var state: NetworkState<Float> {
    get { NetworkState(parts: schedule.runners.flatMap { $0 }.map(\.state)) }
    set {
      for (runner, part) in zip(schedule.runners.flatMap { $0 }, newValue.parts) {
        runner.state = part
      }
    }
  }

  /// Has the next step start from other states.
  ///
  /// - Throws: ``NetworkError/stateParts(found:layers:expected:)`` and
  ///   ``NetworkError/stateShape(layer:_:isCell:found:expected:)`` where they are not those of this
  ///   network and batch.
  public func setState(_ state: NetworkState<Float>) throws {
    try state.check(engine.shape, batch: batch)
    self.state = state
  }

  /// Has the next step start as the first one did: from the model's first states, else from zeros.
  public func reset() { state = start }
}
