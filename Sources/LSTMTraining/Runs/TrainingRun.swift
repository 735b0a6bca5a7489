// A training from its first step to its last: notes, evaluations, checkpoints. A run that goes on from
// a checkpoint ends with the bits of one that was never interrupted.

import LSTMCore
import LSTMFormats

/// A training in a folder.
public final class TrainingRun {
  /// What is told while it runs.
  public enum Event {
    /// A step was taken: its loss, and the gradients' norm.
    case step(Int, loss: Double, gradientNorm: Double)
    /// A note was made.
    case note(TrainingNote)
  }

  /// Steps between two notes.
  public static let noteEvery = 10

  /// The folder.
  public let folder: RunFolder
  /// The settings; those that may change in a run that goes on, as they are now.
  public let settings: TrainingSettings
  /// What the training is about.
  public let task: any TrainingTask
  /// Steps that were taken.
  public private(set) var step = 0
  /// Why checkpoints after the one that is used were not.
  public let damaged: [any LSTMFailure]
  /// The last evaluation.
  public private(set) var validationLoss: Double?

  private let trainer: NetworkTrainer
  private var batches: any TrainingBatches
  private var state: NetworkState<Float>?
  private var plateau = PlateauState()
  private var (lossSum, lossCount) = (0.0, 0)

  /// Makes a run, or goes on with one: from the last checkpoint that is whole, else from the start.
  ///
  /// - Parameters:
  ///   - folder: of the run.
  ///   - settings: the folder's own, but for those that may change.
  ///   - task: the folder's.
  ///   - threads: how many may compute; the numbers are the same for any.
  /// - Throws: ``TrainingError``, and what the network's sizes bring about.
  public init(
    _ folder: RunFolder, _ settings: TrainingSettings, _ task: any TrainingTask, threads: Int
  ) throws {
    (self.folder, self.settings, self.task) = (folder, settings, task)
    batches = try task.batches(settings)
    trainer = try NetworkTrainer(
      task.plan(settings).network(settings.start, seed: UInt64(settings.seed)),
      batch: settings.batch, threads: threads, settings: settings.step(task.loss))
    let (checkpoint, damaged) = folder.lastCheckpoint()
    self.damaged = damaged
    if let checkpoint { try go(to: checkpoint) }
  }

  /// The network as it is now.
  public var network: LSTMNetwork<Float> { trainer.session.network }

  /// Whether all steps were taken.
  public var isComplete: Bool { step >= settings.steps }

  // MARK: - Steps

  /// Trains to the end.
  ///
  /// - Parameter tell: is told of steps and notes.
  /// - Returns: what came of it, in words; the page of the run has it, too.
  /// - Throws: ``TrainingError/diverged(_:step:batch:checkpoint:)``, and `LSTMFormatsError` where
  ///   something cannot be written.
  public func run(_ tell: (Event) -> Void) throws -> [String] {
    let notes = try folder.openNotes(upTo: step)
    let events = try folder.openEvents()
    let clock = ContinuousClock()
    var (since, count) = (clock.now, 0)
    let schedule = settings.scheduleValue
    while step < settings.steps {
      let rate =
        settings.learningRate * schedule.factor(at: step, of: settings.steps, plateau)
      let number = batches.place.batch + 1
      let batch = batches.next()
      count += batch.stepCount
      let result = try advance(batch, number: number, rate: rate)
      tell(.step(step, loss: result.loss, gradientNorm: result.gradientNorm))
      let evaluates = isComplete || step.isMultiple(of: settings.evaluateEvery)
      if evaluates { try evaluate() }
      if evaluates || step.isMultiple(of: Self.noteEvery) {
        let seconds = since.duration(to: clock.now) / .seconds(1)
        let note = TrainingNote(
          step: step, loss: lossSum / Double(max(1, lossCount)),
          gradientNorm: result.gradientNorm, learningRate: rate, epoch: batches.place.epoch,
          stepsPerSecond: Double(count) / max(seconds, 1e-9),
          validationLoss: evaluates ? validationLoss : nil)
        (lossSum, lossCount, since, count) = (0, 0, clock.now, 0)
        try notes.add(note.json)
        try events.add(note, seconds: RunFolder.secondsNow)
        tell(.note(note))
      }
      if isComplete || step.isMultiple(of: settings.checkpointEvery) {
        try folder.write(checkpoint)
      }
    }
    try task.model(network, settings).write(to: folder.modelPath)
    let closing = try task.closing(network, settings)
    try folder.writePage(task.opening(settings) + closing, settings)
    return closing
  }

  private func advance(_ batch: TrainingBatch, number: Int, rate: Double) throws
    -> NetworkTrainer.Result
  {
    do {
      let result = try trainer.step(
        RunRequest(batch.input, state: batch.carriesState ? state : nil, lengths: batch.lengths),
        batch.targets, rate: rate)
      state = result.finalState
      step += 1
      lossSum += result.loss
      lossCount += 1
      return result
    } catch TrainingError.notFinite(let what) {
      throw TrainingError.diverged(
        what, step: step + 1, batch: number, checkpoint: folder.checkpointSteps.first)
    }
  }

  /// Takes the loss of what is held back; keeps the model where it is the best so far.
  private func evaluate() throws {
    guard let loss = try task.evaluate(network, settings) else { return }
    validationLoss = loss
    let isBest = plateau.best.map { loss < $0 } ?? true
    plateau.note(loss, settings.scheduleValue)
    if isBest { try task.model(network, settings).write(to: folder.bestModelPath) }
  }

  // MARK: - Checkpoints

  /// Everything that going on needs.
  private var checkpoint: Checkpoint {
    var checkpoint = Checkpoint()
    checkpoint.step = step
    checkpoint.parameters = ParameterBlock(network).values
    (checkpoint.memory, checkpoint.memorySteps) = (trainer.memory.values, trainer.memory.steps)
    (checkpoint.state, checkpoint.place, checkpoint.plateau) = (state, batches.place, plateau)
    (checkpoint.lossSum, checkpoint.lossCount) = (lossSum, lossCount)
    return checkpoint
  }

  private func go(to checkpoint: Checkpoint) throws {
    guard trainer.restore(checkpoint), batches.go(to: checkpoint.place) else {
      throw TrainingError.damagedCheckpoint(
        folder.path, reason: "it is that of another network or other data than config.json says")
    }
    (step, state, plateau) = (checkpoint.step, checkpoint.state, checkpoint.plateau)
    (lossSum, lossCount) = (checkpoint.lossSum, checkpoint.lossCount)
  }
}

extension NetworkTrainer {
  /// Takes over the numbers of a checkpoint.
  ///
  /// - Returns: false where they are those of another network or optimiser.
  func restore(_ checkpoint: Checkpoint) -> Bool {
    guard checkpoint.parameters.count == session.layout.count,
      checkpoint.memory.count == memory.values.count
    else { return false }
    session.updateEachParameter { entry, values in
      _ = values.update(fromContentsOf: checkpoint.parameters[entry.range])
    }
    memory.values = checkpoint.memory
    memory.steps = checkpoint.memorySteps
    return true
  }
}
