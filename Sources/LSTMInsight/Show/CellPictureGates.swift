// The lower half of the picture: what comes in, the gates' boxes and what feeds them.

import LSTMCore

/// Draws one picture.
struct CellDrawing {
  typealias Point = CellCanvas.Point

  let picture: CellPicture
  var canvas: CellCanvas

  init(_ picture: CellPicture) {
    self.picture = picture
    canvas = CellCanvas(lit: picture.stage)
  }

  /// The whole picture.
  var text: String {
    var drawing = self
    drawing.drawBody()
    drawing.drawCellLine()
    drawing.drawInputs()
    for gate in Gate.allCases { drawing.drawGate(gate) }
    drawing.drawWriting()
    drawing.drawShowing()
    drawing.drawLegend()
    return drawing.canvas.text
  }

  // MARK: - Short names for what is shown

  var report: StepReport { picture.report }
  var step: CellStep<Double> { report.step }
  var variant: CellVariant<Double> { report.cell.variant }
  var index: Int { picture.unit }
  var syntax: PlainSyntax { PlainSyntax(numbers: picture.numbers) }
  func number(_ value: Double) -> String { picture.numbers.text(value) }
  func entry(_ quantity: Quantity) -> String { syntax.entry(quantity, unit: picture.unit) }

  func isReading(_ gate: Gate) -> Bool { step.gates[gate].terms != nil }

  // MARK: - What comes in

  private mutating func drawBody() {
    let body = Layout.body
    canvas.add(
      .back, [],
      """
      <rect class="lc-panel" x="\(canvas.number(body.left))" y="\(canvas.number(body.top))" \
      width="\(canvas.number(body.right - body.left))" \
      height="\(canvas.number(body.bottom - body.top))" rx="26"/>
      """)
  }

  /// x(t) and h(t-1) and the wire on which they run beneath the gates that read them.
  private mutating func drawInputs() {
    let readers = Gate.allCases.filter(isReading)
    let allStages = StageKind.allCases.filter { kind in
      readers.contains { .computing($0) == kind }
    }
    let start = Layout.inputWire + 16
    canvas.wire([Point(2, Layout.bus), Point(start, Layout.bus)], .hidden, allStages)
    canvas.wire(
      [
        Point(Layout.inputWire, Layout.body.bottom + 54), Point(Layout.inputWire, Layout.bus),
        Point(start + 12, Layout.bus),
      ], nil, allStages)

    var from = start
    for (place, gate) in readers.enumerated() {
      let reached = readers[place...].map(StageKind.computing)
      let turn = Point(Layout.column(gate), Layout.bus)
      if place + 1 < readers.count {
        canvas.wire([Point(from, turn.y), turn], nil, reached)
        canvas.wire([turn, Point(turn.x, Layout.boxBottom)], nil, [reached[0]], hasArrow: true)
        canvas.junction(turn, nil, [reached[0]])
      } else {
        canvas.wire(
          [Point(from, turn.y), turn, Point(turn.x, Layout.boxBottom)], nil, reached,
          hasArrow: true)
      }
      from = turn.x
    }
    let sizes = (inputs: step.input.count, hidden: step.hidden.count)
    canvas.label(
      [
        .symbol(syntax.quantity(.oldHidden), .hidden),
        sizes.hidden == 1 ? .number(number(step.hidden[0])) : .note("\(sizes.hidden) hidden"),
      ], at: Point(30, Layout.bus - 32), room: 150, allStages)
    canvas.label(
      [
        .symbol(syntax.quantity(.input), nil).outside,
        sizes.inputs == 1
          ? .number(number(step.input[0])).outside : .note("\(sizes.inputs) inputs"),
      ], at: Point(Layout.inputWire + 11, Layout.body.bottom + 24), room: 150, allStages)
  }

  // MARK: - A gate

  private mutating func drawGate(_ gate: Gate) {
    let own: [StageKind] = [.computing(gate)]
    canvas.add(.boxes, own, box(of: gate))
    switch variant.source(of: gate) {
    case .constant: break
    case .oneMinus(let other): drawCoupling(of: gate, to: other)
    case .weights:
      drawSum(of: gate)
      drawPeephole(of: gate)
    }
  }

  /// The pre-activation on its wire and, where there is a clip, what it does.
  private mutating func drawSum(of gate: Gate) {
    guard let sum = step.gates[gate].preactivation, let clipped = step.gates[gate].clipped else {
      return
    }
    var lines: [CellCanvas.Line] = [.symbol("sum", nil), .number(number(sum[index]))]
    if let bound = variant.clip {
      let acts = clipped[index] != sum[index]
      lines.append(.note(acts ? "clip → \(number(clipped[index]))" : "clip ±\(number(bound))"))
    }
    let top = Layout.boxBottom + (variant.clip == nil ? 34 : 24)
    canvas.label(
      lines, at: Point(Layout.column(gate) + 10, top), room: Layout.numberRoom,
      [.computing(gate)])
  }

