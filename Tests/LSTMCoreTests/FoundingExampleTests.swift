// The example this package began with: identity weights, five units, one step by hand.

import LSTMCore
import TestSupport
import Testing

@Suite("The founding example")
struct FoundingExampleTests {
  private func step() throws -> CellStep<Double> {
    let parameters = try CellParameters(
      .identity, shape: CellShape(inputSize: 5, hiddenSize: 5), seed: 0)
    return try ReadableCell(parameters: parameters).step(
      input: [-0.1, 0.3, 0.1, -0.25, 0.1], hidden: [0, 0.5, 0.1, 0.2, 0.6],
      cell: [0, 0, 0, 0, 0])
  }

  @Test("Every number is the printed one")
  func numbers() throws {
    let step = try step()
    // Half a unit of the eighth decimal, the last that was printed.
    let printed = Tolerance.absolute(0.5e-8)
    let gate = [0.47502081, 0.68997448, 0.549834, 0.4875026, 0.66818777]
    expectClose("forget gate", step.gates.forget.value, gate, within: printed)
    expectClose(
      "candidate", step.gates.candidate.value,
      [-0.09966799, 0.66403677, 0.19737532, -0.04995837, 0.60436778], within: printed)
    expectClose(
      "c(t)", step.newCell, [-0.04734437, 0.45816843, 0.10852366, -0.02435484, 0.40383116],
      within: printed)
    expectClose(
      "h(t)", step.newHidden, [-0.02247277, 0.29571634, 0.05943684, -0.0118707, 0.25606443],
      within: printed)
  }

  @Test("Equal weights make equal gates")
  func equalGates() throws {
    let gates = try step().gates
    #expect(gates.input == gates.forget)
    #expect(gates.output == gates.forget)
  }
}
