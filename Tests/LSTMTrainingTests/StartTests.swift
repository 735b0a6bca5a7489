// The numbers that networks start from.

import LSTMCore
import LSTMTraining
import Testing

@Suite("Networks to start from")
struct StartTests {
  private let plan = NetworkPlan(
    front: .embedding(tokens: 50, size: 6), hiddenSize: 16, layers: 2, outputs: 50)

  private func cell(_ network: LSTMNetwork<Float>) -> CellParameters<Float> {
    network.cells[1].cell.parameters
  }

  @Test(
    "The same seed gives the same network, another seed another",
    arguments: NetworkStart.Weights.allCases)
  func seeds(_ weights: NetworkStart.Weights) throws {
    #expect(try plan.network(.init(weights), seed: 3) == plan.network(.init(weights), seed: 3))
    #expect(try plan.network(.init(weights), seed: 3) != plan.network(.init(weights), seed: 4))
  }

  @Test("PyTorch's: all within 1/√H, two biases")
  func pytorch() throws {
    let parameters = cell(try plan.network(.init(.pytorch), seed: 1))
    parameters.forEachParameter { _, _, values in
      #expect(values.allSatisfy { abs($0) <= 0.25 } && values.contains { abs($0) > 0.2 })
    }
    #expect(parameters.gates.forget.recurrentBias?.count == 16)
  }

  @Test("Keras': the gates' U together orthogonal, forget biases 1")
  func keras() throws {
    let parameters = cell(try plan.network(.init(.keras), seed: 1))
    for left in 0..<16 {
      for right in 0..<16 {
        var sum: Float = 0
        for gate in Gate.allCases {
          for unit in 0..<16 {
            let weights = parameters.gates[gate].hiddenWeights
            sum += weights[unit, left] * weights[unit, right]
          }
        }
        #expect(abs(sum - (left == right ? 1 : 0)) < 1e-5)
      }
    }
    #expect(parameters.gates.forget.bias.allSatisfy { $0 == 1 })
    #expect(parameters.gates.input.bias.allSatisfy { $0 == 0 })
    #expect(parameters.gates.forget.recurrentBias == nil)
  }

  @Test("Orthogonal: each gate's U by itself")
  func orthogonal() throws {
    let weights = cell(try plan.network(.init(.orthogonal), seed: 1)).gates.output.hiddenWeights
    for left in 0..<16 {
      for right in 0..<16 {
        let sum = zip(weights.row(left), weights.row(right)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(sum - (left == right ? 1 : 0)) < 1e-5)
      }
    }
  }

  @Test("Forget biases that are given, and chrono initialisation")
  func biases() throws {
    let given = cell(try plan.network(.init(.pytorch, forgetBias: 2), seed: 1)).gates
    #expect(given.forget.bias.allSatisfy { $0 == 2 })
    #expect(given.forget.recurrentBias?.allSatisfy { $0 == 0 } == true)
    let chrono = cell(try plan.network(.init(.pytorch, chronoSteps: 100), seed: 1)).gates
    #expect(chrono.forget.bias.allSatisfy { (0...4.6).contains($0) })
    #expect(zip(chrono.forget.bias, chrono.input.bias).allSatisfy { $0 == -$1 })
  }
}
