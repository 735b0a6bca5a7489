// Back-propagation through time by the readable cell alone, in double precision, sequence after
// sequence: what the engine's gradients are compared with.

import LSTMCore

/// Gradients of a network by the readable cell.
struct ReferenceGradients {
  var cells: [CellParameters<Double>]
  var input: Array3<Double>
  var initialState: NetworkState<Double>

  /// Takes the gradients of a loss back through all layers.
  ///
  /// - Parameters:
  ///   - output: the loss's gradient by the last layer's output, `[T, B, D·P]`.
  ///   - finalState: its gradient by the final states.
  init(
    _ network: LSTMNetwork<Double>, input: Array3<Double>, lengths: [Int],
    state: NetworkState<Double>, output: Array3<Double>, finalState: NetworkState<Double>
  ) throws {
    cells = network.cells.map { $0.cell.parameters.zeros }
    self.input = Array3(zeros: input.planes, input.rows, input.columns)
    initialState = network.zeroState(batch: input.rows)
    for sequence in 0..<input.rows {
      let length = lengths[sequence]
      // Forward: every step of every cell.
      var rows = (0..<length).map { input.row($0, sequence) }
      var steps: [[CellStep<Double>]] = []  // by part; in the order of processing
      for layer in network.layers {
        var outputs = [[Double]](repeating: [], count: length)
        for (direction, cell) in layer.cells {
          let part = state.parts[steps.count]
          var hidden = Array(part.hidden.row(sequence))
          var cellState = Array(part.cell.row(sequence))
          var taken: [CellStep<Double>] = []
          for index in 0..<length {
            let time = direction == .forward ? index : length - 1 - index
            let step = try cell.step(input: rows[time], hidden: hidden, cell: cellState)
            (hidden, cellState) = (step.newHidden, step.newCell)
            taken.append(step)
            outputs[layer.reverseOrder == .processing ? index : time] += hidden
          }
          steps.append(taken)
        }
        rows = outputs
      }
      // Back.
      var gradients = (0..<length).map { output.row($0, sequence) }
      var part = network.cells.count
      for layer in network.layers.reversed() {
        var below = [[Double]](
          repeating: [Double](
            repeating: 0, count: layer.cells[0].cell.parameters.inputSize), count: length)
        part -= layer.cells.count
        var column = 0
        for (offset, (direction, cell)) in layer.cells.enumerated() {
          let (index, width) = (part + offset, cell.parameters.outputSize)
          var hidden = Array(finalState.parts[index].hidden.row(sequence))
          var cellState = Array(finalState.parts[index].cell.row(sequence))
          for processed in (0..<length).reversed() {
            let time = direction == .forward ? processed : length - 1 - processed
            let place = layer.reverseOrder == .processing ? processed : time
            let given = gradients[place][column..<column + width]
            let result = try cell.backward(
              through: steps[index][processed], hiddenGradient: zip(hidden, given).map(+),
              cellGradient: cellState)
            (hidden, cellState) = (result.hidden, result.cell)
            below[time] = zip(below[time], result.input).map(+)
            cells[index].add(result.parameters)
          }
          for (unit, value) in hidden.enumerated() {
            initialState.parts[index].hidden[sequence, unit] = value
          }
          for (unit, value) in cellState.enumerated() {
            initialState.parts[index].cell[sequence, unit] = value
          }
          column += width
        }
        gradients = below
      }
      for (time, row) in gradients.enumerated() { self.input.setRow(time, sequence, to: row) }
    }
  }
}

extension CellParameters where Scalar == Double {
  fileprivate mutating func add(_ other: CellParameters) {
    func sum(_ left: Matrix<Double>, _ right: Matrix<Double>) -> Matrix<Double> {
      Matrix(
        rows: left.rows, columns: left.columns, values: zip(left.values, right.values).map(+))
    }
    for gate in Gate.allCases {
      let (mine, its) = (gates[gate], other.gates[gate])
      func vector(_ key: KeyPath<GateParameters<Double>, [Double]?>) -> [Double]? {
        mine[keyPath: key].map { zip($0, its[keyPath: key] ?? []).map(+) }
      }
      gates[gate] = GateParameters(
        inputWeights: sum(mine.inputWeights, its.inputWeights),
        hiddenWeights: sum(mine.hiddenWeights, its.hiddenWeights),
        bias: zip(mine.bias, its.bias).map(+), recurrentBias: vector(\.recurrentBias),
        peephole: vector(\.peephole))
    }
    if let mine = projection, let its = other.projection { projection = sum(mine, its) }
  }
}

extension CellParameters {
  /// All numbers, one after the other.
  var allValues: [Scalar] {
    var values: [Scalar] = []
    for gate in Gate.allCases {
      let learned = gates[gate]
      values += learned.inputWeights.values
      values += learned.hiddenWeights.values
      values += learned.bias
      values += learned.recurrentBias ?? []
      values += learned.peephole ?? []
    }
    return values + (projection?.values ?? [])
  }
}
