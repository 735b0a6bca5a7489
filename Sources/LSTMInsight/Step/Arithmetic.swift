// The equations of one unit with the numbers put in, as a person would work them by hand.

import LSTMCore

extension StageWriter {
  /// A sum of products is written out up to this many.
  private static let mostProducts = 8

  /// The lines for one unit of a gate: its two matrix products, then the gate itself.
  func arithmetic(of gate: Gate, unit: Int) -> [ArithmeticLine] {
    let found = step.gates[gate]
    let name = Formula.entry(.gate(gate), unit: unit)
    let value = Formula.number(found.value[unit])
    switch cell.variant.source(of: gate) {
    case .constant: return [ArithmeticLine(unit: unit, sides: [name, value])]
    case .oneMinus(let other):
      let otherValue = step.gates[other].value[unit]
      return [ArithmeticLine(unit: unit, sides: [name, .oneMinus(.number(otherValue)), value])]
    case .weights: break
    }
    guard let terms = found.terms, let sum = found.preactivation, let clipped = found.clipped else {
      return []
    }
    let parts = [terms.input, terms.hidden, terms.bias, terms.recurrentBias, terms.peephole]
    let numbers = parts.compactMap { $0.map { Formula.number($0[unit]) } }
    let activation = cell.variant.activations[gate]
    func activated(_ argument: Formula) -> Formula {
      activation.kind == .identity ? argument : .apply(activation, argument)
    }
    func bounded(_ argument: Formula) -> Formula {
      cell.variant.clip.map { .clipped(argument, bound: $0) } ?? argument
    }
    var sides = [
      name, activated(bounded(.sum(numbers))), activated(bounded(.number(sum[unit]))),
    ]
    if cell.variant.clip != nil { sides.append(activated(.number(clipped[unit]))) }
    sides.append(value)

    let parameters = cell.parameters.gates[gate]
    return [
      product(
        .inputWeights(gate), parameters.inputWeights, .input, step.input, unit,
        total: terms.input[unit]),
      product(
        .hiddenWeights(gate), parameters.hiddenWeights, .oldHidden, step.hidden, unit,
        total: terms.hidden[unit]),
      ArithmeticLine(unit: unit, sides: Self.withoutRepeats(sides)),
    ].compactMap { $0 }
  }

  /// c(t) of one unit.
  func cellArithmetic(_ unit: Int) -> [ArithmeticLine] {
    let index = unit
    func times(_ left: Double, _ right: Double) -> Formula {
      .elementwise(.number(left), .number(right))
    }
    func bounded(_ argument: Formula) -> Formula {
      cell.variant.cellClip.map { .clipped(argument, bound: $0) } ?? argument
    }
    let gates = step.gates
    return [
      ArithmeticLine(
        unit: unit,
        sides: [
          .entry(.newCell, unit: unit),
          bounded(
            .sum([
              times(gates.forget.value[index], step.cell[index]),
              times(gates.input.value[index], gates.candidate.value[index]),
            ])),
          bounded(.sum([.number(step.kept[index]), .number(step.written[index])])),
          .number(step.newCell[index]),
        ])
    ]
  }

  /// h(t) of one unit, or m(t) and, where the unit is projected too, h(t).
  func hiddenArithmetic(_ unit: Int) -> [ArithmeticLine] {
    let index = unit
    let output = Formula.number(step.gates.output.value[index])
    let isProjected = cell.parameters.projection != nil
    var lines = [
      ArithmeticLine(
        unit: unit,
        sides: Self.withoutRepeats([
          .entry(isProjected ? .unprojectedHidden : .newHidden, unit: unit),
          .elementwise(output, activatedCell(index)),
          .elementwise(output, .number(step.activatedCell[index])),
          .number(step.unprojectedHidden[index]),
        ]))
    ]
    if let projection = cell.parameters.projection, unit < projection.rows {
      let total = projection.product(step.unprojectedHidden)[unit]
      let found = product(
        .projection, projection, .unprojectedHidden, step.unprojectedHidden, unit, total: total)
      lines += [found].compactMap { $0 }
      var sides: [Formula] = [
        .entry(.newHidden, unit: unit),
        .matrixProduct(.entry(.projection, unit: unit), .quantity(.unprojectedHidden)),
        .number(step.newHidden[index]),
      ]
      if let bound = cell.variant.projectionClip {
        sides[1] = .clipped(sides[1], bound: bound)
        sides.insert(.clipped(.number(total), bound: bound), at: 2)
      }
      lines.append(ArithmeticLine(unit: unit, sides: sides))
    }
    return lines
  }

  private func activatedCell(_ index: Int) -> Formula {
    let state = Formula.number(step.newCell[index])
    let activation = cell.variant.cellActivation
    return activation.kind == .identity ? state : .apply(activation, state)
  }

  /// One row of a matrix product, written out: nil where it has too many terms to be read.
  private func product(
    _ name: Quantity, _ matrix: Matrix<Double>, _ vectorName: Quantity, _ vector: [Double],
    _ unit: Int, total: Double
  ) -> ArithmeticLine? {
    guard vector.count <= Self.mostProducts else { return nil }
    let row = Array(matrix.row(unit))
    let products = zip(row, vector).map { Formula.elementwise(.number($0), .number($1)) }
    return ArithmeticLine(
      unit: unit,
      sides: [
        .matrixProduct(.entry(name, unit: unit), .quantity(vectorName)), .sum(products),
        .number(total),
      ])
  }

  /// The sides without one that says the same as the one before it.
  private static func withoutRepeats(_ sides: [Formula]) -> [Formula] {
    sides.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }
}
