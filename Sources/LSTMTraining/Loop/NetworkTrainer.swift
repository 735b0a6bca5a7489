// A whole step of training: forward, loss, back, clipping, optimiser. Where batches come from, and
// what becomes of the numbers, is the loops' business.

import LSTMCore

/// A network in training, with all that a step needs.
///
///     let trainer = try NetworkTrainer(
///       textNetwork, batch: 32, settings: .init(optimizer: .adam()))
///     let request = RunRequest<Float>(.tokens(ids: ids, steps: 64, batch: 32))
///     let result = try trainer.step(request, .classes(ids), rate: 1e-3)
public final class NetworkTrainer {
  /// What a step is made with.
  public struct Settings: Equatable, Sendable {
    /// What is made small.
    public var loss: TrainingLoss
    /// How the parameters change.
    public var optimizer: Optimizer
    /// How gradients are bounded.
    public var clipping: GradientClipping
    /// The part of the weights between hidden states that each step does without, drawn anew.
    public var weightDrop: Double
    /// Where what is drawn begins.
    public var seed: Int

    /// Makes settings.
    public init(
      loss: TrainingLoss = .crossEntropy, optimizer: Optimizer = .adam(),
      clipping: GradientClipping = .norm(1), weightDrop: Double = 0, seed: Int = 1
    ) {
      (self.loss, self.optimizer, self.clipping) = (loss, optimizer, clipping)
      (self.weightDrop, self.seed) = (weightDrop, seed)
    }
  }

  /// What came of a step.
  public struct Result: Sendable {
    /// The mean loss before the step.
    public let loss: Double
    /// The norm of all gradients together, before clipping.
    public let gradientNorm: Double
    /// The states after the last step of each sequence.
    public let finalState: NetworkState<Float>
  }

  /// The network at work.
  public let session: TrainingSession
  /// What a step is made with.
  public let settings: Settings
  /// What the optimiser remembers.
  public internal(set) var memory: OptimizerMemory

  /// Makes a trainer.
  ///
  /// - Parameters:
  ///   - network: with a head.
  ///   - batch: the number of sequences of a step.
  ///   - threads: how many may compute; the numbers are the same for any.
  ///   - settings: the loss, the optimiser, and what else a step is made with.
  /// - Throws: `EngineError` where the engine cannot train such a cell.
  public init(
    _ network: LSTMNetwork<Float>, batch: Int, threads: Int = 1, settings: Settings = .init()
  ) throws {
    session = try TrainingSession(network, batch: batch, threads: threads)
    self.settings = settings
    memory = OptimizerMemory(settings.optimizer, session.layout)
  }

  /// Takes a step.
  ///
  /// - Parameters:
  ///   - request: what the network reads.
  ///   - targets: what it should give, in the order of its logits: step after step, sequence after
  ///     sequence.
  ///   - rate: the learning rate.
  /// - Throws: `NetworkError`, and ``TrainingError/notFinite(_:)`` where the loss or a gradient is no
  ///   number: the network is then as it was.
  public func step(_ request: RunRequest<Float>, _ targets: TrainingTargets, rate: Double) throws
    -> Result
  {
    var drop: WeightDrop?
    if settings.weightDrop > 0 {
      var draws = generator(seed: settings.seed, epoch: -3, place: memory.steps)
      drop = WeightDrop(settings.weightDrop, session.layout, &draws)
      drop?.begin(session)
    }
    let (loss, state, gradients) = try gradients(request, targets)
    var block = gradients.parameters
    drop?.end(session, &block)
    let (norm, scale) = settings.clipping.apply(to: &block)
    guard loss.isFinite, norm.isFinite else {
      throw TrainingError.notFinite(.init(loss: loss, firstBadGradient: block.firstNotFinite()))
    }
    memory.step(session, along: block, rate: rate, scale: scale)
    return Result(loss: loss, gradientNorm: norm, finalState: state)
  }

  /// The loss of a run, its final states, and the gradients; no number changes.
  func gradients(_ request: RunRequest<Float>, _ targets: TrainingTargets) throws
    -> (loss: Double, finalState: NetworkState<Float>, gradients: NetworkGradients)
  {
    let output = try session.forward(request)
    guard let logits = output.logits else { throw EngineError.noHead }
    var values = logits.values
    let (sum, count) = settings.loss.replaceByGradient(&values, columns: logits.columns, targets)
    let slopes = Array3(
      planes: logits.planes, rows: logits.rows, columns: logits.columns, values: values)
    let gradients = try session.backward(OutputGradients(logits: slopes))
    return (sum / Double(max(1, count)), output.finalState, gradients)
  }
}

extension ParameterBlock where Scalar == Float {
  /// The first array in which a number is infinite or NaN.
  func firstNotFinite() -> ParameterName? {
    layout.entries.first { entry in values[entry.range].contains { !$0.isFinite } }?.name
  }
}

extension TrainingSettings {
  /// What a step is made with.
  func step(_ loss: TrainingLoss) -> NetworkTrainer.Settings {
    .init(
      loss: loss, optimizer: optimizerValue, clipping: clipping, weightDrop: weightDrop, seed: seed)
  }
}
