// Where the gradient of an output goes: back through all layers and steps, by the readable cell's own step
// back. What it is times the input is an attribution that does not add up; how large it is says how far an
// output reaches back.

import LSTMCore

/// The gradient of one output by everything before it.
public struct OutputGradient: Equatable, Sendable {
  /// The output that it is of: see ``Attribution``.
  public let target: Int
  /// The step, counted from 0; nil where there is none that is meant.
  public let step: Int?
  /// The sequence of the batch, counted from 0.
  public let sequence: Int
  /// By each feature that the first layer reads, `[T][I]`.
  public let input: [[Double]]
  /// The same, each times its feature (Shrikumar et al. 2016).
  public let timesInput: [[Double]]
  /// Of each cell, the length of the gradient by h(t) and by c(t) at each step that was run, `[T]`: how
  /// much of the output still depends on them; by c(t) along every path but h(t).
  public let reach: [(hidden: [Double], cell: [Double])]

  /// Goes back from an output.
  ///
  /// - Throws: ``AttributionError`` where there is no such output, `NetworkError` where a number is not
  ///   finite.
  public init(
    _ trace: RunTrace<Double>, target: Int? = nil, step: Int? = nil, sequence: Int = 0
  ) throws {
    guard sequence < trace.batch else {
      throw AttributionError.sequence(sequence, count: trace.batch)
    }
    let count = trace.stepCount(sequence: sequence)
    guard count > 0 else { throw AttributionError.noStep(sequence: sequence) }
    let reading = try Attribution.Reading(trace, target, step, sequence)
    (self.target, self.step, self.sequence) = (reading.target, reading.step, sequence)
    var reach = trace.cells.map { _ in
      (
        hidden: [Double](repeating: 0, count: trace.steps),
        cell: [Double](repeating: 0, count: trace.steps)
      )
    }
    var above = reading.rows(count)
    for layer in trace.network.layers.indices.reversed() {
      let cells = trace.cells.indices.filter { trace.cells[$0].layer == layer }
      let size = trace.cells[cells[0]].cell.parameters.inputSize
      var below = [[Double]](repeating: [Double](repeating: 0, count: size), count: count)
      for cell in cells {
        let readable = trace.cells[cell].cell
        var byHidden =
          reading.finals[cell] ?? [Double](repeating: 0, count: readable.parameters.outputSize)
        var byCell = [Double](repeating: 0, count: readable.parameters.hiddenSize)
        for taken in (0..<count).reversed() {
          let row = trace.outputRow(cell, taken: taken, sequence: sequence)
          for (unit, value) in above[row][trace.columns(of: cell)].enumerated() {
            byHidden[unit] += value
          }
          let read = trace.inputRow(cell, taken: taken, sequence: sequence)
          let time = trace.step(run: read, sequence: sequence)
          (reach[cell].hidden[time], reach[cell].cell[time]) = (
            Self.length(byHidden), Self.length(byCell)
          )
          let back = try readable.backward(
            through: trace.step(cell, taken: taken, sequence: sequence), hiddenGradient: byHidden,
            cellGradient: byCell)
          (byHidden, byCell) = (back.hidden, back.cell)
          for (feature, value) in back.input.enumerated() { below[read][feature] += value }
        }
      }
      above = below
    }
    self.reach = reach
    let width = trace.cells[0].cell.parameters.inputSize
    let nothing = [[Double]](
      repeating: [Double](repeating: 0, count: width), count: trace.steps)
    var (input, timesInput) = (nothing, nothing)
    for row in 0..<count {
      let time = trace.step(run: row, sequence: sequence)
      input[time] = above[row]
      timesInput[time] = zip(above[row], trace.row(readBy: 0, row, sequence: sequence)).map(*)
    }
    (self.input, self.timesInput) = (input, timesInput)
  }

  private static func length(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// Whether two gradients say the same.
  public static func == (one: OutputGradient, other: OutputGradient) -> Bool {
    one.target == other.target && one.step == other.step && one.sequence == other.sequence
      && one.input == other.input && one.timesInput == other.timesInput
      && zip(one.reach, other.reach).allSatisfy { $0.hidden == $1.hidden && $0.cell == $1.cell }
  }
}
