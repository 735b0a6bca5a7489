// `lstm inspect`: a model at a glance.

import ArgumentParser
import LSTMInsight

/// Says what a model is and what it would remember.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a model is: sizes, parameters gate by gate, memory by its biases.",
    discussion: """
      Opens PyTorch (.pt, .pth, .bin, .ckpt), Keras (.keras, .h5), ONNX, safetensors, NumPy (.npz), \
      audio (.nam, JSON) and JSON models. What of the file is not in the model, and what was taken \
      for granted, stands at the top:

        lstm inspect model.pt
      """)

  @Argument(help: "The model's file.")
  var model: String

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  @Option(
    parsing: .unconditional, help: "The most decimals of a number, for reading.",
    transform: wholeNumber(Digits.range))
  var digits: Int = 4

  @Option(help: "What to write.")
  var format: ReportFormat = .text

  @Option(name: .shortAndLong, help: "The file to write, whole or not at all; else the terminal.")
  var output: String?

  func run() throws {
    let opened = try modelOptions.open(model)
    let (origin, summary) = (
      NetworkOrigin(opened, file: model) { $0.optionWords }, NetworkSummary(opened)
    )
    let text =
      switch format {
      case .text:
        SummaryText(
          summary, origin, counts: opened.parameterCount, digits: digits,
          style: Terminal.style(isFile: output != nil)
        ).text
      case .json: SummaryJSON(summary, origin, counts: opened.parameterCount).text
      }
    try Output.write(text, to: output)
  }
}

/// A report for people or for programs.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}
