// Whole runs as LSTMNetwork has them: tokens or numbers, sequences of any lengths, the head.

extension InferenceSession {
  /// Runs the network over a batch of sequences, as ``LSTMNetwork/run(_:state:lengths:options:)``
  /// does; the states are carried over.
  ///
  /// - Parameters:
  ///   - input: values `[T, B, I]`, or token ids `[T, B]` where the network has an embedding or
  ///     one-hot.
  ///   - lengths: the number of valid steps of each sequence; T for all where it is left out.
  ///   - emptySequences: what a length of 0 means.
  /// - Throws: ``NetworkError``, and ``LSTMCoreError`` where a cell runs as the readable cell.
  public func run(
    _ input: NetworkInput<Float>, lengths: [Int]? = nil,
    emptySequences: RunOptions.EmptySequences = .refused
  ) throws -> NetworkOutput<Float> {
    try engine.check(input)
    guard input.batch == batch else {
      throw NetworkError.sessionBatch(found: input.batch, session: batch)
    }
    let lengths = lengths ?? [Int](repeating: input.steps, count: batch)
    try NetworkInput<Float>.check(
      lengths, steps: input.steps, batch: batch, emptySequences: emptySequences)
    let plan = BatchPlan(lengths: lengths)
    let source = try engine.layerInput(input, plan)
    let target = FloatBuffer(zeros: plan.rows * engine.outputSize)
    if emptySequences == .zeroState {
      var state = state
      for (sequence, length) in lengths.enumerated() where length == 0 {
        for part in state.parts.indices { state.parts[part].setRow(sequence, nil) }
      }
      self.state = state
    }
    if let order = plan.order { state = state.reordered(order) }
    defer {
      if let order = plan.order { state = state.restored(order) }
    }
    if plan.rows > 0 { try run(source.rows, target.base, plan) }
    let finalState = plan.order.map { state.restored($0) } ?? state
    return engine.output(of: target, finalState, plan, steps: input.steps, team).output
  }
}

extension InferenceEngine.Head {
  /// W y + b of rows of features: `[rows, O]`.
  func logits(_ features: UnsafePointer<Float>, rows: Int, _ team: WorkerTeam) -> FloatBuffer {
    let scores = FloatBuffer(zeros: rows * head.outputSize)
    var job = weights.job
    job.a = features
    job.a_row = weights.depth
    job.rows = rows
    job.bias = UnsafePointer(bias.base)
    job.out = scores.base
    job.out_row = head.outputSize
    job.out_panel = weights.kernels.panelWidth
    team.product(job, weights.kernels)
    return scores
  }
}

extension InferenceEngine {
  /// What came out of a run, in the order of the input and zero beyond the lengths; and what the head
  /// read, a row each.
  func output(
    of rows: FloatBuffer, _ finalState: NetworkState<Float>, _ plan: BatchPlan, steps: Int,
    _ team: WorkerTeam
  ) -> (output: NetworkOutput<Float>, features: FloatBuffer?) {
    var result = NetworkOutput(
      output: Array3(unpacking: rows, columns: outputSize, plan, steps: steps), layerOutputs: [],
      finalState: finalState, logits: nil, probabilities: nil, trace: [])
    guard let head else { return (result, nil) }
    let features: FloatBuffer
    switch head.head.source {
    case .everyStep: features = rows
    case .finalState: features = finalFeatures(finalState)
    case .lastStep, .firstStep:
      features = self.features(of: result.output, read: head.head.source)
    }
    let isEvery = head.head.source == .everyStep
    let read = isEvery ? plan : BatchPlan(steps: 1, batch: plan.batch)
    let logits = Array3(
      unpacking: head.logits(features.base, rows: read.rows, team), columns: head.head.outputSize,
      read,
      steps: isEvery ? steps : 1)
    result.logits = logits
    if head.head.activation != nil {
      var probabilities = Array3<Float>(zeros: logits.planes, logits.rows, logits.columns)
      read.forEachRow { _, step, sequence in
        if let row = head.head.probabilities(logits.row(step, sequence)) {
          probabilities.setRow(step, sequence, to: row)
        }
      }
      result.probabilities = probabilities
    }
    return (result, features)
  }

  /// The last layer's final hidden states side by side, `[B, D·P]`: what a head of the final states
  /// reads.
  func finalFeatures(_ state: NetworkState<Float>) -> FloatBuffer {
    let parts = state.parts.suffix(layers[layers.count - 1].cells.count)
    let batch = parts.first?.hidden.rows ?? 0
    let features = FloatBuffer(zeros: batch * outputSize)
    var column = 0
    for part in parts {
      part.hidden.write(to: features.base + column, stride: outputSize)
      column += part.hidden.columns
    }
    return features
  }

  /// One step of the outputs, `[B, D·P]`: what a head of the last or the first step reads.
  func features(of output: Array3<Float>, read source: LinearHead<Float>.Source) -> FloatBuffer {
    let features = FloatBuffer(zeros: output.rows * outputSize)
    if let step = source.step(of: output.planes) {
      output.plane(step).write(to: features.base, stride: outputSize)
    }
    return features
  }

  /// Adds gradients of ``finalFeatures(_:)`` to those of the states.
  func addFinalFeatures(_ gradient: FloatBuffer, to state: inout NetworkState<Float>) {
    let count = layers[layers.count - 1].cells.count
    var column = 0
    for index in state.parts.count - count..<state.parts.count {
      let (rows, columns) = (state.parts[index].hidden.rows, state.parts[index].hidden.columns)
      for row in 0..<rows {
        for unit in 0..<columns {
          state.parts[index].hidden[row, unit] += gradient.base[row * outputSize + column + unit]
        }
      }
      column += columns
    }
  }

  func check(_ input: NetworkInput<Float>) throws {
    try input.check(inputSize: inputSize, tokenCount: front?.tokenCount)
  }
}

extension Array3 where Scalar == Float {
  /// Puts rows of a plan into `[T, B, columns]`, zero where a sequence has ended.
  init(unpacking rows: FloatBuffer, columns: Int, _ plan: BatchPlan, steps: Int) {
    let count = steps * plan.batch * columns
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      if plan.rows * columns < count { buffer.initialize(repeating: 0) }
      if let base = buffer.baseAddress {
        plan.forEachRow { row, step, sequence in
          (base + (step * plan.batch + sequence) * columns).update(
            from: rows.base + row * columns, count: columns)
        }
      }
      filled = count
    }
    self.init(planes: steps, rows: plan.batch, columns: columns, values: values)
  }
}

extension NetworkState<Float> {
  /// The states with row r that of sequence `order[r]`.
  func reordered(_ order: [Int]) -> NetworkState {
    NetworkState(
      parts: parts.map {
        .init(hidden: $0.hidden.reordered(order), cell: $0.cell.reordered(order))
      })
  }

  /// The opposite of ``reordered(_:)``.
  func restored(_ order: [Int]) -> NetworkState {
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
