// The form in which one stage of a step is explained. What stands in it is StageWriter's business,
// how it looks that of Show/.

import LSTMCore

/// One of the four stages in which the classic pictures explain an LSTM step.
public enum StageKind: String, CaseIterable, Sendable {
  /// The forget gate.
  case forget
  /// The input gate and the candidate.
  case input
  /// The new cell state.
  case cell
  /// The output gate and the new hidden state.
  case output
}

/// The explanation of one stage.
public struct Stage: Equatable, Sendable {
  /// Which stage.
  public let kind: StageKind
  /// Its name: "Forget gate".
  public let title: String
  /// What it is for, in one phrase.
  public let purpose: Prose
  /// What it computes.
  public let equations: [Equation]
  /// What goes into it.
  public let reads: Prose
  /// What its result is used on.
  public let appliedTo: Prose
  /// Remarks that belong here and nowhere else.
  public let remarks: [Prose]
  /// The numbers by unit.
  public let tables: [StageTable]
  /// What happened in each chosen unit, in a sentence.
  public let sentences: [Prose]
  /// The equations of each chosen unit with the numbers put in.
  public let arithmetic: [ArithmeticLine]
}

/// Numbers by unit, one column a quantity.
public struct StageTable: Equatable, Sendable {
  /// A column of a table.
  public struct Column: Equatable, Sendable {
    /// What stands above it.
    public let heading: Prose
    /// One number a unit, `[H]` or `[P]`.
    public let values: [Double]
    /// Whether the column is the result that the table leads to.
    public var isResult = false
  }

  /// The gate whose table it is, if it is a gate's.
  public let gate: Gate?
  /// What a row is: "unit", or "projected unit" after a projection.
  public let rowName: String
  /// The columns, all equally long.
  public let columns: [Column]

  /// The number of units.
  public var rowCount: Int { columns.first?.values.count ?? 0 }

  /// Up to so many units every one has its row; beyond, there is a summary and the chosen units.
  static let mostRows = 32

  /// The units that have a row, counted from 0: all of them, or those of `chosen` that there are.
  func shownUnits(_ chosen: [Int]) -> [Int] {
    rowCount <= Self.mostRows ? Array(0..<rowCount) : chosen.filter { $0 < rowCount }
  }

  /// For a table too long to be shown whole, the least, mean and most of each column; else none.
  var summary: [(name: String, values: [Double])] {
    guard rowCount > Self.mostRows else { return [] }
    let columns = columns.map(\.values)
    return [
      ("least", columns.map { $0.min() ?? 0 }),
      ("mean", columns.map { $0.reduce(0, +) / Double($0.count) }),
      ("most", columns.map { $0.max() ?? 0 }),
    ]
  }
}

/// A chain of equalities that ends in a number.
public struct ArithmeticLine: Equatable, Sendable {
  /// The unit it is about, counted from 0.
  public let unit: Int
  /// The sides, each equal to the next.
  public let sides: [Formula]
}
