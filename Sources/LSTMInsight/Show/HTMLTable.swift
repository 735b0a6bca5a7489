// The numbers of a stage by unit: all of them where they are few, else the least, the mean and the
// greatest, and the chosen units.

import LSTMCore

/// What many numbers are like.
struct Summary: Equatable {
  let least: Double
  let mean: Double
  let greatest: Double

  init(least: Double, mean: Double, greatest: Double) {
    (self.least, self.mean, self.greatest) = (least, mean, greatest)
  }

  /// Sums up numbers; nil where there are none.
  init?(_ values: [Double]) {
    guard let least = values.min(), let greatest = values.max() else { return nil }
    // Divided before they are added, so that no sum of finite numbers overflows.
    let mean = values.reduce(0) { $0 + $1 / Double(values.count) }
    self.init(least: least, mean: mean, greatest: greatest)
  }
}

extension HTMLReport {
  /// The most units that a table shows one by one.
  static let mostRows = 32

  /// A table in a box of its own, in which it scrolls where the screen is narrower.
  func table(_ table: StageTable) -> String {
    let heads = table.columns.map { column in
      "<th scope=\"col\"\(mark(column))>\(phrase(column.heading))</th>"
    }
    let title =
      table.gate.map { "The \(Markup.escaped($0.title))" }
      ?? table.columns.filter(\.isResult).map { phrase($0.heading) }.joined(separator: ", ")
    let isWhole = table.rowCount <= Self.mostRows
    let caption =
      isWhole
      ? "\(title) by \(table.rowName)"
      : "\(title) of \(table.rowCount) \(table.rowName)s, summed up"
    let rows =
      isWhole ? self.rows(of: table, Array(0..<table.rowCount)) : summary(of: table)
    return """
      <div class="scroll" tabindex="0" role="group" aria-label="Table">
      <table>
      <caption>\(caption)</caption>
      <thead><tr><th scope="col">\(Markup.escaped(table.rowName))</th>\(heads.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      </div>
      """
  }

  private func summary(of table: StageTable) -> [String] {
    let found = table.columns.map { Summary($0.values) }
    func row(_ name: String, _ value: (Summary) -> Double) -> String {
      let cells = zip(table.columns, found).map { column, summary in
        "<td\(mark(column))>\(summary.map { numbers.text(value($0)) } ?? "")</td>"
      }
      return "<tr><th scope=\"row\">\(name)</th>\(cells.joined())</tr>"
    }
    return [row("least", \.least), row("mean", \.mean), row("greatest", \.greatest)]
      + rows(of: table, report.units)
  }

  private func rows(of table: StageTable, _ units: [Int]) -> [String] {
    units.filter { (0..<table.rowCount).contains($0) }.map { unit in
      let cells = table.columns.map { column in
        "<td\(mark(column))>\(numbers.text(column.values[unit]))</td>"
      }
      let isChosen = report.units.contains(unit) && table.rowCount > 1
      return "<tr\(isChosen ? " class=\"chosen\"" : "")><th scope=\"row\">\(unit + 1)</th>"
        + "\(cells.joined())</tr>"
    }
  }

  private func mark(_ column: StageTable.Column) -> String {
    column.isResult ? " class=\"result\"" : ""
  }
}
