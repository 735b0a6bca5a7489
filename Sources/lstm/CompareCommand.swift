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
    let model = try modelOptions.open(first)
    let style = Terminal.style(isFile: output != nil)
    if let input {
      let comparison = try outputs(of: model, input, tolerance ?? 1e-5)
      try Output.write(
        format == .json ? comparison.json : comparison.text(style: style), to: output)
      if !comparison.isSame { throw ExitCode(1) }
    } else {
      if let arrays = try? NpzFile(contentsOf: second).names, arrays.contains("output") {
        throw UsageError(
          "'\(second)' holds outputs, not a model. Say what they were computed from: "
            + "--input with the file of sequences.")
      }
      let other = try modelOptions.open(second)
      let comparison = NetworkComparison(
        model.network, other.network, tolerance: tolerance ?? 1e-6,
        surroundings: (model.surroundings, other.surroundings))
      let text = comparison.text(first: first, second: second, style: style)
      try Output.write(format == .json ? comparison.json : text, to: output)
      if !comparison.isSame { throw ExitCode(1) }
    }
  }

  private func outputs(of model: LSTMModel, _ input: String, _ tolerance: Double) throws
    -> OutputComparison
  {
    let sequences = try SequenceFile.read(
      input, readsTokens: model.network.front != nil, isBatchFirst: batchFirst)
    let file = try NpzFile(contentsOf: second)
    func array(_ name: String, isSequence: Bool) throws -> Array3<Double>? {
      guard file.names.contains(name) else { return nil }
      let tensor = try file.tensor(name)
      guard let array = tensor.array3 else {
        throw SequenceFileError.shape(
          file: second, array: name, found: tensor.shape,
          expected: isSequence ? "[T, B, units]" : "[layers x directions, B, units]")
      }
      let isSwapped = isSequence && batchFirst && tensor.shape.count == 3
      return isSwapped ? array.swappingPlanesAndRows : array
    }
    let names = StateArrays.names(of: model.network)
    let parts = try names.enumerated().flatMap { place, names in
      try [(names.hidden, false), (names.cell, true)].compactMap { name, isCell in
        try array(name, isSequence: false).map {
          NetworkClaims.Part(name: name, place: place, isCell: isCell, values: $0.plane(0))
        }
      }
    }
    let claims = NetworkClaims(
      output: try array("output", isSequence: true), hidden: try array("hidden", isSequence: false),
      cell: try array("cell", isSequence: false), logits: try array("logits", isSequence: true),
      parts: parts)
    guard claims != NetworkClaims() else { throw OutputComparisonError.nothingClaimed }
    let state = try sequences.state(of: model, file: input)
    return try OutputComparison(
      model,
      RunRequest(
        sequences.input, state: state, lengths: sequences.lengths, emptySequences: emptySequences),
      claims: claims, tolerance: tolerance)
  }
}
