// A heat map as a picture of its own.

extension HeatMap {
  /// One self-contained SVG without scripts; a rectangle has its number as a title. Beyond some tens of
  /// thousands of numbers a page (``HeatMapPage``) opens faster.
  public var svg: String {
    let cell = min(28, max(4, 900 / max(columns.count, 1)))
    let labels = 14 + 8 * (rows.map(\.count).max() ?? 0)
    let numbers = NumberFormat(digits: 4)
    let foot = 36 + rows.count * cell
    let legend = legend(numbers, isColored: true)
    // Letters of system fonts are some 0.6 of their size wide, bold ones more.
    let widest = max(9 * title.count, 7 * legend.count) + 24
    let (width, height) = (max(labels + cell * columns.count + 16, widest), foot + 54)
    var lines = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 \(width) \(height)" \
      width="\(width)" height="\(height)" style="max-width:100%;height:auto" \
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
    let longest = columns.map(\.count).max() ?? 0
    let every = 7 * longest + 4 <= cell ? 1 : max(1, (40 + cell - 1) / cell)
    for column in stride(from: 0, to: columns.count, by: every) {
      lines.append(
        "<text x=\"\(labels + column * cell + cell / 2)\" y=\"\(foot + 16)\" text-anchor=\"middle\" "
          + "font-size=\"11\">\(Markup.escaped(columns[column]))</text>")
    }
    lines.append(
      "<text x=\"8\" y=\"\(foot + 40)\" font-size=\"12\">"
        + "\(Markup.escaped(legend))</text>")
    lines.append("</svg>")
    return lines.joined(separator: "\n") + "\n"
  }
}
