// Everything that happened in a run, by name: what a recording kept, and what follows from it. All that
// explains, draws or compares a run takes a trace and computes no gate by itself.

import RealModule

/// A run with everything that happened in it.
///
/// The engine and the readable cell record gates and states; the rest is worked out from them when it
/// is asked for, by the readable cell's own step from the states that were recorded.
public struct RunTrace<Scalar: Real & BinaryFloatingPoint> {
  /// The network that ran.
  public let network: LSTMNetwork<Scalar>
  /// What came out, with the outputs of every layer and what every cell did.
  public let output: NetworkOutput<Scalar>
  /// The states before the first step.
  public let start: NetworkState<Scalar>
  /// The number of steps, T, and of sequences, B.
  public let steps: Int
  /// The number of sequences, B.
  public let batch: Int
  package let shape: NetworkShape
  /// The head, where it is more than one linear layer; the network has none then.
  package let plainHead: PlainHead<Scalar>?
  /// The input as the first layer was led through it, without the steps that were skipped.
  private let input: NetworkInput<Scalar>
  /// How many steps of each sequence were run, and which; nil where they are the first so many.
  private let counts: [Int]
  private let ends: [Int]
  private let places: [[Int]]?
  private let holds: ResolvedHolds<Scalar>?
  /// Where the columns of each cell begin in its layer's output.
  private let columns: [Int]

  /// Takes what a run recorded.
  ///
  /// - Parameters:
  ///   - network: the model's network in the precision of the run.
  ///   - model: the model that ran.
  ///   - request: what was asked, with ``Recording/layerOutputs`` and ``Recording/cells``.
  ///   - output: what came of it.
  /// - Throws: ``NetworkError`` and ``TraceError`` where the request does not fit the model.
  package init(
    _ network: LSTMNetwork<Scalar>, of model: LSTMModel, _ request: RunRequest<Scalar>,
    _ output: NetworkOutput<Scalar>
  ) throws {
    precondition(
      output.cells.count == network.shape.cells.count, "a trace needs what the cells did")
    let shape = network.shape
    let settings = RunSettings<Scalar>(model)
    let run = try ResolvedRun(request, settings, shape)
    plainHead = settings.head
    (self.network, self.output, self.shape) = (network, output, shape)
    (start, steps, batch) = (run.start, run.steps, run.lengths.count)
    (input, counts, places, holds) = (run.input, run.lengths, run.places, run.holds)
    ends = run.ends
    cells = network.cells
    var column = 0
    columns = shape.cells.enumerated().map { index, cell in
      if index > 0, shape.cells[index - 1].layer == cell.layer {
        column += shape.cells[index - 1].outputSize
      } else {
        column = 0
      }
      return column
    }
  }

  /// The cells in the order of the states: layer after layer, forward before reverse.
  public let cells: [(layer: Int, direction: Direction, cell: ReadableCell<Scalar>)]

  /// The steps of a sequence that a cell took, in the order in which it took them.
  ///
  /// - Parameters:
  ///   - cell: the place of the cell in ``cells``.
  ///   - sequence: the sequence, counted from 0.
  public func order(_ cell: Int, sequence: Int) -> [Int] {
    let taken = places.map { $0[sequence] } ?? Array(0..<counts[sequence])
    return shape.cells[cell].direction == .forward ? taken : taken.reversed()
  }

  /// The number of steps of a sequence that were run; those that the model skips are not.
  public func stepCount(sequence: Int) -> Int { counts[sequence] }

  /// The length of a sequence: its steps with those that the model skips.
  public func length(sequence: Int) -> Int { ends[sequence] }

  // MARK: - One step

