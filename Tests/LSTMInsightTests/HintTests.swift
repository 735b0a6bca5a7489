// Reports by themselves name no program: how to ask for more, whoever shows them says.

import LSTMCore
import Testing

@testable import LSTMInsight

@Suite struct HintTests {
  private static func named(_ text: String) -> [Substring] {
    text.matches(of: #/--[a-z][a-z-]*|\blstm [a-z]+/#).map(\.output)
  }

  @Test("A diagnosis of a mistake names no option", arguments: MistakeFixture.cellNames)
  func mistakes(_ name: String) throws {
    let fixture = try MistakeFixture.cell(name)
    let cell = try fixture.readableCell()
    let report = try StepReport(cell: cell, given: fixture.given, weights: "given")
    for item in fixture.cases.prefix(40) {
      let diagnosis = try Diagnosis(cell: cell, given: fixture.given, claims: item.claims())
      #expect(Self.named(DiagnosisText(diagnosis, of: report).text).isEmpty, "\(item.title)")
    }
    for mistake in MistakeCatalogue(for: cell).mistakes {
      let words = [mistake.summary, mistake.advice, mistake.variant?.words ?? ""]
      #expect(Self.named(words.joined(separator: " ")).isEmpty, "\(mistake.id)")
    }
  }

  @Test("Numbers that agree get the inputs that would show more, with words of the caller's or not")
  func probe() throws {
    let cell = try DiagnosisTests.foundingCell()
    let report = try StepReport(cell: cell, given: DiagnosisTests.founding, weights: "identity")
    var claims = Claims(tolerance: 1e-9)
    claims[.newHidden] = Claim(report.step.newHidden, decimals: 17)
    let diagnosis = try Diagnosis(cell: cell, given: DiagnosisTests.founding, claims: claims)
    let probe = try #require(diagnosis.probe)
    let plain = DiagnosisText(diagnosis, of: report).text
    #expect(Self.named(plain).isEmpty)
    #expect(plain.hasSuffix("  weights drawn evenly from -1 to 1, seed \(probe.seed)\n"))
    #expect(plain.contains("Put them into your code and diagnose again:\n  x(t) = ["))
    var hints = DiagnosisHints()
    hints.takeProbe = "Press Try:"
    hints.probe = { ["seed \($0.seed)"] }
    let worded = DiagnosisText(diagnosis, of: report, hints: hints).text
    #expect(worded.hasSuffix("Press Try:\nseed \(probe.seed)\n"), "\(worded)")
  }

  @Test("Errors of this module name no option")
  func errors() {
    let errors: [any LSTMFailure] = [
      DiagnosisError.nothingClaimed, DiagnosisError.size(of: .newCell, found: 1, expected: 2),
      StepProgramError.tooManyNumbers(found: 2, most: 1), OutputComparisonError.nothingClaimed,
      OutputComparisonError.size(of: "output", found: [1], expected: [2]),
    ]
    #expect(errors.map(\.kind) == [.usage, .data, .usage, .data, .data])
    #expect(
      errors.map { "\($0)" } == [
        "there is nothing to compare with. "
          + "Give what you got: gates, the cell state or the hidden state.",
        "your new cell state has 1 value, but this step gives 2. "
          + "Check the number of hidden units or the weights.",
        "a program would have to spell out 2 weights; at most 1 are written. "
          + "Take fewer units, identity weights, or the numbers as JSON.",
        "there is nothing to compare with. Give 'output', 'hidden', 'cell' or 'logits'.",
        "'output' is 1, but this network gives 2 for this input. "
          + "Arrays are [T, B, units], not [B, T, units].",
      ])
  }

  @Test("How outputs are compared is said only in the caller's words")
  func undecided() throws {
    func cell(_ gates: (CellParameters<Double>) -> CellParameters<Double>) throws
      -> LSTMNetwork<Double>
    {
      let parameters = try CellParameters<Double>(
        .uniform(low: -1, high: 1), shape: CellShape(inputSize: 2, hiddenSize: 3), seed: 1)
      return try LSTMNetwork(layers: [.init(forward: ReadableCell(parameters: gates(parameters)))])
    }
    let comparison = NetworkComparison(
      try cell { $0 },
      try cell { right in
        var wrong = right
        (wrong.gates.input, wrong.gates.candidate) = (right.gates.candidate, right.gates.input)
        return wrong
      })
    let finding = try #require(comparison.findings.first)
    #expect(finding.isUndecided)
    let plain = comparison.json()
    #expect(plain.contains("run both on an input whose output you know\""), "\(plain)")
    #expect(
      comparison.json(comparing: "press Compare").contains("you know: press Compare\""))
  }
}
