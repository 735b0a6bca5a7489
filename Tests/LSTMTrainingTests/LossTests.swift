// Losses that PyTorch's fixture does not hold: masked targets, distributions, quantiles; held to
// differences.

import LSTMCore
import LSTMTraining
import TestSupport
import Testing

@Suite("Losses")
struct LossTests {
  /// A head that hands on what it reads, so that a loss can be taken of any numbers.
  private func trainer(_ loss: TrainingLoss, outputs: Int) throws -> NetworkTrainer {
    let plan = NetworkPlan(front: .values(2), hiddenSize: 3, outputs: outputs)
    return try NetworkTrainer(
      plan.network(seed: 5), batch: 2,
      settings: .init(loss: loss, optimizer: .sgd(), clipping: .none))
  }

  private static let input = NetworkInput<Float>.values(
    Array3(planes: 2, rows: 2, columns: 2, values: [0.1, -0.4, 0.7, 0.2, -0.3, 0.9, 0.5, -0.6]))

  static let losses: [(TrainingLoss, TrainingTargets)] = [
    (.crossEntropy, .classes([1, -1, 0, 1])),
    (.squaredError, .values([1, .nan, 0, 1, .nan, -1, 2, 0.5])),
    (.huber(delta: 0.3), .values([1, .nan, 0, 1, .nan, -1, 2, 0.5])),
    (.binaryCrossEntropy, .values([1, .nan, 0, 1, .nan, 0, 0.25, 0.5])),
    (.gaussian, .values([1, .nan, 0, 2])),
    (.quantiles([0.1, 0.9]), .values([1, .nan, 0, 2])),
  ]

  @Test(
    "A step of the rate r along the gradient lowers the loss by r times its square",
    arguments: losses)
  func gradients(_ loss: TrainingLoss, _ targets: TrainingTargets) throws {
    let rate = 1e-3
    let one = try trainer(loss, outputs: 2)
    let before = try one.step(RunRequest(Self.input), targets, rate: rate)
    let after = try one.step(RunRequest(Self.input), targets, rate: rate)
    let expected = rate * before.gradientNorm * before.gradientNorm
    #expect(abs(before.loss - after.loss - expected) < 0.02 * expected + 2e-7, "\(loss)")
  }

  @Test("A loss or gradient that is not finite takes no step")
  func notFinite() throws {
    let one = try trainer(.squaredError, outputs: 2)
    let network = one.session.network
    #expect(
      performing: {
        try one.step(
          RunRequest(Self.input), .values([1, 3e38, 0, 1, 0, -3e38, 2, 0]), rate: 1)
      },
      throws: { error in
        guard case TrainingError.notFinite = error else { return false }
        return true
      })
    #expect(one.session.network == network)
  }

  @Test("How many outputs a loss needs")
  func outputs() {
    #expect(TrainingLoss.gaussian.outputCount(targets: 3) == 6)
    #expect(TrainingLoss.quantiles([0.1, 0.5, 0.9]).outputCount(targets: 2) == 6)
    #expect(TrainingLoss.huber().outputCount(targets: 3) == 3)
  }
}
