// What the reports of a step share that write their mathematics in LaTeX.

/// A report with formulas in LaTeX between its words.
protocol MathematicalReport {
  var report: StepReport { get }
  var numbers: NumberFormat { get }

  /// Words with what the form would read as a command of its own escaped.
  static func escaped(_ words: String) -> String
}

extension MathematicalReport {
  var syntax: LaTeXSyntax { LaTeXSyntax(numbers: numbers) }

  /// Words with formulas between dollar signs.
  func prose(_ prose: Prose) -> String {
    prose.text(words: Self.escaped) { "$" + syntax.text($0) + "$" }
  }
}
