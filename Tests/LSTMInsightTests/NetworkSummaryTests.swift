// What a network's weights say of it before it is run.

import LSTMCore
import Testing

@testable import LSTMInsight

@Suite struct NetworkSummaryTests {
  @Test("The memory by the biases alone is σ(b_f) and -1/ln f")
  func memory() throws {
    var parameters = try CellParameters<Double>(
      .uniform(low: -1, high: 1),
      shape: CellShape(inputSize: 2, hiddenSize: 3, hasRecurrentBias: true), seed: 1)
    parameters.gates.forget.bias = [0, 1, 30]
    parameters.gates.forget.recurrentBias = [0, 1, 30]
    let network = try LSTMNetwork(
      layers: [NetworkLayer(forward: ReadableCell(parameters: parameters))])
    let memory = try #require(NetworkSummary(network).cells.first?.memory)
    // σ(0) = 1/2 and -1/ln(1/2) = 1.442695…; σ(2) = 0.880797… and -1/ln of it = 7.878…
    #expect(abs(memory.forgetGate[0] - 0.5) < 1e-15)
    #expect(abs(memory.timescale[0] - 1.4426950408889634) < 1e-12)
    #expect(abs(memory.forgetGate[1] - 0.8807970779778823) < 1e-12)
    #expect(abs(memory.timescale[1] - 7.8784816037292265) < 1e-12)
    #expect(memory.timescale[2] == .infinity)
    #expect(memory.timescale(at: 0) == memory.timescale[0])
    #expect(memory.timescale(at: 0.5) == memory.timescale[1])
  }

  @Test("A pinned forget gate has no memory that follows from a bias")
  func pinned() throws {
    var variant = CellVariant<Double>()
    variant.pinned.forget = 1
    let parameters = try CellParameters<Double>(
      .pytorch, shape: CellShape(inputSize: 2, hiddenSize: 3), seed: 1)
    let network = try LSTMNetwork(
      layers: [NetworkLayer(forward: ReadableCell(parameters: parameters, variant: variant))])
    let cell = try #require(NetworkSummary(network).cells.first)
    #expect(cell.memory == nil)
    #expect(cell.variant == ["f = 1"])
    #expect(cell.gates.first { $0.gate == .forget }?.source == "pinned to 1")
  }

  @Test("Spread is mean, deviation and range")
  func spread() {
    let spread = NetworkSummary.Spread([1, 2, 3, 4])
    #expect(spread.mean == 2.5 && spread.least == 1 && spread.greatest == 4)
    #expect(abs(spread.deviation - 1.25.squareRoot()) < 1e-15)
    #expect(NetworkSummary.Spread([]).count == 0)
  }
}
