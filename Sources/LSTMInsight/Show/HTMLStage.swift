// One stage of a step on the page: its words, its picture, its equations, its numbers.

import LSTMCore

extension HTMLReport {
  /// The section of one stage.
  ///
  /// - Parameter number: the place of the stage, counted from 1.
  func stage(_ stage: Stage, number: Int) -> String {
    let id = "stage-\(stage.kind.rawValue)"
    let parts = [
      "<h2 id=\"\(id)-title\"><span class=\"place\">\(number)</span> "
        + "\(Markup.escaped(stage.title))</h2>",
      "<p class=\"purpose\">\(sentence(stage.purpose))</p>",
      picture(of: stage),
      equations(of: stage),
      """
      <dl class="flow">
      <dt>Reads</dt><dd>\(sentence(stage.reads))</dd>
      <dt>Applied to</dt><dd>\(sentence(stage.appliedTo))</dd>
      </dl>
      """,
      stage.remarks.map { "<p class=\"remark\">\(sentence($0))</p>" }.joined(separator: "\n"),
      happenings(in: stage),
      stage.tables.map { table($0) }.joined(separator: "\n"),
    ]
    return """
      <section class="stage r-\(stage.kind.rawValue)" id="\(id)" aria-labelledby="\(id)-title">
      \(parts.filter { !$0.isEmpty }.joined(separator: "\n"))
      </section>
      """
  }

  private func picture(of stage: Stage) -> String {
    let picture = CellPicture(report, unit: shownUnit, stage: stage.kind)
    return """
      <figure>
      <div class="picture" tabindex="0" role="group" aria-label="Picture">
      \(picture.fragment)
      </div>
      <figcaption>The cell with the numbers of unit \(shownUnit + 1); this stage is lit.</figcaption>
      </figure>
      """
  }

  private func equations(of stage: Stage) -> String {
    let lines = stage.equations.map { math.element(math.text($0), isBlock: true) }
    return "<div class=\"equation\" tabindex=\"0\" role=\"group\" aria-label=\"Equation\">\n"
      + lines.joined(separator: "\n") + "\n</div>"
  }

  /// For each chosen unit what happened in it, and the numbers put into the equations.
  private func happenings(in stage: Stage) -> String {
    let isPaired = stage.sentences.count == report.units.count
    let units = report.units.enumerated().map { place, unit in
      var text = isPaired ? "<p class=\"happened\">\(sentence(stage.sentences[place]))</p>" : ""
      let lines = stage.arithmetic.filter { $0.unit == unit }
      if !lines.isEmpty {
        text +=
          "\n<div class=\"work\" tabindex=\"0\" role=\"group\""
          + " aria-label=\"Unit \(unit + 1), with numbers\">\n"
        text += lines.map(line).joined(separator: "\n") + "\n</div>"
      }
      return text
    }
    let loose = isPaired ? "" : stage.sentences.map { "<p>\(sentence($0))</p>\n" }.joined()
    return loose + units.joined(separator: "\n")
  }

  /// A chain of equalities, which may break before each sign of equality.
  private func line(_ line: ArithmeticLine) -> String {
    let sides = line.sides.enumerated().map { place, side in
      math.element((place == 0 ? "" : "<mo form=\"infix\">=</mo>") + math.text(side))
    }
    return "<p>\(sides.joined(separator: " "))</p>"
  }
}
