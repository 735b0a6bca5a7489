// What the pictures share: an SVG with a style for light and dark, and its texts, lines and marks.

/// An SVG picture that is being drawn. Its colours follow the reader's choice of light or dark.
struct Picture {
  let width: Double
  let height: Double
  private var elements: [String] = []

  /// The sizes of text. A README shows a picture of 860 at about its own size.
  enum Size: String {
    case title, text, small
  }

  /// Where a text stands beside its place.
  enum Anchor: String {
    case start, middle, end
  }

  init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

  mutating func text(
    _ text: String, x: Double, y: Double, _ size: Size = .text, anchor: Anchor = .start
  ) {
    elements.append(
      "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" class=\"\(size.rawValue)\" "
        + "text-anchor=\"\(anchor.rawValue)\">\(Self.escaped(text))</text>")
  }

  mutating func line(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), style: String
  ) {
    elements.append(
      "<line x1=\"\(Self.number(start.x))\" y1=\"\(Self.number(start.y))\" "
        + "x2=\"\(Self.number(end.x))\" y2=\"\(Self.number(end.y))\" class=\"\(style)\"/>")
  }

  mutating func bar(x: Double, y: Double, width: Double, height: Double, style: String) {
    elements.append(
      "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"\(Self.number(width))\" "
        + "height=\"\(Self.number(height))\" class=\"\(style)\"/>")
  }

  mutating func path(_ points: [(x: Double, y: Double)], style: String) {
    let text = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }
    elements.append("<polyline points=\"\(text.joined(separator: " "))\" class=\"\(style)\"/>")
  }

  /// A mark of its own shape and colour for each competitor, so that neither has to be seen.
  mutating func mark(_ index: Int, x: Double, y: Double) {
    let shapes = [
      "M-4.5,0a4.5,4.5 0 1,0 9,0a4.5,4.5 0 1,0 -9,0", "M-4,-4h8v8h-8z", "M0,-5.2L5,4L-5,4z",
      "M0,-5.5L5.5,0L0,5.5L-5.5,0z", "M-5,-4L5,-4L0,5.2z",
      "M-1.6,-5h3.2v3.4h3.4v3.2h-3.4v3.4h-3.2v-3.4h-3.4v-3.2h3.4z",
    ]
    elements.append(
      "<path d=\"\(shapes[index % shapes.count])\" class=\"mark\(index % shapes.count)\" "
        + "transform=\"translate(\(Self.number(x)),\(Self.number(y)))\"/>")
  }

  /// The file.
  ///
  /// - Parameters:
  ///   - title: what the picture is, for those who do not see it.
  ///   - description: what it shows, in a sentence.
  func svg(title: String, description: String) -> String {
    let size = "\(Self.number(width)) \(Self.number(height))"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size)" \
      width="\(Self.number(width))" height="\(Self.number(height))" role="img">
      <title>\(Self.escaped(title))</title>
      <desc>\(Self.escaped(description))</desc>
      <style>\(Self.style)</style>
      <rect width="100%" height="100%" class="ground"/>
      \(elements.joined(separator: "\n"))
      </svg>

      """
  }

  /// A coordinate with one decimal.
  private static func number(_ value: Double) -> String {
    let text = NumberText.decimals(value, 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(character)
      }
    }
    return result
  }

  // Small texts have a rim of the ground's colour, since lines of the grid pass behind them. The
  // marks' colours are those of Okabe and Ito, darker on a light ground and lighter on a dark
  // one.
  private static let style = """
    text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;\
    fill:#1f2430}\
    .title{font-size:17px;font-weight:600}.text{font-size:13px}.small{font-size:12px;fill:#566;paint-order:stroke;\
    stroke:#fff;stroke-width:5px}\
    .ground{fill:#fff}.grid{stroke:#dde1e6}.axis{stroke:#566;stroke-width:1.5}\
    .bar{fill:#cfe0fb}\
    .limit{fill:none;stroke:#566;stroke-dasharray:5 4}\
    .lineA,.lineB{fill:none;stroke-width:2}.lineA{stroke:#1a45cc}.lineB{stroke:#cc3a10}\
    .mark0{fill:#c2410c}.mark1{fill:#1a45cc}.mark2{fill:#007f63}.mark3{fill:#86348f}\
    .mark4{fill:#8a6d00}.mark5{fill:#4a5568}\
    @media (prefers-color-scheme:dark){text{fill:#e8ecf1}.small{fill:#a9b4c0;stroke:#12161c}\
    .ground{fill:#12161c}.grid{stroke:#2c343e}.axis{stroke:#a9b4c0}\
    .bar{fill:#23395f}.limit{stroke:#a9b4c0}\
    .lineA{stroke:#58acff}.lineB{stroke:#ee8a33}\
    .mark0{fill:#ff9f5a}.mark1{fill:#7db8ff}.mark2{fill:#35c9a8}.mark3{fill:#e29aeb}\
    .mark4{fill:#f0d24a}.mark5{fill:#b6c2cf}}
    """
}
