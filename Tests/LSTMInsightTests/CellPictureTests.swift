// The picture of a cell: that it is whole, that it says what the step says, and that each variant
// draws its own parts. That nothing overlaps is checked in a browser: Scripts/check-pictures.py.

import LSTMCore
import Testing

@testable import LSTMInsight

@Suite struct CellPictureTests {
  @Test("Every picture is well-formed XML without ids", arguments: ShownStep.allCases)
  func wellFormed(_ shown: ShownStep) throws {
    let report = try shown.report()
    for stage in [nil] + StageKind.allCases.map(Optional.some) {
      let picture = CellPicture(report, stage: stage)
      for markup in [picture.svg, picture.fragment] {
        let read = MarkupReader(markup)
        #expect(read.failure == nil)
        #expect(read.ids.isEmpty)
        #expect(read.texts("title").first == picture.title)
        #expect(!markup.contains("<script"))
      }
      #expect(picture.svg.contains("<style>") && !picture.fragment.contains("<style>"))
    }
  }

  @Test("The picture of the founding example shows every number of unit 2")
  func numbersOfFoundingExample() throws {
    let read = MarkupReader(CellPicture(try ShownStep.founding.report(), unit: 1).svg)
    let numbers = (read.elements(withClass: "lc-num") + read.elements(withClass: "lc-res"))
      .map(\.text).sorted()
    #expect(
      numbers == [
        "0", "0",  // c(t-1) and what is kept of it
        "0.2957", "0.4286", "0.4582", "0.4582",  // h, tanh c, c and i · g
        "0.664", "0.69", "0.69", "0.69",  // g and the three gates
        "0.8", "0.8", "0.8", "0.8",  // the four sums
      ])
    let texts = read.texts()
    for text in ["5 inputs", "5 hidden", "f₂(t)", "c₂(t-1)", "h₂(t)", "tanh(c₂(t))"] {
      #expect(texts.contains(text))
    }
    #expect(texts.filter { $0 == "σ" }.count == 3)
    #expect(texts.filter { $0 == "tanh" }.count == 2)
  }

  @Test("Every number of a step stands in its picture", arguments: ShownStep.allCases)
  func numbersOfEveryStep(_ shown: ShownStep) throws {
    let report = try shown.report()
    let step = report.step
    let texts = MarkupReader(CellPicture(report).svg).texts()
    let values =
      [step.cell, step.kept, step.written, step.newCell, step.activatedCell, step.newHidden]
      + Gate.allCases.flatMap { gate in
        [step.gates[gate].value, step.gates[gate].preactivation].compactMap { $0 }
      }
    for value in values {
      #expect(texts.contains(NumberFormat(digits: 4).text(value[0])))
    }
  }

  @Test("A stage lights its own parts and dims the others")
  func stages() throws {
    let report = try ShownStep.founding.report()
    let expected: [StageKind: [String]] = [
      .forget: ["forget gate", "h(t-1)", "x(t)", "f₁(t)"],
      .input: ["input gate", "candidate", "h(t-1)", "x(t)", "i₁(t)", "g₁(t)"],
      .cell: ["c₁(t-1)", "f₁(t)", "i₁(t)", "g₁(t)", "i₁(t) · g₁(t)", "c₁(t)"],
      .output: ["output gate", "h(t-1)", "x(t)", "o₁(t)", "c₁(t)", "h₁(t)", "h(t)"],
    ]
    let all = Set(expected.values.joined())
    for (stage, lit) in expected {
      let read = MarkupReader(CellPicture(report, stage: stage).svg)
      #expect(all.intersection(read.texts(isDimmed: false)) == Set(lit))
      #expect(all.intersection(read.texts(isDimmed: true)) == all.subtracting(lit))
    }
    #expect(MarkupReader(CellPicture(report).svg).texts(isDimmed: true).isEmpty)
  }

  @Test("A gate's box is filled to the height of its value")
  func fillLevel() throws {
    let report = try ShownStep.random.report()
    let read = MarkupReader(CellPicture(report).svg)
    for gate in Gate.allCases {
      let value = report.step.gates[gate].value[0]
      let fill = try #require(read.elements(withClass: "lc-t-\(gate.rawValue)").first)
      let share = gate == .candidate ? abs(value) / 2 : value
      #expect(abs(fill.number("height") - 82 * share) < 0.06)
      let edge = gate == .candidate && value < 0 ? 0 : fill.number("height")
      let level = gate == .candidate ? 391 - fill.number("y") : 432 - fill.number("y")
      #expect(abs(level - edge) < 0.11)
    }
  }

  @Test("Peepholes are dashed wires with their terms, and only where the cell has them")
  func peepholes() throws {
    let read = MarkupReader(CellPicture(try ShownStep.peepholes.report()).svg)
    // Three peepholes and one in the legend.
    #expect(read.elements(withClass: "lc-dash").count == 4)
    #expect(read.texts().contains("p_f₁ · c₁(t-1)") && read.texts().contains("p_o₁ · c₁(t)"))
    let usual = MarkupReader(CellPicture(try ShownStep.random.report()).svg)
    #expect(usual.elements(withClass: "lc-dash").isEmpty)
    #expect(!usual.texts().contains { $0.contains("peephole") })
  }

  @Test("A projection is a box R with its sizes between m(t) and h(t)")
  func projection() throws {
    let report = try ShownStep.projection.report()
    let texts = MarkupReader(CellPicture(report).svg).texts()
    for text in ["R", "3 × 4", "m₁(t)", "h₁(t)"] { #expect(texts.contains(text)) }
    let fourth = MarkupReader(CellPicture(report, unit: 3).svg).texts()
    #expect(fourth.contains("3 projected") && !fourth.contains("h₄(t)"))
  }

  @Test("A pinned gate says what it equals and reads nothing")
  func pinned() throws {
    let texts = MarkupReader(CellPicture(try ShownStep.pinned.report()).svg).texts()
    #expect(texts.contains("= 1") && texts.contains("= 0.25"))
    #expect(texts.filter { $0 == "sum" }.count == 2)
  }

  @Test("A coupled gate says so, reads nothing, and lights the gate that it is coupled to")
  func coupled() throws {
    let read = MarkupReader(CellPicture(try ShownStep.coupled.report(), stage: .forget).svg)
    #expect(read.texts().contains("1 - i"))
    #expect(read.texts().filter { $0 == "sum" }.count == 3)
    #expect(read.texts(isDimmed: false).contains("i₁(t)"))
    #expect(read.texts(isDimmed: true).contains("x(t)"))
    let other = MarkupReader(CellPicture(try ShownStep.coupledOtherWay.report()).svg)
    #expect(other.texts().contains("1 - f"))
  }

  @Test("A clip is marked with its bound, and with its result where it acts")
  func clips() throws {
    let report = try ShownStep.clipped.report()
    let notes = MarkupReader(CellPicture(report).svg).texts().filter { $0.hasPrefix("clip") }
    let sums = Gate.allCases.compactMap { report.step.gates[$0].preactivation?[0] }
    let expected = sums.map { abs($0) > 0.5 ? "clip → \($0 < 0 ? "-" : "")0.5" : "clip ±0.5" }
    let isCellClipped = report.step.kept[0] + report.step.written[0] != report.step.newCell[0]
    let cell =
      isCellClipped
      ? "clip → \(NumberFormat(digits: 4).text(report.step.newCell[0]))" : "clip ±0.25"
    #expect(notes.sorted() == (expected + [cell]).sorted())
  }

  @Test("A number of 11 characters is as large as one of 3; a longer one is written smaller")
  func room() throws {
    let canvas = CellCanvas(lit: nil)
    func size(_ text: String) -> Double {
      let element = canvas.text(.number(text), at: .init(0, 0), room: Layout.numberRoom)
      return MarkupReader(element).elements.first?.number("font-size") ?? .nan
    }
    #expect(size("0.5") == 17)
    #expect(size("-1.234e-12") == 17)
    #expect(size("123456.7891") == 17)
    #expect(size("-123456.7891") > 16 && size("-123456789.1234") <= 13)
  }

  @Test(
    "A unit out of range is held within the cell's units", arguments: [(0, 0), (-3, 0), (9, 4)])
  func unitInRange(_ asked: Int, _ shown: Int) throws {
    #expect(CellPicture(try ShownStep.founding.report(), unit: asked).unit == shown)
  }

  @Test("Text is escaped, and characters that XML forbids are replaced")
  func escaping() {
    #expect(Markup.escaped("a<b> & \"c\" 'd'") == "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;")
    #expect(Markup.escaped("a\u{1}b\u{FFFE}c\td") == "a\u{FFFD}b\u{FFFD}c\td")
    let line = CellCanvas.Line.note("</text><script>")
    let element = CellCanvas(lit: nil).text(line, at: .init(0, 0), room: 200)
    #expect(MarkupReader(element).texts() == ["</text><script>"])
  }
}
