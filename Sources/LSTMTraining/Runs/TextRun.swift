// The training of a network on a text: windows of B streams with their states carried on, notes,
// evaluations, checkpoints. A run that goes on from a checkpoint ends with the bits of one that was
// never interrupted.

import LSTMCore
import LSTMFormats

/// A training on a text, in a folder.
public final class TextRun {
  /// What is told while it runs.
  public enum Event {
    /// A step was taken: its loss in nats, the gradients' norm, steps a second.
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
  /// The text.
  public let text: TextData
  /// How many tokens are trained on; the rest is held back.
  public let trainingCount: Int
  /// Steps that were taken.
  public private(set) var step = 0
  /// Why checkpoints after the one that is used were not.
  public let damaged: [any LSTMFailure]
  /// The last evaluation.
  public private(set) var validationLoss: Double?

  let trainer: NetworkTrainer
  private var streams: TextStreams
  private var state: NetworkState<Float>?
  private var plateau = PlateauState()
  private var (lossSum, lossCount) = (0.0, 0)

  /// Makes a run, or goes on with one: from the last checkpoint that is whole, else from the start.
  ///
  /// - Parameters:
  ///   - folder: of the run.
  ///   - settings: the folder's own, but for those that may change.
  ///   - text: the folder's.
  ///   - threads: how many may compute; the numbers are the same for any.
  /// - Throws: ``TrainingError/shortText(_:count:kind:sequenceLength:)``, and what the network's sizes
  ///   bring about.
  public init(
    _ folder: RunFolder, _ settings: TrainingSettings, _ text: TextData, threads: Int
  ) throws {
    (self.folder, self.settings, self.text) = (folder, settings, text)
    trainingCount = text.trainingCount(settings)
    streams = try text.streams(settings)
    let tokens = text.vocabulary.entries.count
    let plan = NetworkPlan(
      front: settings.embeddingSize > 0
        ? .embedding(tokens: tokens, size: settings.embeddingSize) : .oneHot(tokens),
      hiddenSize: settings.hiddenSize, layers: settings.layers, outputs: tokens)
    trainer = try NetworkTrainer(
      plan.network(settings.start, seed: UInt64(settings.seed)), batch: settings.batch,
      threads: threads,
      settings: .init(optimizer: settings.optimizerValue, clipping: settings.clipping))
    let (checkpoint, damaged) = folder.lastCheckpoint()
    self.damaged = damaged
    if let checkpoint { try go(to: checkpoint) }
  }

  /// Whether all steps were taken.
  public var isComplete: Bool { step >= settings.steps }

  // MARK: - Steps

  /// Trains to the end, or to a step.
  ///
  /// - Parameters:
  ///   - stop: where to stop, before the end.
  ///   - tell: is told of steps and notes.
  /// - Throws: ``TrainingError/diverged(_:step:batch:checkpoint:)``, and `LSTMFormatsError` where
  ///   something cannot be written.
  public func run(upTo stop: Int? = nil, _ tell: (Event) -> Void) throws {
    let notes = try folder.openNotes(upTo: step)
    let clock = ContinuousClock()
    var (since, sinceStep) = (clock.now, step)
    let schedule = settings.scheduleValue
    let end = min(settings.steps, stop ?? settings.steps)
    while step < end {
      let rate =
        settings.learningRate * schedule.factor(at: step, of: settings.steps, plateau)
      let result = try advance(rate: rate)
      tell(.step(step, loss: result.loss, gradientNorm: result.gradientNorm))
      let isLast = step == settings.steps
      let evaluates = isLast || step.isMultiple(of: settings.evaluateEvery)
      if evaluates { try evaluate() }
      if isLast || evaluates || step.isMultiple(of: Self.noteEvery) {
        let seconds = since.duration(to: clock.now) / .seconds(1)
        let tokens = (step - sinceStep) * settings.batch * settings.sequenceLength
        let note = TrainingNote(
          step: step, loss: lossSum / Double(max(1, lossCount)),
          gradientNorm: result.gradientNorm, learningRate: rate, epoch: streams.place.epoch,
          tokensPerSecond: Double(tokens) / max(seconds, 1e-9),
          validationLoss: evaluates ? validationLoss : nil)
        (lossSum, lossCount, since, sinceStep) = (0, 0, clock.now, step)
        try notes.add(note.json)
        tell(.note(note))
      }
      if isLast || step.isMultiple(of: settings.checkpointEvery) { try folder.write(checkpoint) }
    }
    if isComplete { try model.write(to: folder.modelPath) }
  }

