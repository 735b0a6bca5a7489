// A network at work: sequences led through the layers, each from its own first to its own last
// step. Sequences do not see one another, so they are taken one after the other.

import RealModule

extension LSTMNetwork {
  /// Runs the network over a batch of sequences.
  ///
  /// - Parameters:
  ///   - input: values `[T, B, I]`, or token ids `[T, B]` where the network has an embedding or
  ///     one-hot.
  ///   - state: the states to start from, such as the ``NetworkOutput/finalState`` of the run
  ///     before; zeros where it is left out.
  ///   - lengths: the number of valid steps of each sequence; T for all where it is left out. What
  ///     the input holds beyond is not read, and outputs there are zero.
  ///   - options: what to keep, and whether a length may be 0.
  /// - Throws: ``NetworkError``.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func run(
    _ input: NetworkInput<Scalar>, state: NetworkState<Scalar>? = nil, lengths: [Int]? = nil,
    options: RunOptions = .init()
  ) throws -> NetworkOutput<Scalar> {
    try run(input, state: state, lengths: lengths, options: options, stepping: nil)
  }

  /// What stands in for the cell's own step, where a network is run in another way than its own.
  package typealias Stepping = (
    _ cell: ReadableCell<Scalar>, _ input: [Scalar], _ hidden: [Scalar], _ cellState: [Scalar]
  ) throws -> (hidden: [Scalar], cell: [Scalar])

  /// Runs the network as ``run(_:state:lengths:options:)`` does, with every step of every cell
  /// taken by `stepping` where it is given. Nothing is traced then.
  package func run(
    _ input: NetworkInput<Scalar>, state: NetworkState<Scalar>? = nil, lengths: [Int]? = nil,
    options: RunOptions = .init(), stepping: Stepping?
  ) throws -> NetworkOutput<Scalar> {
    let (steps, batch) = (input.steps, input.batch)
    try input.check(inputSize: inputSize, tokenCount: front?.tokenCount)
    let lengths = lengths ?? [Int](repeating: steps, count: batch)
    try NetworkInput<Scalar>.check(
      lengths, steps: steps, batch: batch, emptySequences: options.emptySequences)
    if let traced = options.tracedSequence, !(0..<batch).contains(traced) {
      throw NetworkError.tracedSequence(traced, batch: batch)
    }
    var state = state ?? zeroState(batch: batch)
    try check(state, batch: batch)

    var layerOutputs = layers.indices.map { index in
      let isKept = options.keepsLayerOutputs || index == layers.count - 1
      return Array3<Scalar>(zeros: isKept ? steps : 0, batch, layers[index].outputSize)
    }
    var trace: [NetworkOutput<Scalar>.Trace] = []
    for sequence in 0..<batch {
      if lengths[sequence] == 0, options.emptySequences == .zeroState {
        for part in state.parts.indices { state.parts[part].setRow(sequence, nil) }
      }
      var rows = try rows(of: input, sequence: sequence, count: lengths[sequence])  // [T][I]
      var part = 0
      for (index, layer) in layers.enumerated() {
        trace += try run(
          layer, index: index, &rows, sequence: sequence, state: &state, part: &part,
          keepsSteps: options.tracedSequence == sequence, stepping: stepping)
        guard layerOutputs[index].planes > 0 else { continue }
        for (step, row) in rows.enumerated() {
          layerOutputs[index].setRow(step, sequence, to: row)
        }
      }
    }
    let output = layerOutputs[layers.count - 1]
    let (logits, probabilities) = headOutputs(output, state, lengths)
    return NetworkOutput(
      output: output, layerOutputs: options.keepsLayerOutputs ? layerOutputs : [],
      finalState: state, logits: logits, probabilities: probabilities, trace: trace)
  }

  /// Leads one sequence through one layer, and takes its states along.
  ///
  /// - Parameters:
  ///   - rows: the layer's input, `[T][I]`, which becomes its output, `[T][D·P]`.
  ///   - part: which part of the state is the layer's first; moved on to the next layer's.
  ///   - keepsSteps: whether the steps are returned.
  private func run(
    _ layer: NetworkLayer<Scalar>, index: Int, _ rows: inout [[Scalar]], sequence: Int,
    state: inout NetworkState<Scalar>, part: inout Int, keepsSteps: Bool, stepping: Stepping?
  ) throws -> [NetworkOutput<Scalar>.Trace] {
    var outputs = [[Scalar]](repeating: [], count: rows.count)
    var traces: [NetworkOutput<Scalar>.Trace] = []
    for (direction, cell) in layer.cells {
      var hidden = Array(state.parts[part].hidden.row(sequence))
      var cellState = Array(state.parts[part].cell.row(sequence))
      var steps: [CellStep<Scalar>] = []
      for processed in rows.indices {
        let time = direction == .forward ? processed : rows.count - 1 - processed
        do {
          if let stepping {
            (hidden, cellState) = try stepping(cell, rows[time], hidden, cellState)
          } else {
            let step = try cell.step(input: rows[time], hidden: hidden, cell: cellState)
            (hidden, cellState) = (step.newHidden, step.newCell)
            if keepsSteps { steps.append(step) }
          }
        } catch let error as LSTMCoreError {
          throw NetworkError.step(
            error, layer: index, direction, step: time, sequence: sequence)
        }
        let place = layer.reverseOrder == .processing ? processed : time
        outputs[place] += hidden
      }
      if keepsSteps {
        traces.append(
          .init(
            layer: index, direction: direction,
            steps: direction == .forward ? steps : steps.reversed()))
      }
      state.parts[part].setRow(sequence, (hidden, cellState))
      part += 1
    }
    rows = outputs
    return traces
  }

  /// The input of the first layer for one sequence: `[count][I]`.
  private func rows(of input: NetworkInput<Scalar>, sequence: Int, count: Int) throws
    -> [[Scalar]]
  {
    switch (input, front) {
    case (.values(let array), nil):
      return (0..<count).map { array.row($0, sequence) }
    case (.tokens(let ids, _, let batch), let front?):
      return try (0..<count).map { step in
        let id = ids[step * batch + sequence]
        guard (0..<front.tokenCount).contains(id) else {
          throw NetworkError.token(
            id: id, step: step, sequence: sequence, tokenCount: front.tokenCount)
        }
        return front.vector(of: id)
      }
    case (.values, let front?): throw NetworkError.needsTokens(tokenCount: front.tokenCount)
    case (.tokens, nil): throw NetworkError.needsValues(inputSize: inputSize)
    }
  }

  /// What the head makes of the outputs or the final states, zero beyond the lengths.
  ///
  /// - Parameters:
  ///   - output: `[T, B, D·P]`.
  ///   - state: the final states.
  ///   - lengths: `[B]`.
  package func headOutputs(
    _ output: Array3<Scalar>, _ state: NetworkState<Scalar>, _ lengths: [Int]
  ) -> (logits: Array3<Scalar>?, probabilities: Array3<Scalar>?) {
    guard let head else { return (nil, nil) }
    let planes = head.source == .everyStep ? output.planes : 1
    var logits = Array3<Scalar>(zeros: planes, output.rows, head.outputSize)
    var probabilities = logits
    for sequence in 0..<output.rows {
      for plane in 0..<(head.source == .everyStep ? lengths[sequence] : 1) {
        let features: [Scalar] =
          switch head.source {
          case .everyStep: output.row(plane, sequence)
          case .finalState:
            state.parts.suffix(layers[layers.count - 1].cells.count)
              .flatMap { Array($0.hidden.row(sequence)) }
          case .lastStep, .firstStep:
            head.source.step(of: output.planes).map { output.row($0, sequence) }
              ?? [Scalar](repeating: 0, count: output.columns)
          }
        let row = head.logits(features)
        logits.setRow(plane, sequence, to: row)
        if let row = head.probabilities(row) { probabilities.setRow(plane, sequence, to: row) }
      }
    }
    return (logits, head.activation == nil ? nil : probabilities)
  }
}

