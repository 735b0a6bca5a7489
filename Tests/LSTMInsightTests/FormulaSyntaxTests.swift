// Tricky formulas in every way of writing them: signs, parentheses, powers of ten.

import LSTMCore
import Testing

@testable import LSTMInsight

/// A formula and how it is written.
struct WrittenFormula: Sendable, CustomTestStringConvertible {
  let name: String
  let formula: Formula
  let plain: String
  let latex: String
  let python: String
  let swift: String
  /// MathML without its tags.
  let mathML: String

  var testDescription: String { name }

  private static let x = Formula.quantity(.input)
  private static let f = Formula.quantity(.gate(.forget))
  private static let c = Formula.quantity(.oldCell)
  private static let product = Formula.matrixProduct(.quantity(.inputWeights(.forget)), x)

  static let all: [WrittenFormula] = [
    .init(
      name: "a negative number first and later",
      formula: .sum([.number(-0.5), .number(-0.25), .number(1)]),
      plain: "-0.5 - 0.25 + 1", latex: "-0.5 - 0.25 + 1", python: "-0.5 - 0.25 + 1",
      swift: "-0.5 - 0.25 + 1", mathML: "−0.5−0.25+1"),
    .init(
      name: "a negative factor",
      formula: .sum([
        .elementwise(.number(-1), .number(2)), .elementwise(.number(1), .number(-2)),
      ]),
      plain: "(-1)·2 + 1·(-2)", latex: "(-1) \\cdot 2 + 1 \\cdot (-2)",
      python: "(-1) * 2 + 1 * (-2)", swift: "(-1) * 2 + 1 * (-2)", mathML: "(−1)·2+1·(−2)"),
    .init(
      name: "one minus a gate", formula: .oneMinus(f),
      plain: "1 - f(t)", latex: "1 - f_{t}", python: "1 - f", swift: "1 - f[k]", mathML: "1−ft"),
    .init(
      name: "one minus a negative number", formula: .oneMinus(.number(-0.5)),
      plain: "1 - (-0.5)", latex: "1 - (-0.5)", python: "1 - (-0.5)", swift: "1 - (-0.5)",
      mathML: "1−(−0.5)"),
    .init(
      name: "one minus a sum, as a factor",
      formula: .elementwise(.oneMinus(.sum([f, .number(1)])), c),
      plain: "(1 - (f(t) + 1)) ⊙ c(t-1)", latex: "(1 - (f_{t} + 1)) \\odot c_{t-1}",
      python: "(1 - (f + 1)) * c", swift: "(1 - (f[k] + 1)) * c[k]",
      mathML: "(1−(ft+1))⊙ct−1"),
    .init(
      name: "products in products",
      formula: .elementwise(.elementwise(f, c), .matrixProduct(.quantity(.projection), x)),
      plain: "(f(t) ⊙ c(t-1)) ⊙ (R·x(t))", latex: "(f_{t} \\odot c_{t-1}) \\odot (R x_{t})",
      python: "(f * c) * (R @ x)", swift: "(f[k] * c[k]) * (dot(R[k], x))",
      mathML: "(ft⊙ct−1)⊙(R·xt)"),
    .init(
      name: "a clipped sum in an activation",
      formula: .apply(.sigmoid, .clipped(.sum([product, .quantity(.bias(.forget))]), bound: 1.5)),
      plain: "σ(clip(W_f·x(t) + b_f, ±1.5))",
      latex: "\\sigma(\\operatorname{clip}_{\\pm 1.5}(W_{f} x_{t} + b_{f}))",
      python: "sigmoid(np.clip(W_f @ x + b_f, -1.5, 1.5))",
      swift: "sigmoid(clip(dot(W_f[k], x) + b_f[k], 1.5))", mathML: "σ(clip±1.5(Wf·xt+bf))"),
    .init(
      name: "an activation with parameters",
      formula: .apply(Activation(.hardSigmoid, alpha: 0.2, beta: -0.5), c),
      plain: "hard-sigmoid[0.2, -0.5](c(t-1))",
      latex: "\\operatorname{hard-sigmoid}_{0.2,\\,-0.5}(c_{t-1})",
      python: "hard_sigmoid(c, 0.2, -0.5)", swift: "hardSigmoid(c[k], 0.2, -0.5)",
      mathML: "hard-sigmoid0.2,−0.5(ct−1)"),
    .init(
      name: "the identity is not written",
      formula: .elementwise(f, .apply(.identity, .sum([c, .number(-1)]))),
      plain: "f(t) ⊙ (c(t-1) - 1)", latex: "f_{t} \\odot (c_{t-1} - 1)", python: "f * (c - 1)",
      swift: "f[k] * (c[k] - 1)", mathML: "ft⊙(ct−1−1)"),
    .init(
      name: "powers of ten",
      formula: .sum([.number(-1.5e-9), .elementwise(.number(2e300), .number(-3e-12))]),
      plain: "-1.5e-9 + 2e300·(-3e-12)",
      latex: "-1.5 \\cdot 10^{-9} + 2 \\cdot 10^{300} \\cdot (-3 \\cdot 10^{-12})",
      python: "-1.5e-09 + 2e+300 * (-3e-12)", swift: "-1.5e-09 + 2e+300 * (-3e-12)",
      mathML: "−1.5·10−9+2·10300·(−3·10−12)"),
    .init(
      name: "one entry of a gate, of a matrix, of a second bias",
      formula: .sum([
        .entry(.gate(.output), unit: 11), .entry(.inputWeights(.candidate), unit: 2),
        .entry(.recurrentBias(.input), unit: 0),
      ]),
      plain: "o₁₂(t) + W_g₃ + b′_i₁", latex: "o_{t,12} + W_{g,3} + b'_{i,1}",
      python: "o[11] + W_g[2] + b2_i[0]", swift: "o[11] + W_g[2] + b2_i[0]",
      mathML: "ot,12+Wg,3+b′i,1"),
    .init(
      name: "entries multiply as numbers do",
      formula: .elementwise(.entry(.gate(.input), unit: 0), .entry(.newCell, unit: 1)),
      plain: "i₁(t)·c₂(t)", latex: "i_{t,1} \\cdot c_{t,2}", python: "i[0] * c_new[1]",
      swift: "i[0] * c_new[1]", mathML: "it,1·ct,2"),
    .init(
      name: "zero without a sign", formula: .sum([.number(-0.0), .number(0)]),
      plain: "0 + 0", latex: "0 + 0", python: "0 + 0", swift: "0 + 0", mathML: "0+0"),
  ]
}

