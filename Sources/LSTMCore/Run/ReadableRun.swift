// The specification of a run: sequences led through the layers by the readable cell, each from its own
// first to its own last step. Sequences do not see one another, so they are taken one after the
// other. The engine does the same, fast.

import RealModule

extension LSTMNetwork where Scalar: BinaryFloatingPoint {
  /// Runs the network, every step of every cell by the readable cell.
  ///
  /// - Throws: ``NetworkError``.
  public func run(_ request: RunRequest<Scalar>) throws -> NetworkOutput<Scalar> {
    try run(request, RunSettings())
  }

  /// What stands in for the cell's own step, where a network is run in another way than its own.
  package typealias Stepping = (
    _ cell: ReadableCell<Scalar>, _ input: [Scalar], _ hidden: [Scalar], _ cellState: [Scalar]
  ) throws -> (hidden: [Scalar], cell: [Scalar])

  /// Runs the network with what a model says beside it, every step taken by `stepping` where it is
  /// given; cells are not recorded then.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  func run(
    _ request: RunRequest<Scalar>, _ settings: RunSettings<Scalar>, stepping: Stepping? = nil
  ) throws -> NetworkOutput<Scalar> {
    let run = try ResolvedRun(request, settings, shape)
    let batch = run.lengths.count
    var state = run.start
    var layerOutputs = layers.indices.map { index in
      let isKept = run.recording.contains(.layerOutputs) || index == layers.count - 1
      return Array3<Scalar>(zeros: isKept ? run.steps : 0, batch, layers[index].outputSize)
    }
    var records =
      !run.recording.contains(.cells) || stepping != nil
      ? []
      : shape.cells.map {
        CellRecord<Scalar>($0, steps: run.steps, batch: batch, run.recording)
      }
    for sequence in 0..<batch {
      var rows = inputRows(run.input, sequence: sequence, count: run.lengths[sequence])  // [T][I]
      var part = 0
      for (index, layer) in layers.enumerated() {
        try lead(
          &rows, through: layer, index, sequence: sequence, &state, &part, &records, run.holds,
          stepping)
        guard layerOutputs[index].planes > 0 else { continue }
        for (step, row) in rows.enumerated() {
          layerOutputs[index].setRow(step, sequence, to: row)
        }
      }
    }
    for index in records.indices { records[index].mapArrays { run.expanded(recorded: $0) } }
    return run.result(
      run.expanded(layerOutputs[layers.count - 1]),
      layerOutputs: run.recording.contains(.layerOutputs) ? layerOutputs : [], cells: records,
      finalState: state, head: head?.reading
    ) { features, lengths in
      logits(features, lengths)
    }
  }

  /// Leads one sequence through one layer, and takes its states along.
  ///
  /// - Parameters:
  ///   - rows: the layer's input, `[T][I]`, which becomes its output, `[T][D·P]`.
  ///   - part: which part of the state is the layer's first; moved on to the next layer's.
  private func lead(
    _ rows: inout [[Scalar]], through layer: NetworkLayer<Scalar>, _ index: Int, sequence: Int,
    _ state: inout NetworkState<Scalar>, _ part: inout Int, _ records: inout [CellRecord<Scalar>],
    _ holds: ResolvedHolds<Scalar>?, _ stepping: Stepping?
  ) throws {
    var outputs = [[Scalar]](repeating: [], count: rows.count)
    for (direction, cell) in layer.cells {
      var hidden = Array(state.parts[part].hidden.row(sequence))
      var cellState = Array(state.parts[part].cell.row(sequence))
      for processed in rows.indices {
        let time = direction == .forward ? processed : rows.count - 1 - processed
        do {
          if let stepping {
            (hidden, cellState) = try stepping(cell, rows[time], hidden, cellState)
          } else {
            let step = try cell.step(
              input: rows[time], hidden: hidden, cell: cellState,
              replacing: holds?.replacement(cell: part, index: time, sequence: sequence))
            (hidden, cellState) = (step.newHidden, step.newCell)
            if !records.isEmpty { records[part].setStep(time, sequence, to: step) }
          }
        } catch let error as LSTMCoreError {
          throw NetworkError.step(error, layer: index, direction, step: time, sequence: sequence)
        }
        outputs[layer.reverseOrder == .processing ? processed : time] += hidden
      }
      state.parts[part].setRow(sequence, (hidden, cellState))
      part += 1
    }
    rows = outputs
  }

  /// The input of the first layer for one sequence: `[count][I]`.
  private func inputRows(_ input: NetworkInput<Scalar>, sequence: Int, count: Int) -> [[Scalar]] {
    switch (input, front) {
    case (.tokens(let ids, _, let batch), let front?):
      (0..<count).map { front.vector(of: ids[$0 * batch + sequence]) }
    case (.values(let array), _): (0..<count).map { array.row($0, sequence) }
    case (.tokens, nil): []  // refused when the request was checked
    }
  }

  /// W y + b of features `[T, B, D·P]`, zero beyond the lengths.
  private func logits(_ features: Array3<Scalar>, _ lengths: [Int]) -> Array3<Scalar> {
    guard let head else { return Array3(zeros: 0, features.rows, 0) }
    var logits = Array3<Scalar>(zeros: features.planes, features.rows, head.outputSize)
    for (sequence, length) in lengths.enumerated() {
      for step in 0..<min(length, features.planes) {
        logits.setRow(step, sequence, to: head.logits(features.row(step, sequence)))
      }
    }
    return logits
  }
}

extension CellRecord {
  /// Takes down what a step of one sequence did.
  fileprivate mutating func setStep(_ time: Int, _ sequence: Int, to step: CellStep<Scalar>) {
    for gate in Gate.allCases {
      gates[gate].setRow(time, sequence, to: step.gates[gate].value)
      if let sum = step.gates[gate].preactivation {
        preactivations?[gate].setRow(time, sequence, to: sum)
      }
    }
    cellState.setRow(time, sequence, to: step.newCell)
    activatedCell.setRow(time, sequence, to: step.activatedCell)
  }
}

extension LSTMModel {
  /// Runs the model by the readable cell in Double: every number that is read is exact.
  ///
  /// - Throws: ``NetworkError``.
  public func run(_ request: RunRequest<Double>) throws -> NetworkOutput<Double> {
    try run(request, stepping: nil)
  }

  /// Runs the model by the readable cell in single precision: the specification of what the engine
  /// computes.
  ///
  /// - Throws: ``NetworkError``, and ``LSTMCoreError`` where the model's numbers are float64 and one
  ///   is beyond the range of a `Float`.
  public func run(_ request: RunRequest<Float>) throws -> NetworkOutput<Float> {
    try LSTMNetwork<Float>(self).run(request, RunSettings(self))
  }

  /// Runs the model by its network in Double, where that is at hand already.
  package func run(_ request: RunRequest<Double>, by network: LSTMNetwork<Double>) throws
    -> NetworkOutput<Double>
  {
    try network.run(request, RunSettings(self))
  }

  /// Runs the model in Double, with every step of every cell taken by `stepping` where it is given.
  package func run(_ request: RunRequest<Double>, stepping: LSTMNetwork<Double>.Stepping?) throws
    -> NetworkOutput<Double>
  {
    try network.run(request, RunSettings(self), stepping: stepping)
  }
}