// MARK: - What a run is given

extension NetworkInput {
  /// - Parameters:
  ///   - inputSize: the features that the first layer reads.
  ///   - tokenCount: the tokens that an embedding or one-hot knows; nil where there is none.
  package func check(inputSize: Int, tokenCount: Int?) throws {
    switch (self, tokenCount) {
    case (.values, let tokenCount?): throw NetworkError.needsTokens(tokenCount: tokenCount)
    case (.tokens, nil): throw NetworkError.needsValues(inputSize: inputSize)
    case (.values(let array), nil) where array.columns != inputSize:
      throw NetworkError.inputWidth(found: array.columns, expected: inputSize)
    case (.tokens(let ids, let steps, let batch), _):
      let (product, overflow) = steps.multipliedReportingOverflow(by: batch)
      guard !overflow, steps >= 0, batch >= 0, ids.count == product else {
        throw NetworkError.tokenCount(found: ids.count, steps: steps, batch: batch)
      }
    default: break
    }
  }

  package static func check(
    _ lengths: [Int], steps: Int, batch: Int, emptySequences: RunOptions.EmptySequences
  ) throws {
    guard lengths.count == batch else {
      throw NetworkError.lengthCount(found: lengths.count, batch: batch)
    }
    for (sequence, length) in lengths.enumerated() {
      guard (0...steps).contains(length) else {
        throw NetworkError.length(sequence: sequence, found: length, steps: steps)
      }
      guard length > 0 || emptySequences != .refused else {
        throw NetworkError.emptySequence(sequence)
      }
    }
  }
}

extension LSTMNetwork {
  func check(_ state: NetworkState<Scalar>, batch: Int) throws {
    let cells = self.cells
    guard state.parts.count == cells.count else {
      throw NetworkError.stateParts(
        found: state.parts.count, layers: layers.count, expected: cells.count)
    }
    for ((layer, direction, cell), part) in zip(cells, state.parts) {
      for (isCell, matrix, width) in [
        (false, part.hidden, cell.parameters.outputSize),
        (true, part.cell, cell.parameters.hiddenSize),
      ] where [matrix.rows, matrix.columns] != [batch, width] {
        throw NetworkError.stateShape(
          layer: layer, direction, isCell: isCell, found: [matrix.rows, matrix.columns],
          expected: [batch, width])
      }
    }
  }
}

extension NetworkState.Part {
  /// Replaces the states of one sequence; by zeros where there are none.
  mutating func setRow(_ row: Int, _ states: (hidden: [Scalar], cell: [Scalar])?) {
    for column in 0..<hidden.columns { hidden[row, column] = states?.hidden[column] ?? 0 }
    for column in 0..<cell.columns { cell[row, column] = states?.cell[column] ?? 0 }
  }
}
