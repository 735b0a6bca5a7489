// `lstm stream`: lines in, lines out, one for one, the states kept.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs a model over lines as they come.
struct StreamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream",
    abstract: "Run a model over lines as they come, one output a line, states kept.",
    discussion: """
      A line of standard input is a step: numbers with commas between; for a model with an \
      embedding, token ids; with --text, text for a model with a vocabulary, of which the output \
      after the last token is written. Each line gives one line on standard output at once: the \
      logits, without a head the hidden state, with commas between.

        sensor | lstm stream model.pt
        lstm stream model.safetensors --state s.npz --save-state s.npz < more.csv

      --save-state is written after every line, whole or not at all, with the model's fingerprint \
      and the number of lines so far; begun again from it, the stream goes on with the same bits. \
      States of another model are refused. A file that is not there yet means a fresh start where \
      --state and --save-state are the same.
      """)

  @Argument(help: "The model's file.")
  var model: String

  @Option(help: ArgumentHelp("The states to begin with.", valueName: "file"))
  var state: String?

  @Option(help: ArgumentHelp("Where the states are saved after each line.", valueName: "file"))
  var saveState: String?

  @Flag(help: "Lines are text; the end of a line is read too where the vocabulary has it.")
  var text = false

  @OptionGroup var vocabularyOption: VocabularyOption

  @Option(
    help: ArgumentHelp(
      "Where to write what happens, an object of JSON for each line.", valueName: "file"))
  var trace: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("What --trace records, by addresses.", valueName: "address"))
  var record: [String] = []

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  @Option(
    help: ArgumentHelp(
      "Who computes: the engine in single precision, or the readable cell in double. (default: "
        + "engine, for float64 models readable)"))
  var cells: Executor?

  func run() throws {
    guard record.isEmpty || trace != nil else {
      throw UsageError("--record says what --trace writes. Add --trace FILE, or leave it out.")
    }
    let opened = try modelOptions.openSaying(model)
    let begun = state != nil && state == saveState && !FileAccess.exists(state ?? "")
    let stored = try begun ? nil : state.map { try StateFile(contentsOf: $0, of: opened) }
    let stream = try StreamRun(opened, by: cells, from: stored, isTraced: trace != nil)
    let fingerprint = saveState == nil ? "" : opened.fingerprint
    let reader = try LineReader(opened, isText: text, vocabularyOption)
    var tracing = try trace.map { try TraceLines($0, record, opened) }
    var number = 0
    try Streams.endingQuietly {
      while let line = readLine() {
        number += 1
        guard let input = try reader.input(line, number: number) else {
          Terminal.note("line 1, '\(line)', is taken for the names of columns.")
          continue
        }
        let found: (output: [Double], recorded: [Array3<Double>?])
        do {
          found = try stream.step(input, recording: try tracing?.arrays(steps: input.steps))
        } catch let error as NetworkError {
          throw StreamError.line(number, Failure.text(error))
        }
        let precision: Precision = stream.computation.precision == .float64 ? .double : .float
        try Streams.writeLine(found.output.map(precision.exact).joined(separator: ","))
        try tracing?.write(found.recorded, line: stream.lines, precision)
        if let saveState {
          try stream.stateFile.write(to: saveState, of: opened, fingerprint: fingerprint)
        }
      }
    }
  }
}

/// What a line of a stream is to a model.
private struct LineReader {
  private let model: LSTMModel
  private let vocabulary: LSTMModel.Vocabulary?
  private let hasLineEnd: Bool

  init(_ model: LSTMModel, isText: Bool, _ option: VocabularyOption) throws {
    self.model = model
    guard isText else {
      guard option.vocabulary == nil else {
        throw UsageError("--vocabulary is for lines of text. Add --text, or leave it out.")
      }
      (vocabulary, hasLineEnd) = (nil, false)
      return
    }
    guard model.readsTokens else {
      throw UsageError("--text: this model reads numbers, no tokens. Leave it out.")
    }
    guard let found = try option.vocabulary(of: model) else {
      throw UsageError(
        "--text: the model's file does not say what its tokens stand for. Add --vocabulary FILE.")
    }
    vocabulary = found
    hasLineEnd = (try? found.ids(of: "\n")) != nil
  }

  /// The input of a line; nil of a first line that has the names of columns.
  func input(_ line: String, number: Int) throws -> NetworkInput<Double>? {
    if let vocabulary {
      do {
        let ids = try vocabulary.ids(of: hasLineEnd ? line + "\n" : line)
        return .tokens(ids: ids, steps: ids.count, batch: 1)
      } catch let error as VocabularyError {
        throw StreamError.line(number, Failure.text(error))
      }
    }
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      .map { String($0).trimmingSpaces() }
    if model.readsTokens {
      let ids = fields.map { Int($0) }
      guard ids.allSatisfy({ $0 != nil }) else {
        throw StreamError.tokens(line: number, found: line)
      }
      return .tokens(ids: ids.compactMap { $0 }, steps: ids.count, batch: 1)
    }
    let values = fields.compactMap { Double($0) }.filter(\.isFinite)
    guard values.count == fields.count, values.count == model.inputSize else {
      // The names of columns, as a file of numbers may begin with.
      if number == 1, fields.allSatisfy({ Double($0) == nil && !$0.isEmpty }) { return nil }
      throw StreamError.numbers(line: number, found: line, expected: model.inputSize)
    }
    return .values(Array3(planes: 1, rows: 1, columns: values.count, values: values))
  }
}

/// A trace of a stream: an object of JSON for each line.
private struct TraceLines {
  private let descriptor: Int32
  private let name: String
  private let addresses: [TraceAddress]
  private let model: LSTMModel
  private var known: (steps: Int, arrays: TraceArrays)?

  init(_ path: String, _ record: [String], _ model: LSTMModel) throws {
    (name, self.model) = (path, model)
    guard !path.hasSuffix(".npz"), !path.hasSuffix(".safetensors") else {
      throw UsageError(
        "--trace \(path): a stream has no end that arrays could be made for. Its trace is lines of JSON: "
          + "give the file a name as in trace.jsonl.")
    }
    addresses =
      record.isEmpty
      ? [.usual] : try record.flatMap { try TraceAddress.list($0) }
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    guard descriptor >= 0 else {
      throw LSTMFormatsError.unwritableFile(path, reason: String(cString: strerror(errno)))
    }
  }

  mutating func arrays(steps: Int) throws -> TraceArrays {
    if let known, known.steps == steps { return known.arrays }
    let arrays = try TraceArrays(addresses, of: model, steps: steps, batch: 1)
    known = (steps, arrays)
    return arrays
  }

  func write(_ recorded: [Array3<Double>?], line: Int, _ precision: Precision) throws {
    let entries = zip(known?.arrays.entries ?? [], recorded).compactMap { entry, array in
      array.map { array in
        let rows = (0..<array.planes).map { plane in
          "[" + array.row(plane, 0).map(precision.exact).joined(separator: ",") + "]"
        }
        return "\"\(entry.name)\":[\(rows.joined(separator: ","))]"
      }
    }
    let text = "{\"line\":\(line)" + entries.map { ",\($0)" }.joined() + "}\n"
    try Streams.write(text, to: descriptor, name: name)
  }
}
