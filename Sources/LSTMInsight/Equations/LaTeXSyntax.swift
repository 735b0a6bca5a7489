// Formulas in LaTeX's mathematics, as amsmath typesets it and GitHub's Markdown shows it.

import LSTMCore

struct LaTeXSyntax: FormulaSyntax {
  var numbers = NumberFormat()

  func quantity(_ quantity: Quantity) -> String {
    switch quantity {
    case .input: "x_{t}"
    case .oldHidden: "h_{t-1}"
    case .oldCell: "c_{t-1}"
    case .inputWeights(let gate): "W_{\(gate.letter)}"
    case .hiddenWeights(let gate): "U_{\(gate.letter)}"
    case .bias(let gate): "b_{\(gate.letter)}"
    case .recurrentBias(let gate): "b'_{\(gate.letter)}"
    case .peephole(let gate): "p_{\(gate.letter)}"
    case .gate(let gate): "\(gate.letter)_{t}"
    case .newCell: "c_{t}"
    case .unprojectedHidden: "m_{t}"
    case .projection: "R"
    case .newHidden: "h_{t}"
    }
  }

  func entry(_ quantity: Quantity, unit: Int) -> String {
    let whole = self.quantity(quantity)
    guard whole.hasSuffix("}") else { return "\(whole)_{\(unit + 1)}" }
    return "\(whole.dropLast()),\(unit + 1)}"
  }

  func number(_ value: Double) -> String {
    let text = numbers.text(value)
    guard let exponent = text.firstIndex(of: "e") else { return text }
    let power = Int(text[text.index(after: exponent)...]) ?? 0
    return "\(text[..<exponent]) \\cdot 10^{\(power)}"
  }

  func sum(_ terms: [(isNegative: Bool, text: String)]) -> String { PlainSyntax().sum(terms) }

  func matrixProduct(_ left: String, _ right: String) -> String { "\(left) \(right)" }

  func elementwise(_ left: String, _ right: String, ofNumbers: Bool) -> String {
    "\(left) \(ofNumbers ? "\\cdot" : "\\odot") \(right)"
  }

  func call(_ activation: Activation<Double>, _ argument: String) -> String {
    let parameters = [activation.alpha, activation.beta].prefix(activation.kind.parameterCount)
    let name =
      switch activation.kind {
      case .sigmoid: "\\sigma"
      case .tanh: "\\tanh"
      default: "\\operatorname{\(activation.kind.rawValue)}"
      }
    let index = parameters.isEmpty ? "" : "_{\(parameters.map(number).joined(separator: ",\\,"))}"
    return "\(name)\(index)\(grouped(argument))"
  }

  func clipped(_ argument: String, bound: Double) -> String {
    "\\operatorname{clip}_{\\pm \(number(bound))}\(grouped(argument))"
  }

  func grouped(_ inner: String) -> String { "(\(inner))" }

  func equals(_ sides: [String]) -> String { sides.joined(separator: " = ") }
}