@Suite struct FormulaSyntaxTests {
  @Test("A formula in plain text", arguments: WrittenFormula.all)
  func plain(_ written: WrittenFormula) {
    #expect(PlainSyntax().text(written.formula) == written.plain)
  }

  @Test("A formula in LaTeX", arguments: WrittenFormula.all)
  func latex(_ written: WrittenFormula) {
    #expect(LaTeXSyntax().text(written.formula) == written.latex)
  }

  @Test("A formula in Python", arguments: WrittenFormula.all)
  func python(_ written: WrittenFormula) {
    let numpy = CodeSyntax(language: .numpy, precision: .double).text(written.formula)
    #expect(numpy == written.python)
    let pytorch = CodeSyntax(language: .pytorch, precision: .double).text(written.formula)
      .replacing("torch.clamp", with: "np.clip").replacing("torch.sigmoid", with: "sigmoid")
    #expect(pytorch == written.python)
  }

  @Test("A formula in Swift", arguments: WrittenFormula.all)
  func swift(_ written: WrittenFormula) {
    let syntax = CodeSyntax(language: .swift, precision: .double)
    #expect(syntax.text(written.formula) == written.swift)
  }

  @Test("A formula in MathML is well formed and reads as it should", arguments: WrittenFormula.all)
  func mathML(_ written: WrittenFormula) {
    let syntax = MathMLSyntax()
    let read = MarkupReader(syntax.element(syntax.text(written.formula)))
    #expect(read.failure == nil)
    #expect(read.elements.first?.text == written.mathML)
  }

  @Test("Equations join their sides", arguments: NamedVariant.allCases)
  func equations(_ named: NamedVariant) throws {
    let cell = ReadableCell(
      parameters: try CellParameters<Double>(
        .identity, shape: CellShape(inputSize: 2, hiddenSize: 2), seed: 0),
      variant: named.settings())
    for equation in StepEquations(cell).inOrder {
      let text = PlainSyntax().text(equation)
      #expect(text.hasPrefix(PlainSyntax().quantity(equation.left) + " = "))
      #expect(text.split(separator: "=").count == 2)
    }
  }
}
