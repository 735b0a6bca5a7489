// Every line of arithmetic is true: each side of each "=", worked out by itself, comes to the
// number at the end.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMInsight

@Suite struct ArithmeticTests {
  /// A rounding or two of numbers around one.
  static let tolerance = 1e-12

  static func check(_ report: StepReport, _ name: String) {
    for line in report.stages.flatMap(\.arithmetic) {
      let text = PlainSyntax().equals(line.sides.map(PlainSyntax().text))
      let values = line.sides.map {
        FormulaValue($0, cell: report.cell, step: report.step)?.number
      }
      guard let last = line.sides.last, case .number(let result) = last else {
        Issue.record("\(name): '\(text)' does not end in a number")
        continue
      }
      #expect(line.sides.count >= 2, "\(name): \(text)")
      for (index, value) in values.enumerated() {
        guard let value else {
          Issue.record("\(name): side \(index + 1) of '\(text)' makes no sense")
          continue
        }
        let allowed = tolerance * max(1, abs(result))
        #expect(abs(value - result) <= allowed, "\(name): side \(index + 1) of '\(text)': \(value)")
      }
    }
  }

  @Test("Every side of every line is true, for every kind of cell", arguments: RandomCellCase.all)
  func random(_ kind: RandomCellCase) throws {
    let sample = try kind.make()
    let report = try StepReport(
      cell: sample.cell,
      given: StepInput(input: sample.input, hidden: sample.hidden, cell: sample.state),
      weights: "random", units: Array(0..<sample.cell.parameters.hiddenSize))
    Self.check(report, kind.name)
  }

  @Test("Every side of every line is true, for what is shown", arguments: ShownStep.allCases)
  func shown(_ shown: ShownStep) throws {
    Self.check(try shown.report(), shown.rawValue)
  }

  @Test("Each chosen unit has its lines in each stage, in the order in which they were asked for")
  func units() throws {
    let report = try ShownStep.random.report(units: [2, 0])
    for stage in report.stages {
      #expect(stage.sentences.count == 2, "\(stage.title)")
      let units = stage.arithmetic.map(\.unit)
      #expect(units.first == 2 && units.last == 0, "\(stage.title)")
      #expect(Set(units) == [0, 2], "\(stage.title)")
    }
  }

  @Test("A matrix product is written out up to eight terms; beyond, only its sum stands there")
  func longProducts() throws {
    func lines(inputs: Int) throws -> [String] {
      let cell = ReadableCell(
        parameters: try CellParameters<Double>(
          .pytorch, shape: CellShape(inputSize: inputs, hiddenSize: 2), seed: 1))
      let report = try StepReport(cell: cell, given: StepInput(), weights: "")
      return report.stages[0].arithmetic.map { PlainSyntax().text($0.sides[0]) }
    }
    #expect(try lines(inputs: 8) == ["W_f₁·x(t)", "U_f₁·h(t-1)", "f₁(t)"])
    #expect(try lines(inputs: 9) == ["U_f₁·h(t-1)", "f₁(t)"])
  }

  @Test("No side is said twice, as an identity activation would")
  func repeats() throws {
    for shown in ShownStep.allCases {
      for line in try shown.report().stages.flatMap(\.arithmetic) {
        let texts = line.sides.map(PlainSyntax().text)
        for (left, right) in zip(texts, texts.dropFirst()) { #expect(left != right) }
      }
    }
  }
}
