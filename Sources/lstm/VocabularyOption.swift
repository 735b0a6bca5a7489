// The option that says what tokens stand for. Every command that reads or writes text shares it.

import ArgumentParser
import LSTMCore
import LSTMFormats

/// What the tokens of a model stand for, where its file does not say it.
struct VocabularyOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "What the tokens stand for, where the model's file does not say it: a JSON file as in "
        + "{\"kind\": \"characters\", \"entries\": [\"a\", \"b\"]}.", valueName: "file"))
  var vocabulary: String?

  /// The vocabulary of a model: the one that is given, else its own.
  func vocabulary(of model: LSTMModel) throws -> LSTMModel.Vocabulary? {
    try vocabulary.map { try LSTMModel.Vocabulary(contentsOf: $0) } ?? model.vocabulary
  }

  /// Opens a model, with the vocabulary where one is given.
  func open(_ path: String, _ options: ModelOptions) throws -> LSTMModel {
    var model = try options.open(path)
    model.vocabulary = try vocabulary(of: model)
    return model
  }
}
