// A heat map as a picture of its own.

extension HeatMap {
  /// One self-contained SVG without scripts; a rectangle has its number as a title. Beyond some tens of
  /// thousands of numbers a page (``HeatMapPage``) opens faster.
  public var svg: String {
    let cell = min(22, max(4, 900 / max(columns.count, 1)))
    let labels = 8 + 8 * (rows.map(\.count).max() ?? 0)
    let (width, height) = (labels + cell * columns.count + 16, 40 + cell * rows.count + 56)
    let numbers = NumberFormat(digits: 4)
    var lines = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 \(max(width, 420)) \(height)" \
      width="\(max(width, 420))" height="\(height)" style="max-width:100%;height:auto" \
      font-family="system-ui, sans-serif" font-size="13">
      """,
      "<title>\(Markup.escaped(title))</title>",
      "<style>text{fill:#1b1f26}rect.g{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#e8edf2}rect.g{fill:#0d1117}}</style>",
      "<rect class=\"g\" width=\"100%\" height=\"100%\"/>",
      "<text x=\"8\" y=\"22\" font-weight=\"600\">\(Markup.escaped(title))</text>",
    ]
    for (row, label) in rows.enumerated() {
      let y = 36 + row * cell
      if cell >= 10 || row % (12 / cell + 1) == 0 {
        lines.append(
          "<text x=\"\(labels - 6)\" y=\"\(y + cell / 2 + 4)\" text-anchor=\"end\" font-size=\"\(min(12, max(8, cell)))\">"
            + "\(Markup.escaped(label))</text>")
      }
      for column in columns.indices {
        let value = values[row][column]
        lines.append(
          "<rect x=\"\(labels + column * cell)\" y=\"\(y)\" width=\"\(cell)\" height=\"\(cell)\" "
            + "fill=\"\(HeatColor(scale.share(value), scale).hexadecimal)\"><title>"
            + "\(rowName) \(Markup.escaped(label)), \(columnName) \(Markup.escaped(columns[column])): "
            + "\(numbers.text(value))</title></rect>")
      }
    }
    let foot = 36 + rows.count * cell
    let every = max(1, (40 + cell - 1) / cell)
    for column in stride(from: 0, to: columns.count, by: every) {
      lines.append(
        "<text x=\"\(labels + column * cell + cell / 2)\" y=\"\(foot + 16)\" text-anchor=\"middle\" "
          + "font-size=\"11\">\(Markup.escaped(columns[column]))</text>")
    }
    lines.append(
      "<text x=\"8\" y=\"\(foot + 40)\" font-size=\"12\">"
        + "\(Markup.escaped(legend(numbers, isColored: true)))</text>")
    lines.append("</svg>")
    return lines.joined(separator: "\n") + "\n"
  }
}
