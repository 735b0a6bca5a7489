// The options that say which parts of a model's file are meant. Every command that opens a model
// shares them.

import ArgumentParser
import LSTMCore
import LSTMFormats

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

  @Option(help: ArgumentHelp("The linear layer after it, by name.", valueName: "name"))
  var head: String?

  @Flag(help: "Take no linear layer.")
  var noHead = false

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
        embedding: embedding, withoutEmbedding: noEmbedding, head: head, withoutHead: noHead))
  }
}
