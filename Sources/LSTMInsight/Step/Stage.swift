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
}

/// A chain of equalities that ends in a number.
public struct ArithmeticLine: Equatable, Sendable {
  /// The unit it is about, counted from 1.
  public let unit: Int
  /// The sides, each equal to the next.
  public let sides: [Formula]
}
