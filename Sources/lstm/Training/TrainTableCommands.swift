// `lstm train series` and `lstm train labels`.

import ArgumentParser
import LSTMTraining

extension TrainingSettings.Foretold: ExpressibleByArgument {}
extension TrainingSettings.LossName: ExpressibleByArgument {}

/// Trains a model of series.
struct TrainSeriesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "series",
    abstract: "Train a model that foretells the next step of series.",
    discussion: """
      FILE is a .csv file with a heading and a step a row:

        lstm train series sales.csv --target sold --inputs price,holiday --output run

      Numbers are scaled, and the scaling is kept in the model. Where nothing is said, 0.2 of the \
      data are held back, 32 hidden units are trained 500 steps with sequences of 48 steps, 16 of \
      them at a time.
      """)

  @Argument(help: "The table.")
  var file: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The folder to make for the run.", valueName: "run"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "The columns to foretell: A,B. One column needs no name.", valueName: "names"))
  var target: String = ""

  @Option(help: ArgumentHelp("Other columns to read.", valueName: "names"))
  var inputs: String = ""

  @Option(help: ArgumentHelp("The column that tells series apart.", valueName: "name"))
  var group: String = ""

  @Option(help: "The steps of a season, for the baselines; found in the data where left out.")
  var period: Int = 0

  @Option(help: "What the network foretells of a column.")
  var foretells: TrainingSettings.Foretold = .change

  @Option(help: "What is made small.")
  var loss: TrainingSettings.LossName = .squaredError

  @OptionGroup var options: TrainingOptions

  func run() throws {
    var settings = TrainingSettings.tables
    (settings.target, settings.inputs, settings.group) = (target, inputs, group)
    (settings.period, settings.foretells, settings.loss) = (max(0, period), foretells, loss)
    (settings.steps, settings.sequenceLength) = (500, 48)
    _ = try options.change(&settings)
    try options.train(SeriesTask(file, settings), settings, in: output)
  }
}

/// Trains a model of labelled sequences.
struct TrainLabelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "labels",
    abstract: "Train a model that tells the class of a sequence.",
    discussion: """
      FILE is a .jsonl file with {"label": "a", "sequence": [[1, 2], [3, 4]]} a line, a .ts file as \
      aeon writes it, or a .csv file with a step a row, --group and --label:

        lstm train labels vowels.ts --output run

      Where nothing is said, 0.2 of each class are held back, and 32 hidden units are trained 300 \
      steps, 16 sequences at a time.
      """)

  @Argument(help: "The sequences.")
  var file: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The folder to make for the run.", valueName: "run"))
  var output: String

  @Option(help: ArgumentHelp("A table's column of classes.", valueName: "name"))
  var label: String = ""

  @Option(help: ArgumentHelp("A table's column that tells sequences apart.", valueName: "name"))
  var group: String = ""

  @Option(
    help: ArgumentHelp("A table's columns to read; all others where left out.", valueName: "names"))
  var inputs: String = ""

  @Flag(help: "Read each sequence backward, too.")
  var bidirectional = false

  @OptionGroup var options: TrainingOptions

  func run() throws {
    var settings = TrainingSettings.tables
    (settings.label, settings.group, settings.inputs) = (label, group, inputs)
    (settings.directions, settings.steps) = (bidirectional ? 2 : 1, 300)
    _ = try options.change(&settings)
    try options.train(LabelsTask(file, settings), settings, in: output)
  }
}

extension TrainingSettings {
  /// What is usual for tables, which are smaller than texts.
  fileprivate static var tables: TrainingSettings {
    var settings = TrainingSettings()
    (settings.hiddenSize, settings.batch, settings.validation) = (32, 16, 0.2)
    settings.learningRate = 0.01
    return settings
  }
}
