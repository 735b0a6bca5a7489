// How formulas are written. A syntax says how each piece looks; the order of the pieces, signs and
// parentheses are settled once, here.

import LSTMCore

/// One way of writing formulas: plain text, LaTeX, MathML or a programming language.
protocol FormulaSyntax {
  func quantity(_ quantity: Quantity) -> String
  func entry(_ quantity: Quantity, unit: Int) -> String
  func number(_ value: Double) -> String
  /// Terms with the sign to put before each.
  func sum(_ terms: [(isNegative: Bool, text: String)]) -> String
  func matrixProduct(_ left: String, _ right: String) -> String
  func elementwise(_ left: String, _ right: String, ofNumbers: Bool) -> String
  func call(_ activation: Activation<Double>, _ argument: String) -> String
  func clipped(_ argument: String, bound: Double) -> String
  func grouped(_ inner: String) -> String
  func equals(_ sides: [String]) -> String
}

extension FormulaSyntax {
  /// An equation, whole.
  func text(_ equation: Equation) -> String {
    equals([quantity(equation.left), text(equation.right)])
  }

  /// A formula, with parentheses only where they are needed.
  func text(_ formula: Formula) -> String {
    switch formula {
    case .quantity(let name): return quantity(name)
    case .entry(let name, let unit): return entry(name, unit: unit)
    case .number(let value): return number(value)
    case .sum(let terms):
      return sum(
        terms.map { term in
          if case .number(let value) = term, value < 0 { return (true, number(-value)) }
          return (false, text(term))
        })
    case .matrixProduct(let left, let right):
      return matrixProduct(factor(left), factor(right))
    case .elementwise(let left, let right):
      return elementwise(
        factor(left), factor(right), ofNumbers: left.isNumber && right.isNumber)
    case .apply(let activation, let argument):
      return activation.kind == .identity ? text(argument) : call(activation, text(argument))
    case .oneMinus(let argument):
      return sum([(false, number(1)), (true, factor(argument))])
    case .clipped(let argument, let bound): return clipped(text(argument), bound: bound)
    }
  }

  private func factor(_ formula: Formula) -> String {
    switch formula {
    case .sum, .oneMinus, .elementwise, .matrixProduct: return grouped(text(formula))
    case .number(let value) where value < 0: return grouped(text(formula))
    case .apply(let activation, let argument) where activation.kind == .identity:
      return factor(argument)
    default: return text(formula)
    }
  }
}

extension Formula {
  /// Whether this stands for one number, so that a product with it is the ordinary one.
  fileprivate var isNumber: Bool {
    switch self {
    case .number, .entry: true
    case .quantity: false
    case .sum(let terms): terms.allSatisfy(\.isNumber)
    case .matrixProduct: false
    case .elementwise(let left, let right): left.isNumber && right.isNumber
    case .apply(_, let argument), .oneMinus(let argument), .clipped(let argument, _):
      argument.isNumber
    }
  }
}
