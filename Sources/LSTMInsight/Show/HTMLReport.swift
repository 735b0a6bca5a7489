// A step as one page: self-contained, without scripts or anything to fetch. This file has the
// page's frame, what went in and what came out; HTMLStage.swift has the four stages, HTMLTable.swift
// the tables and HTMLStyle.swift the style sheet. The page shows a report and computes nothing of
// the LSTM.

import LSTMCore

/// One step, explained on one page of HTML, for a screen of any width, the dark, and paper.
public struct HTMLReport {
  let report: StepReport
  let numbers: NumberFormat

  /// Makes the page of a step.
  ///
  /// - Parameters:
  ///   - report: the step.
  ///   - numbers: how numbers are written, except in the pictures, which have room for 4 decimals,
  ///     and in the results at the end, which are exact.
  public init(_ report: StepReport, numbers: NumberFormat = .init()) {
    self.report = report
    self.numbers = numbers
  }

  /// The whole page.
  public var text: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>\(Markup.escaped(title))</title>
    <style>
    \(Self.style)
    \(CellPicture.style)
    </style>
    </head>
    <body>
    <main>
    \(header)
    \(givenSection)
    \(report.stages.enumerated().map { stage($1, number: $0 + 1) }.joined(separator: "\n"))
    \(resultSection)
    \(words)
    </main>
    </body>
    </html>

    """
  }

  // MARK: - Pieces of mathematics and prose

  var math: MathMLSyntax { MathMLSyntax(numbers: numbers) }

  /// A formula within a line.
  func inline(_ formula: Formula) -> String { math.element(math.text(formula)) }

  func inline(_ quantity: Quantity) -> String { inline(.quantity(quantity)) }

  /// A phrase with its formulas set.
  func phrase(_ prose: Prose) -> String {
    prose.text(words: Markup.escaped, formula: inline)
  }

  /// A phrase as a sentence: with a capital at its beginning and a full stop.
  func sentence(_ prose: Prose) -> String {
    var prose = prose
    if case .words(let words) = prose.pieces.first {
      prose.pieces[0] = .words(words.prefix(1).uppercased() + words.dropFirst())
    }
    if case .words(let words) = prose.pieces.last, let last = words.last, ".:?!".contains(last) {
      return phrase(prose)
    }
    return phrase(prose) + "."
  }

  // MARK: - The head of the page

  /// The unit whose numbers the pictures show.
  var shownUnit: Int { report.units.first ?? 0 }

  private var sizes: String {
    let parameters = report.cell.parameters
    func count(_ number: Int, _ one: String) -> String {
      "\(number) \(one)\(number == 1 ? "" : "s")"
    }
    var text =
      "\(count(parameters.inputSize, "input")), \(count(parameters.hiddenSize, "hidden unit"))"
    if parameters.projection != nil { text += ", \(parameters.outputSize) projected" }
    return text
  }

  private var title: String { "One step of an LSTM cell: \(sizes)" }

  private var header: String {
    let links = report.stages.map {
      "<li><a href=\"#stage-\($0.kind.rawValue)\">\(Markup.escaped($0.title))</a></li>"
    }
    let notes =
      report.notes.isEmpty
      ? ""
      : "<ul class=\"notes\">\n"
        + report.notes.map { "<li>\(sentence($0))</li>" }.joined(separator: "\n") + "\n</ul>"
    return """
      <header>
      <h1>One step of an LSTM cell</h1>
      <p class="answer">\(answer)</p>
      <p class="facts">\(sizes); weights: \(Markup.escaped(report.weights)); computed in \
      \(report.precision.rawValue).</p>
      \(notes)
      <nav aria-label="Stages"><ol>
      \(links.joined(separator: "\n"))
      </ol></nav>
      </header>
      """
  }

  /// The result in one sentence: all of it where it is short, else that of one unit.
  private var answer: String {
    let step = report.step
    let index = shownUnit
    if step.newCell.count == 1 || step.newCell.count > 8 {
      let old = inline(.number(step.cell[index]))
      let new = inline(.number(step.newCell[index]))
      let shown = inline(.number(step.unprojectedHidden[index]))
      return """
        The memory of unit \(shownUnit + 1) goes from \(old) to \(new), and the unit shows \
        \(shown) of it.
        """
    }
    let short = NumberFormat(digits: 4)
    func list(_ values: [Double]) -> String {
      "<span class=\"list\">(\(values.map(short.text).joined(separator: ", ")))</span>"
    }
    return """
      The new cell state \(inline(.newCell)) is \(list(step.newCell)) and the new hidden state \
      \(inline(.newHidden)) is \(list(step.newHidden)).
      """
  }

  // MARK: - What went in and what came out

  private var givenSection: String {
    let step = report.step
    return """
      <section aria-labelledby="given">
      <h2 id="given">What went in</h2>
      \(vector(.input, "the input", step.input, numbers.text))
      \(vector(.oldHidden, "the old hidden state", step.hidden, numbers.text))
      \(vector(.oldCell, "the old cell state", step.cell, numbers.text))
      </section>
      """
  }

  private var resultSection: String {
    let step = report.step
    let exact = report.precision.exact
    return """
      <section aria-labelledby="result">
      <h2 id="result">What came out</h2>
      <p>Every digit that \(report.precision.rawValue) has; one click selects a whole vector.</p>
      \(vector(.newCell, "the new cell state", step.newCell, exact, isFolded: false))
      \(vector(.newHidden, "the new hidden state", step.newHidden, exact, isFolded: false))
      </section>
      """
  }

  /// A named vector; a long one is summed up and folded away.
  private func vector(
    _ quantity: Quantity, _ name: String, _ values: [Double], _ write: (Double) -> String,
    isFolded: Bool = true
  ) -> String {
    let all =
      "<pre class=\"vector\" tabindex=\"0\">[\(values.map(write).joined(separator: ", "))]</pre>"
    let count = "\(values.count) number\(values.count == 1 ? "" : "s")"
    let heading = "<p>\(inline(quantity)), \(name), \(count):</p>"
    guard isFolded, values.count > Self.mostRows, let summary = Summary(values) else {
      return "\(heading)\n\(all)"
    }
    return """
      <p>\(inline(quantity)), \(name), \(count) from \(numbers.text(summary.least)) to \
      \(numbers.text(summary.greatest)), on average \(numbers.text(summary.mean)).</p>
      <details><summary>All \(count)</summary>\(all)</details>
      """
  }

  private var words: String {
    let first = inline(.matrixProduct(.quantity(.inputWeights(.forget)), .quantity(.input)))
    return """
      <footer aria-label="Words">
      <p><strong>Words.</strong> A <dfn>unit</dfn> is one place in the cell state, with a number of \
      its own that lasts from step to step: its memory. A <dfn>gate</dfn> has one number for each \
      unit and scales something else with it. The <dfn>candidate</dfn> is what could be written. \
      The <dfn>cell state</dfn> \(inline(.newCell)) is the memory, the <dfn>hidden state</dfn> \
      \(inline(.newHidden)) what the cell shows of it. The <dfn>sum</dfn>, or pre-activation, is \
      what a gate’s function is given. ⊙ multiplies entry by entry; \(first) is a matrix product, \
      in which every input counts for every unit.</p>
      </footer>
      """
  }
}
