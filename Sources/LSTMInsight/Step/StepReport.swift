// One step with everything there is to say about it. Text, JSON, Markdown, LaTeX, pictures, pages
// and programs are all written from a report and compute nothing themselves.

import LSTMCore

/// What somebody knows before the step: the three vectors, some of them perhaps not given.
public struct StepInput: Equatable, Sendable {
  /// x(t), `[I]`; zeros where nil.
  public var input: [Double]?
  /// h(t-1), `[P]`; zeros where nil.
  public var hidden: [Double]?
  /// c(t-1), `[H]`; zeros where nil.
  public var cell: [Double]?

  /// Makes the input of a step.
  public init(input: [Double]? = nil, hidden: [Double]? = nil, cell: [Double]? = nil) {
    self.input = input
    self.hidden = hidden
    self.cell = cell
  }

  /// Runs the step of a cell, with zeros for what is not given.
  ///
  /// - Throws: `LSTMCoreError` where sizes do not fit.
  public func step(of cell: ReadableCell<Double>, precision: Precision = .double) throws
    -> CellStep<Double>
  {
    func zeros(_ count: Int) -> [Double] { [Double](repeating: 0, count: count) }
    let parameters = cell.parameters
    let input = self.input ?? zeros(parameters.inputSize)
    let hidden = self.hidden ?? zeros(parameters.outputSize)
    let old = self.cell ?? zeros(parameters.hiddenSize)
    switch precision {
    case .double: return try cell.step(input: input, hidden: hidden, cell: old)
    case .float:
      let single = try ReadableCell<Float>(cell).step(
        input: input.map { Float($0) }, hidden: hidden.map { Float($0) },
        cell: old.map { Float($0) })
      return CellStep<Double>(single)
    }
  }
}

/// One step, computed and explained.
public struct StepReport: Sendable {
  /// The cell that took the step.
  public let cell: ReadableCell<Double>
  /// What happened.
  public let step: CellStep<Double>
  /// The precision it was computed in.
  public let precision: Precision
  /// Where the weights come from: "identity", "drawn from …", a file.
  public let weights: String
  /// The units that are looked at closely, counted from 0.
  public let units: [Int]
  /// What the reader should know: what was not given, what these numbers hide.
  public let notes: [Prose]
  /// The four stages.
  public let stages: [Stage]

  /// Computes a step and explains it.
  ///
  /// - Parameters:
  ///   - cell: the cell.
  ///   - given: x(t), h(t-1), c(t-1).
  ///   - precision: what to compute in.
  ///   - weights: where the weights come from, in words.
  ///   - units: the units to look at closely, counted from 0; those out of range are left out.
  /// - Throws: `LSTMCoreError` where sizes do not fit or numbers overflow.
  public init(
    cell: ReadableCell<Double>, given: StepInput, precision: Precision = .double,
    weights: String, units: [Int] = [0]
  ) throws {
    self.cell = cell
    self.precision = precision
    self.weights = weights
    self.units = units.filter { (0..<cell.parameters.hiddenSize).contains($0) }
    step = try given.step(of: cell, precision: precision)
    stages = StageKind.allCases.map { [step, units = self.units] kind in
      StageWriter(cell: cell, step: step, units: units).stage(kind)
    }
    var notes = Self.notes(on: given)
    if precision == .float {
      let exact = try given.step(of: cell)
      notes.append(Self.precisionNote(step, exact))
    }
    if Self.allSumsAreEqual(step) {
      notes.append(
        """
        all four pre-activations are the same here, because the four gates have the same weights \
        and biases; a trained cell has different ones
        """)
    }
    self.notes = notes
  }

  /// The sizes in words: "5 inputs, 5 hidden units".
  public var sizes: String {
    func count(_ number: Int, _ noun: String) -> String {
      "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
    let parameters = cell.parameters
    let sizes = [
      count(parameters.inputSize, "input"), count(parameters.hiddenSize, "hidden unit"),
      parameters.projection.map { count($0.rows, "projected unit") },
    ]
    return sizes.compactMap { $0 }.joined(separator: ", ")
  }

  /// What the step leads to: c(t) `[H]` and h(t) `[P]`.
  public var results: [(name: Quantity, values: [Double])] {
    [(.newCell, step.newCell), (.newHidden, step.newHidden)]
  }

  private static func notes(on given: StepInput) -> [Prose] {
    var notes: [Prose] = []
    if given.input == nil {
      notes.append("no input was given: zeros; with zeros \(Formula.inputProduct) is zero")
    }
    if given.hidden == nil {
      notes.append(
        "no old hidden state was given: zeros; with zeros \(Formula.hiddenProduct) is zero")
    }
    if given.cell == nil {
      notes.append("no old cell was given: zeros; with zeros the forget gate has nothing to keep")
    }
    return notes
  }

  private static func allSumsAreEqual(_ step: CellStep<Double>) -> Bool {
    let sums = Gate.allCases.compactMap { step.gates[$0].preactivation }
    return sums.count == 4 && sums.allSatisfy { $0 == sums.first }
  }

  /// How far a step in float lies from the same step in double, at its worst.
  private static func precisionNote(_ found: CellStep<Double>, _ exact: CellStep<Double>) -> Prose {
    var worst = (difference: 0.0, quantity: Quantity.newHidden, unit: 0)
    let pairs: [(Quantity, [Double], [Double])] =
      Gate.allCases.map { (.gate($0), found.gates[$0].value, exact.gates[$0].value) }
      + [(.newCell, found.newCell, exact.newCell), (.newHidden, found.newHidden, exact.newHidden)]
    for (quantity, found, exact) in pairs {
      for (index, pair) in zip(found, exact).enumerated()
      where abs(pair.0 - pair.1) > worst.difference {
        worst = (abs(pair.0 - pair.1), quantity, index)
      }
    }
    guard worst.difference > 0 else {
      return "computed in float, which gives the same numbers as double here"
    }
    let size = NumberFormat(digits: 1).text(worst.difference)
    return """
      computed in float: the largest difference from double is \(size), in \
      \(Formula.entry(worst.quantity, unit: worst.unit))
      """
  }
}

extension Formula {
  fileprivate static let inputProduct = Formula.matrixProduct(
    .quantity(.inputWeights(.forget)), .quantity(.input))
  fileprivate static let hiddenProduct = Formula.matrixProduct(
    .quantity(.hiddenWeights(.forget)), .quantity(.oldHidden))
}
