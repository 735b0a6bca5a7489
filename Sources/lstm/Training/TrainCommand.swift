// `lstm train`: a model of one's own data; going on with a run.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMTraining

/// Trains models.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model, or go on with a run that was interrupted.",
    discussion: """
      lstm train text book.txt --output run trains a model that foretells the next character; its \
      help lists every setting. The folder run then holds model.safetensors, its settings, notes \
      (metrics.jsonl) and checkpoints.

      A run that was interrupted, however it was, goes on to the same numbers:

        lstm train --resume run
      """,
    subcommands: [TrainTextCommand.self, TrainSeriesCommand.self, TrainLabelsCommand.self])

  @Option(help: ArgumentHelp("The folder of a run to go on with.", valueName: "run"))
  var resume: String?

  @OptionGroup(visibility: .hidden) var options: TrainingOptions

  func run() throws {
    guard let resume else {
      throw UsageError(
        "what to train on is missing. Give lstm train text FILE, or --resume RUN to go on.")
    }
    let folder = try RunFolder(opening: resume)
    let settings = try folder.settings(changing: options.change)
    let run = try TrainingRun(folder, settings, folder.openTask(), threads: options.threads)
    for (index, failure) in run.damaged.enumerated() {
      let isLast = index == run.damaged.count - 1
      let used =
        run.step > 0 ? "The one before it is used." : "There is no other: the run begins anew."
      Terminal.note(isLast ? "\(failure.message) \(used)" : failure.message)
    }
    try TrainingReport(options).follow(run)
  }
}

/// Trains a model of a text.
struct TrainTextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text",
    abstract: "Train a model that foretells the next character, word or byte of a text.",
    discussion: """
      FILE is UTF-8 text of any size; it is mapped, not loaded:

        lstm train text book.txt --output run --hidden-size 256 --steps 2000
      """)

  @Argument(help: "The text.")
  var file: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The folder to make for the run.", valueName: "run"))
  var output: String

  @Option(help: "How the text is cut into tokens.")
  var unit: LSTMModel.Vocabulary.Kind = .characters

  @Option(help: "How many different words are told apart.")
  var vocabularySize: Int = 10_000

  @OptionGroup var options: TrainingOptions

  func run() throws {
    var settings = TrainingSettings()
    (settings.unit, settings.vocabularySize) = (unit, vocabularySize)
    _ = try options.change(&settings)
    try options.train(TextTask(file, settings), settings, in: output)
  }
}

extension LSTMModel.Vocabulary.Kind: ExpressibleByArgument {}