  private func advance(rate: Double) throws -> NetworkTrainer.Result {
    let batch = streams.place.window
    if streams.beginsEpoch { state = nil }
    let (ids, targets) = streams.next()
    let input = NetworkInput<Float>.tokens(
      ids: ids, steps: settings.sequenceLength, batch: settings.batch)
    do {
      let result = try trainer.step(
        RunRequest(input, state: state), .classes(targets), rate: rate)
      state = result.finalState
      step += 1
      lossSum += result.loss
      lossCount += 1
      return result
    } catch TrainingError.notFinite(let what) {
      throw TrainingError.diverged(
        what, step: step + 1, batch: batch + 1, checkpoint: folder.checkpointSteps.first)
    }
  }

  /// Takes the loss of the text that is held back; keeps the model where it is the best so far.
  private func evaluate() throws {
    guard trainingCount < text.count else { return }
    let result = try TextEvaluation(
      trainer.session.network, text, tokens: trainingCount..<text.count, atMost: 20_000)
    validationLoss = result.nats / Double(max(1, result.count))
    let isBest = plateau.best.map { result.meanNats < $0 } ?? true
    plateau.note(result.meanNats, settings.scheduleValue)
    if isBest { try model.write(to: folder.bestModelPath) }
  }

  /// The network as a model of its own.
  public var model: LSTMModel {
    LSTMModel(
      weights: .single(trainer.session.network), precision: .float32,
      hasBiases: true, vocabulary: text.vocabulary, task: "the next token of a text",
      provenance: .init(framework: "swift-lstm"))
  }

  /// What tables of counts make of the text that is held back, after reading the rest; nil where
  /// nothing is.
  public var baselines: TextBaselines? {
    guard trainingCount < text.count else { return nil }
    let start = text.offsets(ofTokens: [trainingCount])[0]
    return TextBaselines(
      text, from: start, learned: text.ids(atMost: min(trainingCount, 300_000)), atMost: 20_000)
  }

  /// How many numbers the network learns.
  public var parameterCount: Int { trainer.session.network.parameterCount().total }

  /// What the network does with its memory, on the end of the text; nil for a text too short to tell.
  public var memoryReport: MemoryReport? {
    get throws {
      let count = min(200, text.count)
      let start = text.offsets(ofTokens: [text.count - count])[0]
      let ids = text.ids(from: start, atMost: count)
      return ids.count > 2 ? try MemoryReport(trainer.session.network, ids: ids) : nil
    }
  }

  // MARK: - Checkpoints

  /// Everything that going on needs.
  var checkpoint: Checkpoint {
    var checkpoint = Checkpoint()
    checkpoint.step = step
    checkpoint.parameters = ParameterBlock(trainer.session.network).values
    (checkpoint.memory, checkpoint.memorySteps) = (trainer.memory.values, trainer.memory.steps)
    (checkpoint.state, checkpoint.place, checkpoint.plateau) = (state, streams.place, plateau)
    (checkpoint.lossSum, checkpoint.lossCount) = (lossSum, lossCount)
    return checkpoint
  }

  private func go(to checkpoint: Checkpoint) throws {
    guard trainer.restore(checkpoint), streams.go(to: checkpoint.place) else {
      throw TrainingError.damagedCheckpoint(
        folder.path, reason: "it is that of another network or text than config.json says")
    }
    (step, state, plateau) = (checkpoint.step, checkpoint.state, checkpoint.plateau)
    (lossSum, lossCount) = (checkpoint.lossSum, checkpoint.lossCount)
  }
}

extension TextData {
  /// How many tokens are trained on; what is held back is at the end, unless it is too little.
  func trainingCount(_ settings: TrainingSettings) -> Int {
    let held = Int(Double(count) * settings.validation)
    return held > settings.sequenceLength ? count - held : count
  }

  /// The windows to train on.
  ///
  /// - Throws: ``TrainingError/shortText(_:count:kind:sequenceLength:)``.
  func streams(_ settings: TrainingSettings) throws -> TextStreams {
    try TextStreams(
      self, count: trainingCount(settings), batch: settings.batch,
      sequenceLength: settings.sequenceLength)
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
