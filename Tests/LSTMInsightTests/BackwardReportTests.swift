// The way back through a step, worked out: every line is what its equation says, and all of it is what
// the readable cell's backward step gives.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMInsight

@Suite("The way back through a step")
struct BackwardReportTests {
  @Test(
    "Every line is what its equation says, for every kind of cell", arguments: RandomCellCase.all)
  func lines(_ kind: RandomCellCase) throws {
    let sample = try kind.make()
    let step = try StepReport(
      cell: sample.cell,
      given: StepInput(input: sample.input, hidden: sample.hidden, cell: sample.state),
      weights: "random")
    let sizes = sample.cell.parameters
    let hidden = (0..<sizes.outputSize).map { 0.5 - Double($0) / 3 }
    let cell = (0..<sizes.hiddenSize).map { Double($0) / 5 - 0.25 }
    let report = try BackwardReport(step, hiddenGradient: hidden, cellGradient: cell)
    let back = report.back
    #expect(
      back.gradients
        == (try sample.cell.backward(
          through: step.step, hiddenGradient: hidden, cellGradient: cell)))
    func times(_ left: [Double], _ right: [Double]) -> [Double] { zip(left, right).map(*) }
    #expect(
      back.gates.output.value == times(back.shown, step.step.activatedCell)
        || back.gates.output.value.isEmpty)
    #expect(back.gradients.cell.count == sizes.hiddenSize)
    for gate in Gate.allCases {
      guard let slope = back.gates[gate].slope, let sum = back.gates[gate].preactivation else {
        #expect(sample.cell.variant.source(of: gate) != .weights)
        continue
      }
      #expect(sum == back.gradients.parameters.gates[gate].bias)
      if sample.cell.variant.clip == nil { #expect(sum == times(back.gates[gate].value, slope)) }
    }
    for line in report.text().split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    let named = report.groups.flatMap { $0.lines.map(\.name) }
    #expect(Set(named).count == named.count)
    #expect(report.json.contains("\"parameters\": {"))
  }

  @Test("The founding step's way back, with ones for dh(t), in text")
  func founding() throws {
    let step = try ShownStep.founding.report()
    let report = try BackwardReport(
      step, hiddenGradient: [1, 1, 1, 1, 1], cellGradient: nil)
    let text = report.text(digits: 4)
    #expect(
      text.hasPrefix(
        """
        The way back through one step: 5 inputs, 5 hidden units

        FROM h(t) TO c(t)
           dh(t) = given
              = [1, 1, 1, 1, 1]
           a = tanh c(t)
              = [-0.0473, 0.4286, 0.1081, -0.0244, 0.3832]
           do = dh(t) ⊙ a
              = [-0.0473, 0.4286, 0.1081, -0.0244, 0.3832]
           a′ = 1 - a²

        """), "\(text)")
    expectError("the gradient of the new hidden state has 2 values, but the weights need 5.") {
      try BackwardReport(step, hiddenGradient: [1, 1], cellGradient: nil)
    }
  }
}
