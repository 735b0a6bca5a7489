// The network against single cells led by hand, state carried over, and what is kept on request.
// Against PyTorch it stands in LSTMFormatsTests, where state dicts are read.

import LSTMCore
import TestSupport
import Testing

/// Small random networks for the tests.
enum NetworkSamples {
  /// A cell with numbers of its own.
  static func cell(_ inputs: Int, _ hidden: Int, projection: Int? = nil, seed: UInt64) throws
    -> ReadableCell<Double>
  {
    ReadableCell(
      parameters: try CellParameters(
        .uniform(low: -1, high: 1),
        shape: CellShape(inputSize: inputs, hiddenSize: hidden, projectionSize: projection),
        seed: seed))
  }

  /// Numbers `[T, B, I]`.
  static func values(_ steps: Int, _ batch: Int, _ width: Int, seed: UInt64 = 9) -> Array3<Double> {
    var generator = SplitMix64(seed: seed)
    return Array3(
      planes: steps, rows: batch, columns: width,
      values: (0..<steps * batch * width).map { _ in 2 * generator.nextUnit() - 1 })
  }

  /// Three layers: forward, both directions of different kinds, forward with a projection; an
  /// embedding before and a head after them.
  static func mixed(front: NetworkFront<Double>? = nil) throws -> LSTMNetwork<Double> {
    var coupled = try cell(3, 2, projection: 1, seed: 3)
    coupled = ReadableCell(
      parameters: coupled.parameters, variant: NamedVariant.coupled.settings())
    return try LSTMNetwork(
      front: front,
      layers: [
        NetworkLayer(forward: cell(2, 3, seed: 1)),
        NetworkLayer(forward: cell(3, 4, seed: 2), reverse: coupled),
        NetworkLayer(forward: cell(5, 3, projection: 2, seed: 4)),
      ],
      head: LinearHead(
        weights: Matrix(rows: 2, columns: 2, values: [1, -2, 0.5, 3]), bias: [0.25, -0.5],
        activation: .softmax))
  }
}

@Suite("A network")
struct NetworkTests {
  @Test("One layer is the cell led by hand, step after step")
  func oneLayer() throws {
    let cell = try NetworkSamples.cell(3, 4, seed: 1)
    let input = NetworkSamples.values(5, 2, 3)
    let output = try LSTMNetwork(layers: [NetworkLayer(forward: cell)]).run(.values(input))
    for sequence in 0..<2 {
      var (hidden, state) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
      for step in 0..<5 {
        let done = try cell.step(input: input.row(step, sequence), hidden: hidden, cell: state)
        (hidden, state) = (done.newHidden, done.newCell)
        #expect(output.output.row(step, sequence) == hidden)
      }
      #expect(Array(output.finalState.parts[0].hidden.row(sequence)) == hidden)
      #expect(Array(output.finalState.parts[0].cell.row(sequence)) == state)
    }
    #expect(output.logits == nil && output.cells.isEmpty && output.layerOutputs.isEmpty)
  }

  @Test("A reverse cell is the forward cell on the reversed input, in either order of outputs")
  func reverse() throws {
    let cell = try NetworkSamples.cell(3, 4, seed: 1)
    let input = NetworkSamples.values(5, 2, 3)
    var flipped = input
    for step in 0..<5 {
      for sequence in 0..<2 { flipped.setRow(step, sequence, to: input.row(4 - step, sequence)) }
    }
    let expected = try LSTMNetwork(layers: [.init(forward: cell)]).run(.values(flipped))
    let steps = try LSTMNetwork(layers: [.init(reverse: cell)]).run(.values(input))
    let processing = try LSTMNetwork(
      layers: [.init(reverse: cell, order: .processing)]
    ).run(.values(input))
    #expect(processing.output == expected.output)
    #expect(steps.output.row(0, 1) == expected.output.row(4, 1))
    #expect(steps.output.row(3, 0) == expected.output.row(1, 0))
    #expect(steps.finalState == expected.finalState)
    #expect(processing.finalState == expected.finalState)
  }

  @Test("State carried over from run to run equals one long run")
  func carriedOver() throws {
    let network = try LSTMNetwork(layers: [
      .init(forward: NetworkSamples.cell(2, 3, seed: 1)),
      .init(forward: NetworkSamples.cell(3, 4, projection: 2, seed: 2)),
    ])
    let input = NetworkSamples.values(7, 2, 2)
    let whole = try network.run(.values(input))
    var state = network.zeroState(batch: 2)
    var outputs: [Double] = []
    for (start, end) in [(0, 2), (2, 3), (3, 7)] {
      let part = Array3(
        planes: end - start, rows: 2, columns: 2, values: Array(input.values[start * 4..<end * 4]))
      let done = try network.run(.values(part), state: state)
      state = done.finalState
      outputs += done.output.values
    }
    #expect(outputs == whole.output.values)
    #expect(state == whole.finalState)
  }

