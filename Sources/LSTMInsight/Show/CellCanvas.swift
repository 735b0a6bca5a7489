// What the picture of a cell is drawn with: wires, operations, labels, and the rule that dims what
// does not belong to the chosen stage. It knows nothing of LSTMs.

import LSTMCore

struct CellCanvas {
  /// What lies above what.
  enum Layer: Int {
    /// Under everything, never dimmed.
    case back
    case wires, boxes, labels
  }

  struct Point {
    var x: Double
    var y: Double
    init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  /// One line of a label.
  struct Line {
    var text: String
    /// The class of the text: `lc-num`, `lc-sym`, `lc-note`, …
    var style: String
    /// The font size where there is room enough.
    var size: Double
    var role: Palette.Role?
    var isOutside = false

    /// A number to which everything else leads.
    static func result(_ text: String) -> Line {
      Line(text: text, style: "lc-res", size: 17, role: nil)
    }

    /// The same line without a halo, for a place outside the cell's body.
    var outside: Line {
      var line = self
      line.isOutside = true
      return line
    }

    /// The width of the text at size 1 at most: in the widest fonts in use, DejaVu Sans and
    /// Verdana, words taken on average.
    var width: Double {
      let wide =
        switch style {
        case "lc-note", "lc-part": 0.6
        case "lc-num", "lc-act": 0.65
        default: 0.72
        }
      return text.unicodeScalars.reduce(0) { width, scalar in
        switch scalar {
        case "₀"..."₉", " ", ".", ",", "·", "-", "(", ")": width + 0.47
        default: width + wide
        }
      }
    }

    static func symbol(_ text: String, _ role: Palette.Role?) -> Line {
      Line(text: text, style: "lc-sym", size: 15, role: role)
    }
    static func number(_ text: String) -> Line {
      Line(text: text, style: "lc-num", size: 17, role: nil)
    }
    static func note(_ text: String) -> Line {
      Line(text: text, style: "lc-note", size: 14, role: nil)
    }
  }

  /// The stage that is lit, or nil where all are.
  let lit: StageKind?
  private var parts: [(isLit: Bool, layer: Layer, text: String)] = []

  init(lit: StageKind?) { self.lit = lit }

  /// Everything drawn so far: the dimmed parts below the lit ones, layer upon layer in each.
  var text: String {
    let order: [Layer] = [.wires, .boxes, .labels]
    func group(_ isLit: Bool) -> String {
      order.flatMap { layer in parts.filter { $0.isLit == isLit && $0.layer == layer } }
        .map(\.text).joined(separator: "\n")
    }
    let back = parts.filter { $0.layer == .back }.map { $0.text + "\n" }.joined()
    let dimmed = group(false)
    return back + (dimmed.isEmpty ? "" : "<g class=\"lc-dim\">\n\(dimmed)\n</g>\n") + group(true)
  }

  /// Adds a part that is lit in the given stages; in every stage where the list is empty.
  mutating func add(_ layer: Layer, _ stages: [StageKind], _ text: String) {
    let isLit = lit.map { stages.isEmpty || stages.contains($0) } ?? true
    parts.append((isLit, layer, text))
  }

  // MARK: - Wires

  /// Draws a wire along points with rounded corners.
  ///
  /// - Parameters:
  ///   - role: its colour; neutral where nil.
  ///   - stages: where it is lit.
  ///   - isDashed: whether it is a connection that only some cells have.
  ///   - hasArrow: whether it ends in an arrowhead.
  ///   - crossings: where it passes over another wire, which is then interrupted there.
  mutating func wire(
    _ points: [Point], _ role: Palette.Role?, _ stages: [StageKind], isDashed: Bool = false,
    hasArrow: Bool = false, crossings: [Point] = []
  ) {
    guard let first = points.first, let last = points.last, points.count > 1 else { return }
    let before = points[points.count - 2]
    let length = distance(before, last)
    let along = Point((last.x - before.x) / length, (last.y - before.y) / length)
    let end = hasArrow ? Point(last.x - 9 * along.x, last.y - 9 * along.y) : last

    var path = "M\(at(first))"
    for index in points.indices.dropFirst().dropLast() {
      let (corner, next) = (points[index], index + 2 == points.count ? end : points[index + 1])
      let radius = min(
        12, distance(points[index - 1], corner) / 2, distance(corner, next) / 2)
      path += "L\(at(toward(corner, points[index - 1], radius)))"
      path += "Q\(at(corner)) \(at(toward(corner, next, radius)))"
    }
    path += "L\(at(end))"

    var text = ""
    for crossing in crossings {
      let vertical = points.indices.dropFirst().contains {
        points[$0].x == crossing.x && points[$0 - 1].x == crossing.x
      }
      let (dx, dy) = vertical ? (0.0, 10.0) : (10.0, 0.0)
      text += "<path class=\"lc-gap\" d=\"M\(at(Point(crossing.x - dx, crossing.y - dy)))"
      text += "L\(at(Point(crossing.x + dx, crossing.y + dy)))\"/>\n"
    }
    text += "<path class=\"lc-wire\(isDashed ? " lc-dash" : "") \(stroke(role))\" d=\"\(path)\"/>"
    if hasArrow {
      let side = Point(-along.y * 6.5, along.x * 6.5)
      let back = Point(last.x - 14 * along.x, last.y - 14 * along.y)
      text += "\n<path class=\"\(fill(role))\" d=\"M\(at(last))"
      text += "L\(at(Point(back.x + side.x, back.y + side.y)))"
      text += "L\(at(Point(back.x - side.x, back.y - side.y)))Z\"/>"
    }
    add(.wires, stages, text)
  }

