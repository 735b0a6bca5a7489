// A step as text for the terminal: what stands there, how wide it is, when it is coloured.

import LSTMCore
import Testing

@testable import LSTMInsight

@Suite struct TextReportTests {
  private static func lines(
    _ shown: ShownStep, digits: Int? = nil, style: TextStyle = .init(), units: [Int] = [0, 1]
  ) throws -> [String] {
    TextReport(try shown.report(units: units), digits: digits, style: style).text
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test("Every line fits 80 columns, whatever the cell has", arguments: ShownStep.allCases)
  func width(_ shown: ShownStep) throws {
    for line in try Self.lines(shown) { #expect(line.count <= 80, "\(line)") }
  }

  @Test(
    "At five units every line fits 80 columns, with two biases, peepholes, clips and a projection",
    arguments: [CellVariant<Double>.Coupling?.none, .forgetFromInput])
  func widest(_ coupling: CellVariant<Double>.Coupling?) throws {
    for hasProjection in [false, true] {
      let shape = CellShape(
        inputSize: 5, hiddenSize: 5, projectionSize: hasProjection ? 3 : nil, hasPeepholes: true,
        hasRecurrentBias: true)
      var variant = CellVariant<Double>(coupling: coupling)
      variant.clip = 1.25
      let cell = ReadableCell(
        parameters: try CellParameters<Double>(
          .normal(standardDeviation: 1), shape: shape, seed: 4),
        variant: variant)
      let report = try StepReport(
        cell: cell,
        given: StepInput(input: [-0.1, 0.3, 0.1, -0.25, 0.1], cell: [1, -1, 0, 2, -3]),
        weights: "normal, standard deviation 1, seed 4", units: [0, 1, 2, 3, 4])
      for line in TextReport(report).text.split(separator: "\n") {
        #expect(line.count <= 80, "\(line)")
      }
    }
  }

  @Test("No line ends in a space or in an operator", arguments: ShownStep.allCases)
  func ends(_ shown: ShownStep) throws {
    for line in try Self.lines(shown) {
      for end in [" ", " =", " +", " -", "⊙"] where line.hasSuffix(end) {
        Issue.record("'\(line)' ends in '\(end)'")
      }
      #expect(!line.contains("\u{A0}"))
    }
  }

  @Test(
    "Without colour there is no escape code; with it, the same words", arguments: ShownStep.allCases
  )
  func colour(_ shown: ShownStep) throws {
    let plain = try Self.lines(shown)
    let coloured = try Self.lines(shown, style: TextStyle(isColored: true))
    #expect(!plain.contains { $0.contains("\u{1B}") })
    #expect(coloured.contains { $0.contains("\u{1B}[38;5;") })
    #expect(coloured.map(Self.withoutCodes) == plain)
  }

  static func withoutCodes(_ line: String) -> String {
    line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
  }

  @Test("The four stages stand in the order of the classic pictures, numbered")
  func stages() throws {
    let titles = try Self.lines(.founding).filter { $0.first?.isNumber == true }
    #expect(
      titles.map { $0.split(separator: "  ").prefix(2).joined(separator: " ") } == [
        "1 FORGET GATE", "2 INPUT GATE AND CANDIDATE", "3 CELL STATE",
        "4 OUTPUT GATE AND HIDDEN STATE",
      ])
  }

  @Test("That a gate is a number between 0 and 1 is said, and once")
  func once() throws {
    let text = try Self.lines(.random).joined(separator: " ")
    #expect(text.ranges(of: "between 0 and 1").count == 1)
    #expect(text.ranges(of: "matrix product").count == 1)
  }

  @Test("Digits bound the decimals of every number")
  func digits() throws {
    for line in try Self.lines(.random, digits: 2) {
      for word in line.split(whereSeparator: { !"0123456789.".contains($0) }) {
        let decimals = word.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
        #expect(decimals.allSatisfy { $0.count <= 2 }, "\(line)")
      }
    }
    let more = try Self.lines(.random, digits: 12).joined(separator: "\n")
    #expect(more.contains(/0\.[0-9]{12}/))
  }

  @Test("Up to 32 units each has its row; beyond, a summary and the chosen units, in 200 lines")
  func summary() throws {
    let lines = try Self.lines(.wide, units: [0, 411])
    #expect(lines.count < 200)
    #expect(lines.filter { $0.hasPrefix("   least ") || $0.hasPrefix("   least") }.count == 6)
    #expect(lines.contains { $0.hasPrefix("     412  ") })
    #expect(lines.contains("   c(t)  512 numbers: the step as JSON has them all"))
    let founding = try Self.lines(.founding)
    #expect(founding.contains { $0.hasPrefix("      5  ") })
    #expect(!founding.contains { $0.hasPrefix("   least") })
  }

  @Test(
    "A bar is as long as the share",
    arguments: [
      (0.0, "··········"), (1, "██████████"), (0.5, "█████·····"), (0.475, "████▊·····"),
      (0.0001, "··········"), (0.9999, "██████████"), (0.9875, "█████████▉"),
    ])
  func bars(_ share: Double, _ bar: String) {
    #expect(TableText.bar(share) == bar)
    #expect(TableText.bar(share).count == 10)
  }

  @Test("A gate that is no share has no bars")
  func noBars() throws {
    let text = try Self.lines(.huge).joined()
    #expect(!text.contains("█") && !text.contains("·····"))
  }

  @Test("Words break at spaces, a formula before its operators")
  func wrapping() {
    let style = TextStyle(width: 12)
    #expect(style.wrapped("one two three four", indent: "  ") == ["one two", "  three four"])
    #expect(style.wrapped("unbreakable-word", first: "> ") == ["> unbreakable-word"])
    #expect(style.wrapped("") == [""])
    #expect(style.wrappedFormula("a + b ⊙ c - d = e") == ["a + b ⊙ c", "- d = e"])
  }
}
