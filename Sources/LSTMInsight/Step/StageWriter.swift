// Writes the explanation of each stage: its words, its tables and its sentences. The numbers put
// into the equations are in Arithmetic.swift.

import LSTMCore

struct StageWriter {
  let cell: ReadableCell<Double>
  let step: CellStep<Double>
  let units: [Int]

  private var equations: StepEquations { StepEquations(cell) }

  func stage(_ kind: StageKind) -> Stage {
    switch kind {
    case .forget: forgetStage
    case .input: inputStage
    case .cell: cellStage
    case .output: outputStage
    }
  }

  // MARK: - The four stages

  private var forgetStage: Stage {
    var remarks: [Prose] = []
    if isBetweenZeroAndOne(.forget) {
      remarks.append(
        """
        A gate is a number between 0 and 1, not one of the two: 0 lets nothing through, 1 lets \
        everything through, 0.4 lets 40 % through.
        """)
    }
    if reads(.forget) {
      remarks.append(
        """
        \(Formula.matrixProduct(.quantity(.inputWeights(.forget)), .quantity(.input))) is a \
        matrix product: each unit adds up all inputs, weighted by its own row of \
        \(Quantity.inputWeights(.forget)). Only ⊙, in stages 3 and 4, multiplies entry by entry.
        """)
    }
    return Stage(
      kind: .forget, title: "Forget gate",
      purpose: "how much of the old cell state to keep",
      equations: [equations.gate(.forget)], reads: sources(of: .forget),
      appliedTo: "the old cell state \(Quantity.oldCell), in stage 3",
      remarks: remarks, tables: tables(of: .forget),
      sentences: units.map(forgetSentence),
      arithmetic: units.flatMap { arithmetic(of: .forget, unit: $0) })
  }

  private var inputStage: Stage {
    Stage(
      kind: .input, title: "Input gate and candidate",
      purpose: "what could be written, and how much of it to write",
      equations: [equations.gate(.input), equations.gate(.candidate)],
      reads: sources(of: .input),
      appliedTo:
        "each other, in stage 3: the input gate scales the candidate \(Quantity.gate(.candidate))",
      remarks: [], tables: tables(of: .input) + tables(of: .candidate),
      sentences: units.map(inputSentence),
      arithmetic: units.flatMap {
        arithmetic(of: .input, unit: $0) + arithmetic(of: .candidate, unit: $0)
      })
  }

  private var cellStage: Stage {
    let product = { (gate: Gate, other: Quantity) in
      Formula.elementwise(.quantity(.gate(gate)), .quantity(other))
    }
    let columns: [StageTable.Column] = [
      .init(heading: "\(Quantity.oldCell)", values: step.cell),
      .init(heading: "\(product(.forget, .oldCell))", values: step.kept),
      .init(heading: "\(product(.input, .gate(.candidate)))", values: step.written),
      .init(heading: "\(Quantity.newCell)", values: step.newCell, isResult: true),
    ]
    return Stage(
      kind: .cell, title: "Cell state",
      purpose: "the new memory: what is kept, plus what is written",
      equations: [equations.newCell],
      reads: """
        \(Quantity.oldCell), \(Quantity.gate(.forget)), \(Quantity.gate(.input)) and \
        \(Quantity.gate(.candidate))
        """,
      appliedTo: """
        the hidden state, in stage 4; and it is the old cell state \(Quantity.oldCell) of the \
        next step
        """,
      remarks: [],
      tables: [StageTable(gate: nil, rowName: "unit", columns: columns)],
      sentences: units.map(cellSentence), arithmetic: units.flatMap(cellArithmetic))
  }

  private var outputStage: Stage {
    let activated = Formula.apply(cell.variant.cellActivation, .quantity(.newCell))
    let isProjected = cell.parameters.projection != nil
    let shown = isProjected ? Quantity.unprojectedHidden : .newHidden
    let result: Prose =
      isProjected
      ? "\(shown), which the projection makes the hidden state \(Quantity.newHidden)"
      : "the hidden state \(Quantity.newHidden)"
    var tables = tables(of: .output)
    tables.append(
      StageTable(
        gate: nil, rowName: "unit",
        columns: [
          .init(heading: "\(Quantity.gate(.output))", values: step.gates.output.value),
          .init(heading: "\(activated)", values: step.activatedCell),
          .init(
            heading: "\(shown)", values: step.unprojectedHidden, isResult: true),
        ]))
    if isProjected {
      tables.append(
        StageTable(
          gate: nil, rowName: "projected unit",
          columns: [
            .init(heading: "\(Quantity.newHidden)", values: step.newHidden, isResult: true)
          ]))
    }
    return Stage(
      kind: .output, title: "Output gate and hidden state",
      purpose: "how much of the new memory to show",
      equations: [equations.gate(.output)] + equations.newHidden,
      reads: "\(sources(of: .output)); \(shown) also reads the new cell state \(Quantity.newCell)",
      appliedTo: """
        the new cell state, through \(activated): that is \(result), the output of this step and \
        the old hidden state \(Quantity.oldHidden) of the next
        """,
      remarks: [], tables: tables,
      sentences: units.map(outputSentence),
      arithmetic: units.flatMap { arithmetic(of: .output, unit: $0) + hiddenArithmetic($0) })
  }

