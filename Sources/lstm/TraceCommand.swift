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
    help:
      "The .npz, .safetensors or .json file to write, whole or not at all; - for an .npz on standard output."
  )
  var output: String?

  @Option(help: "What to write to the terminal when no output is named.")
  var format: ReportFormat = .text

  @Option(
    parsing: .unconditional, help: "The most decimals of a number, for reading.",
    transform: wholeNumber(Digits.range))
  var digits: Int = 6

  func run() throws {
    let addresses =
      record.isEmpty
      ? TraceQuantity.usual.map { TraceAddress($0) } : try record.map { try TraceAddress($0) }
    let form = try output.map { try TraceForm($0) }
    let opened = try modelOptions.open(model)
    var sequences = try inputOptions.sequences(input, of: opened)
    var run = try cellsOptions.run(opened, inputOptions.emptySequences)
    try editOptions.apply(to: &run, &sequences)
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
    let isDouble = run.computation.precision == .float64
    let text =
      form == nil && format == .text
      ? ArrayText.text(
        arrays, by: run.computation, NumberFormat(digits: digits), allRows: Hint.allRows)
      : ArrayText.json(arrays, by: run.computation, isDouble ? .double : .float)
    try Output.write(text, to: output)
  }
}

/// The forms of a file that a trace is written to, by its extension.
private enum TraceForm: Equatable {
  /// While the model runs.
  case placed(TraceFile.Form)
  /// As text, when all is there.
  case json

  init(_ path: String) throws {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    switch name.split(separator: ".").dropFirst().last {
    case "npz": self = .placed(.npz)
    case "safetensors": self = .placed(.safetensors)
    case "json": self = .json
    default:
      // A pipe or a device has no extension.
      guard path == "-" || path.hasPrefix("/dev/") else {
        throw UsageError(
          "--output '\(path)': a trace is written as .npz, .safetensors or .json. "
            + "Give the file one of these extensions.")
      }
      self = .placed(.npz)
    }
  }
}
