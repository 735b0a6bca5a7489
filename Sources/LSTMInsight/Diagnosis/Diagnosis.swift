// What a comparison of somebody's numbers with the right ones leads to.

import LSTMCore

/// Where somebody's numbers of one step differ from the right ones, and why.
public struct Diagnosis: Sendable {
  /// The first number that is wrong.
  public struct Difference: Equatable, Sendable {
    /// The result it belongs to.
    public let quantity: Quantity
    /// The unit, counted from 0; nil where there are too many or too few numbers.
    public let unit: Int?
    /// Somebody's number; where `unit` is nil, how many numbers there are.
    public let mine: Double
    /// The right number; where `unit` is nil, how many there should be.
    public let expected: Double
  }

  /// One result, judged.
  public struct Verdict: Equatable, Sendable {
    /// The result.
    public let quantity: Quantity
    /// The first of its numbers that is wrong, nil where all are right.
    public let difference: Difference?
  }

  /// A mistake that reproduces wrong numbers.
  public struct Cause: Sendable {
    /// The mistake.
    public let mistake: Mistake
    /// The results it explains.
    public let explains: [Quantity]
    /// What to change, with the line as it should be.
    public let fix: String
  }

  /// Some wrong results and the ways to explain them; one way is enough, and all the causes of a
  /// way belong together.
  public struct Explanation: Sendable {
    /// The wrong results.
    public let explains: [Quantity]
    /// The ways to explain them, simplest first.
    public let alternatives: [[Cause]]
  }

  /// Every claimed result, judged in the order of the data: gates, cell state, hidden state. A
  /// later one is judged from somebody's own earlier numbers.
  public let verdicts: [Verdict]
  /// What explains the wrong results; independent faults have an explanation each.
  public let explanations: [Explanation]
  /// The wrong results that no known mistake explains.
  public let unexplained: [Quantity]
  /// How the right numbers were rounded, where they were.
  let rounding: Rounding?
  /// The mistakes that give the same numbers as the right step for these inputs: whoever made
  /// them could not see it here.
  public let hidden: [Mistake]
  /// The mistakes that would only show in results that were not claimed.
  public let notChecked: [Mistake]
  /// Inputs that would show the hidden mistakes, where there are any.
  public let probe: Probe?

  /// Whether every claimed number is right.
  public var agrees: Bool { verdicts.allSatisfy { $0.difference == nil } }
  /// The first wrong number in the order of the data.
  public var firstDifference: Difference? { verdicts.compactMap(\.difference).first }
  /// The id of the rounding under which the numbers agree, such as "rounding:4"; nil where they
  /// differ or were not noticeably rounded.
  public var roundingID: String? { rounding?.id }
  /// The hidden mistakes' ids, each once.
  public var hiddenIDs: [String] { Self.ids(hidden) }
  /// The ids of the mistakes that were not looked for, each once.
  public var notCheckedIDs: [String] { Self.ids(notChecked) }

  private static func ids(_ mistakes: [Mistake]) -> [String] {
    mistakes.map(\.id).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

/// What is wrong with a comparison itself.
public enum DiagnosisError: LSTMFailure, Equatable {
  /// No number was claimed.
  case nothingClaimed
  /// A result has a number of values that the cell cannot give.
  case size(of: Quantity, found: Int, expected: Int)

  /// Wrong usage where nothing was given, else wrong data.
  public var kind: FailureKind { self == .nothingClaimed ? .usage : .data }

  /// What is wrong.
  public var message: String {
    switch self {
    case .nothingClaimed: "there is nothing to compare with."
    case .size(let quantity, let found, let expected):
      "your \(quantity.resultTitle) has \(found) \(found == 1 ? "value" : "values"), but this step "
        + "gives \(expected)."
    }
  }

  /// What to give or to look at.
  public var remedies: [Remedy] {
    switch self {
    case .nothingClaimed: [.giveResults]
    case .size: [.checkSizes]
    }
  }
}
