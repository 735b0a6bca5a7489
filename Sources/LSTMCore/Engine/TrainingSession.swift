// Gradients of whole networks: forward with everything kept that the way back needs, then
// back-propagation through time. What makes a better network of gradients is not here.

/// A network in training on batches of B sequences: outputs, then gradients.
///
///     let session = try TrainingSession(network, batch: 32, threads: 2)
///     let output = try session.forward(.tokens(ids: ids, steps: 64, batch: 32))
///     let gradients = try session.backward(.init(logits: lossGradient))
///     session.update(improved)             // the same network with other numbers
///
/// It gives the gradients of ``ReadableCell/backward(through:hiddenGradient:cellGradient:)``, in
/// single precision. A session is used by one thread at a time.
public final class TrainingSession {
  /// The network as it is now.
  public private(set) var network: LSTMNetwork<Float>
  /// The number of sequences, B.
  public let batch: Int
  /// How many threads work at most: no more than were asked for, and no more than pay.
  public let threads: Int
  /// What memory is spent.
  public let memory: TrainingMemory

  private let kernels: KernelSet
  private var engine: InferenceEngine
  private let work: TrainingWork
  private let team: WorkerTeam
  /// One a thread, for the head.
  private let products: [OuterProduct]
  private var run: (input: NetworkInput<Float>, rows: LayerInput, plan: BatchPlan)?
  private var features: FloatBuffer?

