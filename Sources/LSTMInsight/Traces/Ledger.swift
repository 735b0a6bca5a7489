// What a unit remembers, to the last part: the content of a cell at a step is a sum over all earlier steps,
// each what was written then times all forget gates since.

import LSTMCore

/// Where the content of a cell's units comes from, at one step:
/// c(T) = Σ_t (f(T) ⋯ f(t+1)) i(t) g(t) + (f(T) ⋯ f(1)) c(0), which follows from
/// c(t) = f(t) c(t-1) + i(t) g(t) put into itself (Gers, Schmidhuber and Cummins 2000, equation 4).
///
/// It is the exact attention of an LSTM: how much of what was written at a step is still there.
public struct Ledger: Equatable, Sendable {
  /// The place of the cell in the trace's `cells`.
  public let cell: Int
  /// The step, and the sequence, counted from 0.
  public let step: Int
  /// The sequence of the batch, counted from 0.
  public let sequence: Int
  /// The steps that wrote, in the order in which the cell took them; the last is ``step``.
  public let steps: [Int]
  /// What each of ``steps`` wrote of which this is left, `[steps][H]`.
  public let entries: [[Double]]
  /// The share of what each of ``steps`` wrote that is left, f(T) ⋯ f(t+1), `[steps][H]`.
  public let shares: [[Double]]
  /// What is left of the first cell state, `[H]`.
  public let initialState: [Double]
  /// The cell state, `[H]`.
  public let cellState: [Double]

  /// What is left when all entries are taken off the cell state, `[H]`: rounding.
  public var remainder: [Double] {
    cellState.indices.map { unit in
      entries.reduce(cellState[unit] - initialState[unit]) { $0 - $1[unit] }
    }
  }

  /// Opens the ledger of a cell.
  ///
  /// - Parameters:
  ///   - trace: what happened in the run.
  ///   - cell: the place of the cell in the trace's `cells`.
  ///   - step: the step, counted from 0; nil for the last that the cell took.
  ///   - sequence: the sequence, counted from 0.
  /// - Throws: ``AttributionError`` where the cell took no such step.
  public init(_ trace: RunTrace<Double>, cell: Int, step: Int? = nil, sequence: Int = 0) throws {
    guard sequence < trace.batch else {
      throw AttributionError.sequence(sequence, count: trace.batch)
    }
    let order = trace.order(cell, sequence: sequence)
    guard let last = order.last else { throw AttributionError.noStep(sequence: sequence) }
    let end = step ?? last
    let place = try trace.taken(end, cell: cell, sequence: sequence)
    (self.cell, self.step, self.sequence) = (cell, end, sequence)
    steps = Array(order[...place])
    let size = trace.cells[cell].cell.parameters.hiddenSize
    var share = [Double](repeating: 1, count: size)
    var entries: [[Double]] = []
    var shares: [[Double]] = []
    for taken in (0...place).reversed() {
      let step = trace.recordedStep(cell, taken: taken, sequence: sequence)
      let held = trace.heldUnits(cell, taken: taken, sequence: sequence)
      var entry = zip(share, step.written).map(*)
      var next = zip(share, step.forgetGate).map(*)
      for unit in 0..<size {
        // A bound on the cell state takes from both in the same proportion; what is held is the
        // entry of the step that held it.
        let sum = step.kept[unit] + step.written[unit]
        if held[.cellState]?.contains(unit) == true {
          (entry[unit], next[unit]) = (share[unit] * step.cellState[unit], 0)
        } else if trace.cells[cell].cell.variant.cellClip != nil, sum != 0,
          abs(sum) > abs(step.cellState[unit])
        {
          let bound = step.cellState[unit] / sum
          (entry[unit], next[unit]) = (entry[unit] * bound, next[unit] * bound)
        }
      }
      entries.append(entry)
      shares.append(share)
      share = next
    }
    (self.entries, self.shares) = (entries.reversed(), shares.reversed())
    initialState = zip(share, trace.start.parts[cell].cell.row(sequence)).map(*)
    cellState = trace.output.cells[cell].cellState.row(end, sequence)
  }
}
