// Formulas as a line of Unicode text: f(t) = σ(W_f·x(t) + U_f·h(t-1) + b_f).

import LSTMCore

struct PlainSyntax: FormulaSyntax {
  var numbers = NumberFormat()

  func quantity(_ quantity: Quantity) -> String {
    switch quantity {
    case .input: "x(t)"
    case .oldHidden: "h(t-1)"
    case .oldCell: "c(t-1)"
    case .inputWeights(let gate): "W_\(gate.letter)"
    case .hiddenWeights(let gate): "U_\(gate.letter)"
    case .bias(let gate): "b_\(gate.letter)"
    case .recurrentBias(let gate): "b′_\(gate.letter)"
    case .peephole(let gate): "p_\(gate.letter)"
    case .gate(let gate): "\(gate.letter)(t)"
    case .newCell: "c(t)"
    case .unprojectedHidden: "m(t)"
    case .projection: "R"
    case .newHidden: "h(t)"
    }
  }

  func entry(_ quantity: Quantity, unit: Int) -> String {
    let whole = self.quantity(quantity)
    let letters = whole.prefix { $0 != "(" }  // f₁(t), but W_f₁
    return letters + Self.subscripted(unit + 1) + whole.dropFirst(letters.count)
  }

  func number(_ value: Double) -> String { numbers.text(value) }

  func sum(_ terms: [(isNegative: Bool, text: String)]) -> String {
    terms.enumerated().reduce(into: "") { result, term in
      let (index, (isNegative, text)) = term
      if index == 0 {
        result += isNegative ? "-" : ""
      } else {
        result += isNegative ? " - " : " + "
      }
      result += text
    }
  }

  func matrixProduct(_ left: String, _ right: String) -> String { "\(left)·\(right)" }

  func elementwise(_ left: String, _ right: String, ofNumbers: Bool) -> String {
    ofNumbers ? "\(left)·\(right)" : "\(left) ⊙ \(right)"
  }

  func call(_ activation: Activation<Double>, _ argument: String) -> String {
    "\(Self.name(activation, numbers))(\(argument))"
  }

  func clipped(_ argument: String, bound: Double) -> String {
    "clip(\(argument), ±\(number(bound)))"
  }

  func grouped(_ inner: String) -> String { "(\(inner))" }

  func equals(_ sides: [String]) -> String { sides.joined(separator: " = ") }

  /// An activation's name in an equation: σ, tanh, or its full name with its parameters.
  static func name(_ activation: Activation<Double>, _ numbers: NumberFormat) -> String {
    if activation.kind == .sigmoid { return "σ" }
    let parameters = [activation.alpha, activation.beta].prefix(activation.kind.parameterCount)
    let name = activation.kind.rawValue
    return parameters.isEmpty
      ? name : "\(name)[\(parameters.map(numbers.text).joined(separator: ", "))]"
  }

  static func subscripted(_ number: Int) -> String {
    String(
      String.UnicodeScalarView(
        "\(number)".unicodeScalars.map { digit in
          Unicode.Scalar(0x2080 + digit.value - 0x30) ?? digit
        }))
  }
}
