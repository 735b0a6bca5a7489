// A table of numbers for the terminal: decimal points in line, no wider than asked, a summary in
// place of a thousand rows, and a bar beside each gate where there is room.

/// A stage's table, laid out in columns of text.
struct TableText {
  let table: StageTable
  let kind: StageKind
  let units: [Int]
  let style: TextStyle

  private static let barWidth = 10

  /// The lines of the table, with as many decimals as asked, or as fit the width where none are
  /// asked for.
  func lines(digits: Int?) -> [String] {
    let most = digits ?? 8
    for digits in stride(from: most, through: digits ?? 3, by: -1) {
      let rows = self.rows(NumberFormat(digits: digits))
      if width(of: rows) <= style.width { return rows.map { text($0) } }
    }
    return self.rows(NumberFormat(digits: digits ?? 3)).map { text($0, gap: " ") }
  }

  private struct Row {
    var name: String
    var cells: [String]
    var bar = ""
    var isHeading = false
  }

  private func width(of rows: [Row]) -> Int {
    rows.first.map { row in 3 + row.name.count + row.cells.reduce(0) { $0 + 2 + $1.count } } ?? 0
  }

  /// - Parameter gap: what stands between columns; less of it where nothing else makes them fit.
  private func text(_ row: Row, gap: String = "  ") -> String {
    var cells = row.cells
    if row.bar.isEmpty, let last = cells.popLast() { cells.append(last.trimmingEnd()) }
    let texts = zip(table.columns, cells).map { column, cell in
      gap + (column.isResult && !row.isHeading ? style.result(cell, kind) : cell)
    }
    let line = "   " + row.name + texts.joined()
    if row.isHeading { return style.dim(line.trimmingEnd()) }
    return row.bar.isEmpty ? line : line + "  " + style.result(row.bar, kind)
  }

  private func rows(_ numbers: NumberFormat) -> [Row] {
    let units = table.shownUnits(units)
    let summary = table.summary
    let names = [table.rowName] + summary.map(\.name) + units.map { "\($0 + 1)" }
    let nameWidth = names.map(\.count).max() ?? 0
    let columns = table.columns.enumerated().map { index, column in
      let values = summary.map { $0.values[index] } + units.map { column.values[$0] }
      return Self.aligned(values.map(numbers.text), heading: column.heading.plain)
    }
    var rows = names.enumerated().map { line, name in
      Row(name: name.leftPadded(nameWidth), cells: columns.map { $0[line] }, isHeading: line == 0)
    }
    if let values = table.columns.last?.values, table.gate?.isShare == true,
      values.allSatisfy({ (0...1).contains($0) }),
      width(of: rows) + 2 + Self.barWidth <= style.width
    {
      for (index, unit) in units.enumerated() {
        rows[rows.count - units.count + index].bar = Self.bar(values[unit])
      }
    }
    return rows
  }

  /// A bar as long as a share of one.
  static func bar(_ share: Double) -> String {
    let eighths = Int((share * Double(barWidth * 8)).rounded())
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let full = String(repeating: "█", count: eighths / 8) + partial
    return full + String(repeating: "·", count: barWidth - full.count)
  }

  /// The cells of one column, heading first: decimal points in line, all equally wide.
  private static func aligned(_ cells: [String], heading: String) -> [String] {
    func decimals(_ cell: String) -> Int {
      cell.firstIndex(of: ".").map { cell.distance(from: $0, to: cell.endIndex) } ?? 0
    }
    let most = cells.map(decimals).max() ?? 0
    let padded = cells.map { $0 + String(repeating: " ", count: most - decimals($0)) }
    let width = ([heading] + padded).map(\.count).max() ?? 0
    return [heading.leftPadded(width)] + padded.map { $0.leftPadded(width) }
  }
}
