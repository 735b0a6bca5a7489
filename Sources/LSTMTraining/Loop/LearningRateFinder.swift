// A learning rate by trial: steps with a rate that grows, on a network of its own, so that nothing of a
// training changes.

import LSTMCore
import RealModule

/// What a growing learning rate did to the loss (Smith 2017).
public struct LearningRateFinder: Sendable {
  /// The rates that were tried, and the loss smoothed over the steps until there.
  public private(set) var trials: [(rate: Double, loss: Double)] = []

  /// Steps, and the rates between which they go.
  private static let (steps, lowest, highest) = (100, 1e-5, 1.0)
  /// How much of the smoothed loss stays at each step.
  private static let smoothing = 0.9

  /// Tries rates on the first batches of a task.
  ///
  /// - Throws: ``TrainingError``, where the data are too few.
  public init(_ task: any TrainingTask, _ settings: TrainingSettings, threads: Int = 1) throws {
    let trainer = try NetworkTrainer(
      task.plan(settings).network(settings.start, seed: UInt64(settings.seed)),
      batch: settings.batch, threads: threads, settings: settings.step(task.loss))
    var batches = try task.batches(settings)
    var (average, weight, best) = (0.0, 1.0, Double.infinity)
    for step in 0..<Self.steps {
      let part = Double(step) / Double(Self.steps - 1)
      let rate = Self.lowest * .pow(Self.highest / Self.lowest, part)
      let batch = batches.next()
      let result: NetworkTrainer.Result
      do {
        result = try trainer.step(
          RunRequest(batch.input, lengths: batch.lengths), batch.targets, rate: rate)
      } catch TrainingError.notFinite { return }
      average = Self.smoothing * average + (1 - Self.smoothing) * result.loss
      weight *= Self.smoothing
      let loss = average / (1 - weight)
      trials.append((rate, loss))
      if step > 10, loss > 4 * abs(best) { return }
      best = min(best, loss)
    }
  }

  /// A rate to take: a third of the one at which the loss was least, to two digits.
  public var rate: Double? {
    guard let best = trials.min(by: { $0.loss < $1.loss }) else { return nil }
    let rate = best.rate / 3
    let scale = Double.pow(10, 1 - Double.log10(rate).rounded(.down))
    return (rate * scale).rounded() / scale
  }
}
