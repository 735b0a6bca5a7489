// What one step of the readable cell keeps, held against the equations it claims to follow.

import LSTMCore
import TestSupport
import Testing

@Suite("One step")
struct StepTests {
  /// Two roundings of a number around 1.
  private let rounding = Tolerance.relative(1e-15)

  @Test("The terms sum to the pre-activation", arguments: RandomCellCase.all)
  func terms(kind: RandomCellCase) throws {
    let sample = try kind.make()
    let step = try sample.step()
    for gate in Gate.allCases {
      let found = step.gates[gate]
      guard kind.variant.source(of: gate) == .weights else {
        #expect(found.terms == nil && found.preactivation == nil && found.clipped == nil)
        continue
      }
      let learned = sample.cell.parameters.gates[gate]
      let terms = try #require(found.terms)
      #expect(terms.input == learned.inputWeights.product(sample.input))
      #expect(terms.hidden == learned.hiddenWeights.product(sample.hidden))
      #expect(terms.bias == learned.bias)
      #expect(terms.recurrentBias == learned.recurrentBias)
      // The output gate looks at the new cell state, the other two at the old one.
      let seen = gate == .output ? step.newCell : sample.state
      #expect(terms.peephole == learned.peephole.map { zip($0, seen).map(*) })
      #expect(terms.sum == found.preactivation)

      let zero = [Double](repeating: 0, count: terms.input.count)
      for unit in terms.input.indices {
        let parts = [
          terms.input, terms.hidden, terms.bias, terms.recurrentBias ?? zero,
          terms.peephole ?? zero,
        ]
        let sum = parts.map { $0[unit] }.reduce(0, +)
        expectClose("\(gate) z[\(unit)]", terms.sum[unit], sum, within: rounding)
      }
    }
  }

  @Test("Clipped and activated: value = activation(held(z))", arguments: RandomCellCase.all)
  func values(kind: RandomCellCase) throws {
    let sample = try kind.make()
    let step = try sample.step()
    let bound = kind.variant.clip ?? .infinity
    for gate in Gate.allCases where kind.variant.source(of: gate) == .weights {
      let z = try #require(step.gates[gate].preactivation)
      #expect(step.gates[gate].clipped == z.map { min(max($0, -bound), bound) })
      #expect(step.gates[gate].value == z.map { sample.cell.value(of: gate, preactivation: $0) })
    }
  }

  @Test(
    "Kept and written make the new cell state, held within its clip",
    arguments: RandomCellCase.all)
  func cellState(kind: RandomCellCase) throws {
    let sample = try kind.make()
    let step = try sample.step()
    #expect(step.kept == zip(step.gates.forget.value, sample.state).map(*))
    #expect(step.written == zip(step.gates.input.value, step.gates.candidate.value).map(*))
    let bound = kind.variant.cellClip ?? .infinity
    #expect(step.newCell == zip(step.kept, step.written).map { min(max($0 + $1, -bound), bound) })
    #expect(step.newCell == sample.cell.newCell(kept: step.kept, written: step.written))
    #expect(step.activatedCell == step.newCell.map { kind.variant.cellActivation($0) })
  }

  @Test(
    "The hidden state is the shown cell state, projected and clipped",
    arguments: RandomCellCase.all)
  func hiddenState(kind: RandomCellCase) throws {
    let sample = try kind.make()
    let step = try sample.step()
    let shown = zip(step.gates.output.value, step.activatedCell).map(*)
    #expect(step.unprojectedHidden == shown)
    #expect(step.newHidden == sample.cell.project(shown))
    guard let projection = sample.cell.parameters.projection else {
      #expect(step.newHidden == shown)
      return
    }
    let bound = kind.variant.projectionClip ?? .infinity
    for unit in 0..<projection.rows {
      let sum = zip(projection.row(unit), shown).map(*).reduce(0, +)
      let held = min(max(sum, -bound), bound)
      expectClose("h[\(unit)]", step.newHidden[unit], held, within: rounding)
    }
  }

  @Test("The step keeps what went into it", arguments: RandomCellCase.all)
  func inputs(kind: RandomCellCase) throws {
    let sample = try kind.make()
    let step = try sample.step()
    #expect(step.input == sample.input && step.hidden == sample.hidden && step.cell == sample.state)
  }

  @Test("In Float every number is that in Double, to seven digits", arguments: RandomCellCase.all)
  func precision(kind: RandomCellCase) throws {
    let sample = try kind.make()
    let cell = try ReadableCell<Float>(sample.cell)
    let step = try cell.step(
      input: sample.input.map { Float($0) }, hidden: sample.hidden.map { Float($0) },
      cell: sample.state.map { Float($0) })
    let expected = try sample.step()
    let tolerance = Tolerance.relative(1e-6)
    for gate in Gate.allCases {
      expectClose(
        "\(gate)", step.gates[gate].value, expected.gates[gate].value, within: tolerance)
    }
    expectClose("newCell", step.newCell, expected.newCell, within: tolerance)
    expectClose("newHidden", step.newHidden, expected.newHidden, within: tolerance)
    #expect(CellStep<Float>(CellStep<Double>(step)) == step)
  }

  @Test("A pinned or coupled gate's weights make no difference")
  func unreadWeights() throws {
    for kind in RandomCellCase.all {
      let sample = try kind.make()
      for gate in Gate.allCases where kind.variant.source(of: gate) != .weights {
        var parameters = sample.cell.parameters
        parameters.gates[gate].bias = parameters.gates[gate].bias.map { $0 + 1 }
        let cell = ReadableCell(parameters: parameters, variant: kind.variant)
        let step = try cell.step(input: sample.input, hidden: sample.hidden, cell: sample.state)
        #expect(try step == sample.step(), "\(gate) of \(kind.name)")
      }
    }
  }

  @Test("The recurrent bias is simply added to the bias")
  func twoBiases() throws {
    let sample = try RandomCellCase("two biases") { $0.shape.hasRecurrentBias = true }.make()
    var parameters = sample.cell.parameters
    for gate in Gate.allCases {
      let second = try #require(parameters.gates[gate].recurrentBias)
      parameters.gates[gate].bias = zip(parameters.gates[gate].bias, second).map(+)
      parameters.gates[gate].recurrentBias = nil
    }
    let step = try ReadableCell(parameters: parameters).step(
      input: sample.input, hidden: sample.hidden, cell: sample.state)
    expectClose("newHidden", step.newHidden, try sample.step().newHidden, within: rounding)
  }
}
