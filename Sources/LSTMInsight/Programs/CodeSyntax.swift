// Formulas as a line of code: f = sigmoid(W_f @ x + U_f @ h + b_f).

import LSTMCore

/// A language in which a step can be written as a program.
public enum ProgramLanguage: String, CaseIterable, Sendable {
  /// Python with NumPy.
  case numpy
  /// Python with PyTorch; checked there against `torch.nn.LSTMCell` where that can be.
  case pytorch
  /// Swift.
  case swift

  /// What begins a comment.
  var comment: String { self == .swift ? "//" : "#" }
}

struct CodeSyntax: FormulaSyntax {
  let language: ProgramLanguage
  let precision: Precision

  /// The name of the variable that holds a quantity whole.
  func variable(_ quantity: Quantity) -> String {
    switch quantity {
    case .input: "x"
    case .oldHidden: "h"
    case .oldCell: "c"
    case .inputWeights(let gate): "W_\(gate.letter)"
    case .hiddenWeights(let gate): "U_\(gate.letter)"
    case .bias(let gate): "b_\(gate.letter)"
    case .recurrentBias(let gate): "b2_\(gate.letter)"
    case .peephole(let gate): "p_\(gate.letter)"
    case .gate(let gate): gate.letter
    case .newCell: "c_new"
    case .unprojectedHidden: "m"
    case .projection: "R"
    case .newHidden: "h_new"
    }
  }

  /// In Swift an equation is written for one unit k: a vector stands for its entry k and a matrix
  /// for its row k, but for what a matrix is multiplied with, which stands whole.
  func quantity(_ quantity: Quantity) -> String {
    let name = variable(quantity)
    guard language == .swift else { return name }
    switch quantity {
    case .input, .oldHidden, .unprojectedHidden: return name
    default: return "\(name)[k]"
    }
  }

  func entry(_ quantity: Quantity, unit: Int) -> String { "\(variable(quantity))[\(unit)]" }

  func number(_ value: Double) -> String { precision.exact(value) }

  func sum(_ terms: [(isNegative: Bool, text: String)]) -> String { PlainSyntax().sum(terms) }

  func matrixProduct(_ left: String, _ right: String) -> String {
    language == .swift ? "dot(\(left), \(right))" : "\(left) @ \(right)"
  }

  func elementwise(_ left: String, _ right: String, ofNumbers: Bool) -> String {
    "\(left) * \(right)"
  }

  func call(_ activation: Activation<Double>, _ argument: String) -> String {
    let parameters = [activation.alpha, activation.beta].prefix(activation.kind.parameterCount)
    let list = ([argument] + parameters.map(number)).joined(separator: ", ")
    return "\(functionName(activation.kind))(\(list))"
  }

  /// The function that computes an activation: the library's, or a helper's of the program.
  func functionName(_ kind: Activation<Double>.Kind) -> String {
    switch (language, kind) {
    case (.numpy, .tanh): return "np.tanh"
    case (.pytorch, .tanh): return "torch.tanh"
    case (.pytorch, .sigmoid): return "torch.sigmoid"
    default: break
    }
    let words = kind.rawValue.split(separator: "-").map(String.init)
    guard language == .swift else { return words.joined(separator: "_") }
    return words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  func clipped(_ argument: String, bound: Double) -> String {
    switch language {
    case .numpy: "np.clip(\(argument), -\(number(bound)), \(number(bound)))"
    case .pytorch: "torch.clamp(\(argument), -\(number(bound)), \(number(bound)))"
    case .swift: "clip(\(argument), \(number(bound)))"
    }
  }

  func grouped(_ inner: String) -> String { "(\(inner))" }

  func equals(_ sides: [String]) -> String { sides.joined(separator: " = ") }
}
