// `lstm evaluate`: how well a model foretells a text, beside what simple tables do.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMTraining

/// Evaluates a model.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Say how well a model foretells a text, with baselines beside it.",
    discussion: """
      The baselines are tables of counts: unigram (how often each token comes) and n-grams \
      (Witten and Bell 1991), which learn while they read; where the model stands in the folder of \
      its run, they have read the text that it was trained on, too.

        lstm evaluate run/model.safetensors other.txt
      """)

  @Argument(help: "The model's file.")
  var model: String

  @Argument(help: "The text.")
  var file: String

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  @OptionGroup var vocabularyOption: VocabularyOption

  @Option(help: "How many threads may work; the numbers are the same for any.")
  var threads: Int = 1

  @Option(help: "What to write.")
  var format: ReportFormat = .text

  func run() throws {
    let opened = try vocabularyOption.open(model, modelOptions)
    let report = try EvaluationReport(opened, file: model, text: file, threads: max(1, threads))
    try Output.write(format == .json ? report.json : report.words, to: nil)
  }
}

/// The vocabulary of a model whose file has no place for one.
struct VocabularyOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A JSON file with the model's vocabulary, {\"kind\": \"characters\", \"entries\": […]}.",
      valueName: "file"))
  var vocabulary: String?

  /// Opens a model, with the vocabulary where one is given.
  func open(_ path: String, _ options: ModelOptions) throws -> LSTMModel {
    var model = try options.open(path)
    if let vocabulary { model.vocabulary = try LSTMModel.Vocabulary(contentsOf: vocabulary) }
    return model
  }
}
