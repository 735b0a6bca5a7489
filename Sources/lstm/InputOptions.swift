// What a model is run on: a file of sequences, standard input, or text for a model with a vocabulary.
// Every command that runs a model over sequences shares these options.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

/// The sequences, where they are not a file of numbers.
struct InputOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: "Text to run on, for a model with a vocabulary; in place of a file of sequences.")
  var text: String?

  @Option(help: ArgumentHelp("The same, out of a file.", valueName: "file"))
  var textFile: String?

  @OptionGroup var vocabularyOption: VocabularyOption

  @Flag(help: "Arrays of sequences are [B, T, …], not [T, B, …]. States never are.")
  var batchFirst = false

  @Option(
    help: "The final states of a sequence of length 0; ONNX Runtime's are zero (zero-state).")
  var emptySequences: EmptySequences = .refused

  /// What the tokens of a sequence stand for; nil where the model reads numbers.
  ///
  /// - Parameter sequence: counted from 0.
  func names(of sequences: inout SequenceSource, _ model: LSTMModel, sequence: Int) throws
    -> StepNames?
  {
    guard model.readsTokens else { return nil }
    let input: NetworkInput<Double> = try sequences.input(0..<sequences.steps)
    guard case .tokens(let ids, let steps, let batch) = input else { return nil }
    let vocabulary = try vocabularyOption.vocabulary(of: model)
    return StepNames(
      (0..<steps).map { step in
        let id = ids[step * batch + min(sequence, batch - 1)]
        return vocabulary.flatMap { $0.entries.indices.contains(id) ? $0.text(of: [id]) : nil }
          ?? "#\(id)"
      })
  }

  /// The options as they were given, for another command on the same input.
  var asGiven: [String] {
    let pairs = [
      ("text", text), ("text-file", textFile), ("vocabulary", vocabularyOption.vocabulary),
    ]
    return pairs.flatMap { name, value in value.map { ["--\(name)", $0] } ?? [] }
      + (batchFirst ? ["--batch-first"] : [])
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
    guard let vocabulary = try vocabularyOption.vocabulary(of: model) else {
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
