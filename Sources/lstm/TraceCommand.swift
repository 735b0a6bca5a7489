// `lstm trace`: everything that happens in a run, recorded.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

/// Records what happens in a run.
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Record every gate of every step of a run.",
    discussion: """
      INPUT is as for lstm run. By default the gates and both states of every cell are recorded, \
      as arrays [T, B, H] that are called by their addresses, such as layer1.forward.forgetGate:

        lstm trace model.pt input.npy --output trace.npz

      --record says what to record instead: addresses layerL.direction.quantity[units]@steps, \
      counted from 1, with * and lists and ranges; a quantity alone is that of all layers:

        lstm trace model.pt input.npy --record "layer1.forward.*[3,5-9]@40-60" logits

      Quantities: \(TraceQuantity.all.map(\.name).joined(separator: ", ")).

      A file of the form .npz or .safetensors is written while the model runs, so that sequences \
      may be longer than the memory; it says who computed it and of which model it is. A .json \
      file has the arrays nested as they are shaped.
      """)

  @Argument(help: "The model's file.")
  var model: String

  @Argument(help: "The sequences; - for standard input.")
  var input: String?

  @OptionGroup(title: "What it runs on") var inputOptions: InputOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("What to record, by addresses.", valueName: "address"))
  var record: [String] = []

  @OptionGroup(title: "What if") var editOptions: EditOptions

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  @OptionGroup(title: "Who computes") var cellsOptions: CellsOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to write, whole or not at all, in the form that its extension names: .npz, "
        + ".safetensors, .json, .svg, .html; - for an .npz on standard output.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "What to write to the terminal when no output is named; map is a heat map. (default: text)"))
  var format: TraceFormat?

  @Option(
    parsing: .unconditional, help: "The sequence that a heat map shows, from 1.",
    transform: wholeNumber(1...Int.max))
  var sequence: Int?

  @Option(
    parsing: .unconditional, help: "The most decimals of a number, for reading.",
    transform: wholeNumber(Digits.range))
  var digits: Int = 6

  func run() throws {
    let addresses =
      record.isEmpty
      ? [.usual] : try record.flatMap { try TraceAddress.list($0) }
    if let output, let format {
      throw UsageError(
        "--output \(output) says by its extension what is written, and so does --format "
          + "\(format.rawValue). Leave one of them out.")
    }
    let form = try output.map { try TraceForm($0) } ?? .shown(format ?? .text)
    if sequence != nil, case .placed = form { throw Self.sequenceOfMap }
    if sequence != nil, case .shown(let format) = form, !format.isMap { throw Self.sequenceOfMap }
    let opened = try modelOptions.openSaying(model)
    var sequences = try inputOptions.sequences(input, of: opened)
    var run = try cellsOptions.run(opened, inputOptions.emptySequences)
    try editOptions.apply(to: &run, &sequences)
    editOptions.saySo()
    var progress = ProgressBar(steps: sequences.steps)
    defer { progress.erase() }
    if let output, case .placed(let container) = form {
      try Streams.endingQuietly {
        try run.writeTrace(
          &sequences, of: addresses, as: container, to: Streams.place(output),
          isBatchFirst: inputOptions.batchFirst
        ) { progress.show($0) }
      }
      return
    }
    let arrays = try run.arrays(
      &sequences, of: addresses, isBatchFirst: inputOptions.batchFirst
    ) { progress.show($0) }
    progress.erase()
    guard case .shown(let format) = form else { return }
    try Output.write(
      text(arrays, as: format, by: run.computation, of: opened, &sequences), to: output)
  }

  private static let sequenceOfMap = UsageError(
    "--sequence chooses what a heat map shows; the other forms have all sequences. Leave it out, or choose "
      + "map, svg or html.")

  private func text(
    _ arrays: [(name: String, array: Array3<Double>)], as format: TraceFormat,
    by computation: Computation, of model: LSTMModel, _ sequences: inout SequenceSource
  ) throws -> String {
    let precision: Precision = computation.precision == .float64 ? .double : .float
    switch format {
    case .text:
      return ArrayText.text(
        arrays, by: computation, NumberFormat(digits: digits), allRows: Hint.allRows)
    case .json: return ArrayText.json(arrays, by: computation, precision)
    case .map, .svg, .html:
      let sequence = sequence ?? 1
      guard sequence <= sequences.batch else {
        throw UsageError(
          "--sequence: there is no sequence \(sequence); the run has \(sequences.batch). "
            + "Choose among them.")
      }
      let names = try inputOptions.names(of: &sequences, model, sequence: sequence - 1)
      let maps = arrays.map { name, array in
        let array = inputOptions.batchFirst ? array.swappingPlanesAndRows : array
        return HeatMap(
          name, array, sequence: sequence - 1, names: names,
          command: Hint.closer(name, self.model, input, inputOptions, sequence: sequence))
      }
      if format == .html {
        return HeatMapPage(
          title: "What \(self.model) did", maps, command: Hint.command()
        ).text
      }
      if format == .map {
        return maps.map { $0.text(style: Terminal.style(isFile: output != nil)) }
          .joined(separator: "\n")
      }
      guard maps.count == 1, let map = maps.first else {
        throw UsageError(
          "a picture shows one array, and \(maps.count) are recorded. Choose one, as in --record "
            + "layer1.forward.forgetGate, or write .html, which has room for all.")
      }
      return map.svg
    }
  }
}

/// What a trace can be shown as.
enum TraceFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, map, svg, html

  /// Whether it is a heat map.
  var isMap: Bool { self != .text && self != .json }
}

/// The forms of a file that a trace is written to, by its extension.
private enum TraceForm: Equatable {
  /// While the model runs.
  case placed(TraceFile.Form)
  /// As text, when all is there.
  case shown(TraceFormat)

  init(_ path: String) throws {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    switch name.split(separator: ".").dropFirst().last {
    case "npz": self = .placed(.npz)
    case "safetensors": self = .placed(.safetensors)
    case "json": self = .shown(.json)
    case "svg": self = .shown(.svg)
    case "html": self = .shown(.html)
    default:
      // A pipe or a device has no extension.
      guard path == "-" || path.hasPrefix("/dev/") else {
        throw UsageError(
          "--output '\(path)': a trace is written as .npz, .safetensors, .json, .svg or .html. "
            + "Give the file one of these extensions.")
      }
      self = .placed(.npz)
    }
  }
}
