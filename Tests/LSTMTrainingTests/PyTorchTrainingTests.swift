// Ten steps of each optimiser, clipping, schedule and loss, held to PyTorch's in float64
// (Scripts/fixtures/make_training.py).

import LSTMCore
import LSTMFormats
import LSTMTraining
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What training.json holds.
private struct TrainingFixture: Decodable {
  let tokens: [Int]
  let classes: [Int]
  let values: [Float]
  let goals: [Float]
  let losses: [String: [Double]]
  let norms: [String: [Double]]
  let rates: [String: [Double]]
}

@Suite("Training as PyTorch does")
struct PyTorchTrainingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var loss = TrainingLoss.crossEntropy
    let optimizer: Optimizer
    var clipping = GradientClipping.none
    var schedule = LearningRateSchedule()
    let rate: Double
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "sgd", optimizer: .sgd(), rate: 0.1),
    Case(name: "sgd-momentum", optimizer: .sgd(momentum: 0.9), rate: 0.1),
    Case(
      name: "sgd-nesterov", optimizer: .sgd(momentum: 0.9, nesterov: true, weightDecay: 0.01),
      rate: 0.1),
    Case(name: "rmsprop", optimizer: .rmsprop(weightDecay: 0.01), rate: 0.01),
    Case(name: "rmsprop-momentum", optimizer: .rmsprop(momentum: 0.5), rate: 0.01),
    Case(name: "adam", optimizer: .adam(), rate: 0.01),
    Case(name: "adam-decay", optimizer: .adam(weightDecay: 0.1), rate: 0.01),
    Case(name: "adamw", optimizer: .adamW(weightDecay: 0.1), rate: 0.01),
    Case(name: "clip-norm", optimizer: .sgd(), clipping: .norm(0.1), rate: 0.5),
    Case(name: "clip-value", optimizer: .sgd(), clipping: .value(0.02), rate: 0.5),
    Case(name: "cosine", optimizer: .sgd(), schedule: .init(.cosine), rate: 0.1),
    Case(name: "one-cycle", optimizer: .sgd(), schedule: .init(.oneCycle), rate: 0.1),
    Case(
      name: "step", optimizer: .sgd(), schedule: .init(.step(every: 3, factor: 0.5)), rate: 0.1),
    Case(
      name: "exponential", optimizer: .sgd(), schedule: .init(.exponential(factor: 0.9)), rate: 0.1),
    Case(name: "squared-error", loss: .squaredError, optimizer: .adam(), rate: 0.01),
    Case(name: "huber", loss: .huber(delta: 0.5), optimizer: .adam(), rate: 0.01),
    Case(name: "binary", loss: .binaryCrossEntropy, optimizer: .adam(), rate: 0.01),
  ]

  private func network(_ name: String) throws -> LSTMNetwork<Float> {
    try LSTMNetwork<Float>(
      LSTMModel(contentsOf: Fixtures.path("training/\(name).safetensors")))
  }

  @Test("Losses, gradient norms and weights of ten steps", arguments: cases)
  func tenSteps(_ one: Case) throws {
    let fixture = try JSONDecoder().decode(
      TrainingFixture.self, from: Fixtures.data("training/training.json"))
    let readsTokens = one.loss == .crossEntropy
    let input: NetworkInput<Float> =
      readsTokens
      ? .tokens(ids: fixture.tokens, steps: 6, batch: 3)
      : .values(Array3(planes: 6, rows: 3, columns: 3, values: fixture.values))
    let targets: TrainingTargets =
      readsTokens
      ? .classes(fixture.classes)
      : .values(
        one.loss == .binaryCrossEntropy ? fixture.goals.map { $0 > 0 ? 1 : 0 } : fixture.goals)
    let trainer = try NetworkTrainer(
      network(readsTokens ? "start-tokens" : "start-values"), batch: 3,
      settings: .init(loss: one.loss, optimizer: one.optimizer, clipping: one.clipping))
    for step in 0..<10 {
      let rate = one.rate * one.schedule.factor(at: step, of: 10)
      let expected = try #require(fixture.rates[one.name]?[step])
      #expect(abs(rate - expected) <= 1e-12 * one.rate, "step \(step)")
      let result = try trainer.step(RunRequest(input), targets, rate: rate)
      let loss = try #require(fixture.losses[one.name]?[step])
      let norm = try #require(fixture.norms[one.name]?[step])
      #expect(abs(result.loss - loss) <= 1e-5 * abs(loss), "step \(step)")
      #expect(abs(result.gradientNorm - norm) <= 1e-5 * norm, "step \(step)")
    }
    let expected = try ParameterBlock(network(one.name))
    let found = ParameterBlock(trainer.session.network)
    for entry in expected.layout.entries {
      let (theirs, ours) = (expected.values[entry.range], found.values[entry.range])
      let scale = theirs.map(abs).max() ?? 0
      for (mine, other) in zip(ours, theirs) {
        #expect(abs(mine - other) <= 1e-5 * scale, "\(entry.name)")
      }
    }
  }
}