  /// What a cell read, and the states that it carried, before a step that it took: `[I]`, `[P]`, `[H]`.
  ///
  /// - Parameters:
  ///   - cell: the place of the cell in ``cells``.
  ///   - index: which of the steps that the cell took, counted from 0.
  ///   - sequence: the sequence, counted from 0.
  public func states(_ cell: Int, before index: Int, sequence: Int)
    -> (input: [Scalar], hidden: [Scalar], cell: [Scalar])
  {
    let count = counts[sequence]
    let isForward = shape.cells[cell].direction == .forward
    let read = inputRow(cell, isForward ? index : count - 1 - index, sequence: sequence)
    guard index > 0 else {
      let part = start.parts[cell]
      return (read, Array(part.hidden.row(sequence)), Array(part.cell.row(sequence)))
    }
    let last = isForward ? index - 1 : count - index
    return (
      read, hiddenRow(cell, last, sequence: sequence),
      output.cells[cell].cellState.row(time(last, sequence), sequence)
    )
  }

  /// A step of a cell with every intermediate, worked out from the states that were recorded.
  ///
  /// - Parameters:
  ///   - cell: the place of the cell in ``cells``.
  ///   - index: which of the steps that the cell took, counted from 0: see ``order(_:sequence:)``.
  ///   - sequence: the sequence, counted from 0.
  /// - Throws: ``NetworkError/step(_:layer:_:step:sequence:)`` where a number is not finite.
  public func step(_ cell: Int, taken index: Int, sequence: Int) throws -> CellStep<Scalar> {
    let (layer, direction, readable) = cells[cell]
    let before = states(cell, before: index, sequence: sequence)
    let compact = direction == .forward ? index : counts[sequence] - 1 - index
    do {
      return try readable.step(
        input: before.input, hidden: before.hidden, cell: before.cell,
        replacing: holds?.replacement(cell: cell, index: compact, sequence: sequence))
    } catch let error as LSTMCoreError {
      throw NetworkError.step(
        error, layer: layer, direction, step: time(compact, sequence), sequence: sequence)
    }
  }

  /// Whether anything was held in the run.
  public var holdsAnything: Bool { holds != nil }

  /// Which units of a cell's quantities were held at a step that it took.
  ///
  /// - Parameters:
  ///   - cell: the place of the cell in ``cells``.
  ///   - index: which of the steps that the cell took, counted from 0.
  ///   - sequence: the sequence, counted from 0.
  public func heldUnits(_ cell: Int, taken index: Int, sequence: Int) -> [TraceQuantity: Set<Int>] {
    guard let holds, !holds.cells[cell].isEmpty else { return [:] }
    let step = holds.step(inputRow(cell, taken: index, sequence: sequence), sequence: sequence)
    var found: [TraceQuantity: Set<Int>] = [:]
    for part in holds.cells[cell] where part.holds(step: step, sequence: sequence) {
      found[part.quantity, default: []].formUnion(part.units)
    }
    return found
  }

  /// The columns of its layer's output that are a cell's.
  public func columns(of cell: Int) -> Range<Int> {
    columns[cell]..<columns[cell] + shape.cells[cell].outputSize
  }

  /// The row of its layer's output that a cell wrote with a step that it took: rows are in the order
  /// in which the steps are run, or where a layer keeps the order of processing in that.
  public func outputRow(_ cell: Int, taken index: Int, sequence: Int) -> Int {
    let place = shape.cells[cell]
    return place.direction == .forward
      || network.layers[place.layer].reverseOrder == .processing
      ? index : counts[sequence] - 1 - index
  }

  /// The row of what a cell reads at a step that it took.
  public func inputRow(_ cell: Int, taken index: Int, sequence: Int) -> Int {
    shape.cells[cell].direction == .forward ? index : counts[sequence] - 1 - index
  }

  /// The step of the input that is the `index`-th of those that are run of a sequence.
  public func step(run index: Int, sequence: Int) -> Int { time(index, sequence) }

  /// The step of the input that is the `index`-th of those that are run.
  private func time(_ index: Int, _ sequence: Int) -> Int { places?[sequence][index] ?? index }

  /// What a cell read at the `index`-th step that is run, `[I]`.
  private func inputRow(_ cell: Int, _ index: Int, sequence: Int) -> [Scalar] {
    row(readBy: shape.cells[cell].layer, index, sequence: sequence)
  }

