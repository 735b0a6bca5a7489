// Every hyper-parameter as an option. What each may be, and what it is where nothing is said, is in
// LSTMTraining's table of settings, whose names the options have.

import ArgumentParser
import LSTMTraining

/// The options of a training.
struct TrainingOptions: ParsableArguments {
  private static let standard = TrainingSettings()

  @Option(
    help: ArgumentHelp("A JSON file of settings, by these options' names.", valueName: "file"))
  var config: String?

  @Option(help: help("Hidden units of each layer", "hidden-size", "H"))
  var hiddenSize: String?
  @Option(help: help("Layers", "layers", "L"))
  var layers: String?
  @Option(help: help("Size of a token's learned vector; 0: one-hot", "embedding-size", "E"))
  var embeddingSize: String?
  @Option(help: help("Sequences side by side", "batch", "B"))
  var batch: String?
  @Option(help: help("Steps of a sequence: how far back gradients go", "sequence-length", "T"))
  var sequenceLength: String?
  @Option(help: help("Steps of training", "steps", "n"))
  var steps: String?
  @Option(parsing: .unconditional, help: help("The largest learning rate", "learning-rate", "rate"))
  var learningRate: String?
  @Option(help: help("sgd, rmsprop, adam or adamw", "optimizer", "name"))
  var optimizer: String?
  @Option(parsing: .unconditional, help: help("Of sgd and rmsprop", "momentum", "m"))
  var momentum: String?
  @Option(parsing: .unconditional, help: help("Weight decay", "weight-decay", "d"))
  var weightDecay: String?
  @Option(
    parsing: .unconditional, help: help("Largest norm of the gradients; 0: any", "clip-norm", "n"))
  var clipNorm: String?
  @Option(
    parsing: .unconditional, help: help("Largest gradient of a number; 0: any", "clip-value", "v"))
  var clipValue: String?
  @Option(
    help: help(
      "constant, cosine, step, exponential, one-cycle or plateau: how the rate changes", "schedule",
      "name"))
  var schedule: String?
  @Option(help: help("First steps over which the rate grows", "warm-up", "n"))
  var warmUp: String?
  @Option(help: help("Steps, or evaluations of plateau, until the rate falls", "decay-every", "n"))
  var decayEvery: String?
  @Option(parsing: .unconditional, help: help("What it falls to", "decay-factor", "part"))
  var decayFactor: String?
  @Option(help: help("pytorch, keras or orthogonal: how weights start", "weights", "name"))
  var weights: String?
  @Option(
    parsing: .unconditional, help: help("Where forget gates' biases start", "forget-bias", "b"))
  var forgetBias: String?
  @Option(
    parsing: .unconditional,
    help: help("Part of U that each step does without", "weight-drop", "part"))
  var weightDrop: String?
  @Option(parsing: .unconditional, help: help("Part that is held back", "validation", "part"))
  var validation: String?
  @Option(help: help("Steps between evaluations", "evaluate-every", "n"))
  var evaluateEvery: String?
  @Option(help: help("Steps between checkpoints", "checkpoint-every", "n"))
  var checkpointEvery: String?
  @Option(help: help("Where random numbers begin", "seed", "n"))
  var seed: String?

  @Flag(help: "Find a learning rate by trial first, and train with it.")
  var findLearningRate = false

  @Option(help: "How many threads may work; the numbers are the same for any.")
  var threads: Int = 1

  @Flag(help: "Say nothing but errors.")
  var quiet = false

  @Flag(help: "Write notes to standard output, a line of JSON each.")
  var json = false

  private static func help(_ words: String, _ name: String, _ value: String) -> ArgumentHelp {
    let setting = TrainingSettings.table.first { $0.name == name }
    let fallback = setting?.text(standard).map { " (default: \($0))" } ?? ""
    return ArgumentHelp("\(words).\(fallback)", valueName: value)
  }

  func validate() throws {
    guard threads > 0 else {
      throw UsageError("--threads: '\(threads)' is not valid here. Give a whole number above 0.")
    }
  }

  /// Trains in a new folder.
  func train(_ task: any TrainingTask, _ settings: TrainingSettings, in path: String) throws {
    var settings = settings
    if findLearningRate {
      let finder = try LearningRateFinder(task, settings, threads: threads)
      settings.learningRate = finder.rate ?? settings.learningRate
      if !quiet, !json { Output.line("Learning rate by trial: \(settings.learningRate)") }
    }
    let folder = try RunFolder(creating: path, settings, task)
    try TrainingReport(self).follow(TrainingRun(folder, settings, task, threads: threads))
  }

  /// What was given, by the names of settings.
  private var given: [(name: String, value: String)] {
    [
      ("hidden-size", hiddenSize), ("layers", layers), ("embedding-size", embeddingSize),
      ("batch", batch), ("sequence-length", sequenceLength), ("steps", steps),
      ("learning-rate", learningRate), ("optimizer", optimizer), ("momentum", momentum),
      ("weight-decay", weightDecay), ("clip-norm", clipNorm), ("clip-value", clipValue),
      ("schedule", schedule), ("warm-up", warmUp), ("decay-every", decayEvery),
      ("decay-factor", decayFactor), ("weights", weights), ("forget-bias", forgetBias),
      ("weight-drop", weightDrop), ("validation", validation), ("evaluate-every", evaluateEvery),
      ("checkpoint-every", checkpointEvery), ("seed", seed),
    ].compactMap { name, value in value.map { (name, $0) } }
  }

  /// Changes settings as the file and then the options say.
  ///
  /// - Returns: the names of those that were given.
  func change(_ settings: inout TrainingSettings) throws -> [String] {
    var names = try config.map { try settings.read($0) } ?? []
    for (name, value) in given where try settings.set(name, to: value) { names.append(name) }
    return names
  }
}
