// Heat maps: what a character and a colour stand for, and that pictures and pages have every number.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMInsight

@Suite("Heat maps")
struct HeatMapTests {
  private static let map = HeatMap(
    "layer1.forward.cellState",
    Array3(planes: 3, rows: 1, columns: 2, values: [1, -0.5, 0, 0.25, -2, 2]), sequence: 0,
    command: "lstm explain m x --ledger 'layer1.forward.cellState[ROW]@COLUMN'")

  @Test("Without colour a number is a character: digits above zero, letters below")
  func plain() {
    #expect(
      Self.map.text(style: TextStyle()) == """
        layer1.forward.cellState
         1 5·i
         2 b19

        A row is a unit, a column a step. · is 0, 1 to 9 up to 2, a to i down to -2.

        """)
    let gate = HeatMap(
      "layer1.forward.forgetGate",
      Array3(planes: 2, rows: 2, columns: 1, values: [0, 0.5, 1, 0.04]), sequence: 1)
    #expect(
      gate.text(style: TextStyle()) == """
        layer1.forward.forgetGate, sequence 2
         1 5·

        A row is a unit, a column a step. · is 0, 9 is 1.

        """)
  }

  @Test("No line is wider than the terminal, and what is left out is said")
  func narrow() {
    let wide = HeatMap(
      "layer1.forward.forgetGate", Array3(zeros: 500, 1, 3), sequence: 0)
    for style in [TextStyle(), TextStyle(isColored: true)] {
      let text = wide.text(style: style)
      #expect(text.contains("… 424 more steps"))
      let plain = text.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
      #expect(plain.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }
  }

  @Test("Zero is white, blue goes up, orange down, and what is no number stands out")
  func colors() {
    let scale = HeatMap.Scale.aroundZero(most: 1)
    #expect(HeatColor(0, scale).hexadecimal == "#fafafa")
    #expect(HeatColor(1, scale).hexadecimal == "#053061")
    #expect(HeatColor(-1, scale).hexadecimal == "#6e2506")
    #expect(HeatColor(.nan, scale).hexadecimal == "#ff00ff")
    #expect(scale.share(7) == 1 && HeatMap.Scale.upFromZero(most: 1).share(-3) == 0)
    #expect(HeatMap.Scale(.cellState, [[0]]) == .aroundZero(most: 1))
  }

  @Test("A picture has a rectangle for each number, with the number as its title")
  func svg() {
    let read = MarkupReader(Self.map.svg)
    let titles = read.texts("title")
    #expect(titles.count == 7)
    #expect(titles.contains("unit 1, step 3: -2") && titles.contains("unit 2, step 2: 0.25"))
  }

  @Test("A page has every number, and nothing of a text gets out of its place")
  func page() {
    let hostile = HeatMap(
      title: "</script><b>", rowName: "unit", rows: ["<i>"], columnName: "step", columns: ["\"&"],
      values: [[0.5]], scale: .upFromZero(most: 1))
    let text = HeatMapPage(title: "T & <t>", [Self.map, hostile], command: "lstm 'a b'").text
    #expect(text.contains("values:[[1,0,-2],[-0.5,0.25,2]]"))
    #expect(text.contains("<title>T &amp; &lt;t&gt;</title>"))
    #expect(text.components("</script>") == 1 && !text.contains("<b>") && !text.contains("<i>"))
    #expect(!text.contains("http"), "nothing is loaded from elsewhere")
  }

  @Test("Chosen units and steps keep their numbers, and tokens stand for steps")
  func labels() {
    let chosen = HeatMap(
      "layer1.forward.kept[3,5]@4-5", Array3(zeros: 2, 1, 2), sequence: 0,
      names: StepNames(["a", "b", "c", " ", "e"]))
    #expect(chosen.rows == ["3", "5"] && chosen.columns == ["␣", "e"])
  }

  @Test("A ledger's map has in each row what makes up the cell state of its step")
  func ledger() throws {
    var found: RunTrace<Double>?
    for seed in 1...20 as ClosedRange<UInt64> where found == nil {
      let random = try RandomModel(seed: seed)
      let trace = try? random.model.trace(RunRequest<Double>(random.request))
      if let trace, trace.stepCount(sequence: 0) > 2 { found = trace }
    }
    let trace = try #require(found)
    let order = trace.order(0, sequence: 0)
    let map = try HeatMap(
      ledgerOf: trace, cell: 0, unit: 0, upTo: #require(order.last), sequence: 0)
    for (row, step) in order.enumerated() {
      let ledger = try Ledger(trace, cell: 0, step: step, sequence: 0)
      let sum = map.values[row].reduce(ledger.initialState[0], +)
      #expect(abs(sum - ledger.cellState[0]) < 1e-12)
    }
  }
}

extension String {
  fileprivate func components(_ part: String) -> Int { ranges(of: part).count }
}