  /// Draws the dot where one wire leaves another.
  mutating func junction(_ point: Point, _ role: Palette.Role?, _ stages: [StageKind]) {
    add(.wires, stages, "<circle class=\"\(fill(role))\" \(center(point)) r=\"5.5\"/>")
  }

  // MARK: - Operations

  /// The radius of the circle of an operation.
  static let radius = 17.0

  /// Draws ⊙, which multiplies entry by entry. Drawn, since few fonts have the character.
  mutating func times(_ point: Point, _ role: Palette.Role, _ stages: [StageKind]) {
    add(
      .boxes, stages,
      circle(point, role) + "<circle class=\"\(fill(role))\" \(center(point)) r=\"4.5\"/>")
  }

  /// Draws +.
  mutating func plus(_ point: Point, _ role: Palette.Role, _ stages: [StageKind]) {
    let cross = "M\(at(Point(point.x - 8, point.y)))h16M\(at(Point(point.x, point.y - 8)))v16"
    add(
      .boxes, stages,
      circle(point, role) + "<path class=\"lc-wire \(stroke(role))\" d=\"\(cross)\"/>")
  }

  private func circle(_ point: Point, _ role: Palette.Role) -> String {
    "<circle class=\"lc-face \(stroke(role))\" \(center(point)) r=\"\(number(Self.radius))\"/>"
  }

  // MARK: - Labels

  /// Draws the lines of a label, one below the other, each shrunk where it would be wider than
  /// the room.
  ///
  /// - Parameters:
  ///   - point: the baseline of the first line, and its left end, middle or right end.
  ///   - room: the width that is free.
  mutating func label(
    _ lines: [Line], at point: Point, _ anchor: Anchor = .start, room: Double,
    _ stages: [StageKind]
  ) {
    add(
      .labels, stages,
      lines.enumerated().map { index, line in
        self.text(
          line, at: Point(point.x, point.y + 21 * Double(index)), anchor, room: room)
      }.joined(separator: "\n"))
  }

  enum Anchor: String {
    case start, middle, end
  }

  /// One line of text as an element.
  func text(_ line: Line, at point: Point, _ anchor: Anchor = .start, room: Double) -> String {
    let size = min(line.size, room / max(line.width, 1))
    let color = line.role.map { " \(fill($0))" } ?? ""
    let style = line.style + (line.isOutside ? " lc-out" : "") + color
    return "<text class=\"\(style)\" x=\"\(number(point.x))\""
      + " y=\"\(number(point.y))\" font-size=\"\(number(size))\""
      + (anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\"")
      + ">\(Markup.escaped(line.text))</text>"
  }

  // MARK: - Pieces

  func stroke(_ role: Palette.Role?) -> String { "lc-s-\(role?.rawValue ?? "plain")" }
  func fill(_ role: Palette.Role?) -> String { "lc-f-\(role?.rawValue ?? "plain")" }
  func number(_ value: Double) -> String { Markup.coordinate(value) }
  private func at(_ point: Point) -> String { "\(number(point.x)) \(number(point.y))" }
  private func center(_ point: Point) -> String {
    "cx=\"\(number(point.x))\" cy=\"\(number(point.y))\""
  }

  private func distance(_ one: Point, _ other: Point) -> Double {
    let (dx, dy) = (one.x - other.x, one.y - other.y)
    return max((dx * dx + dy * dy).squareRoot(), 1e-9)
  }

  private func toward(_ from: Point, _ to: Point, _ length: Double) -> Point {
    let share = length / distance(from, to)
    return Point(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y))
  }
}
