// The options that say which parts of a model's file are meant. Every command that opens a model
// shares them.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

/// Which parts of a file to take, where several would do.
struct ModelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The LSTM, by what stands before its names, as in encoder.lstm; several as layers: A,B.",
      valueName: "name"))
  var lstm: String?

  @Option(help: ArgumentHelp("The embedding before it, by name.", valueName: "name"))
  var embedding: String?

  @Flag(help: "Take no embedding.")
  var noEmbedding = false

  @Option(
    help: ArgumentHelp(
      "The linear layer after it, by name; or several layers with functions: fc1:relu,fc2.",
      valueName: "name"))
  var head: String?

  @Flag(help: "Take no linear layer.")
  var noHead = false

  @Option(
    help: ArgumentHelp(
      "The layers before it, by name, with functions: fc0:tanh. (default: none)",
      valueName: "name"))
  var front: String?

  /// Opens a model, and says on standard error what there is to know of how it was read.
  func openSaying(_ path: String) throws -> LSTMModel {
    let model = try open(path)
    for (kind, words) in model.notesInWords {
      Terminal.note("\(path): \(kind.rawValue): \(words).")
    }
    return model
  }

  /// Opens a model.
  func open(_ path: String) throws -> LSTMModel {
    for (name, isGiven, without) in [
      ("embedding", embedding != nil, noEmbedding), ("head", head != nil, noHead),
    ] where isGiven && without {
      throw UsageError("--\(name) and --no-\(name) exclude each other. Leave one out.")
    }
    return try LSTMModel(
      contentsOf: path,
      choice: StateDictChoice(
        lstm: lstm.map { $0.split(separator: ",").map(String.init) } ?? [],
        embedding: embedding, withoutEmbedding: noEmbedding, head: head, withoutHead: noHead,
        front: front))
  }
}

extension LSTMModel {
  /// What there is to know of how the file was read, with the options that would change it.
  var notesInWords: [(kind: ReadingNote.Kind, words: String)] {
    readingNotes.map { ($0.kind, $0.words($0.remedy?.optionWords)) }
  }
}