  @Test("Each sequence of a ragged batch comes out as by itself, and zero beyond its length")
  func ragged() throws {
    let network = try NetworkSamples.mixed()
    var input = NetworkSamples.values(4, 3, 2)
    let lengths = [2, 4, 1]
    for (sequence, length) in lengths.enumerated() {
      for step in length..<4 { input.setRow(step, sequence, to: [.nan, .infinity]) }
    }
    let batch = try network.run(.values(input), lengths: lengths, recording: .layerOutputs)
    for (sequence, length) in lengths.enumerated() {
      let alone = try network.run(
        .values(
          Array3(
            planes: length, rows: 1, columns: 2,
            values: (0..<length).flatMap { input.row($0, sequence) })),
        recording: .layerOutputs)
      for (together, single) in zip(batch.layerOutputs, alone.layerOutputs) {
        for step in 0..<4 {
          let expected =
            step < length
            ? single.row(step, 0) : [Double](repeating: 0, count: together.columns)
          #expect(together.row(step, sequence) == expected)
        }
      }
      for (together, single) in zip(batch.finalState.parts, alone.finalState.parts) {
        #expect(Array(together.hidden.row(sequence)) == single.hidden.values)
        #expect(Array(together.cell.row(sequence)) == single.cell.values)
      }
      for step in length..<4 { #expect(batch.logits?.row(step, sequence) == [0, 0]) }
    }
  }

  @Test("A sequence without a step ends where it began, or at zero, as asked")
  func emptySequences() throws {
    let network = try LSTMNetwork(layers: [.init(forward: NetworkSamples.cell(2, 3, seed: 1))])
    let start = NetworkState(
      parts: [
        .init(
          hidden: Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6]),
          cell: Matrix(rows: 2, columns: 3, values: [-1, -2, -3, -4, -5, -6]))
      ])
    let input = NetworkInput.values(NetworkSamples.values(2, 2, 2))
    let kept = try network.run(
      input, state: start, lengths: [2, 0], emptySequences: .keepInitialState)
    #expect(kept.finalState.parts[0].hidden.row(1) == [4, 5, 6])
    #expect(kept.finalState.parts[0].cell.row(1) == [-4, -5, -6])
    let zeroed = try network.run(
      input, state: start, lengths: [2, 0], emptySequences: .zeroState)
    #expect(zeroed.finalState.parts[0].hidden.row(1) == [0, 0, 0])
    #expect(zeroed.finalState.parts[0].cell.row(1) == [0, 0, 0])
    #expect(zeroed.finalState.parts[0].hidden.row(0) == kept.finalState.parts[0].hidden.row(0))
    #expect(zeroed.output.row(0, 1) == [0, 0, 0])
  }

  @Test("Tokens go through an embedding's rows or one-hot vectors")
  func tokens() throws {
    let table = Matrix<Double>(rows: 3, columns: 2, values: [1, -1, 0.5, 0.25, 0, 1])
    let network = try NetworkSamples.mixed(front: .embedding(table))
    let ids = [0, 2, 1, 1, 2, 0]
    let values = Array3(
      planes: 3, rows: 2, columns: 2, values: ids.flatMap { Array(table.row($0)) })
    #expect(
      try network.run(.tokens(ids: ids, steps: 3, batch: 2))
        == NetworkSamples.mixed().run(.values(values)))
    let identity = Matrix<Double>(identity: 2)
    #expect(
      try NetworkSamples.mixed(front: .oneHot(size: 2)).run(
        .tokens(ids: [1, 0], steps: 2, batch: 1))
        == NetworkSamples.mixed(front: .embedding(identity)).run(
          .tokens(ids: [1, 0], steps: 2, batch: 1)))
  }

  @Test("A record holds every step of every cell by layer, direction and time")
  func record() throws {
    let network = try NetworkSamples.mixed()
    let done = try network.run(
      .values(NetworkSamples.values(4, 3, 2)), lengths: [2, 3, 4],
      recording: [.layerOutputs, .cells])
    #expect(done.cells.map(\.layer) == [0, 1, 1, 2])
    #expect(done.cells.map(\.direction) == [.forward, .forward, .reverse, .forward])
    for (index, record) in done.cells.enumerated() {
      // The recorded gates and states give the outputs: h = o ⊙ tanh c, where it is not projected.
      let cell = network.cells[index].cell
      let from = record.direction == .reverse ? 4 : 0
      for time in 0..<3 {
        let state = record.cellState.row(time, 1)
        #expect(record.activatedCell.row(time, 1) == state.map { cell.variant.cellActivation($0) })
        let unprojected = zip(record.gates.output.row(time, 1), record.activatedCell.row(time, 1))
        let hidden = cell.project(unprojected.map(*))
        let row = done.layerOutputs[record.layer].row(time, 1)
        #expect(Array(row[from..<from + hidden.count]) == hidden)
      }
      let last = record.cellState.row(record.direction == .reverse ? 0 : 2, 1)
      #expect(Array(done.finalState.parts[index].cell.row(1)) == last)
      #expect(record.cellState.row(3, 1).allSatisfy { $0 == 0 })
    }
  }

  @Test("The head reads every step or the final states, and makes probabilities of logits")
  func heads() throws {
    let cell = try NetworkSamples.cell(2, 2, seed: 1)
    func network(_ activation: LinearHead<Double>.Activation?, _ source: OutputSelection)
      throws -> LSTMNetwork<Double>
    {
      try LSTMNetwork(
        layers: [.init(forward: cell, reverse: NetworkSamples.cell(2, 1, seed: 2))],
        head: LinearHead(
          weights: Matrix(rows: 2, columns: 3, values: [1, 2, 3, -4, 5, 6]), bias: [800, -700],
          activation: activation, source: source))
    }
    let input = NetworkInput.values(NetworkSamples.values(3, 2, 2))
    let plain = try network(nil, .everyStep).run(input)
    let logits = try #require(plain.logits)
    #expect(plain.probabilities == nil && logits.shape == [3, 2, 2])
    let y = plain.output.row(1, 1)
    #expect(logits.row(1, 1)[1] == -4 * y[0] + 5 * y[1] + 6 * y[2] - 700)
    let final = try network(.sigmoid, .finalState).run(input)
    let (forward, reverse) = (final.finalState.parts[0].hidden, final.finalState.parts[1].hidden)
    #expect(
      final.logits?.row(0, 1)[0] == forward[1, 0] + 2 * forward[1, 1] + 3 * reverse[1, 0] + 800)
    #expect(final.logits?.shape == [1, 2, 2])
    #expect(final.probabilities?.row(0, 1)[0] == 1)
    let soft = try network(.softmax, .everyStep).run(input)
    #expect(soft.probabilities?.row(2, 0) == [1, 0])
  }

  @Test("Nothing happens to no sequences and to no steps")
  func nothing() throws {
    let network = try NetworkSamples.mixed()
    let none = try network.run(.values(Array3(zeros: 3, 0, 2)))
    #expect(none.output.shape == [3, 0, 2])
    let empty = try network.run(
      .values(Array3(zeros: 0, 2, 2)), emptySequences: .keepInitialState)
    #expect(empty.output.shape == [0, 2, 2])
    #expect(empty.finalState == network.zeroState(batch: 2))
  }

  @Test("Parameters are counted by layer, direction and gate, those that are read")
  func counts() throws {
    let network = try NetworkSamples.mixed(front: .embedding(Matrix(zeros: 7, 2)))
    let count = network.parameterCount()
    #expect(count.embedding == 14 && count.head == 6)
    #expect(count.cells.map { $0.gates.input } == [18, 32, 10, 24])
    #expect(count.cells.map { $0.gates.forget } == [18, 32, 0, 24])
    #expect(count.cells.map(\.projection) == [0, 0, 2, 6])
    #expect(count.cells.map(\.total) == [72, 128, 32, 102])
    #expect(count.total == 354)
    #expect(network.parameterCount(countsBiases: false).cells[0].total == 60)
  }

  @Test("States stack as [L·D, B, H] where the widths are equal, and come apart again")
  func stackedStates() throws {
    let hidden = NetworkSamples.values(2, 3, 4)
    let cell = NetworkSamples.values(2, 3, 5, seed: 10)
    let state = try NetworkState(hidden: hidden, cell: cell)
    #expect(state.hidden == hidden && state.cell == cell)
    #expect(try NetworkSamples.mixed().zeroState(batch: 1).hidden == nil)
    #expect(hidden.swappingPlanesAndRows[2, 1, 3] == hidden[1, 2, 3])
  }

  @Test("In Float it is the same to Float's rounding")
  func float() throws {
    let network = try NetworkSamples.mixed()
    let input = NetworkSamples.values(6, 2, 2)
    let double = try network.run(.values(input))
    let float = try LSTMNetwork<Float>(network).run(.values(Array3<Float>(input)))
    expectClose("output", float.output.values, double.output.values, within: .absolute(1e-6))
  }
}
