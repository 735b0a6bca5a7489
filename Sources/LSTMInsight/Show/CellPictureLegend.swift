// The words beneath the picture of a cell: which unit and stage it shows, and how to read it.

import LSTMCore

extension CellDrawing {
  /// The caption and the three lines of the legend.
  mutating func drawLegend() {
    let left = 282.0
    let room = Layout.width - left - 18
    let top = Layout.body.bottom + 25
    canvas.label(
      [.init(text: caption, style: "lc-head", size: 16, role: nil)], at: Point(left, top),
      room: room, [])
    // Gates, then tanh: a small box, half full.
    icon(at: Point(left, top + 12), fromZero: true)
    explain("a gate, 0 to 1: filled from the floor", at: Point(left + 27, top + 27), room: 330)
    icon(at: Point(left + 372, top + 12), fromZero: false)
    explain("-1 to 1: up or down from the middle", at: Point(left + 399, top + 27), room: 321)
    operation(at: Point(left + 9, top + 48))
    explain("multiplies entry by entry", at: Point(left + 27, top + 53), room: 330)
    let dot = canvas.fill(nil)
    canvas.add(
      .boxes, [],
      "<circle class=\"\(dot)\" cx=\"\(canvas.number(left + 381))\""
        + " cy=\"\(canvas.number(top + 48))\" r=\"5.5\"/>")
    explain(sums, at: Point(left + 399, top + 53), room: 336)
    if picture.hasPeepholes {
      canvas.wire(
        [Point(left, top + 74), Point(left + 20, top + 74)], .cell, [], isDashed: true)
      explain("peephole: a gate looks at the cell state", at: Point(left + 27, top + 79), room: 320)
    }
  }

  private var caption: String {
    let parameters = report.cell.parameters
    func count(_ number: Int, _ one: String) -> String {
      "\(number) \(one)\(number == 1 ? "" : "s")"
    }
    var sizes = "unit \(picture.unit + 1) of \(count(parameters.hiddenSize, "hidden unit"))"
    if parameters.projection != nil { sizes += ", \(parameters.outputSize) projected" }
    sizes += ", \(count(parameters.inputSize, "input"))"
    guard let kind = picture.stage, let place = StageKind.allCases.firstIndex(of: kind) else {
      return "One step of an LSTM cell: \(sizes)"
    }
    return "Stage \(place + 1), \(picture.stageTitle(kind).lowercasedFirst): \(sizes)"
  }

  /// What goes into a gate, in the letters of the equations.
  private var sums: String {
    let parameters = report.cell.parameters.gates
    let hasSecond = Gate.allCases.contains { parameters[$0].recurrentBias != nil }
    return
      "sum: W·x(t) + U·h(t-1) + b\(hasSecond ? " + b′" : "")\(picture.hasPeepholes ? " + p·c" : "")"
  }

  private mutating func explain(_ words: String, at point: Point, room: Double) {
    canvas.label([.note(words)], at: point, room: room, [])
  }

  private mutating func icon(at corner: Point, fromZero: Bool) {
    let (x, y) = (canvas.number(corner.x), canvas.number(corner.y))
    let fill = canvas.number(corner.y + (fromZero ? 11 : 4))
    let (left, inner) = (canvas.number(corner.x + 2), fromZero ? 7 : 6)
    let middle = "M\(left) \(canvas.number(corner.y + 10))h14"
    canvas.add(
      .boxes, [],
      "<rect class=\"lc-face lc-s-plain lc-thin\" x=\"\(x)\" y=\"\(y)\" width=\"18\" height=\"20\""
        + " rx=\"4\"/><rect class=\"lc-t-plain\" x=\"\(left)\" y=\"\(fill)\" width=\"14\""
        + " height=\"\(inner)\"/>"
        + (fromZero ? "" : "<path class=\"lc-zero lc-s-plain\" d=\"\(middle)\"/>"))
  }

  private mutating func operation(at point: Point) {
    let center = "cx=\"\(canvas.number(point.x))\" cy=\"\(canvas.number(point.y))\""
    canvas.add(
      .boxes, [],
      "<circle class=\"lc-face lc-s-plain lc-thin\" \(center) r=\"9\"/>"
        + "<circle class=\"lc-f-plain\" \(center) r=\"2.5\"/>")
  }
}

extension String {
  /// The text with a small first letter, to stand within a sentence.
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
