// The upper half of the picture: the cell line, what is written to it, what of it is shown; and the
// words beneath.

import LSTMCore

extension CellDrawing {
  // MARK: - The cell line

  /// c(t-1) to c(t), through ⊙ and +.
  mutating func drawCellLine() {
    let y = Layout.cellLine
    let radius = CellCanvas.radius
    let (keep, write) = (Layout.column(.forget), Layout.write)
    let readsOld = [Gate.forget, .input].filter { step.gates[$0].terms?.peephole != nil }
    let old: [StageKind] = [.cell] + readsOld.map(StageKind.computing)
    let new: [StageKind] = [.cell, .output]
    canvas.wire([Point(2, y), Point(keep - radius, y)], .cell, old, hasArrow: true)
    canvas.wire(
      [Point(keep + radius, y), Point(write - radius, y)], .cell, [.cell], hasArrow: true)
    canvas.wire([Point(write + radius, y), Point(Layout.width - 2, y)], .cell, new, hasArrow: true)
    canvas.times(Point(keep, y), .cell, [.cell])
    canvas.plus(Point(write, y), .cell, [.cell])

    canvas.label(
      [.symbol(entry(.oldCell), .cell), .number(number(step.cell[index]))],
      at: Point(30, y - 35), room: Layout.numberRoom, old)
    canvas.label(
      [
        .symbol("\(entry(.gate(.forget))) · \(entry(.oldCell))", .cell),
        .number(number(step.kept[index])),
      ], at: Point((keep + write) / 2, y - 35), .middle, room: 200, [.cell])
    canvas.label(
      [.symbol(entry(.newCell), .cell), .result(number(step.newCell[index]))],
      at: Point(Layout.show + 10, y - 35), room: Layout.numberRoom, new)
    if let bound = variant.cellClip {
      let acts = step.kept[index] + step.written[index] != step.newCell[index]
      clipMark(
        at: Point(570, y), bound: bound, result: acts ? step.newCell[index] : nil,
        isVertical: false, stages: [.cell])
    }
  }

  /// A bar across a wire with the bound beside it or, where it acts, with its result.
  private mutating func clipMark(
    at point: Point, bound: Double, result: Double?, isVertical: Bool, stages: [StageKind]
  ) {
    let (x, y) = (canvas.number(point.x), canvas.number(point.y))
    let bars =
      isVertical
      ? "M\(canvas.number(point.x - 11)) \(y)h22"
      : "M\(x) \(canvas.number(point.y - 11))v22"
    canvas.add(.boxes, stages, "<path class=\"lc-wire lc-s-plain\" d=\"\(bars)\"/>")
    let line = CellCanvas.Line.note(
      result.map { "clip → \(number($0))" } ?? "clip ±\(number(bound))")
    if isVertical {
      canvas.label([line], at: Point(point.x + 17, point.y + 5), room: 116, stages)
    } else {
      canvas.label([line], at: Point(point.x, point.y - 20), .middle, room: 150, stages)
    }
  }

  // MARK: - Writing

  /// f up to the cell line; i and g to their product, and that up to the sum.
  mutating func drawWriting() {
    let radius = CellCanvas.radius
    let (write, y) = (Layout.write, Layout.writing)
    let (forget, input) = (Layout.column(.forget), Layout.column(.input))
    let candidate = Layout.column(.candidate)
    canvas.wire(
      [Point(forget, Layout.boxTop), Point(forget, Layout.cellLine + radius)], .forget,
      stages(showing: .forget), hasArrow: true)
    canvas.wire(
      [Point(input, Layout.boxTop), Point(input, y), Point(write - radius, y)], .input,
      stages(showing: .input), hasArrow: true)
    canvas.wire(
      [Point(candidate, Layout.boxTop), Point(candidate, y), Point(write + radius, y)],
      .candidate, stages(showing: .candidate), hasArrow: true)
    canvas.wire(
      [Point(write, y - radius), Point(write, Layout.cellLine + radius)], .cell, [.cell],
      hasArrow: true)
    canvas.times(Point(write, y), .cell, [.cell])
    for gate in [Gate.forget, .input, .candidate] {
      canvas.label(
        [.symbol(entry(.gate(gate)), Palette.Role(gate)), .number(number(value(gate)))],
        at: Point(Layout.column(gate) + 9, 258), room: 118, stages(showing: gate))
    }
    canvas.label(
      [
        .symbol("\(entry(.gate(.input))) · \(entry(.gate(.candidate)))", .cell),
        .number(number(step.written[index])),
      ], at: Point(write + 9, 166), room: Layout.numberRoom, [.cell])
  }

  private func value(_ gate: Gate) -> Double { step.gates[gate].value[index] }

