// A step as a complete program that a person would have written: it prints the same numbers.

import LSTMCore

/// A step that cannot be written as a program.
public enum StepProgramError: LSTMFailure, Equatable {
  /// The weights are too many to be written out.
  case tooManyNumbers(found: Int, most: Int)

  /// Wrong usage: a program was asked for.
  public var kind: FailureKind { .usage }

  /// What is wrong.
  public var message: String {
    switch self {
    case .tooManyNumbers(let found, let most):
      "a program would have to spell out \(found) weights; at most \(most) are written."
    }
  }

  /// Fewer weights, or no program.
  public var remedies: [Remedy] { [.takeFewerUnits, .takeIdentity, .takeJSON] }
}

/// A step as a program.
public struct StepProgram {
  /// The most weights that are written out.
  public static let mostNumbers = 20_000

  private let report: StepReport
  private let syntax: CodeSyntax
  private var language: ProgramLanguage { syntax.language }
  private var parameters: CellParameters<Double> { report.cell.parameters }

  /// Makes the program of a step.
  ///
  /// - Throws: ``StepProgramError/tooManyNumbers(found:most:)`` beyond ``mostNumbers`` weights.
  public init(_ report: StepReport, language: ProgramLanguage) throws {
    self.report = report
    syntax = CodeSyntax(language: language, precision: report.precision)
    let found = matrices.map(\.matrix).filter { !syntax.isIdentity($0) }
      .reduce(0) { $0 + $1.values.count }
    guard found <= Self.mostNumbers else {
      throw StepProgramError.tooManyNumbers(found: found, most: Self.mostNumbers)
    }
  }

