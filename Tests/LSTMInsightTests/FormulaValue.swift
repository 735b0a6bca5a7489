// What a formula of a worked step comes to: a small evaluator that knows nothing of how the lines
// were written, so that every "=" in them can be checked.

import LSTMCore

@testable import LSTMInsight

/// A number or a vector.
enum FormulaValue {
  case number(Double)
  case vector([Double])

  var number: Double? { if case .number(let value) = self { value } else { nil } }

  /// What a formula comes to in one step of a cell; nil where it makes no sense, such as a vector
  /// added to a number.
  init?(_ formula: Formula, cell: ReadableCell<Double>, step: CellStep<Double>) {
    func value(_ inner: Formula) -> FormulaValue? { .init(inner, cell: cell, step: step) }
    func map(_ inner: Formula, _ function: (Double) -> Double) -> FormulaValue? {
      switch value(inner) {
      case .number(let number)?: .number(function(number))
      case .vector(let vector)?: .vector(vector.map(function))
      case nil: nil
      }
    }
    let found: FormulaValue?
    switch formula {
    case .number(let number): found = .number(number)
    case .quantity(let name): found = Self.vector(name, step).map(FormulaValue.vector)
    case .entry(let name, let unit): found = Self.entry(name, unit, cell, step)
    case .sum(let terms):
      found = terms.dropFirst().reduce(terms.first.flatMap(value)) { total, term in
        Self.combined(total, value(term), +)
      }
    case .elementwise(let left, let right): found = Self.combined(value(left), value(right), *)
    case .matrixProduct(let row, let column):
      guard case .vector(let left)? = value(row), case .vector(let right)? = value(column),
        left.count == right.count
      else { return nil }
      found = .number(zip(left, right).map(*).reduce(0, +))
    case .apply(let activation, let inner): found = map(inner) { activation($0) }
    case .oneMinus(let inner): found = map(inner) { 1 - $0 }
    case .clipped(let inner, let bound): found = map(inner) { min(max($0, -bound), bound) }
    }
    guard let found else { return nil }
    self = found
  }

  private static func combined(
    _ left: FormulaValue?, _ right: FormulaValue?, _ operation: (Double, Double) -> Double
  ) -> FormulaValue? {
    switch (left, right) {
    case (.number(let left)?, .number(let right)?): .number(operation(left, right))
    case (.vector(let left)?, .vector(let right)?) where left.count == right.count:
      .vector(zip(left, right).map(operation))
    default: nil
    }
  }

  private static func vector(_ name: Quantity, _ step: CellStep<Double>) -> [Double]? {
    switch name {
    case .input: step.input
    case .oldHidden: step.hidden
    case .oldCell: step.cell
    case .gate(let gate): step.gates[gate].value
    case .newCell: step.newCell
    case .unprojectedHidden: step.unprojectedHidden
    case .newHidden: step.newHidden
    default: nil
    }
  }

  private static func entry(
    _ name: Quantity, _ index: Int, _ cell: ReadableCell<Double>, _ step: CellStep<Double>
  ) -> FormulaValue? {
    let parameters = cell.parameters
    switch name {
    case .inputWeights(let gate): return row(parameters.gates[gate].inputWeights, index)
    case .hiddenWeights(let gate): return row(parameters.gates[gate].hiddenWeights, index)
    case .projection: return parameters.projection.flatMap { row($0, index) }
    case .bias(let gate): return .number(parameters.gates[gate].bias[index])
    default:
      guard let vector = vector(name, step), vector.indices.contains(index) else { return nil }
      return .number(vector[index])
    }
  }

  private static func row(_ matrix: Matrix<Double>, _ index: Int) -> FormulaValue? {
    (0..<matrix.rows).contains(index) ? .vector(Array(matrix.row(index))) : nil
  }
}