  /// Makes a session.
  ///
  /// - Parameters:
  ///   - batch: the number of sequences, B, at least 1.
  ///   - threads: how many threads may work. The gradients are the same, bit for bit, for any
  ///     number.
  ///   - memory: whether the gates of all steps are kept, or computed again.
  ///   - kernels: nil for the fastest that the processor has.
  /// - Throws: ``EngineError/notTrainable(layer:_:setting:)`` where a cell has an activation that no
  ///   kernel knows, or bounds its pre-activations.
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
    self.kernels = kernels
    engine = try InferenceEngine(network, options: .init(kernels: kernels))
    let runners = try Self.cells(of: network, in: engine).map { layer in
      layer.map { cell, parameters in
        BackwardRunner(
          cell, parameters, batch: batch, threads: threads, memory: memory, threadWork: threadWork)
      }
    }
    work = TrainingWork(engine: engine, runners: runners, threads: threads)
    team = WorkerTeam(threads: work.threads)
    self.threads = team.threads
    products = (0..<team.threads).map { [engine] _ in
      OuterProduct(kernels: kernels, columns: engine.outputSize)
    }
    work.share(among: team.threads)
  }

  /// The cells of a network, layer after layer, as the kernels have them.
  private static func cells(of network: LSTMNetwork<Float>, in engine: InferenceEngine) throws
    -> [[(packed: PackedCell, parameters: CellParameters<Float>)]]
  {
    try zip(network.layers, engine.layers).enumerated().map { index, layers in
      try zip(layers.0.cells, layers.1.cells).map { made, packed in
        guard made.cell.variant.clip == nil else {
          throw EngineError.notTrainable(
            layer: index, made.direction, setting: "a clip of the pre-activations")
        }
        guard case .packed(let cell) = packed.cell else {
          throw EngineError.notTrainable(
            layer: index, made.direction, setting: "an activation that no kernel knows")
        }
        return (cell, made.cell.parameters)
      }
    }
  }

  /// Takes over other numbers for the same network: after a step of an optimizer.
  ///
  /// - Precondition: its layers, directions, sizes and kinds of cells are those it had.
  public func update(_ network: LSTMNetwork<Float>) {
    let cells = network.cells.map(\.cell)
    precondition(
      cells.elementsEqual(self.network.cells.map(\.cell), by: Self.areAlike)
        && network.inputSize == self.network.inputSize, "the network keeps its shape")
    let runners = work.runners.flatMap { $0 }
    team.share(team.threads) { _, thread in
      for (runner, cell) in zip(runners, cells) {
        runner.replace(cell, thread: thread, of: team.threads)
      }
    }
    engine = InferenceEngine(engine, endsOf: network)
    work.engine = engine
    self.network = network
    run = nil
  }

  /// Whether two cells differ in their numbers alone.
  private static func areAlike(_ cell: ReadableCell<Float>, _ other: ReadableCell<Float>) -> Bool {
    cell.variant == other.variant && cell.parameters.shape == other.parameters.shape
      && Gate.allCases.allSatisfy {
        (cell.parameters.gates[$0].peephole == nil) == (other.parameters.gates[$0].peephole == nil)
      }
  }

  /// Runs the network and keeps what ``backward(_:)`` needs.
  ///
  /// - Parameters:
  ///   - input: values `[T, B, I]`, or token ids `[T, B]`.
  ///   - lengths: the number of valid steps of each sequence, at least 1; T for all where it is left
  ///     out.
  ///   - state: the states to start from; zeros where it is left out.
  /// - Throws: ``NetworkError``.
  public func forward(
    _ input: NetworkInput<Float>, lengths: [Int]? = nil, state: NetworkState<Float>? = nil
  ) throws -> NetworkOutput<Float> {
    try engine.check(input)
    guard input.batch == batch else {
      throw NetworkError.sessionBatch(found: input.batch, session: batch)
    }
    let lengths = lengths ?? [Int](repeating: input.steps, count: batch)
    try NetworkInput<Float>.check(
      lengths, steps: input.steps, batch: batch, emptySequences: .refused)
    let start = state ?? network.zeroState(batch: batch)
    try network.check(start, batch: batch)
    let plan = BatchPlan(lengths: lengths)
    let rows = try engine.layerInput(input, plan)
    let ordered = plan.order.map { start.reordered($0) } ?? start
    for (runner, part) in zip(work.runners.flatMap { $0 }, ordered.parts) {
      runner.forward.state = part
    }
    work.prepare(rows.rows, plan)
    team.run(work)
    run = (input, rows, plan)
    let last = NetworkState(parts: work.runners.flatMap { $0 }.map(\.forward.state))
    let (output, features) = engine.output(
      of: work.values[work.values.count - 1], plan.order.map { last.restored($0) } ?? last, plan,
      steps: input.steps, team)
    self.features = features
    return output
  }

  /// The gradients of a loss by everything that the last ``forward(_:lengths:state:)`` read.
  ///
  /// - Parameter loss: the gradients by what came out; what lies beyond a sequence's length is not
  ///   read.
  /// - Throws: ``EngineError/noForward`` where nothing was run since the network was taken over, and
  ///   ``EngineError/gradientShape(of:found:expected:)``.
  public func backward(_ loss: OutputGradients) throws -> NetworkGradients {
    guard let (input, rows, plan) = run else { throw EngineError.noForward }
    let target = work.gradients[work.gradients.count - 1]
    target.base.update(repeating: 0, count: target.count)
    if let output = loss.output {
      try EngineError.check(
        "output", output.shape, [input.steps, batch, engine.outputSize])
      plan.pack(output, into: target.base)
    }
    var finalState = loss.finalState
    if let state = finalState { try network.check(state, batch: batch) }
    var (headWeights, headBias): (Matrix<Float>?, [Float]?) = (nil, nil)
    if let head = engine.head {
      (headWeights, headBias) = try backward(
        head.head, loss.logits, input.steps, plan, target, &finalState)
    } else if loss.logits != nil {
      throw EngineError.noHead
    }

    let ordered = finalState.map { state in plan.order.map { state.reordered($0) } ?? state }
    let runners = work.runners.flatMap { $0 }
    for (index, runner) in runners.enumerated() { runner.begin(ordered?.parts[index]) }
    work.prepareBack()
    team.run(work)

    let initial = NetworkState(parts: runners.map(\.stateGradient))
    var gradients = NetworkGradients(
      embedding: nil,
      cells: zip(network.cells, runners).map { $1.gradients(like: $0.cell.parameters) },
      headWeights: headWeights, headBias: headBias, input: nil,
      initialState: plan.order.map { initial.restored($0) } ?? initial)
    switch (input, network.front) {
    case (.tokens, .embedding(let matrix)):
      gradients.embedding = rows.scatter(work.gradients[0], like: matrix)
    case (.values, _):
      gradients.input = Array3(
        unpacking: work.gradients[0], columns: engine.inputSize, plan, steps: input.steps)
    default: break
    }
    return gradients
  }

  /// The gradients of the head, and what it hands to the layers: to `target` or to the final states.
  private func backward(
    _ head: LinearHead<Float>, _ logits: Array3<Float>?, _ steps: Int, _ plan: BatchPlan,
    _ target: FloatBuffer, _ finalState: inout NetworkState<Float>?
  ) throws -> (Matrix<Float>, [Float]?) {
    let isEvery = head.source == .everyStep
    var weights = Matrix<Float>(zeros: head.outputSize, engine.outputSize)
    var bias = [Float](repeating: 0, count: head.outputSize)
    guard let logits, let features else { return (weights, head.bias.map { _ in bias }) }
    try EngineError.check(
      "logits", logits.shape, [isEvery ? steps : 1, batch, head.outputSize])
    let rowPlan = isEvery ? plan : BatchPlan(steps: 1, batch: batch)
    let packed = FloatBuffer(zeros: rowPlan.rows * head.outputSize)
    rowPlan.pack(logits, into: packed.base)

    // By the weights: Σ gradient ⊗ feature; by the bias: Σ gradient.
    let scores = Rows(base: packed.base, stride: head.outputSize)
    weights.values.withUnsafeMutableBufferPointer { values in
      guard let base = values.baseAddress else { return }
      team.share(head.outputSize) { outputs, thread in
        products[thread].add(
          left: scores, outputs, right: Rows(base: features.base, stride: engine.outputSize),
          columns: engine.outputSize, rows: rowPlan.rows, to: base)
      }
    }
    for row in 0..<rowPlan.rows {
      let gradient = scores.row(row)
      for index in bias.indices { bias[index] += gradient[index] }
    }
    // By the features: gradient · W, added to what the loss says of the outputs itself.
    let back = PackedWeights(
      kernels: kernels, depth: head.outputSize, columns: engine.outputSize
    ) { [head.weights.packedColumns(from: $0 * kernels.lanes, count: kernels.lanes)] }
    let through = isEvery ? target : FloatBuffer(zeros: batch * engine.outputSize)
    var job = back.job
    (job.a, job.a_row, job.rows) = (UnsafePointer(packed.base), head.outputSize, rowPlan.rows)
    (job.out, job.out_row, job.out_panel) = (
      through.base, engine.outputSize, kernels.panelWidth
    )
    job.accumulates = 1
    team.product(job, kernels)
    if let read = head.source.step(of: steps) {
      // What a sequence that ended before gave there is no output of its own.
      let columns = engine.outputSize
      plan.forEachRow { row, step, sequence in
        guard step == read else { return }
        for column in 0..<columns {
          target.base[row * columns + column] += through.base[sequence * columns + column]
        }
      }
    } else if head.source == .finalState {
      var state = finalState ?? network.zeroState(batch: batch)
      engine.addFinalFeatures(through, to: &state)
      finalState = state
    }
    return (weights, head.bias.map { _ in bias })
  }
}
