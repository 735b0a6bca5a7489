// Where the reader of a diagnosis finds more, in words of whoever shows it: a command line names its
// options, a page its buttons. The diagnosis knows of neither.

import LSTMCore

/// What a diagnosis says of where to find more. The words of ``init()`` name no program.
public struct DiagnosisHints: Sendable {
  /// After how many ways to explain numbers were not printed.
  public var allWays = "the diagnosis as JSON lists them"
  /// What has the inputs that a text is too narrow for.
  public var wideInputs = "the diagnosis as JSON has them"
  /// How somebody's numbers of these results are given, the end of a sentence; nil for nothing.
  public var giveResults: @Sendable ([Quantity]) -> String? = { _ in nil }
  /// What shows each term of a step.
  public var everyTerm = "the step in full shows each of its terms"
  /// How a variant is asked for, after "if you mean it,".
  public var variant: @Sendable (KnownVariant) -> String = { $0.words }
  /// What to do with inputs that would show more; a sentence that ends with a colon.
  public var takeProbe = "Put them into your code and diagnose again:"
  /// The inputs that would show more, a line each.
  public var probe: @Sendable (Probe) -> [String] = { $0.lines.map { "  " + $0 } }

  /// The words that name no program.
  public init() {}
}
