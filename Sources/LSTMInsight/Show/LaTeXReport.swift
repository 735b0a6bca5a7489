// A step as a LaTeX document that compiles as it is with pdfLaTeX, XeLaTeX or LuaLaTeX.

/// A step as LaTeX.
public struct LaTeXReport: MathematicalReport {
  let report: StepReport
  let numbers: NumberFormat

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
      lines += aligned(
        stage.equations.map { [[syntax.quantity($0.left)], [syntax.text($0.right)]] })
      lines += ["\\emph{Reads} \(prose(stage.reads)).\\\\"]
      lines += ["\\emph{Applied to} \(prose(stage.appliedTo))."]
      for table in stage.tables { lines += [""] + self.table(table) }
      for remark in stage.remarks + stage.sentences { lines += ["", prose(remark)] }
      lines += aligned(stage.arithmetic.map { $0.sides.map(rows) })
    }
    lines += ["", "\\subsection*{Result}"]
    for (name, values) in report.results {
      let list = values.map { "$\(syntax.number($0))$" }.joined(separator: ", ")
      lines += ["\\raggedright $\(syntax.quantity(name))$ = [\(list)]", ""]
    }
    return (lines + ["\\end{document}"]).joined(separator: "\n") + "\n"
  }

  /// So many letters of a sum fit a line of the page.
  private static let mostLetters = 78

  /// One side of an equality in as many rows as the page is wide.
  private func rows(_ side: Formula) -> [String] {
    guard case .sum(let terms) = side,
      terms.allSatisfy({ if case .elementwise = $0 { true } else { false } })
    else { return [syntax.text(side)] }
    var rows: [[Formula]] = []
    var letters = Int.max / 2
    for term in terms {
      let size = PlainSyntax(numbers: numbers).text(term).count + 3
      letters += size
      if letters > Self.mostLetters {
        rows.append([])
        letters = size
      }
      rows[rows.count - 1].append(term)
    }
    return rows.map { syntax.text(.sum($0)) }
  }

  /// Chains of equalities under one another, each further side on a line of its own.
  private func aligned(_ chains: [[[String]]]) -> [String] {
    guard !chains.isEmpty else { return [] }
    let rows = chains.flatMap { sides in
      sides.dropFirst().enumerated().flatMap { index, side in
        side.enumerated().map { part, text in
          part > 0 ? " &\\quad + \(text)" : "\(index == 0 ? sides[0][0] : "") &= \(text)"
        }
      }
    }
    return ["\\begin{align*}", rows.joined(separator: " \\\\\n"), "\\end{align*}"]
  }

  private func table(_ table: StageTable) -> [String] {
    func row(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }
    let columns = String(repeating: "r", count: table.columns.count + 1)
    let rows =
      [[table.rowName] + table.columns.map { prose($0.heading) }]
      + table.summary.map { name, values in [name] + values.map(cell) }
      + table.shownUnits(report.units).map { unit in
        ["\(unit + 1)"] + table.columns.map { cell($0.values[unit]) }
      }
    return [
      "\\begin{center}\(Self.size(of: Array(rows.dropFirst())))\\begin{tabular}{\(columns)}",
      row(rows[0]) + "\\hline",
    ] + rows.dropFirst().map(row) + ["\\end{tabular}\\end{center}"]
  }

  /// The size of type in which a table of numbers fits the page, roughly.
  private static func size(of rows: [[String]]) -> String {
    let columns = rows.first?.count ?? 0
    let letters = (0..<columns).reduce(0) { total, column in
      // A heading such as $p_{f} \odot c_{t-1}$ takes as much room as some seven digits.
      total + rows.reduce(7) { max($0, $1[column].count { $0 != "$" }) }
    }
    let steps: [(type: String, digit: Double, gap: Double)] = [
      ("\\small", 4.8, 12), ("\\footnotesize\\setlength{\\tabcolsep}{3pt}", 4.3, 6),
      ("\\scriptsize\\setlength{\\tabcolsep}{3pt}", 3.8, 6),
    ]
    let fits = steps.first { Double(letters) * $0.digit + Double(columns) * $0.gap <= 450 }
    return fits?.type ?? "\\tiny\\setlength{\\tabcolsep}{2pt}"
  }

  private func cell(_ value: Double) -> String { "$\(syntax.number(value))$" }

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