  /// The stages in which the value of a gate is lit: its own, that of a gate coupled to it, and
  /// where it is used.
  private func stages(showing gate: Gate) -> [StageKind] {
    if gate == .output { return [.output] }
    let coupled = Gate.allCases.filter { variant.source(of: $0) == .oneMinus(gate) }
    return ([gate] + coupled).map(StageKind.computing) + [.cell]
  }

  // MARK: - Showing

  /// c(t) through tanh, times o, through the projection where there is one, and out.
  mutating func drawShowing() {
    let (x, y, radius) = (Layout.show, Layout.showing, CellCanvas.radius)
    let own: [StageKind] = [.output]
    let output = Layout.column(.output)
    let tanh = (middle: 182.0, height: 44.0)
    canvas.junction(Point(x, Layout.cellLine), .cell, own)
    canvas.wire(
      [Point(x, Layout.cellLine), Point(x, tanh.middle - tanh.height / 2)], .cell, own)
    canvas.wire(
      [Point(x, tanh.middle + tanh.height / 2), Point(x, y - radius)], .cell, own, hasArrow: true)
    canvas.wire(
      [Point(output, Layout.boxTop), Point(output, y), Point(x - radius, y)], .output, own,
      hasArrow: true)
    canvas.times(Point(x, y), .hidden, own)

    let activation = variant.cellActivation
    let (name, note) = names(of: activation)
    let activated = step.activatedCell[index]
    let cell = entry(.newCell)
    // The longest names leave no room for what they are applied to.
    let symbol =
      activation.kind == .identity ? cell : name.count > 8 ? name : "\(name)(\(cell))"
    canvas.add(
      .boxes, own,
      box(
        center: Point(x, tanh.middle), width: 116, height: tanh.height, value: activated,
        fromZero: activation.isBetweenZeroAndOne, role: .cell,
        lines: [(name, "lc-act", note.isEmpty ? 20 : 17), (note, "lc-note", 12)],
        hint: "\(symbol) = \(number(activated))"))
    canvas.label(
      [.symbol(symbol, .cell), .number(number(activated))], at: Point(x - 10, 232), .end,
      room: 150, own)
    canvas.label(
      [.symbol(entry(.gate(.output)), .output), .number(number(value(.output)))],
      at: Point(output + 9, 313), room: 126, own)
    drawHidden()
  }

  private mutating func drawHidden() {
    let (x, bottom, own) = (Layout.show, Layout.bus, [StageKind.output])
    let top = Layout.showing + CellCanvas.radius
    let right = Layout.width - 2
    if report.cell.parameters.projection != nil {
      let box = (top: 366.0, height: 44.0)
      canvas.wire([Point(x, top), Point(x, box.top)], .hidden, own, hasArrow: true)
      canvas.wire(
        [Point(x, box.top + box.height), Point(x, bottom), Point(right, bottom)], .hidden, own,
        hasArrow: true)
      canvas.add(
        .boxes, own,
        self.box(
          center: Point(x, box.top + box.height / 2), width: 84, height: box.height, value: 0,
          fromZero: true, role: .hidden,
          lines: [
            ("R", "lc-act", 18), ("\(step.newHidden.count) × \(step.cell.count)", "lc-note", 13),
          ],
          hint: "projection: a matrix product over all \(step.cell.count) units"))
      canvas.label(
        [
          .symbol(entry(.unprojectedHidden), .hidden),
          .number(number(step.unprojectedHidden[index])),
        ], at: Point(x + 10, 328), room: Layout.numberRoom, own)
      if let bound = variant.projectionClip {
        clipMark(
          at: Point(x, 436), bound: bound,
          result: projectionClipActs ? step.newHidden[index] : nil, isVertical: true, stages: own)
      }
    } else {
      canvas.wire(
        [Point(x, top), Point(x, bottom), Point(right, bottom)], .hidden, own, hasArrow: true)
    }
    canvas.junction(Point(Layout.upward, bottom), .hidden, own)
    canvas.wire(
      [Point(Layout.upward, bottom), Point(Layout.upward, 8)], .hidden, own, hasArrow: true,
      crossings: [Point(Layout.upward, Layout.cellLine)])
    let isShown = index < step.newHidden.count
    canvas.label(
      [
        .symbol(isShown ? entry(.newHidden) : syntax.quantity(.newHidden), .hidden),
        isShown
          ? .result(number(step.newHidden[index])) : .note("\(step.newHidden.count) projected"),
      ], at: Point(x + 10, bottom - 34), room: Layout.numberRoom, own)
    canvas.label(
      [.symbol(syntax.quantity(.newHidden), .hidden).outside], at: Point(Layout.upward - 12, 28),
      .end,
      room: 100, own)
  }

  private var projectionClipActs: Bool {
    guard let bound = variant.projectionClip, index < step.newHidden.count else { return false }
    return abs(step.newHidden[index]) >= bound
  }
}