  /// The program.
  public var text: String {
    let blocks = [heading, helpers, given, weights] + computation + [output, check]
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var heading: [String] {
    let title =
      "\(language.comment) One LSTM step: \(report.sizes), weights: \(report.weights)."
    switch language {
    case .numpy:
      return [title, "import numpy as np", "", "dtype = np.\(float("float32", "float64"))"]
    case .pytorch:
      return [title, "import torch", "", "dtype = torch.\(float("float32", "float64"))"]
    case .swift:
      return [title, "import Foundation", "", "typealias Vector = [\(float("Float", "Double"))]"]
    }
  }

  private func float(_ name: String, _ otherwise: String) -> String {
    report.precision == .float ? name : otherwise
  }

  /// The gates that are computed from their weights, in the order of the equations.
  private var gatesWithWeights: [Gate] {
    Gate.allCases.filter { report.cell.variant.source(of: $0) == .weights }
  }

  private var helpers: [String] {
    let variant = report.cell.variant
    var kinds: [Activation<Double>.Kind] = []
    for kind in gatesWithWeights.map({ variant.activations[$0].kind })
      + [variant.cellActivation.kind] where !kinds.contains(kind)
    {
      kinds.append(kind)
    }
    let definitions = kinds.compactMap(syntax.definition)
    guard language == .swift else {
      return definitions.isEmpty ? [] : ["", definitions.joined(separator: "\n\n\n"), ""]
    }
    let number = float("Float", "Double")
    var lines = definitions
    lines.append(
      "func dot(_ row: Vector, _ vector: Vector) -> \(number) "
        + "{ zip(row, vector).map(*).reduce(0, +) }")
    if variant.clip != nil || variant.cellClip != nil || variant.projectionClip != nil {
      lines.append(
        "func clip(_ z: \(number), _ bound: \(number)) -> \(number) "
          + "{ min(max(z, -bound), bound) }")
    }
    if matrices.contains(where: { syntax.isIdentity($0.matrix) }) {
      lines.append(
        "func identity(_ size: Int) -> [Vector] "
          + "{ (0..<size).map { k in (0..<size).map { k == $0 ? 1 : 0 } } }")
    }
    return lines
  }

  private var given: [String] {
    let step = report.step
    return [
      assignment(.input, syntax.vector(step.input), "Vector", "the input x(t)"),
      assignment(.oldHidden, syntax.vector(step.hidden), "Vector", "the old hidden state h(t-1)"),
      assignment(.oldCell, syntax.vector(step.cell), "Vector", "the old cell state c(t-1)"),
    ]
  }

  private var matrices: [(name: Quantity, matrix: Matrix<Double>)] {
    gatesWithWeights.flatMap { gate in
      [
        (.inputWeights(gate), parameters.gates[gate].inputWeights),
        (.hiddenWeights(gate), parameters.gates[gate].hiddenWeights),
      ]
    } + (parameters.projection.map { [(.projection, $0)] } ?? [])
  }

  private var weights: [String] {
    var lines = ["\(language.comment) What the cell has learned: the rows of a matrix are units."]
    for gate in gatesWithWeights {
      let learned = parameters.gates[gate]
      for (name, matrix) in [
        (Quantity.inputWeights(gate), learned.inputWeights),
        (.hiddenWeights(gate), learned.hiddenWeights),
      ] {
        lines.append(assignment(name, syntax.matrix(matrix), "[Vector]"))
      }
      for (name, vector) in [
        (Quantity.bias(gate), learned.bias), (.recurrentBias(gate), learned.recurrentBias),
        (.peephole(gate), learned.peephole),
      ] {
        if let vector { lines.append(assignment(name, syntax.vector(vector), "Vector")) }
      }
    }
    if let projection = parameters.projection {
      lines.append(assignment(.projection, syntax.matrix(projection), "[Vector]"))
    }
    return lines
  }

  private func assignment(
    _ name: Quantity, _ value: String, _ type: String, _ comment: String? = nil
  ) -> String {
    let variable = syntax.variable(name)
    let left = language == .swift ? "let \(variable): \(type)" : variable
    return "\(left) = \(value)" + (comment.map { "  \(language.comment) \($0)" } ?? "")
  }

  /// The equations, each with what it is for above it.
  private var computation: [[String]] {
    let equations = StepEquations(report.cell)
    return equations.inOrder.map { equation in
      let purpose: String =
        switch equation.left {
        case .gate(.forget): "Forget gate: how much of the old cell state to keep."
        case .gate(.input): "Input gate: how much of the candidate to write."
        case .gate(.candidate): "Candidate: what could be written."
        case .gate(.output): "Output gate: how much of the new cell state to show."
        case .newCell: "New cell state: what is kept, plus what is written."
        case .unprojectedHidden: "What the cell shows, before the projection."
        default: "New hidden state: what the next step and the next layer see."
        }
      return ["\(language.comment) \(purpose)", line(equation)]
    }
  }

  private func line(_ equation: Equation) -> String {
    let name = syntax.variable(equation.left)
    let count = equation.left == .newHidden ? parameters.outputSize : parameters.hiddenSize
    if case .number(let value) = equation.right {
      let constant = syntax.vector([Double](repeating: value, count: count))
      return language == .swift ? "let \(name): Vector = \(constant)" : "\(name) = \(constant)"
    }
    let formula = syntax.text(equation.right)
    return language == .swift
      ? "let \(name): Vector = (0..<\(count)).map { k in \(formula) }" : "\(name) = \(formula)"
  }

  private var output: [String] {
    let names: [(String, Quantity)] =
      Gate.allCases.map { ($0.title, .gate($0)) }
      + [("new cell state", .newCell), ("new hidden state", .newHidden)]
    return names.map { title, quantity in
      let value = syntax.variable(quantity)
      return language == .swift
        ? "print(\"\(title):\", \(value))" : "print(\"\(title):\", \(value).tolist())"
    }
  }

  /// For PyTorch, the same step by `torch.nn.LSTMCell`, where that has what the cell needs.
  private var check: [String] {
    let shape = parameters.shape
    guard language == .pytorch, report.cell.variant == CellVariant(), !shape.hasPeepholes,
      shape.projectionSize == nil
    else { return [] }
    func blocks(_ name: (Gate) -> Quantity) -> String {
      let parts = GateOrder.pytorch.gates.map { syntax.variable(name($0)) }
      return "torch.cat([\(parts.joined(separator: ", "))])"
    }
    let hasBoth = Gate.allCases.allSatisfy { parameters.gates[$0].recurrentBias != nil }
    let second = hasBoth ? "copy_(\(blocks(Quantity.recurrentBias)))" : "zero_()"
    guard hasBoth || !shape.hasRecurrentBias else { return [] }
    return [
      "# The same step by PyTorch's own cell, which stacks its blocks in the order i, f, g, o.",
      "cell = torch.nn.LSTMCell(\(shape.inputSize), \(shape.hiddenSize), dtype=dtype)",
      "with torch.no_grad():",
      "    cell.weight_ih.copy_(\(blocks(Quantity.inputWeights)))",
      "    cell.weight_hh.copy_(\(blocks(Quantity.hiddenWeights)))",
      "    cell.bias_ih.copy_(\(blocks(Quantity.bias)))",
      "    cell.bias_hh.\(second)",
      "    h_cell, c_cell = cell(x, (h, c))",
      "print(\"torch.nn.LSTMCell agrees:\", torch.allclose(h_cell, h_new) and torch.allclose(c_cell, c_new))",
    ]
  }
}
