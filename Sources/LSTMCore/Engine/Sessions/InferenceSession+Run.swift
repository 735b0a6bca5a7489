// Whole requests: tokens or numbers, sequences of any lengths, skipped steps, the head, recordings.

extension InferenceSession {
  /// Runs the model over a batch of sequences, from the request's states or those that the session
  /// carries; the final states are carried over.
  ///
  /// - Throws: ``NetworkError``, and ``LSTMCoreError`` where a cell runs as the readable cell and
  ///   meets a number that is not finite.
  public func run(_ request: RunRequest<Float>) throws -> NetworkOutput<Float> {
    guard request.input.batch == batch else {
      throw NetworkError.sessionBatch(found: request.input.batch, session: batch)
    }
    let run = try ResolvedRun(
      request, engine.settings, engine.shape, carried: request.state == nil ? state : nil)
    let plan = BatchPlan(lengths: run.lengths)
    let source = LayerInput(run.input, front: engine.front, plan)
    let target = FloatBuffer(zeros: plan.rows * engine.outputSize)
    state = run.start.reordered(plan.order)
    defer { if plan.order != nil { state = state.restored(plan.order) } }
    if plan.rows > 0 {
      try self.run(source.rows, target.base, plan, keeping: .init(run.recording), holds: run.holds)
    }
    return engine.packed.output(
      run, engine.shape, plan, target, finalState: state.restored(plan.order), layers: schedule,
      team)
  }

  /// What comes of a request without a sequence.
  func emptyOutput(_ request: RunRequest<Float>) throws -> NetworkOutput<Float> {
    let run = try ResolvedRun(request, engine.settings, engine.shape)
    return engine.packed.output(
      run, engine.shape, BatchPlan(steps: 0, batch: 0), FloatBuffer(zeros: 0),
      finalState: run.start,
      layers: schedule, team)
  }

  /// Runs sequences of a model that skips some of their steps.
  func runSkipping(
    _ input: UnsafeBufferPointer<Float>, steps: Int,
    into output: UnsafeMutableBufferPointer<Float>
  ) throws {
    let values = Array3(
      planes: steps, rows: batch, columns: engine.inputSize, values: Array(input))
    try copyOutput(of: .values(values), to: output)
  }

  /// Runs an input that may have steps to be skipped, and copies the outputs of every step.
  func copyOutput(
    of input: NetworkInput<Float>, to output: UnsafeMutableBufferPointer<Float>
  ) throws {
    let all = [Int](repeating: input.steps, count: batch)
    let request = RunRequest(input, lengths: all)
    var settings = engine.settings
    settings.gives = .everyStep
    let run = try ResolvedRun(request, settings, engine.shape, carried: state)
    let plan = BatchPlan(lengths: run.lengths)
    let source = LayerInput(run.input, front: engine.front, plan)
    let target = FloatBuffer(zeros: plan.rows * engine.outputSize)
    state = run.start.reordered(plan.order)
    if plan.rows > 0 { try self.run(source.rows, target.base, plan) }
    state = state.restored(plan.order)
    let rows = run.expanded(
      Array3(unpacking: target, columns: engine.outputSize, plan, steps: input.steps))
    _ = output.update(fromContentsOf: rows.values)
  }
}

extension LayerSchedule.Keeping {
  fileprivate init(_ recording: Recording) {
    self =
      recording.isEmpty
      ? .nothing
      : .layers(
        cells: recording.contains(.cells),
        sums: recording.isSuperset(of: [.cells, .preactivations]))
  }
}

extension PackedNetwork {
  /// What came out of a run, in the order of the input and zero beyond the lengths.
  ///
  /// - Parameter rows: the last layer's outputs, in the order of the plan: `[rows, D·P]`.
  func output(
    _ run: ResolvedRun<Float>, _ shape: NetworkShape, _ plan: BatchPlan, _ rows: FloatBuffer,
    finalState: NetworkState<Float>, layers schedule: LayerSchedule, _ team: WorkerTeam
  ) -> NetworkOutput<Float> {
    let width = layers[layers.count - 1].outputSize
    let output = Array3(unpacking: rows, columns: width, plan, steps: run.steps)
    let layerOutputs =
      !run.recording.contains(.layerOutputs)
      ? []
      : layers.indices.map {
        Array3(
          unpacking: schedule.outputs(of: $0), columns: layers[$0].outputSize, plan,
          steps: run.steps)
      }
    return run.result(
      run.expanded(output), layerOutputs: layerOutputs,
      cells: run.recording.contains(.cells) ? records(run, shape, plan, schedule) : [],
      finalState: finalState, head: head?.reading
    ) { features, lengths in
      guard let head else { return Array3(zeros: 0, plan.batch, 0) }
      // The rows as they came out are the features where the head reads all and none was skipped.
      return head.reading.source == .everyStep && run.skipsNothing
        ? Array3(
          unpacking: head.logits(rows.base, rows: plan.rows, team), columns: head.outputSize, plan,
          steps: run.steps)
        : head.logits(features, lengths: lengths, team)
    }
  }