  // MARK: - What a gate reads and its table

  private func reads(_ gate: Gate) -> Bool {
    if case .weights = cell.variant.source(of: gate) { return true }
    return false
  }

  private func sources(of gate: Gate) -> Prose {
    switch cell.variant.source(of: gate) {
    case .constant(let value):
      return "nothing: it is pinned to \(Formula.number(value))"
    case .oneMinus(let other):
      return "only the \(other.title) \(Quantity.gate(other)), to which it is coupled"
    case .weights:
      guard cell.parameters.gates[gate].peephole != nil else {
        return "the input \(Quantity.input) and the old hidden state \(Quantity.oldHidden)"
      }
      let seen: Prose =
        gate == .output
        ? "the new cell state \(Quantity.newCell)" : "the old cell state \(Quantity.oldCell)"
      return """
        the input \(Quantity.input), the old hidden state \(Quantity.oldHidden) and, through its \
        peephole, \(seen)
        """
    }
  }

  private func tables(of gate: Gate) -> [StageTable] {
    let found = step.gates[gate]
    let result = StageTable.Column(
      heading: "\(Quantity.gate(gate))", values: found.value, isResult: true)
    guard let terms = found.terms, let sum = found.preactivation, let clipped = found.clipped else {
      return [StageTable(gate: gate, rowName: "unit", columns: [result])]
    }
    let parts = [terms.input, terms.hidden, terms.bias, terms.recurrentBias, terms.peephole]
    var columns = zip(equations.terms(of: gate), parts.compactMap { $0 }).map {
      StageTable.Column(heading: "\($0)", values: $1)
    }
    columns.append(.init(heading: "sum", values: sum))
    if cell.variant.clip != nil { columns.append(.init(heading: "clipped", values: clipped)) }
    return [StageTable(gate: gate, rowName: "unit", columns: columns + [result])]
  }

  // MARK: - What happened, in a sentence

  private func isBetweenZeroAndOne(_ gate: Gate) -> Bool {
    step.gates[gate].value.allSatisfy { (0...1).contains($0) }
  }

  /// "keeps 48 % of" or, where the gate is no share, "multiplies by -1.2".
  private func share(_ gate: Gate, _ unit: Int, _ verb: String, _ object: Prose) -> Prose {
    let value = step.gates[gate].value[unit]
    guard (0...1).contains(value) else {
      return "multiplies \(object) by \(Formula.number(value))"
    }
    return "\(verb) \(NumberFormat.percent(value)) of \(object)"
  }

  private func forgetSentence(_ unit: Int) -> Prose {
    guard step.cell[unit] != 0 else {
      let value = step.gates.forget.value[unit]
      let share = (0...1).contains(value) ? NumberFormat.percent(value) : "a multiple"
      return "Unit \(unit + 1) would keep \(share) of its old memory, but that is 0."
    }
    return "Unit \(unit + 1) \(share(.forget, unit, "keeps", "its old memory"))."
  }

  private func inputSentence(_ unit: Int) -> Prose {
    let candidate = Formula.number(step.gates.candidate.value[unit])
    let isShare = (0...1).contains(step.gates.input.value[unit])
    let object: Prose = "its candidate, \(candidate)\(isShare ? "" : ",")"
    return "Unit \(unit + 1) \(share(.input, unit, "lets in", object))."
  }

  private func cellSentence(_ unit: Int) -> Prose {
    let index = unit
    let sum = abs(step.kept[index] + step.written[index])
    let clipped = cell.variant.cellClip.map { sum > $0 } ?? false ? ", then clipped" : ""
    return """
      Unit \(unit + 1)'s memory goes from \(Formula.number(step.cell[index])) to \
      \(Formula.number(step.newCell[index])): \(Formula.number(step.kept[index])) kept, \
      \(Formula.number(step.written[index])) written\(clipped).
      """
  }

  private func outputSentence(_ unit: Int) -> Prose {
    let activated = Formula.apply(
      cell.variant.cellActivation, .entry(.newCell, unit: unit))
    let shown = Formula.number(step.unprojectedHidden[unit])
    let result: Prose =
      cell.parameters.projection == nil
      ? "its hidden state is \(shown)" : "\(shown) goes into the projection"
    return "Unit \(unit + 1) \(share(.output, unit, "shows", "\(activated)")): \(result)."
  }
}