  /// What a layer reads at the `index`-th step that is run, `[I]`.
  public func row(readBy layer: Int, _ index: Int, sequence: Int) -> [Scalar] {
    guard layer == 0 else { return output.layerOutputs[layer - 1].row(index, sequence) }
    switch (input, network.front) {
    case (.tokens(let ids, _, let batch), let front?):
      return front.vector(of: ids[index * batch + sequence])
    case (.values(let array), _): return array.row(index, sequence)
    case (.tokens, nil): return []  // refused when the request was checked
    }
  }

  /// h(t) of the `index`-th step that is run, `[P]`.
  private func hiddenRow(_ cell: Int, _ index: Int, sequence: Int) -> [Scalar] {
    let place = shape.cells[cell]
    let isProcessing = network.layers[place.layer].reverseOrder == .processing
    let row = isProcessing ? counts[sequence] - 1 - index : index
    let all = output.layerOutputs[place.layer].row(row, sequence)
    return Array(all[columns[cell]..<columns[cell] + place.outputSize])
  }

  // MARK: - Arrays

  /// Arrays of some quantities of a cell, `[T, B, width]` each, zero where a step was not run.
  ///
  /// - Parameters:
  ///   - quantities: what is wanted; what the cell has none of is left out.
  ///   - cell: the place of the cell in ``cells``.
  /// - Throws: ``NetworkError/step(_:layer:_:step:sequence:)`` where something is worked out and a
  ///   number is not finite.
  public func arrays(of quantities: [TraceQuantity], cell: Int) throws
    -> [TraceQuantity: Array3<Scalar>]
  {
    let record = output.cells[cell]
    var found: [TraceQuantity: Array3<Scalar>] = [:]
    var open: [TraceQuantity] = []
    for quantity in quantities {
      guard let width = shape.cells[cell].width(of: quantity) else { continue }
      switch quantity {
      case .gate(let gate): found[quantity] = record.gates[gate]
      case .cellState: found[quantity] = record.cellState
      case .squashedCell: found[quantity] = record.activatedCell
      case .preactivation(let gate) where record.preactivations != nil:
        found[quantity] = record.preactivations?[gate]
      case .hiddenState where liesAsItIs(cell):
        // As the layer put it out: nothing is copied for a layer of one direction.
        let layer = output.layerOutputs[shape.cells[cell].layer]
        found[quantity] = layer.columns == width ? layer : layer.columns(columns(of: cell))
      default:
        found[quantity] = Array3(zeros: steps, batch, width)
        open.append(quantity)
      }
    }
    guard !open.isEmpty else { return found }
    let recorded = open.filter { isRecorded($0, cell) }
    for sequence in 0..<batch {
      for (index, time) in order(cell, sequence: sequence).enumerated() {
        for quantity in recorded {
          let row = self.recorded(quantity, cell, taken: index, sequence: sequence)
          found[quantity]?.setRow(time, sequence, to: row)
        }
        guard recorded.count < open.count else { continue }
        let step = try step(cell, taken: index, sequence: sequence)
        for quantity in open where !recorded.contains(quantity) {
          found[quantity]?.setRow(
            time, sequence, to: cells[cell].cell.values(of: quantity, in: step))
        }
      }
    }
    return found
  }

  /// Whether every row of a cell's layer stands at the step that wrote it.
  private func liesAsItIs(_ cell: Int) -> Bool {
    places == nil && network.layers[shape.cells[cell].layer].reverseOrder == .steps
  }

  /// Whether a quantity follows from what was recorded without the step being worked out again: then
  /// its numbers are the very ones that the run went on with.
  private func isRecorded(_ quantity: TraceQuantity, _ cell: Int) -> Bool {
    switch quantity {
    case .input, .hiddenState, .kept, .written: true
    case .projection: cells[cell].cell.variant.projectionClip == nil
    default: false
    }
  }

