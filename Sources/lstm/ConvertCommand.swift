// `lstm convert`: a model from one form into another.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

extension ModelForm: ExpressibleByArgument {
  /// The form that somebody typed.
  public init?(argument: String) {
    guard let form = Self.all.first(where: { $0.identifier == argument }) else { return nil }
    self = form
  }

  /// What can be typed.
  public static var allValueStrings: [String] { all.map(\.identifier) }
  /// What a shell offers.
  public static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
extension LSTMModel.Setting: ExpressibleByArgument {}
extension GraphInput: ExpressibleByArgument {}
extension StoredPrecision: ExpressibleByArgument {}

/// Writes a model in another form.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a model in another form.",
    discussion: """
      By the extension of the file to write, or --to:

        lstm convert model.pt model.safetensors
        lstm convert model.pt model.json

      What the other form has no place for and that changes what the model gives is refused, with \
      the reason; --drop leaves it out on purpose. A vocabulary or a task is left out with a note.

      An ONNX file goes on taking first states and lengths as inputs where the model's file took \
      them (initial_hidden, initial_cell, lengths); --graph-input adds them to any other model, so \
      that a run can go on where the last one stopped:

        lstm convert model.pt model.onnx --graph-input hidden --graph-input cell
      """)

  @Argument(help: "The model to read.")
  var from: String

  @Argument(help: "The file to write, whole or not at all.")
  var into: String

  @Option(help: "The form to write.")
  var to: ModelForm?

  @Option(help: "The type of the numbers to write; the model's own where it is not given.")
  var precision: StoredPrecision?

  @Option(help: ArgumentHelp("Leave this out; may be given several times.", valueName: "part"))
  var drop: [LSTMModel.Setting] = []

  @Option(
    help: ArgumentHelp(
      "Make this an input of the graph of ONNX; may be given several times.", valueName: "part"))
  var graphInput: [GraphInput] = []

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  func run() throws {
    if Files.areSame(from, into) {
      throw UsageError(
        "'\(into)' is the file that is read. Give another name, and move it when you have looked at it."
      )
    }
    var model = try modelOptions.openSaying(from)
    var lines: [String] = []
    let opened = model
    for setting in LSTMModel.Setting.allCases where drop.contains(setting) {
      guard let words = opened.words(for: setting) else {
        let has = opened.settings.map(\.rawValue).joined(separator: ", ")
        throw UsageError(
          "--drop \(setting.rawValue): this model has none. "
            + (has.isEmpty ? "It has nothing of the kind." : "It has: \(has)."))
      }
      if setting == .oneHot, opened.mask != nil, !drop.contains(.mask) {
        throw UsageError(
          "--drop one-hot: without tokens no token is skipped either. Add --drop mask.")
      }
      model = try model.without(setting)
      lines.append("left out, as asked: \(words)")
    }
    if let precision, precision != model.precision {
      let old = model.precision
      let (rounded, rounding) = try model.rounded(to: precision)
      model = rounded
      lines.append(Self.words(rounding, old, precision))
    }
    let form = to ?? ModelForm.named(byFile: into)
    try addGraphInputs(to: &model, form)
    let left = try model.write(to: into, as: to)
    lines += form?.changes(model) ?? []
    if !left.isEmpty {
      lines.append("left out, for this form has no place: \(left.joined(separator: ", "))")
    }
    let count = form?.parameterCount(of: model) ?? model.parameterCount.total
    lines.insert(
      "\(into): \(form?.title ?? "model"), \(count) parameters, \(model.precision.rawValue)", at: 0)
    try Output.write(lines.joined(separator: "\n") + "\n", to: nil)
  }

  /// Makes what was asked for inputs of the graph.
  private func addGraphInputs(to model: inout LSTMModel, _ form: ModelForm?) throws {
    for input in graphInput {
      guard form.map({ [.onnx, .swiftLSTM, .json].contains($0) }) ?? true else {
        throw UsageError(
          "--graph-input \(input.rawValue): only ONNX has a graph with inputs. Write .onnx, or "
            + "leave the option out.")
      }
      let stored: LSTMModel.Setting = input == .lengths ? .lengths : .initialState
      if let words = model.words(for: stored) {
        throw UsageError(
          "--graph-input \(input.rawValue): the model stores \(words). Add --drop \(stored.rawValue)."
        )
      }
      model.graphInputs.insert(input)
    }
  }

  /// What rounding changed, in a line.
  private static func words(
    _ rounding: ModelRounding, _ old: StoredPrecision, _ new: StoredPrecision
  )
    -> String
  {
    let change = "\(old.rawValue) to \(new.rawValue)"
    guard rounding.changed > 0 else { return "\(change): no number changed" }
    let largest = NumberFormat(digits: 3).text(rounding.largestUnits)
    return "\(change): \(rounding.changed) of \(rounding.count) numbers rounded, by at most "
      + "\(NumberFormat(digits: 8).text(rounding.largest)) (\(largest) units in the last place)"
  }
}
