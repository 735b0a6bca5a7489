// Formulas in MathML Core, which browsers show without a script.

import LSTMCore

struct MathMLSyntax: FormulaSyntax {
  var numbers = NumberFormat()

  /// A formula as a `<math>` element.
  func element(_ inner: String, isBlock: Bool = false) -> String {
    "<math\(isBlock ? " display=\"block\"" : "")><mrow>\(inner)</mrow></math>"
  }

  func quantity(_ quantity: Quantity) -> String { name(quantity, unit: nil) }

  func entry(_ quantity: Quantity, unit: Int) -> String { name(quantity, unit: unit) }

  private func name(_ quantity: Quantity, unit: Int?) -> String {
    let (letter, below): (String, String) =
      switch quantity {
      case .input: ("x", time(0))
      case .oldHidden: ("h", time(-1))
      case .oldCell: ("c", time(-1))
      case .inputWeights(let gate): ("W", "<mi>\(gate.letter)</mi>")
      case .hiddenWeights(let gate): ("U", "<mi>\(gate.letter)</mi>")
      case .bias(let gate): ("b", "<mi>\(gate.letter)</mi>")
      case .recurrentBias(let gate): ("b′", "<mi>\(gate.letter)</mi>")
      case .peephole(let gate): ("p", "<mi>\(gate.letter)</mi>")
      case .gate(let gate): (gate.letter, time(0))
      case .newCell: ("c", time(0))
      case .unprojectedHidden: ("m", time(0))
      case .projection: ("R", "")
      case .newHidden: ("h", time(0))
      }
    let index = [below, unit.map { "<mn>\($0 + 1)</mn>" } ?? ""].filter { !$0.isEmpty }
    guard !index.isEmpty else { return "<mi>\(letter)</mi>" }
    return "<msub><mi>\(letter)</mi><mrow>\(index.joined(separator: "<mo>,</mo>"))</mrow></msub>"
  }

  private func time(_ shift: Int) -> String {
    shift == 0 ? "<mi>t</mi>" : "<mi>t</mi><mo>−</mo><mn>\(-shift)</mn>"
  }

  func number(_ value: Double) -> String {
    let text = numbers.text(abs(value))
    let sign = value < 0 && text != "0" ? "<mo form=\"prefix\">−</mo>" : ""
    guard let exponent = text.firstIndex(of: "e") else { return "\(sign)<mn>\(text)</mn>" }
    let power = Int(text[text.index(after: exponent)...]) ?? 0
    let raised = power < 0 ? "<mo>−</mo><mn>\(-power)</mn>" : "<mn>\(power)</mn>"
    return "\(sign)<mn>\(text[..<exponent])</mn><mo>·</mo><msup><mn>10</mn>"
      + "<mrow>\(raised)</mrow></msup>"
  }

  func sum(_ terms: [(isNegative: Bool, text: String)]) -> String {
    terms.enumerated().map { index, term in
      index == 0
        ? (term.isNegative ? "<mo form=\"prefix\">−</mo>" : "") + term.text
        : "<mo>\(term.isNegative ? "−" : "+")</mo>" + term.text
    }.joined()
  }

  func matrixProduct(_ left: String, _ right: String) -> String { left + "<mo>·</mo>" + right }

  func elementwise(_ left: String, _ right: String, ofNumbers: Bool) -> String {
    left + "<mo>\(ofNumbers ? "·" : "⊙")</mo>" + right
  }

  func call(_ activation: Activation<Double>, _ argument: String) -> String {
    let parameters = [activation.alpha, activation.beta].prefix(activation.kind.parameterCount)
    let name = activation.kind == .sigmoid ? "σ" : activation.kind.rawValue
    let function =
      parameters.isEmpty
      ? "<mi>\(name)</mi>"
      : "<msub><mi>\(name)</mi><mrow>"
        + parameters.map(number).joined(separator: "<mo>,</mo>") + "</mrow></msub>"
    return "\(function)\(grouped(argument))"
  }

  func clipped(_ argument: String, bound: Double) -> String {
    "<msub><mi>clip</mi><mrow><mo>±</mo>\(number(bound))</mrow></msub>\(grouped(argument))"
  }

  func grouped(_ inner: String) -> String { "<mrow><mo>(</mo>\(inner)<mo>)</mo></mrow>" }

  func equals(_ sides: [String]) -> String { sides.joined(separator: "<mo>=</mo>") }
}
