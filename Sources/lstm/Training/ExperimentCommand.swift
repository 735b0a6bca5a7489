// `lstm experiment`: the experiments of the literature, run again.

import ArgumentParser
import Dispatch
import LSTMCore
import LSTMFormats
import LSTMTraining
import Synchronization

/// Runs experiments of the literature.
struct ExperimentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment",
    abstract: "Run an experiment of the literature again, with or without some gates.",
    discussion: """
      NAME is one of:

      \(Experiment.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n"))

      It is run from several seeds, side by side on the processor's cores, until 255 of 256 test \
      sequences are right, or its steps are over:

        lstm experiment continual-reber --seeds 4 --without forget
      """)

  @Argument(help: "The experiment.")
  var name: String

  @Option(parsing: .upToNextOption, help: "Gates to hold at 1: forget, input, output.")
  var without: [GateName] = []

  @Flag(help: "The input gate is one minus the forget gate.")
  var coupled = false

  @Flag(help: "Gates see the cell state.")
  var peephole = false

  @Option(
    help:
      "How forget gates start: as the experiment's own, biases of 1 or 0, or for its lag (chrono).")
  var `init`: Start = .own

  @Option(help: "From how many seeds to run it.")
  var seeds: Int = 3

  @Option(help: "Hidden units; the experiment's own where left out.")
  var hiddenSize: Int?

  @Option(help: "Steps at most; the experiment's own where left out.")
  var steps: Int?

  @Option(parsing: .unconditional, help: "The learning rate; the experiment's own where left out.")
  var learningRate: Double?

  @Option(help: "How many seeds to run side by side.")
  var threads: Int = 2

  @Option(
    name: .shortAndLong, help: "The model file of the best seed to write, to be looked into.")
  var output: String?

  @Option(help: "What to write.")
  var format: ReportFormat = .text

  /// A gate that can be held.
  enum GateName: String, CaseIterable, ExpressibleByArgument { case forget, input, output }
  /// How forget gates start.
  enum Start: String, CaseIterable, ExpressibleByArgument { case own, one, zero, chrono }

  func run() throws {
    guard let experiment = Experiment.named(name) else {
      let names = Experiment.all.map(\.name)
      let hint = nearestName(to: name, among: names).map { " Did you mean '\($0)'?" } ?? ""
      throw UsageError(
        "there is no experiment '\(name)'.\(hint)\nExperiments: \(names.joined(separator: ", ")).")
    }
    for (option, value) in [
      ("seeds", seeds), ("threads", threads), ("hidden-size", hiddenSize ?? 1),
      ("steps", steps ?? 1),
    ] where value < 1 {
      throw UsageError("--\(option): '\(value)' is not valid here. Give a whole number above 0.")
    }
    if let learningRate, !(learningRate > 0) {
      throw UsageError(
        "--learning-rate: '\(learningRate)' is not valid here. Give a number above 0.")
    }
    var setUp = experiment.setUp
    setUp.hiddenSize = hiddenSize ?? setUp.hiddenSize
    setUp.steps = steps ?? setUp.steps
    setUp.learningRate = learningRate ?? setUp.learningRate
    let results = try Self.results(of: experiment, cell(setUp), setUp, seeds: seeds, threads)
    if let output,
      let best = results.min(by: { ($0.wrong, $0.sequences) < ($1.wrong, $1.sequences) })
    {
      try best.model.write(to: output)
    }
    let report = ExperimentReport(experiment, setUp, results, cell: words)
    try Output.write(format == .json ? report.json : report.words, to: nil)
  }

  private func cell(_ setUp: Experiment.SetUp) -> ExperimentCell {
    let start: NetworkStart? =
      switch `init` {
      case .own: nil
      case .one: NetworkStart(.pytorch, forgetBias: 1)
      case .zero: NetworkStart(.pytorch, forgetBias: 0)
      case .chrono: NetworkStart(.pytorch, chronoSteps: setUp.lag)
      }
    return ExperimentCell(
      without: without.compactMap { Gate(rawValue: $0.rawValue) }, isCoupled: coupled,
      hasPeepholes: peephole, start: start)
  }

  /// What is not usual about the cell, in words.
  private var words: String {
    let parts =
      without.map { "without \($0.rawValue) gates" } + (coupled ? ["coupled gates"] : [])
      + (peephole ? ["peepholes"] : []) + (`init` == .own ? [] : ["forget gates start \(`init`)"])
    return parts.isEmpty ? "the usual cell" : parts.joined(separator: ", ")
  }

  /// Runs seeds side by side.
  private static func results(
    of experiment: Experiment, _ cell: ExperimentCell, _ setUp: Experiment.SetUp, seeds: Int,
    _ threads: Int
  ) throws -> [ExperimentResult] {
    let found = Mutex<[Int: Result<ExperimentResult, any Error>]>([:])
    let next = Atomic<Int>(1)
    DispatchQueue.concurrentPerform(iterations: min(threads, seeds)) { _ in
      while true {
        let seed = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard seed <= seeds else { return }
        let result = Result { try experiment.run(cell, setUp, seed: seed) }
        found.withLock { $0[seed] = result }
      }
    }
    let all = found.withLock { $0 }
    return try (1...seeds).compactMap { try all[$0]?.get() }
  }
}
