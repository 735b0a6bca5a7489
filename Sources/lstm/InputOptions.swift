// What a model is run on: a file of sequences, standard input, or text for a model with a vocabulary.
// Every command that runs a model over sequences shares these options.

import ArgumentParser
import LSTMCore
import LSTMFormats

/// The sequences, where they are not a file of numbers.
struct InputOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Text to run on, for a model with a vocabulary; in place of a file of sequences.")
  var text: String?

  @Option(help: ArgumentHelp("The same, out of a file.", valueName: "file"))
  var textFile: String?

  @Option(
    help: ArgumentHelp(
      "What the tokens stand for, where the model's file does not say it: a JSON file as in "
        + "{\"kind\": \"characters\", \"entries\": [\"a\", \"b\"]}.", valueName: "file"))
  var vocabulary: String?

  @Flag(help: "Arrays of sequences are [B, T, …], not [T, B, …]. States never are.")
  var batchFirst = false

  @Option(
    help: "The final states of a sequence of length 0; ONNX Runtime's are zero (zero-state).")
  var emptySequences: EmptySequences = .refused

  /// The vocabulary of a model.
  func vocabulary(of model: LSTMModel) throws -> LSTMModel.Vocabulary? {
    try vocabulary.map { try LSTMModel.Vocabulary(contentsOf: $0) } ?? model.vocabulary
  }

  /// Opens the sequences.
  ///
  /// - Parameter path: the file that was named; nil where text is given.
  func sequences(_ path: String?, of model: LSTMModel) throws -> SequenceSource {
    let given = [path, text, textFile].compactMap { $0 }
    guard given.count == 1 else {
      throw UsageError(
        given.isEmpty
          ? "there is nothing to run on. Name a file of sequences, or give --text or --text-file."
          : "a file of sequences, --text and --text-file exclude one another. Keep one of them.")
    }
    if let path {
      return try Streams.sequences(
        path, readsTokens: model.readsTokens, isBatchFirst: batchFirst)
    }
    guard model.readsTokens else {
      throw UsageError(
        "this model reads numbers, no tokens: it has neither embedding nor one-hot. "
          + "Name a file of sequences in place of text.")
    }
    guard let vocabulary = try vocabulary(of: model) else {
      throw UsageError(
        "the model's file does not say what its tokens stand for. Add --vocabulary FILE, as in "
          + "{\"kind\": \"characters\", \"entries\": [\"a\", \"b\"]}.")
    }
    let words = try text ?? textFile.map { try FileAccess.readText($0) } ?? ""
    guard !words.isEmpty else { throw DataError("the text is empty. Give at least one character.") }
    return SequenceSource(
      tokens: try vocabulary.ids(of: words), file: textFile.map { "'\($0)'" } ?? "the text")
  }
}
