// An experiment run once from a seed: trained until it is solved, or until its steps are over.

import LSTMCore

/// What an experiment is run with, beside its set-up.
public struct ExperimentCell: Equatable, Sendable {
  /// Gates that are held at 1.
  public var without: [Gate]
  /// Whether the input gate is one minus the forget gate.
  public var isCoupled: Bool
  /// Whether the gates see the cell state.
  public var hasPeepholes: Bool
  /// How the network starts; nil for as the experiment does.
  public var start: NetworkStart?

  /// Makes a choice.
  public init(
    without: [Gate] = [], isCoupled: Bool = false, hasPeepholes: Bool = false,
    start: NetworkStart? = nil
  ) {
    (self.without, self.isCoupled, self.hasPeepholes) = (without, isCoupled, hasPeepholes)
    self.start = start
  }

  /// The settings of its cells.
  var variant: CellVariant<Double> {
    CellVariant(
      coupling: isCoupled ? .inputFromForget : nil,
      pinned: PerGate { without.contains($0) ? 1 : nil })
  }
}

/// What came of an experiment.
public struct ExperimentResult: Equatable, Sendable {
  /// A look at it while it ran.
  public struct Point: Equatable, Sendable {
    /// Sequences that were trained on.
    public let sequences: Int
    /// The mean loss since the last point.
    public let loss: Double
    /// How many of the test sequences are wrong.
    public let wrong: Int
  }

  /// The seed.
  public let seed: Int
  /// Whether no more test sequences are wrong than may be.
  public let isSolved: Bool
  /// Looks at it, the last one last.
  public let curve: [Point]
  /// Seconds that it took.
  public let seconds: Double
  /// The network as it was in the end.
  public let model: LSTMModel

  /// Sequences that were trained on.
  public var sequences: Int { curve.last?.sequences ?? 0 }
  /// How many of the test sequences are wrong in the end.
  public var wrong: Int { curve.last?.wrong ?? .max }
}

extension Experiment {
  /// Steps between two looks.
  private static let lookEvery = 50

  /// Runs the experiment once. The same seed gives the same numbers.
  ///
  /// - Parameters:
  ///   - cell: which kind of cell, and how it starts.
  ///   - setUp: what is trained; nil for the experiment's own.
  ///   - seed: of the network and the sequences.
  /// - Throws: ``TrainingError`` where the loss becomes NaN.
  public func run(_ cell: ExperimentCell = .init(), _ setUp: SetUp? = nil, seed: Int) throws
    -> ExperimentResult
  {
    let setUp = setUp ?? self.setUp
    let begin = ContinuousClock.now
    let plan = NetworkPlan(
      front: .values(inputs), hiddenSize: setUp.hiddenSize, outputs: outputs,
      hasPeepholes: cell.hasPeepholes, variant: cell.variant)
    let trainer = try NetworkTrainer(
      plan.network(cell.start ?? setUp.start, seed: UInt64(bitPattern: Int64(seed))),
      batch: setUp.batch,
      settings: .init(loss: loss, optimizer: .adam(), clipping: .norm(1)))
    var draws = generator(seed: 0, epoch: -2, place: 0)  // The test is the same for every seed.
    let tests = (0..<setUp.tests).map { _ in (makeTest ?? make)(&draws) }
    var curve: [ExperimentResult.Point] = []
    var loss = 0.0
    for step in 1...setUp.steps {
      var draws = generator(seed: seed, epoch: 0, place: step)
      let batch = batch((0..<setUp.batch).map { _ in make(&draws) })
      // The rate falls to a tenth over the last half.
      let late = max(0, 2 * Double(step) / Double(setUp.steps) - 1)
      loss += try trainer.step(
        RunRequest(batch.input, lengths: batch.lengths), batch.targets,
        rate: setUp.learningRate * (1 - 0.9 * late)
      ).loss
      guard step.isMultiple(of: Self.lookEvery) || step == setUp.steps else { continue }
      let wrong = try wrong(trainer.session.network, tests)
      curve.append(
        .init(sequences: step * setUp.batch, loss: loss / Double(Self.lookEvery), wrong: wrong))
      loss = 0
      if wrong <= setUp.mayBeWrong { break }
    }
    return ExperimentResult(
      seed: seed, isSolved: curve.last.map { $0.wrong <= setUp.mayBeWrong } ?? false, curve: curve,
      seconds: begin.duration(to: .now) / .seconds(1),
      model: LSTMModel(
        weights: .single(trainer.session.network), precision: .float32, task: "experiment \(name)",
        provenance: .init(framework: "swift-lstm")))
  }

  /// How many sequences a network gets wrong, a part of them at a time.
  private func wrong(_ network: LSTMNetwork<Float>, _ tests: [MadeSequence]) throws -> Int {
    let engine = try InferenceEngine(network)
    var wrong = 0
    for first in stride(from: 0, to: tests.count, by: 64) {
      let part = Array(tests[first..<min(first + 64, tests.count)])
      let batch = batch(part)
      let logits = try engine.run(RunRequest(batch.input, lengths: batch.lengths)).logits
      guard let logits else { throw EngineError.noHead }
      for (index, test) in part.enumerated() where !isRight(test, { logits.row($0, index) }) {
        wrong += 1
      }
    }
    return wrong
  }
}
