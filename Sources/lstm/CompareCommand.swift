// `lstm compare`: two models, or a model and another program's numbers.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

/// Compares two models, or a model with another program's outputs.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Are these the same network? Are these its outputs? If not, why?",
    discussion: """
      Two models: is one the other with its gates in another order, a matrix transposed, biases \
      added up, a forget bias of 1 forgotten?

        lstm compare model.pt model.onnx

      A model and what another program made of an input (an .npz with output, hidden, cell or \
      logits): the first layer, step, quantity and unit that differ, and the mistake that \
      reproduces it, by the ids of lstm diagnose:

        lstm compare model.pt out.npz --input input.npy

      Two traces (lstm trace), or somebody's arrays that have their names: the first number that \
      differs, and the largest difference, by address:

        lstm compare one.npz other.npz

      The exit status is 0 where they are the same and 1 where they differ.
      """)

  @Argument(help: "The model.")
  var first: String

  @Argument(help: "The other model, or the outputs.")
  var second: String

  @Option(help: ArgumentHelp("What the outputs were computed from.", valueName: "file"))
  var input: String?

  @Flag(help: "Arrays of sequences are [B, T, …], not [T, B, …]. States never are.")
  var batchFirst = false

  @Option(
    help: "The final states of a sequence of length 0; ONNX Runtime's are zero (zero-state).")
  var emptySequences: EmptySequences = .refused

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  @OptionGroup(title: "Who computes") var cellsOptions: CellsOptions

  @Option(
    help: ArgumentHelp(
      "How far numbers may be apart: 1e-6 between weights, 1e-5 between outputs.",
      valueName: "number"))
  var tolerance: String?

  @Option(help: "What to write.")
  var format: ReportFormat = .text

  @Option(name: .shortAndLong, help: "The file to write, whole or not at all; else the terminal.")
  var output: String?

  func run() throws {
    let tolerance = try tolerance.map { text in
      let value = try number(text, option: "--tolerance")
      guard value >= 0 else {
        throw UsageError("--tolerance: \(text) is negative. Give 0 or more.")
      }
      return value
    }
    let traces = [first, second].filter(TraceFile.isOne)
    if traces.count == 2 { return try compareTraces(tolerance ?? 1e-5) }
    if let one = traces.first, input == nil {
      let other = one == first ? second : first
      _ = try FileAccess.read(other)  // says where there is none
      throw UsageError(
        "'\(one)' is a trace, and '\(other)' is none that is read here. A trace is compared with another, "
          + "in .npz or .safetensors.")
    }
    let model = try modelOptions.openSaying(first)
    let style = Terminal.style(isFile: output != nil)
    if let input {
      let comparison = try outputs(of: model, input, tolerance ?? 1e-5)
      try Output.write(
        format == .json
          ? comparison.document(notes: model.notesInWords)
          : comparison.text(style: style, closer: Hint.singleStep), to: output)
      if !comparison.isSame { throw ExitCode(1) }
    } else {
      guard cellsOptions.cells == nil, cellsOptions.threads == nil else {
        throw UsageError(
          "--cells and --threads say how a model is run, but two models are compared without it.\n"
            + "Leave them out, or give --input with the file of sequences.")
      }
      if OutputsFile.isOne(second) {
        throw UsageError(
          "'\(second)' holds outputs, not a model. Say what they were computed from: "
            + "--input with the file of sequences.")
      }
      let other = try modelOptions.openSaying(second)
      let comparison = NetworkComparison(model, other, tolerance: tolerance ?? 1e-6)
      let text = comparison.text(
        first: first, second: second, style: style, comparing: Hint.comparing)
      try Output.write(
        format == .json
          ? comparison.json(
            comparing: Hint.comparing, notes: model.notesInWords + other.notesInWords) : text,
        to: output)
      if !comparison.isSame { throw ExitCode(1) }
    }
  }

  private func compareTraces(_ tolerance: Double) throws {
    guard input == nil, cellsOptions.cells == nil, cellsOptions.threads == nil else {
      throw UsageError(
        "traces are compared as they are, without a run. Leave --input, --cells and --threads out.")
    }
    let comparison = try TraceComparison(
      TraceFile(contentsOf: first, isBatchFirst: batchFirst).arrays,
      TraceFile(contentsOf: second, isBatchFirst: batchFirst).arrays, tolerance: tolerance)
    try Output.write(
      format == .json
        ? comparison.json : comparison.text(first: first, second: second, NumberFormat()),
      to: output)
    if !comparison.isSame { throw ExitCode(1) }
  }

  private func outputs(of model: LSTMModel, _ input: String, _ tolerance: Double) throws
    -> OutputComparison
  {
    var sequences = try Streams.sequences(
      input, readsTokens: model.readsTokens, isBatchFirst: batchFirst)
    let claims = NetworkClaims(
      try OutputsFile(contentsOf: second, of: model, isBatchFirst: batchFirst))
    guard claims != NetworkClaims() else { throw OutputComparisonError.nothingClaimed }
    let run = try cellsOptions.run(model, emptySequences)
    let right = try run.output(of: &sequences)
    return try OutputComparison(
      model,
      RunRequest(
        sequences.input(0..<sequences.steps), state: sequences.state(of: model),
        lengths: sequences.lengths, emptySequences: emptySequences),
      claims: claims, tolerance: tolerance, right: right, by: run.computation)
  }
}

extension NetworkClaims {
  /// What a file of outputs says.
  init(_ file: OutputsFile) {
    self.init(
      output: file.output, hidden: file.hidden, cell: file.cell, logits: file.logits,
      parts: file.parts.map {
        Part(name: $0.name, place: $0.place, isCell: $0.isCell, values: $0.values)
      })
  }
}