  /// The dashed wire from the cell line, with what it adds to the sum.
  private mutating func drawPeephole(of gate: Gate) {
    guard let term = step.gates[gate].terms?.peephole else { return }
    let own: [StageKind] = [.computing(gate)]
    let (x, end) = (Layout.peephole(gate), Point(Layout.peephole(gate), Layout.boxTop))
    if gate == .input {
      let tap = Point(Layout.peephole(.forget), Layout.oldCellPeephole)
      canvas.wire(
        [Point(tap.x, Layout.cellLine), tap, Point(x, tap.y), end], .cell, own, isDashed: true,
        hasArrow: true, crossings: [Point(Layout.column(.forget), tap.y)])
    } else {
      canvas.wire([Point(x, Layout.cellLine), end], .cell, own, isDashed: true, hasArrow: true)
    }
    let tap = gate == .output ? x : Layout.peephole(.forget)
    canvas.junction(Point(tap, Layout.cellLine), .cell, own)
    let seen = gate == .output ? Quantity.newCell : .oldCell
    canvas.label(
      [
        .symbol("\(entry(.peephole(gate))) · \(entry(seen))", .cell), .number(number(term[index])),
      ], at: Point(x - 9, 304), .end, room: 116, own)
  }

  /// The wire from the gate to which this one is coupled.
  private mutating func drawCoupling(of gate: Gate, to other: Gate) {
    let toLeft = Layout.column(gate) < Layout.column(other)
    let half = Layout.boxWidth / 2
    let end = Layout.column(gate) + (toLeft ? half : -half)
    let tap = Point(Layout.column(other), Layout.boxTop - 13)
    let between = (Layout.column(gate) + Layout.column(other)) / 2
    let crossing = Point(Layout.peephole(.input), tap.y)
    let hasPeephole = toLeft && step.gates.input.terms?.peephole != nil
    let role = Palette.Role(other)
    let own: [StageKind] = [.computing(gate)]
    canvas.junction(tap, role, own)
    canvas.wire(
      [tap, Point(between, tap.y), Point(between, Layout.boxMiddle), Point(end, Layout.boxMiddle)],
      role, own, hasArrow: true, crossings: hasPeephole ? [crossing] : [])
  }

  // MARK: - Boxes

  private func box(of gate: Gate) -> String {
    let value = step.gates[gate].value[index]
    let activation = variant.activations[gate]
    var fromZero = gate != .candidate && (0...1).contains(value)
    var (name, note) = ("", "")
    switch variant.source(of: gate) {
    case .constant(let pinned): (name, note) = ("= \(number(pinned))", "")
    case .oneMinus(let other): (name, note) = ("1 - \(other.letter)", "")
    case .weights:
      fromZero = activation.isBetweenZeroAndOne
      (name, note) = names(of: activation)
    }
    return box(
      center: Point(Layout.column(gate), Layout.boxMiddle), width: Layout.boxWidth,
      height: Layout.boxHeight, value: value, fromZero: fromZero, role: Palette.Role(gate),
      lines: [(name, "lc-act", 26), (note, "lc-note", 13), (gate.title, "lc-part", 15)],
      hint: "\(gate.title): \(entry(.gate(gate))) = \(number(value))")
  }

  /// The name of an activation, σ or tanh, and its parameters, where it has any.
  func names(of activation: Activation<Double>) -> (String, String) {
    let name = activation.kind == .sigmoid ? "σ" : activation.kind.rawValue
    let parameters = zip(["α", "β"], [activation.alpha, activation.beta])
      .prefix(activation.kind.parameterCount).map { "\($0) \(number($1))" }
    return (name, parameters.joined(separator: ", "))
  }

  /// A box filled to a value: from its floor where that is a share of one, else up or down from
  /// its middle.
  func box(
    center: Point, width: Double, height: Double, value: Double, fromZero: Bool,
    role: Palette.Role, lines: [(text: String, style: String, size: Double)], hint: String
  ) -> String {
    let (left, top) = (center.x - width / 2, center.y - height / 2)
    let inset = 4.0
    let inner = height - 2 * inset
    let held = min(max(value, fromZero ? 0 : -1), 1)
    let filled = inner * (fromZero ? held : abs(held) / 2)
    let fillTop = fromZero ? top + inset + inner - filled : center.y - (held > 0 ? filled : 0)
    func rect(_ style: String, _ inset: Double, _ y: Double, _ height: Double, _ radius: Int)
      -> String
    {
      "<rect class=\"\(style)\" x=\"\(canvas.number(left + inset))\" y=\"\(canvas.number(y))\""
        + " width=\"\(canvas.number(width - 2 * inset))\" height=\"\(canvas.number(height))\""
        + " rx=\"\(radius)\"/>"
    }
    var text = "<g><title>\(Markup.escaped(hint))</title>"
    text += rect("lc-face \(canvas.stroke(role))", 0, top, height, 12)
    if filled > 0 { text += rect("lc-t-\(role.rawValue)", inset, fillTop, filled, 8) }
    if !fromZero {
      let (start, end) = (canvas.number(left), canvas.number(left + width - 13))
      let y = canvas.number(center.y)
      let marks = "M\(start) \(y)h13M\(end) \(y)h13"
      text += "<path class=\"lc-zero \(canvas.stroke(role))\" d=\"\(marks)\"/>"
    }
    let shown = lines.filter { !$0.text.isEmpty }
    let leading = shown.reduce(0) { $0 + $1.size * 1.2 }
    var baseline = center.y - leading / 2
    for line in shown {
      baseline += line.size * 1.2
      text += canvas.text(
        .init(text: line.text, style: line.style, size: line.size, role: nil),
        at: Point(center.x, baseline - line.size * 0.3), .middle, room: width - 12)
    }
    return text + "</g>"
  }
}
