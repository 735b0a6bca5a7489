// Weights to start from, and the generator they come from.

import LSTMCore
import TestSupport
import Testing

@Suite("Initialisation")
struct InitializationTests {
  private let large = CellShape(
    inputSize: 20, hiddenSize: 16, projectionSize: 8, hasPeepholes: true, hasRecurrentBias: true)

  private func numbers(_ parameters: CellParameters<Double>) -> [Double] {
    ParameterTensor.all.flatMap { parameters[keyPath: $0.path] }
  }

  @Test("SplitMix64 begins with the published numbers")
  func splitMix() {
    // Of the reference program by Sebastiano Vigna, https://prng.di.unimi.it/splitmix64.c.
    var zero = SplitMix64(seed: 0)
    #expect(
      (0..<3).map { _ in zero.next() }
        == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F])
    var other = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in other.next() }
        == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
  }

  @Test("Uniform draws fill their interval evenly")
  func uniform() throws {
    let drawn = numbers(try CellParameters(.uniform(low: -0.5, high: 1.5), shape: large, seed: 3))
    #expect(drawn.allSatisfy { (-0.5..<1.5).contains($0) })
    let mean = drawn.reduce(0, +) / Double(drawn.count)
    let spread = drawn.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(drawn.count)
    // About 2100 numbers: four standard errors are 0.05 of the mean and 0.03 of the variance.
    expectClose("mean", mean, 0.5, within: .absolute(0.05))
    expectClose("variance", spread, 1.0 / 3, within: .absolute(0.03))
  }

  @Test("Normal draws have mean 0 and the standard deviation asked for")
  func normal() throws {
    let drawn = numbers(try CellParameters(.normal(standardDeviation: 2), shape: large, seed: 4))
    let mean = drawn.reduce(0, +) / Double(drawn.count)
    let spread = drawn.map { $0 * $0 }.reduce(0, +) / Double(drawn.count)
    // Four standard errors of some 2100 numbers.
    expectClose("mean", mean, 0, within: .absolute(0.18))
    expectClose("variance", spread, 4, within: .absolute(0.5))
    // 2.3 % of a normal distribution lie beyond two standard deviations on either side.
    let beyond = Double(drawn.count { abs($0) > 4 }) / Double(drawn.count)
    expectClose("part beyond two standard deviations", beyond, 0.0455, within: .absolute(0.02))
  }

  @Test("As PyTorch: within ±1/√H, two biases, the projection too")
  func pytorch() throws {
    let shape = CellShape(inputSize: 20, hiddenSize: 16, projectionSize: 8)
    let parameters = try CellParameters(.pytorch, shape: shape, seed: 5)
    let drawn = numbers(parameters)
    #expect(drawn.allSatisfy { abs($0) <= 0.25 })
    #expect(drawn.contains { $0 > 0.24 } && drawn.contains { $0 < -0.24 })
    for gate in Gate.allCases {
      #expect(parameters.gates[gate].recurrentBias?.count == 16)
      #expect(parameters.gates[gate].recurrentBias != parameters.gates[gate].bias)
      #expect(parameters.gates[gate].peephole == nil)
    }
    #expect(parameters.projection?.rows == 8)
  }

  @Test("The identity is ones on the diagonal and biases of zero")
  func identity() throws {
    let shape = CellShape(inputSize: 3, hiddenSize: 3, hasPeepholes: true, hasRecurrentBias: true)
    let parameters = try CellParameters(.identity, shape: shape, seed: 6)
    for gate in Gate.allCases {
      let learned = parameters.gates[gate]
      #expect(learned.inputWeights.values == [1, 0, 0, 0, 1, 0, 0, 0, 1])
      #expect(learned.hiddenWeights == learned.inputWeights)
      #expect(learned.bias == [0, 0, 0])
      #expect(learned.recurrentBias == [0, 0, 0])
      #expect(learned.peephole == (gate == .candidate ? nil : [0, 0, 0]))
    }
  }

  @Test(
    "The same seed gives the same numbers, another seed others",
    arguments: [
      WeightInitialization.uniform(low: -1, high: 1), .normal(standardDeviation: 1), .pytorch,
    ])
  func seeds(initialization: WeightInitialization) throws {
    let first = try CellParameters(initialization, shape: large, seed: 7)
    #expect(try CellParameters(initialization, shape: large, seed: 7) == first)
    #expect(try CellParameters(initialization, shape: large, seed: 8) != first)
    let drawn = numbers(first)
    #expect(Set(drawn).count == drawn.count, "two draws are equal")
  }

  @Test("The draws come in the documented order: forget gate first, W before U")
  func order() throws {
    var generator = SplitMix64(seed: 9)
    let shape = CellShape(inputSize: 2, hiddenSize: 1)
    let parameters = try CellParameters(.uniform(low: 0, high: 1), shape: shape, seed: 9)
    for gate in [Gate.forget, .input, .candidate, .output] {
      let learned = parameters.gates[gate]
      for value in learned.inputWeights.values + learned.hiddenWeights.values + learned.bias {
        #expect(value == generator.nextUnit())
      }
    }
  }

  @Test("Parameters know the shape they were made for", arguments: RandomCellCase.all)
  func shapes(kind: RandomCellCase) throws {
    let parameters = try CellParameters(.uniform(low: 0, high: 1), shape: kind.shape, seed: 1)
    #expect(parameters.shape == kind.shape)
  }
}
