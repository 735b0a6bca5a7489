// The way back through one step, worked out: each line a local derivative with its numbers. It shows what
// ReadableCell.stepBack computed.

import LSTMCore

/// One step back, computed and explained.
public struct BackwardReport: Sendable {
  /// The step that it goes back through.
  public let step: StepReport
  /// What happened on the way.
  public let back: CellStepBack<Double>

  /// Goes back through a step.
  ///
  /// - Parameters:
  ///   - step: the step.
  ///   - hiddenGradient: of the loss by h(t), `[P]`; zeros where nil.
  ///   - cellGradient: of the loss by c(t) along every path but h(t), `[H]`; zeros where nil.
  /// - Throws: `LSTMCoreError` where a gradient has the wrong size.
  public init(_ step: StepReport, hiddenGradient: [Double]?, cellGradient: [Double]?) throws {
    self.step = step
    let parameters = step.cell.parameters
    back = try step.cell.stepBack(
      through: step.step,
      hiddenGradient: hiddenGradient ?? [Double](repeating: 0, count: parameters.outputSize),
      cellGradient: cellGradient ?? [Double](repeating: 0, count: parameters.hiddenSize))
  }

  /// A line of the way back: what, how it is computed, and its numbers.
  struct Line {
    let name: String
    let equation: String
    let values: [Double]
  }

  private static func letter(_ gate: Gate) -> String {
    switch gate {
    case .forget: "f"
    case .input: "i"
    case .candidate: "g"
    case .output: "o"
    }
  }

  /// The groups of lines, in the order in which they are computed.
  var groups: [(title: String, lines: [Line])] {
    let (cell, forward) = (step.cell, step.step)
    let variant = cell.variant
    let isTanh = variant.cellActivation == .tanh
    var hidden: [Line] = [Line(name: "dh(t)", equation: "given", values: back.hiddenGradient)]
    if cell.parameters.projection != nil {
      hidden.append(Line(name: "d(o ⊙ a)", equation: "Rᵀ·dh(t)", values: back.shown))
    }
    let shown = cell.parameters.projection == nil ? "dh(t)" : "d(o ⊙ a)"
    let peephole = cell.parameters.gates.output.peephole == nil ? "" : " + p_o ⊙ dz_o"
    hidden += [
      Line(
        name: "a", equation: isTanh ? "tanh c(t)" : "activation of c(t)",
        values: forward.activatedCell),
      Line(name: "do", equation: "\(shown) ⊙ a", values: back.gates.output.value),
      Line(name: "a′", equation: isTanh ? "1 - a²" : "slope at c(t)", values: back.cellSlope),
      Line(name: "dc carried", equation: "given", values: back.cellGradient),
      Line(
        name: "dc(t)", equation: "dc carried + \(shown) ⊙ o ⊙ a′\(peephole)", values: back.newCell),
    ]
    let cellLines = [
      Line(name: "df", equation: "dc(t) ⊙ c(t-1)", values: back.gates.forget.value),
      Line(name: "di", equation: "dc(t) ⊙ g", values: back.gates.input.value),
      Line(name: "dg", equation: "dc(t) ⊙ i", values: back.gates.candidate.value),
    ].filter { !$0.values.isEmpty }
    let sums = Gate.allCases.flatMap { gate -> [Line] in
      guard let slope = back.gates[gate].slope, let sum = back.gates[gate].preactivation else {
        return []
      }
      let letter = Self.letter(gate)
      let usual = CellVariant<Double>().activations[gate] == variant.activations[gate]
      let slopeText =
        !usual ? "slope at z_\(letter)" : gate == .candidate ? "1 - g²" : "\(letter)(1 - \(letter))"
      return [
        Line(name: "\(letter)′", equation: slopeText, values: slope),
        Line(name: "dz_\(letter)", equation: "d\(letter) ⊙ \(letter)′", values: sum),
      ]
    }
    return [
      ("FROM h(t) TO c(t)", hidden), ("FROM c(t) TO THE GATES", cellLines),
      ("THROUGH σ AND tanh TO THE SUMS", sums),
      (
        "TO WHAT THE STEP READ",
        [
          Line(name: "dx(t)", equation: "Σ Wᵀ·dz over the gates", values: back.gradients.input),
          Line(name: "dh(t-1)", equation: "Σ Uᵀ·dz over the gates", values: back.gradients.hidden),
          Line(name: "dc(t-1)", equation: "dc(t) ⊙ f", values: back.gradients.cell),
        ]
      ),
    ]
  }

  /// For a terminal.
  public func text(digits: Int? = nil, style: TextStyle = .init()) -> String {
    let numbers = NumberFormat(digits: digits ?? 6)
    var lines = ["The way back through one step: \(step.sizes)", ""]
    for (title, group) in groups {
      lines.append(style.bold(title))
      for line in group {
        let shown = line.values.prefix(Self.mostValues).map(numbers.text).joined(separator: ", ")
        lines += style.wrapped(
          "\(line.name.rightPadded(10)) = \(line.equation)", first: "   ", indent: "      ")
        lines += style.wrapped(
          "[\(shown)\(line.values.count > Self.mostValues ? ", …" : "")]", first: "      = ",
          indent: "         ")
      }
      lines.append("")
    }
    lines += style.wrapped(
      "What has learned: dW = dz xᵀ, dU = dz h(t-1)ᵀ and db = dz of each gate, for this step alone; over a "
        + "sequence they add up, and dh(t-1), dc(t-1) are what the step before is given. JSON has them all."
    )
    return lines.joined(separator: "\n") + "\n"
  }

  private static let mostValues = 16

  /// For programs, every number exact.
  public var json: String {
    func matrix(_ matrix: Matrix<Double>) -> JSONText {
      .rows((0..<matrix.rows).map { Array(matrix.row($0)) })
    }
    func optional(_ values: [Double]?) -> JSONText { values.map { .numbers($0) } ?? .null }
    let gates = Gate.allCases.map { gate -> (key: String, value: JSONText) in
      let found = back.gates[gate]
      return (
        gate.rawValue,
        .object([
          ("value", .numbers(found.value)), ("slope", optional(found.slope)),
          ("preactivation", optional(found.preactivation)),
        ])
      )
    }
    let parameters = Gate.allCases.map { gate -> (key: String, value: JSONText) in
      let learned = back.gradients.parameters.gates[gate]
      var members: [(key: String, value: JSONText)] = [
        ("inputWeights", matrix(learned.inputWeights)),
        ("hiddenWeights", matrix(learned.hiddenWeights)), ("bias", .numbers(learned.bias)),
      ]
      if let bias = learned.recurrentBias { members.append(("recurrentBias", .numbers(bias))) }
      if let peephole = learned.peephole { members.append(("peephole", .numbers(peephole))) }
      return (gate.rawValue, .object(members))
    }
    var members: [(key: String, value: JSONText)] = [
      ("hiddenGradient", .numbers(back.hiddenGradient)),
      ("cellGradient", .numbers(back.cellGradient)), ("newCell", .numbers(back.newCell)),
      ("cellSlope", .numbers(back.cellSlope)), ("gates", .object(gates)),
      ("input", .numbers(back.gradients.input)), ("hidden", .numbers(back.gradients.hidden)),
      ("cell", .numbers(back.gradients.cell)), ("parameters", .object(parameters)),
    ]
    if let projection = back.gradients.parameters.projection {
      members.append(("projection", matrix(projection)))
    }
    return JSONText.object(members).text() + "\n"
  }
}
