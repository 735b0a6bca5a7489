// A step as Markdown with LaTeX mathematics, as GitHub, GitLab, Jupyter and Obsidian show it.

/// A step as Markdown.
public struct MarkdownReport: MathematicalReport {
  let report: StepReport
  let numbers: NumberFormat

  /// Makes the Markdown of a step, with at most so many decimals.
  public init(_ report: StepReport, numbers: NumberFormat = .init()) {
    self.report = report
    self.numbers = numbers
  }

  /// The document.
  public var text: String {
    var lines = [
      "# One LSTM step", "", report.sizes + ", weights: " + Self.escaped(report.weights),
    ]
    for note in report.notes { lines += ["", "> " + prose(note) + "."] }
    for (index, stage) in report.stages.enumerated() {
      lines += ["", "## \(index + 1). \(stage.title)", "", sentence(stage.purpose)]
      lines += stage.equations.flatMap { ["", "$$" + syntax.text($0) + "$$"] }
      lines += ["", "- reads " + prose(stage.reads), "- applied to " + prose(stage.appliedTo)]
      for table in stage.tables { lines += [""] + self.table(table) }
      for remark in stage.remarks + stage.sentences { lines += ["", prose(remark)] }
      for line in stage.arithmetic {
        lines += ["", "$$" + syntax.equals(line.sides.map(syntax.text)) + "$$"]
      }
    }
    lines += ["", "## Result", ""]
    lines += report.results.map { name, values in
      "- $\(syntax.quantity(name))$ = [\(values.map(numbers.text).joined(separator: ", "))]"
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func sentence(_ prose: Prose) -> String {
    let text = self.prose(prose)
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  private func table(_ table: StageTable) -> [String] {
    let units = table.shownUnits(report.units)
    func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    return [
      row([table.rowName] + table.columns.map { prose($0.heading) }),
      row([String](repeating: "---:", count: table.columns.count + 1)),
    ]
      + table.summary.map { name, values in row([name] + values.map(numbers.text)) }
      + units.map { unit in
        row(["\(unit + 1)"] + table.columns.map { numbers.text($0.values[unit]) })
      }
  }

  /// Words with the signs that Markdown would read as its own escaped.
  static func escaped(_ words: String) -> String {
    words.reduce(into: "") { result, letter in
      if "\\`*_[]<>$#|".contains(letter) { result += "\\" }
      result.append(letter)
    }
  }
}
