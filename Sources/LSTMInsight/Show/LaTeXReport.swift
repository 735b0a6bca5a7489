// A step as a LaTeX document that compiles as it is with pdfLaTeX, XeLaTeX or LuaLaTeX.

/// A step as LaTeX.
public struct LaTeXReport {
  private let report: StepReport
  private let numbers: NumberFormat
  private var syntax: LaTeXSyntax { LaTeXSyntax(numbers: numbers) }

  /// Makes the LaTeX of a step, with at most so many decimals.
  public init(_ report: StepReport, numbers: NumberFormat = .init()) {
    self.report = report
    self.numbers = numbers
  }

  /// The document.
  public var text: String {
    var lines = [
      "\\documentclass{article}",
      "\\usepackage{amsmath}",
      "\\usepackage[a4paper, margin=2.5cm]{geometry}",
      "\\setlength{\\parindent}{0pt}\\setlength{\\parskip}{0.6em}",
      "\\allowdisplaybreaks",
      "\\begin{document}",
      "\\section*{One LSTM step}",
      "\(report.sizes), weights: \(Self.escaped(report.weights)).",
    ]
    for note in report.notes { lines += ["", "\\emph{Note: \(prose(note)).}"] }
    for (index, stage) in report.stages.enumerated() {
      lines += ["", "\\subsection*{\(index + 1)\\quad \(Self.escaped(stage.title))}"]
      lines += ["\\emph{Purpose:} \(prose(stage.purpose))."]
      lines += aligned(stage.equations.map { [syntax.quantity($0.left), syntax.text($0.right)] })
      lines += ["\\emph{Reads} \(prose(stage.reads)).\\\\"]
      lines += ["\\emph{Applied to} \(prose(stage.appliedTo))."]
      for table in stage.tables { lines += [""] + self.table(table) }
      for remark in stage.remarks + stage.sentences { lines += ["", prose(remark)] }
      lines += aligned(stage.arithmetic.map { $0.sides.map(syntax.text) })
    }
    lines += ["", "\\subsection*{Result}"]
    for (name, values) in report.results {
      let list = values.map { "$\(syntax.number($0))$" }.joined(separator: ", ")
      lines += ["\\raggedright $\(syntax.quantity(name))$ = [\(list)]", ""]
    }
    return (lines + ["\\end{document}"]).joined(separator: "\n") + "\n"
  }

  /// Chains of equalities under one another, each further side on a line of its own.
  private func aligned(_ chains: [[String]]) -> [String] {
    guard !chains.isEmpty else { return [] }
    let rows = chains.flatMap { sides in
      sides.dropFirst().enumerated().map { index, side in
        "\(index == 0 ? sides[0] : "") &= \(side)"
      }
    }
    return ["\\begin{align*}", rows.joined(separator: " \\\\\n"), "\\end{align*}"]
  }

  private func table(_ table: StageTable) -> [String] {
    func row(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }
    let columns = String(repeating: "r", count: table.columns.count + 1)
    return [
      "\\begin{center}\\small\\begin{tabular}{\(columns)}",
      row([table.rowName] + table.columns.map { prose($0.heading) }) + "\\hline",
    ]
      + table.summary.map { name, values in row([name] + values.map(cell)) }
      + table.shownUnits(report.units).map { unit in
        row(["\(unit)"] + table.columns.map { cell($0.values[unit - 1]) })
      } + ["\\end{tabular}\\end{center}"]
  }

  private func cell(_ value: Double) -> String { "$\(syntax.number(value))$" }

  private func prose(_ prose: Prose) -> String {
    prose.text(words: Self.escaped) { "$" + syntax.text($0) + "$" }
  }

  /// Words with what LaTeX would read as a command escaped, and the few signs beyond ASCII that
  /// our words use put as mathematics.
  static func escaped(_ words: String) -> String {
    words.map { letter -> String in
      switch letter {
      case "\\": "\\textbackslash{}"
      case "{", "}", "$", "&", "#", "%", "_": "\\\(letter)"
      case "~": "\\textasciitilde{}"
      case "^": "\\textasciicircum{}"
      case "⊙": "$\\odot$"
      case "±": "$\\pm$"
      case "√": "$\\surd$"
      case "'": "'"
      case _ where letter.isASCII: String(letter)
      case _ where letter.isLetter && letter.unicodeScalars.allSatisfy { $0.value < 0x180 }:
        String(letter)
      default: "?"
      }
    }.joined()
  }
}