  /// What every cell did.
  private func records(
    _ run: ResolvedRun<Float>, _ shape: NetworkShape, _ plan: BatchPlan,
    _ schedule: LayerSchedule
  ) -> [CellRecord<Float>] {
    var cells = shape.cells[...]
    return layers.enumerated().flatMap { index, layer in
      layer.cells.enumerated().map { part, cell in
        let runner = schedule.runners[index][part]
        var record = CellRecord<Float>(
          cells.removeFirst(), steps: run.steps, batch: plan.batch, run.recording)
        func array(_ part: Int, _ kept: UnsafePointer<Float>, _ stride: Int) -> Array3<Float> {
          let rows = Rows(
            base: UnsafeMutablePointer(mutating: kept + part * runner.keptPart), stride: stride)
          return run.expanded(
            recorded: Array3(
              unpacking: rows, columns: runner.hiddenSize, plan, steps: run.steps,
              isReversed: cell.direction == .reverse))
        }
        guard plan.rows > 0 else { return record }
        let kept = schedule.record(index, part)
        for gate in Gate.allCases {
          record.gates[gate] = array(gate.kernelPlace, kept, runner.keptRow)
          if let sums = runner.recordedSums {
            record.preactivations?[gate] = array(gate.kernelPlace, sums.base, runner.sumsRow)
          }
        }
        record.activatedCell = array(PackedCell.activatedPart, kept, runner.keptRow)
        record.cellState = array(PackedCell.cellPart, kept, runner.keptRow)
        return record
      }
    }
  }
}

extension Array3 where Scalar == Float {
  /// Puts rows of a plan into `[T, B, columns]`, zero where a sequence has ended.
  init(unpacking rows: FloatBuffer, columns: Int, _ plan: BatchPlan, steps: Int) {
    self.init(
      unpacking: Rows(base: rows.base, stride: columns), columns: columns, plan, steps: steps)
  }

  /// Puts rows of a plan into `[T, B, columns]`, zero where a sequence has ended.
  ///
  /// - Parameter isReversed: whether the rows of each sequence stand from its last step to its first.
  init(
    unpacking rows: Rows, columns: Int, _ plan: BatchPlan, steps: Int, isReversed: Bool = false
  ) {
    let count = steps * plan.batch * columns
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      if plan.rows * columns < count { buffer.initialize(repeating: 0) }
      if let base = buffer.baseAddress {
        for step in 0..<plan.steps {
          for row in 0..<plan.active(step) {
            let time = isReversed ? plan.mirrored(step, row: row) : step
            let sequence = plan.order?[row] ?? row
            (base + (time * plan.batch + sequence) * columns).update(
              from: rows.row(plan.offset(step) + row), count: columns)
          }
        }
      }
      filled = count
    }
    self.init(planes: steps, rows: plan.batch, columns: columns, values: values)
  }
}

extension NetworkState<Float> {
  /// The states with row r that of sequence `order[r]`.
  func reordered(_ order: [Int]?) -> NetworkState {
    guard let order else { return self }
    return NetworkState(
      parts: parts.map {
        .init(hidden: $0.hidden.reordered(order), cell: $0.cell.reordered(order))
      })
  }

  /// The opposite of ``reordered(_:)``.
  func restored(_ order: [Int]?) -> NetworkState {
    guard let order else { return self }
    var inverse = order
    for (row, sequence) in order.enumerated() { inverse[sequence] = row }
    return reordered(inverse)
  }
}

extension Matrix where Scalar == Float {
  fileprivate func reordered(_ order: [Int]) -> Matrix {
    Matrix(rows: rows, columns: columns, values: order.flatMap { row($0) })
  }
}
