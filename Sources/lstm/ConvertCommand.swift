// `lstm convert`: a model from one form into another.

import ArgumentParser
import LSTMFormats

extension ModelForm: ExpressibleByArgument {}

/// Writes a model in another form.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a model in another form.",
    discussion: """
      By the extension of the file to write, or --to:

        lstm convert model.pt model.safetensors
        lstm convert model.pt model.json

      What the other form has no place for and that changes what the model computes is refused, \
      with the reason.
      """)

  @Argument(help: "The model to read.")
  var from: String

  @Argument(help: "The file to write, whole or not at all.")
  var into: String

  @Option(help: "The form to write.")
  var to: ModelForm?

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  func run() throws {
    let opened = try modelOptions.open(from)
    let left = try ModelStore.write(opened, to: into, as: to)
    let form = to ?? ModelForm(fileName: into)
    var text = "\(into): \(form?.title ?? "model"), \(opened.parameterCount.total) parameters, "
    text += "\(opened.precision.rawValue)\n"
    if !left.isEmpty {
      text += "left out, for this form has no place: \(left.joined(separator: ", "))\n"
    }
    try Output.write(text, to: nil)
  }
}
