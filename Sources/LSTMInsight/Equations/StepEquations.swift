// The equations of one step of a given cell: only the terms that this cell has.

import LSTMCore

/// The equations of one step of a cell, as its variant and parameters make them.
public struct StepEquations: Sendable {
  private let cell: ReadableCell<Double>

  /// Writes down the equations of a cell.
  public init(_ cell: ReadableCell<Double>) {
    self.cell = cell
  }

  /// The equation of a gate or the candidate.
  public func gate(_ gate: Gate) -> Equation {
    Equation(left: .gate(gate), right: value(of: gate))
  }

  /// c(t) = f(t) ⊙ c(t-1) + i(t) ⊙ g(t), with the variant's clip.
  public var newCell: Equation {
    let sum = Formula.sum([
      .elementwise(.quantity(.gate(.forget)), .quantity(.oldCell)),
      .elementwise(.quantity(.gate(.input)), .quantity(.gate(.candidate))),
    ])
    return Equation(left: .newCell, right: clip(sum, cell.variant.cellClip))
  }

  /// h(t) = o(t) ⊙ tanh c(t), or m(t) and its projection.
  public var newHidden: [Equation] {
    let shown = Formula.elementwise(
      .quantity(.gate(.output)), .apply(cell.variant.cellActivation, .quantity(.newCell)))
    guard cell.parameters.projection != nil else {
      return [Equation(left: .newHidden, right: shown)]
    }
    let projected = Formula.matrixProduct(.quantity(.projection), .quantity(.unprojectedHidden))
    return [
      Equation(left: .unprojectedHidden, right: shown),
      Equation(left: .newHidden, right: clip(projected, cell.variant.projectionClip)),
    ]
  }

  /// The gates before the cell state in an order in which each can be computed: a coupled gate
  /// after the gate it is coupled to.
  public var gatesBeforeCell: [Gate] {
    cell.variant.source(of: .forget) == .oneMinus(.input)
      ? [.input, .forget, .candidate] : [.forget, .input, .candidate]
  }

  /// All equations in an order in which they can be computed.
  public var inOrder: [Equation] {
    gatesBeforeCell.map(gate) + [newCell, gate(.output)] + newHidden
  }

  private func value(of gate: Gate) -> Formula {
    switch cell.variant.source(of: gate) {
    case .constant(let value): return .number(value)
    case .oneMinus(let other): return .oneMinus(.quantity(.gate(other)))
    case .weights:
      return .apply(
        cell.variant.activations[gate], clip(.sum(terms(of: gate)), cell.variant.clip))
    }
  }

  /// The terms of a gate's pre-activation, in the order in which ``CellStep/Terms/sum`` adds them.
  func terms(of gate: Gate) -> [Formula] {
    let parameters = cell.parameters.gates[gate]
    var terms: [Formula] = [
      .matrixProduct(.quantity(.inputWeights(gate)), .quantity(.input)),
      .matrixProduct(.quantity(.hiddenWeights(gate)), .quantity(.oldHidden)),
      .quantity(.bias(gate)),
    ]
    if parameters.recurrentBias != nil { terms.append(.quantity(.recurrentBias(gate))) }
    if parameters.peephole != nil {
      let seen = gate == .output ? Quantity.newCell : .oldCell
      terms.append(.elementwise(.quantity(.peephole(gate)), .quantity(seen)))
    }
    return terms
  }

  private func clip(_ formula: Formula, _ bound: Double?) -> Formula {
    bound.map { .clipped(formula, bound: $0) } ?? formula
  }
}
