// The picture of an LSTM cell with the numbers of one step in it, as SVG: the cell line above, the
// three gates and the candidate below, every wire with the value that it carries. It shows a report
// and computes nothing of the LSTM. Where things stand is in CellPictureLayout.swift, what is drawn
// in CellPictureGates.swift and CellPictureState.swift, the colours in CellPictureStyle.swift.

import LSTMCore

/// A picture of one step of a cell, with the numbers of one unit on its wires.
///
/// The picture is one self-contained SVG without scripts, for a browser, a README or paper. It
/// turns dark where the reader's screen is, and `stage` lights one of the four stages.
public struct CellPicture {
  let report: StepReport
  /// The unit whose numbers are shown, counted from 0.
  public let unit: Int
  /// The stage that is lit, or nil where all are.
  public let stage: StageKind?
  let numbers: NumberFormat

  /// Makes the picture of a step.
  ///
  /// - Parameters:
  ///   - report: the step.
  ///   - unit: the unit whose numbers are shown, counted from 0; held within 0..<H.
  ///   - stage: the stage to light while the rest is dimmed; nil lights everything.
  ///   - numbers: how numbers are written. There is room for 11 characters; longer ones are
  ///     written smaller.
  public init(
    _ report: StepReport, unit: Int = 0, stage: StageKind? = nil,
    numbers: NumberFormat = .init(digits: 4)
  ) {
    self.report = report
    self.unit = min(max(unit, 0), report.cell.parameters.hiddenSize - 1)
    self.stage = stage
    self.numbers = numbers
  }

  /// The picture as a file of its own: 1020 units wide, or as wide as there is
  /// room for.
  public var svg: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" class="lc" role="img" viewBox="0 0 \(size)" \
    width="\(Int(Layout.width))" height="\(Int(height))" \
    style="max-width:100%;height:auto">
    \(names)
    <style>
    \(Self.style)
    </style>
    \(body)
    </svg>

    """
  }

  /// The picture as a part of a page that has ``style`` in its own style sheet. There are no ids
  /// in it, so that a page may hold many.
  var fragment: String {
    """
    <svg class="lc" role="img" viewBox="0 0 \(size)">
    \(names)
    \(body)
    </svg>
    """
  }

  private var height: Double { Layout.height(hasPeepholes: hasPeepholes) }

  /// Whether any gate of this cell looks at the cell state.
  var hasPeepholes: Bool {
    Gate.allCases.contains { report.step.gates[$0].terms?.peephole != nil }
  }

  private var size: String { "\(Int(Layout.width)) \(Int(height))" }

  private var body: String {
    """
    <rect class="lc-ground" width="\(Int(Layout.width))" height="\(Int(height))" rx="10"/>
    \(CellDrawing(self).text)
    """
  }

  private var names: String {
    "<title>\(Markup.escaped(title))</title>\n<desc>\(Markup.escaped(description))</desc>"
  }

  // MARK: - Words

  /// What the picture is called by a screen reader.
  var title: String {
    let whole = "One step of an LSTM cell, unit \(unit + 1) of \(report.cell.parameters.hiddenSize)"
    guard let stage else { return whole }
    return "\(whole): \(stageTitle(stage))"
  }

  /// The numbers of the picture, read aloud.
  var description: String {
    let step = report.step
    let index = unit
    var pairs: [(Quantity, Double)] = [(.oldCell, step.cell[index])]
    pairs += [Gate.forget, .input, .candidate].map { (.gate($0), step.gates[$0].value[index]) }
    pairs.append((.newCell, step.newCell[index]))
    pairs.append((.gate(.output), step.gates.output.value[index]))
    if report.cell.parameters.projection != nil {
      pairs.append((.unprojectedHidden, step.unprojectedHidden[index]))
    }
    if index < step.newHidden.count { pairs.append((.newHidden, step.newHidden[index])) }
    let syntax = PlainSyntax(numbers: numbers)
    let values = pairs.map { "\(syntax.entry($0, unit: unit)) = \(numbers.text($1))" }
    return """
      The cell state runs along the top: the forget gate scales the old one, the input gate scales \
      the candidate, their sum is the new one; the output gate scales what of it becomes the \
      hidden state. \(values.joined(separator: ", ")).
      """
  }

  /// The title of a stage as the report has it.
  func stageTitle(_ kind: StageKind) -> String {
    report.stages.first { $0.kind == kind }?.title ?? kind.rawValue
  }
}
