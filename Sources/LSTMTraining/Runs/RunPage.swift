// A run as a page: its curves as pictures, what came of it, its settings.

import RealModule

/// The page of a run.
struct RunPage {
  /// What the run is called.
  let title: String
  /// Its notes, in order.
  let notes: [TrainingNote]
  /// What is said of it, a line each.
  let lines: [String]
  /// Its settings by name.
  let settings: [(name: String, value: String)]

  /// The whole page.
  var html: String {
    let held = notes.compactMap { note in note.validationLoss.map { (note.step, $0) } }
    let curves = [
      Self.chart(
        "Loss", [("training", notes.map { ($0.step, $0.loss) }), ("held back", held)]),
      Self.chart("Norm of the gradients", [("", notes.map { ($0.step, $0.gradientNorm) })]),
      Self.chart("Learning rate", [("", notes.map { ($0.step, $0.learningRate) })]),
    ]
    let said = lines.map { "<p>\(Self.escaped($0))</p>" }.joined(separator: "\n")
    let rows = settings.map {
      "<tr><td>\(Self.escaped($0.name))</td><td>\(Self.escaped($0.value))</td></tr>"
    }
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>\(Self.escaped(title))</title>
      <meta name="viewport" content="width=device-width">
      <style>
      body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1f2430}
      svg{width:100%;height:auto} td{padding:.1em 1.5em .1em 0;font-family:ui-monospace,monospace}
      h2{margin:1.5em 0 .3em;font-size:1.1em}
      </style></head><body>
      <h1>\(Self.escaped(title))</h1>
      \(said)
      \(curves.joined(separator: "\n"))
      <h2>Settings</h2>
      <table>
      \(rows.joined(separator: "\n"))
      </table>
      </body></html>

      """
  }

  private static let (width, height, left, bottom) = (760.0, 240.0, 70.0, 30.0)
  private static let colours = ["#1d6fa5", "#c2571a"]

  /// Lines over the steps, with a heading.
  private static func chart(_ heading: String, _ lines: [(name: String, points: [(Int, Double)])])
    -> String
  {
    let finite = lines.map { ($0.name, $0.points.filter { $0.1.isFinite }) }.filter {
      !$0.1.isEmpty
    }
    let all = finite.flatMap(\.1)
    guard let last = all.map(\.0).max(), let low = all.map(\.1).min(),
      let high = all.map(\.1).max()
    else { return "" }
    let span = high > low ? high - low : 1
    func x(_ step: Int) -> Double {
      left + (width - left - 10) * Double(step) / Double(max(1, last))
    }
    func y(_ value: Double) -> Double {
      10 + (height - bottom - 10) * (1 - (value - low) / span)
    }
    var parts: [String] = []
    for mark in 0...4 {
      let value = low + span * Double(mark) / 4
      parts.append(
        "<line x1=\"\(left)\" x2=\"\(width - 10)\" y1=\"\(short(y(value)))\" y2=\"\(short(y(value)))\" "
          + "stroke=\"#dde1e8\"/><text x=\"\(left - 6)\" y=\"\(short(y(value) + 4))\" "
          + "text-anchor=\"end\">\(short(value))</text>")
    }
    parts.append("<text x=\"\(left)\" y=\"\(height - 8)\">0</text>")
    parts.append(
      "<text x=\"\(width - 10)\" y=\"\(height - 8)\" text-anchor=\"end\">step \(last)</text>")
    for (index, (name, points)) in finite.enumerated() {
      let colour = colours[index % colours.count]
      let places = points.map { "\(short(x($0.0))),\(short(y($0.1)))" }.joined(separator: " ")
      parts.append(
        "<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" points=\"\(places)\"/>")
      for (step, value) in points where points.count < 30 {
        parts.append(
          "<circle cx=\"\(short(x(step)))\" cy=\"\(short(y(value)))\" r=\"3\" fill=\"\(colour)\"/>")
      }
      if !name.isEmpty {
        parts.append(
          "<text x=\"\(width - 14)\" y=\"\(24 + 16 * index)\" text-anchor=\"end\" "
            + "fill=\"\(colour)\">\(name)</text>")
      }
    }
    return """
      <h2>\(heading)</h2>
      <svg viewBox="0 0 \(Int(width)) \(Int(height))" role="img" aria-label="\(heading)" \
      font-size="12" font-family="system-ui,sans-serif" fill="#4a5260">
      \(parts.joined(separator: "\n"))
      </svg>
      """
  }

  /// A number of four digits.
  private static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "\(value == 0 ? "0" : "\(value)")" }
    let scale = Double.pow(10, max(0, 3 - Double.log10(abs(value)).rounded(.down)))
    return "\((value * scale).rounded() / scale)"
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }
}