  /// A row of what a cell read, kept, wrote or handed on at a step that it took: the very numbers that
  /// the run went on with.
  ///
  /// - Precondition: the quantity is one of these.
  package func recorded(_ quantity: TraceQuantity, _ cell: Int, taken index: Int, sequence: Int)
    -> [Scalar]
  {
    let compact = inputRow(cell, taken: index, sequence: sequence)
    let time = time(compact, sequence)
    let gates = output.cells[cell].gates
    let row: [Scalar]
    switch quantity {
    case .input: row = inputRow(cell, compact, sequence: sequence)
    case .kept:
      let before = states(cell, before: index, sequence: sequence).cell
      row = zip(gates.forget.row(time, sequence), before).map(*)
    case .written:
      row = zip(gates.input.row(time, sequence), gates.candidate.row(time, sequence)).map(*)
    default: return hiddenRow(cell, compact, sequence: sequence)
    }
    return holds?.replacement(cell: cell, index: compact, sequence: sequence)?(quantity, row) ?? row
  }

  /// The array of a quantity outside of the layers; nil where the network has none. Of a head that
  /// reads one step or the final states, `[1, B, O]`.
  public func array(outside quantity: TraceQuantity) -> Array3<Scalar>? {
    switch quantity {
    case .logits: return output.logits
    case .probabilities: return output.probabilities
    case .embedding:
      guard let width = shape.width(of: .embedding) else { return nil }
      var rows = Array3<Scalar>(zeros: steps, batch, width)
      for sequence in 0..<batch {
        for index in 0..<counts[sequence] {
          rows.setRow(
            time(index, sequence), sequence, to: inputRow(0, index, sequence: sequence))
        }
      }
      return rows
    default: return nil
    }
  }
}

extension RunTrace: Sendable where Scalar: Sendable {}

extension ReadableCell {
  /// The numbers of a quantity in a step that the cell took; none where it has no such quantity.
  public func values(of quantity: TraceQuantity, in step: CellStep<Scalar>) -> [Scalar] {
    let zeros = [Scalar](repeating: 0, count: parameters.hiddenSize)
    switch quantity {
    case .input: return step.input
    case .inputTerm(let gate): return step.gates[gate].terms?.input ?? zeros
    case .recurrentTerm(let gate): return step.gates[gate].terms?.hidden ?? zeros
    case .preactivation(let gate): return step.gates[gate].preactivation ?? zeros
    case .gate(let gate): return step.gates[gate].value
    case .kept: return step.kept
    case .written: return step.written
    case .cellState: return step.newCell
    case .squashedCell: return step.activatedCell
    case .hiddenState: return step.newHidden
    case .projection: return parameters.projection?.product(step.unprojectedHidden) ?? []
    case .embedding, .logits, .probabilities: return []
    }
  }
}

extension RunTrace<Double> {
  /// Takes what a run recorded.
  ///
  /// - Parameters:
  ///   - model: the model that ran.
  ///   - request: what was asked, with ``Recording/trace``.
  ///   - output: what came of it.
  /// - Throws: ``NetworkError`` and ``TraceError`` where the request does not fit the model.
  public init(
    of model: LSTMModel, _ request: RunRequest<Double>, _ output: NetworkOutput<Double>
  ) throws {
    try self.init(model.network, of: model, request, output)
  }
}

extension LSTMModel {
  /// Runs the model by the readable cell in Double, with everything that happens kept.
  ///
  /// - Throws: ``NetworkError`` and ``TraceError``.
  public func trace(_ request: RunRequest<Double>) throws -> RunTrace<Double> {
    var request = request
    request.recording = .trace
    let network = network
    return try RunTrace(
      network, of: self, request, network.run(request, RunSettings(self)))
  }
}

extension Recording {
  /// All that a ``RunTrace`` is made of. With ``preactivations`` those of the engine are the very
  /// sums that it squashed; without, they are worked out again, and may round otherwise.
  public static let trace: Recording = [.layerOutputs, .cells]
}
