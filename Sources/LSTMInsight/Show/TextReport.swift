// A step for the terminal: the four stages in the order of the classic pictures.

/// A step as text.
public struct TextReport {
  private let report: StepReport
  private let digits: Int?
  private let style: TextStyle
  private let allNumbers: String
  private var numbers: NumberFormat { NumberFormat(digits: digits ?? 8) }

  /// Makes the text of a step.
  ///
  /// - Parameters:
  ///   - report: the step.
  ///   - digits: the most decimals of a number; as many as fit, at most 8, where nil.
  ///   - style: colour and width.
  ///   - allNumbers: what is said where a result has too many numbers to print.
  public init(
    _ report: StepReport, digits: Int? = nil, style: TextStyle = .init(),
    allNumbers: String = "the step as JSON has them all"
  ) {
    self.allNumbers = allNumbers
    self.report = report
    self.digits = digits
    self.style = style
  }

  /// The whole text.
  public var text: String {
    let blocks = [heading] + report.stages.enumerated().map(block) + [results]
    return blocks.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var heading: [String] {
    let first = "One LSTM step: \(report.sizes), weights: \(report.weights)"
    var lines = style.wrapped(first).map(style.bold)
    for note in report.notes {
      lines += style.wrapped("Note: " + note.plain(numbers) + ".", indent: "      ")
        .map(style.dim)
    }
    return lines
  }

  private func block(_ index: Int, _ stage: Stage) -> [String] {
    let syntax = PlainSyntax(numbers: numbers)
    var lines = [
      style.heading("\(index + 1)  \(stage.title.uppercased())", stage.kind) + "  "
        + stage.purpose.plain
    ]
    lines += stage.equations.flatMap {
      style.wrappedFormula(syntax.text($0), first: "   ", indent: "       ").map(style.bold)
    }
    lines += style.wrapped(stage.reads.plain(numbers), first: "   reads       ", indent: indent)
    lines += style.wrapped(
      stage.appliedTo.plain(numbers), first: "   applied to  ", indent: indent)
    for table in stage.tables {
      lines.append("")
      lines +=
        TableText(table: table, kind: stage.kind, units: report.units, style: style)
        .lines(digits: digits)
    }
    lines.append("")
    for remark in stage.remarks {
      lines += style.wrapped(remark.plain(numbers), first: "   ", indent: "   ")
    }
    for sentence in stage.sentences {
      lines += style.wrapped(sentence.plain(numbers), first: "   ", indent: "   ")
    }
    if !stage.arithmetic.isEmpty { lines.append("") }
    for line in stage.arithmetic {
      lines += style.wrappedFormula(
        syntax.equals(line.sides.map(syntax.text)), first: "   ", indent: "     ")
    }
    return lines
  }

  private let indent = String(repeating: " ", count: 15)

  private var results: [String] {
    var lines = [style.bold("RESULT")]
    for (quantity, values) in report.results {
      let name = PlainSyntax().quantity(quantity)
      guard values.count <= StageTable.mostRows else {
        lines.append("   \(name)  \(values.count) numbers: \(allNumbers)")
        continue
      }
      let list = values.map(numbers.text).joined(separator: ", ")
      lines += style.wrapped("[\(list)]", first: "   \(name) = ", indent: "           ")
    }
    return lines
  }
}
