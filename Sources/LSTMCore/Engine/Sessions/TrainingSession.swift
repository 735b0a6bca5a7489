// A network in training: its numbers, changed in place, and runs with everything kept that the way back
// needs. The way back itself is in TrainingSession+Backward.swift; what makes a better network of
// gradients is not here.

/// A network in training on batches of B sequences: outputs, then gradients, then other numbers.
///
///     let session = try TrainingSession(textNetwork, batch: 32, threads: 2)
///     let output = try session.forward(RunRequest(.tokens(ids: ids, steps: 64, batch: 32)))
///     let gradients = try session.backward(.init(logits: lossGradient))
///     session.updateEachParameter { entry, values in
///       let slope = gradients.parameters.values[entry.range]
///       for (index, place) in zip(values.indices, slope.indices) {
///         values[index] -= 0.01 * slope[place]
///       }
///     }
///
/// It gives the gradients of ``ReadableCell/backward(through:hiddenGradient:cellGradient:)``, in
/// single precision. A session is used by one thread at a time.
public final class TrainingSession {
  /// The network as it is now.
  public private(set) var network: LSTMNetwork<Float>
  /// Where each array of the network's numbers stands in a block, such as that of the gradients.
  public let layout: ParameterLayout
  /// The number of sequences, B.
  public let batch: Int
  /// How many threads work at most: no more than were asked for, and no more than pay.
  public let threads: Int
  /// What memory is spent.
  public let memory: TrainingMemory

  let packed: PackedNetwork
  let shape: NetworkShape
  let runners: [[BackwardRunner]]
  let schedule: LayerSchedule
  let wayBack: BackwardSchedule
  let team: WorkerTeam
  /// One a thread, for the head.
  let products: [OuterProduct]
  /// What the last run read and gave, until the numbers change.
  var lastRun: Run?

  /// A run that can be gone back through.
  struct Run {
    let request: RunRequest<Float>
    let lengths: [Int]
    let rows: LayerInput
    let plan: BatchPlan
    let target: FloatBuffer
    let output: NetworkOutput<Float>
  }

  /// Makes a session.
  ///
  /// - Parameters:
  ///   - network: what is to be trained.
  ///   - batch: the number of sequences, B, at least 1.
  ///   - threads: how many threads may work. The gradients are the same, bit for bit, for any
  ///     number.
  ///   - memory: whether the gates of all steps are kept, or computed again.
  ///   - kernels: nil for the fastest that the processor has.
  /// - Throws: ``EngineError/notTrainable(layer:_:_:)`` where a cell has an activation that no kernel
  ///   knows, or bounds its pre-activations.
  public convenience init(
    _ network: LSTMNetwork<Float>, batch: Int, threads: Int = 1, memory: TrainingMemory = .stored,
    kernels: KernelSet? = nil
  ) throws {
    try self.init(
      network, batch: batch, threads: threads, memory: memory, kernels: kernels ?? .fastest,
      threadWork: PackedRunner.threadWork)
  }

  init(
    _ network: LSTMNetwork<Float>, batch: Int, threads: Int, memory: TrainingMemory,
    kernels: KernelSet, threadWork: Int
  ) throws {
    precondition(batch > 0 && threads > 0, "a session has a sequence and a thread")
    (self.network, self.batch, self.memory) = (network, batch, memory)
    (layout, shape) = (ParameterLayout(of: network), network.shape)
    packed = try PackedNetwork(network, kernels: kernels, goesBack: true)
    runners = try Self.cells(of: network, in: packed).map { layer in
      layer.map { cell, parameters in
        BackwardRunner(
          cell, parameters, batch: batch, threads: threads, memory: memory, threadWork: threadWork)
      }
    }
    schedule = LayerSchedule(packed.layers, runners, threads: threads, threadWork: threadWork)
    wayBack = BackwardSchedule(schedule, runners)
    team = WorkerTeam(threads: schedule.threads)
    self.threads = team.threads
    let columns = network.outputSize
    products = (0..<team.threads).map { _ in OuterProduct(kernels: kernels, columns: columns) }
    schedule.share(among: team.threads)
  }

  /// The cells of a network, layer after layer, as the kernels have them.
  private static func cells(of network: LSTMNetwork<Float>, in packed: PackedNetwork) throws
    -> [[(packed: PackedCell, parameters: CellParameters<Float>)]]
  {
    try zip(network.layers, packed.layers).enumerated().map { index, layers in
      try zip(layers.0.cells, layers.1.cells).map { made, packed in
        guard made.cell.variant.clip == nil else {
          throw EngineError.notTrainable(layer: index, made.direction, .preactivationClip)
        }
        guard case .packed(let cell) = packed.cell else {
          throw EngineError.notTrainable(layer: index, made.direction, .activation)
        }
        return (cell, made.cell.parameters)
      }
    }
  }

  // MARK: - Other numbers

  /// Changes the learned numbers in place: nothing is copied or checked again, and then packed anew
  /// by all threads. What was run before can no longer be gone back through.
  ///
  /// - Parameter body: is called with each array, in the order of ``layout``.
  public func updateEachParameter(
    _ body: (_ entry: ParameterLayout.Entry, _ values: UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    var index = 0
    network.updateEachParameter { _, values in
      body(layout.entries[index], values)
      index += 1
    }
    repack()
  }

  /// Takes over other numbers for the same network.
  ///
  /// - Precondition: its layers, directions, sizes and kinds of cells are those it had.
  public func update(_ network: LSTMNetwork<Float>) {
    precondition(
      ParameterLayout(of: network) == layout
        && network.cells.map(\.cell.variant) == self.network.cells.map(\.cell.variant),
      "the network keeps its shape")
    self.network = network
    repack()
  }

  private func repack() {
    lastRun = nil
    let cells = network.cells.map(\.cell)
    let runners = runners.flatMap { $0 }
    team.share(team.threads) { _, thread in
      for (runner, cell) in zip(runners, cells) {
        runner.replace(cell, thread: thread, of: team.threads)
      }
      if let head = network.head {
        packed.head?.replace(head, thread: thread, of: team.threads)
      }
    }
  }

  // MARK: - A run

  /// Runs the network and keeps what ``backward(_:)`` needs. A run without states starts from zeros.
  ///
  /// - Throws: ``NetworkError``, and ``EngineError/notInTraining(_:)`` where something is to be held
  ///   or recorded.
  public func forward(_ request: RunRequest<Float>) throws -> NetworkOutput<Float> {
    guard request.input.batch == batch else {
      throw NetworkError.sessionBatch(found: request.input.batch, session: batch)
    }
    guard request.holds.isEmpty else { throw EngineError.notInTraining(.holds) }
    guard request.recording.isEmpty else { throw EngineError.notInTraining(.recording) }
    let run = try ResolvedRun(request, RunSettings(), shape)
    let plan = BatchPlan(lengths: run.lengths)
    let rows = LayerInput(run.input, front: network.front, plan)
    let target = FloatBuffer(zeros: plan.rows * network.outputSize)
    for (runner, part) in zip(runners.flatMap { $0 }, run.start.reordered(plan.order).parts) {
      runner.state = part
    }
    let isAlone = schedule.prepare(rows.rows, target.base, plan, keeping: .wayBack)
    if isAlone { schedule.work(thread: 0) } else { team.run(schedule) }
    let last = NetworkState(parts: runners.flatMap { $0 }.map(\.state))
    let output = packed.output(
      run, shape, plan, target, finalState: last.restored(plan.order), layers: schedule, team)
    lastRun = Run(
      request: request, lengths: run.lengths, rows: rows, plan: plan, target: target,
      output: output)
    return output
  }
}
