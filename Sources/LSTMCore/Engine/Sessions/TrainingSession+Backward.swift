// Gradients of a whole network: those of the head, then back-propagation through time through the
// layers, then what they say of the input.

extension TrainingSession {
  /// The gradients of a loss by everything that the last ``forward(_:)`` read.
  ///
  /// - Parameter loss: the gradients by what came out; what lies beyond a sequence's length is not
  ///   read.
  /// - Throws: ``EngineError/noForward`` where nothing was run since the numbers changed, and
  ///   ``EngineError/gradientShape(of:found:expected:)``.
  public func backward(_ loss: OutputGradients) throws -> NetworkGradients {
    guard let run = lastRun else { throw EngineError.noForward }
    let (plan, steps) = (run.plan, run.request.input.steps)
    wayBack.prepare()
    let target = wayBack.last
    target.base.update(repeating: 0, count: target.count)
    if let output = loss.output {
      try EngineError.check(.output, output.shape, [steps, batch, network.outputSize])
      plan.pack(output, into: target.base)
    }
    var finalState = loss.finalState
    try finalState?.check(shape, batch: batch)
    var gradients = NetworkGradients(
      parameters: ParameterBlock(zeros: layout), input: nil, initialState: shape.zeroState(batch: 0)
    )
    if let head = packed.head {
      if let logits = loss.logits {
        try goBack(
          through: head, logits, run, to: target, &finalState, &gradients.parameters)
      }
    } else if loss.logits != nil {
      throw EngineError.noHead
    }

    let ordered = finalState?.reordered(plan.order)
    let runners = runners.flatMap { $0 }
    for (index, runner) in runners.enumerated() { runner.begin(ordered?.parts[index]) }
    team.run(wayBack)

    gradients.parameters.withUnsafeMutableBufferPointer { block in
      for (cell, runner) in zip(shape.cells, runners) {
        for entry in layout.entries {
          guard case .cell(cell.layer, cell.direction, let name) = entry.name,
            let base = block.baseAddress
          else { continue }
          runner.copyGradient(of: name, to: base + entry.range.lowerBound)
        }
      }
    }
    gradients.initialState = initialStateGradient(run, runners)
    switch (run.request.input, network.front) {
    case (.tokens, .embedding):
      if let entry = layout[.embedding] {
        gradients.parameters.withUnsafeMutableBufferPointer {
          run.rows.scatter(
            wayBack.gradients[0], to: UnsafeMutableBufferPointer(rebasing: $0[entry.range]))
        }
      }
    case (.values, _):
      gradients.input = Array3(
        unpacking: wayBack.gradients[0], columns: network.inputSize, plan, steps: steps)
    default: break
    }
    return gradients
  }

  /// The gradients of the states that the run began with; none of those that were put to zero.
  private func initialStateGradient(_ run: Run, _ runners: [BackwardRunner]) -> NetworkState<Float>
  {
    var state = NetworkState(parts: runners.map(\.stateGradient)).restored(run.plan.order)
    if run.request.emptySequences == .zeroState {
      for (sequence, length) in run.lengths.enumerated() where length == 0 {
        for part in state.parts.indices { state.parts[part].setRow(sequence, nil) }
      }
    }
    return state
  }

  /// The gradients of the head, and what it hands to the layers: to `target` or to the final states.
  private func goBack(
    through head: PackedHead, _ logits: Array3<Float>, _ run: Run, to target: FloatBuffer,
    _ finalState: inout NetworkState<Float>?, _ gradients: inout ParameterBlock<Float>
  ) throws {
    let (steps, columns) = (run.request.input.steps, network.outputSize)
    let source = head.reading.source
    let isEvery = source == .everyStep
    try EngineError.check(.logits, logits.shape, [isEvery ? steps : 1, batch, head.outputSize])
    let rowPlan = isEvery ? run.plan : BatchPlan(steps: 1, batch: batch)
    let packedLogits = FloatBuffer(zeros: rowPlan.rows * head.outputSize)
    rowPlan.pack(logits, into: packedLogits.base)
    let scores = Rows(base: packedLogits.base, stride: head.outputSize)
    let features = isEvery ? run.target : FloatBuffer(zeros: batch * columns)
    if !isEvery {
      rowPlan.pack(
        source.features(of: run.output.output, run.output.finalState, shape.lastDirections),
        into: features.base)
    }

    // By the weights: Σ gradient ⊗ feature; by the bias: Σ gradient.
    let (weights, bias) = (layout[.headWeights], layout[.headBias])
    gradients.withUnsafeMutableBufferPointer { block in
      guard let base = block.baseAddress, let weights else { return }
      team.share(head.outputSize) { outputs, thread in
        products[thread].add(
          left: scores, outputs, right: Rows(base: features.base, stride: columns),
          columns: columns, rows: rowPlan.rows, to: base + weights.range.lowerBound)
      }
      guard let bias else { return }
      let sums = base + bias.range.lowerBound
      for row in 0..<rowPlan.rows {
        let gradient = scores.row(row)
        for output in 0..<head.outputSize { sums[output] += gradient[output] }
      }
    }
    // By the features: gradient · W, added to what the loss says of the outputs itself.
    let through = isEvery ? target : FloatBuffer(zeros: batch * columns)
    head.addFeatureGradients(scores.base, rows: rowPlan.rows, to: through.base, team)
    if let read = source.step(of: steps) {
      // What a sequence that ended before gave there is no output of its own.
      run.plan.forEachRow { row, step, sequence in
        guard step == read else { return }
        for column in 0..<columns {
          target.base[row * columns + column] += through.base[sequence * columns + column]
        }
      }
    } else if source == .finalState {
      var state: NetworkState<Float> = finalState ?? shape.zeroState(batch: batch)
      state.addFinal(
        Matrix(rows: batch, columns: columns, base: through.base, stride: columns),
        directions: shape.lastDirections)
      finalState = state
    }
  }
}
