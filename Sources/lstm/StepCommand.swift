// `lstm step`: one time step with every gate in sight.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

/// Computes one LSTM time step and shows every gate.
struct StepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step",
    abstract: "Compute one LSTM time step and show every gate of it.",
    discussion: """
      Forget gate, input gate, candidate, output gate, new cell state and new hidden state, with \
      the equations, the numbers put in, and what happened in words:

        lstm step --input -0.1,0.3,0.1,-0.25,0.1 --hidden 0,0.5,0.1,0.2,0.6

      What is not given is zeros. As a program, a picture or a page:

        lstm step --input 1,2 --hidden 0,1 --format numpy
        lstm step --input 1,2 --hidden 0,1 --format html --output step.html

      Any step of a run of a trained model, or its weights with numbers of your own:

        lstm step model.pt input.npy --at 12 --layer 2 --unit 3
        lstm step --weights model.pt --input 1,2 --hidden 0,1

      The gradients of a loss through the step, worked out the same way:

        lstm step --input 1,2 --hidden 0,1 --backward --hidden-gradient 1,0

      To check numbers that you got yourself, see lstm diagnose --help.
      """)

  @Argument(
    help: ArgumentHelp(
      "A model's file and the sequences of a run, to look into a step of it.",
      valueName: "model input"))
  var words: [String] = []

  @OptionGroup(title: "The step") var stepOptions: StepOptions
  @OptionGroup(title: "A step of a model's run") var runOptions: StepOfRunOptions
  @OptionGroup(title: "Weights") var weightOptions: WeightOptions
  @OptionGroup(title: "Variant") var variantOptions: VariantOptions

  @Flag(help: "Work out the way back: the gradients of a loss through this step.")
  var backward = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --backward: the gradient by h(t). (default: ones)", valueName: "numbers|file"))
  var hiddenGradient: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --backward: the gradient by c(t) that the next step hands back. (default: zeros)",
      valueName: "numbers|file"))
  var cellGradient: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Which units to work out in numbers.", valueName: "K|K,K|all"))
  var unit: String = "1"

  @Option(
    parsing: .unconditional,
    help: "The most decimals of a number, for reading; else as fit, up to 8. JSON is exact.",
    transform: wholeNumber(Digits.range))
  var digits: Int?

  @Option(help: "What to compute in.")
  var precision: Precision = .double

  @Option(help: "What to write.")
  var format: StepFormat = .text

  @Option(help: "Which stage the picture shows lit; with --format svg.")
  var stage: PictureStage = .all

  @Option(name: .shortAndLong, help: "The file to write, whole or not at all; else the terminal.")
  var output: String?

  func run() throws {
    guard stage == .all || format == .svg else {
      throw UsageError("--stage lights a part of the picture. Add --format svg, or leave it out.")
    }
    guard backward || (hiddenGradient == nil && cellGradient == nil) else {
      throw UsageError(
        "--hidden-gradient and --cell-gradient belong to the way back. Add --backward, or leave them "
          + "out.")
    }
    guard !backward || format == .text || format == .json else {
      throw UsageError("--backward is written as text or json. Choose one of them with --format.")
    }
    let resolved = try resolve()
    let report = try report(
      of: resolved, units: try units(of: resolved.cell.parameters.hiddenSize))
    guard backward else { return try Output.write(try text(of: report), to: output) }
    let ones = [Double](repeating: 1, count: report.cell.parameters.outputSize)
    let back = try BackwardReport(
      report,
      hiddenGradient: hiddenGradient.map { try numbers($0, option: "--hidden-gradient").values }
        ?? ones,
      cellGradient: cellGradient.map { try numbers($0, option: "--cell-gradient").values })
    try Output.write(
      format == .json
        ? back.json
        : back.text(digits: digits, style: Terminal.style(isFile: output != nil)), to: output)
  }

  private func resolve() throws -> ResolvedStep {
    guard let model = words.first else {
      try runOptions.checkUnused()
      return try stepOptions.resolve(weightOptions, variantOptions)
    }
    // Words that no option took: the rest of a list, or a word too many.
    guard words.count <= 2, stepOptions.isEmpty || FileAccess.exists(model) else {
      throw ParserMessage.unexpected(words, "step")
    }
    guard stepOptions.isEmpty, weightOptions.saysNothing, variantOptions.asGiven.isEmpty else {
      throw UsageError(
        "the step of a model's run has its numbers, weights and variant from there. Leave --input, "
          + "--hidden, --cell,\nweights and variant out; or leave the model out, and name its file "
          + "with --weights.")
    }
    return try runOptions.resolve(model, words.dropFirst().first, weightOptions)
  }

  private var reading: NumberFormat { NumberFormat(digits: digits ?? 8) }

  private func text(of report: StepReport) throws -> String {
    switch format {
    case .text:
      TextReport(
        report, digits: digits, style: Terminal.style(isFile: output != nil),
        allNumbers: Hint.allNumbers
      ).text
    case .json: JSONReport(report).text
    case .markdown: MarkdownReport(report, numbers: reading).text
    case .latex: LaTeXReport(report, numbers: reading).text
    case .html: HTMLReport(report, numbers: reading).text
    case .svg:
      CellPicture(
        report, unit: report.units.first ?? 0, stage: stage.kind,
        numbers: NumberFormat(digits: digits ?? 4)
      ).svg
    case .numpy: try StepProgram(report, language: .numpy).text
    case .pytorch: try StepProgram(report, language: .pytorch).text
    case .swift: try StepProgram(report, language: .swift).text
    }
  }

  private func units(of hiddenSize: Int) throws -> [Int] {
    if unit == "all" { return Array(0..<hiddenSize) }
    return try unit.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let number = Int(String(text).trimmingSpaces()) else {
        throw UsageError("--unit: '\(text)' is not a unit. Write a number from 1, or all.")
      }
      guard (1...hiddenSize).contains(number) else {
        throw UsageError(
          "--unit: there is no unit \(number); the units are 1 to \(hiddenSize). "
            + "Choose among them, or all.")
      }
      return number - 1
    }
  }
}

extension StepCommand {
  /// Takes the step and explains it.
  private func report(of resolved: ResolvedStep, units: [Int]) throws -> StepReport {
    func report(_ precision: Precision) throws -> StepReport {
      try StepReport(
        cell: resolved.cell, given: resolved.given, precision: precision,
        weights: resolved.weights, units: units)
    }
    do {
      return try report(precision)
    } catch let error as LSTMCoreError where precision == .float {
      _ = try report(.double)  // whose error would be the same, and is told without advice
      throw DataError(
        "\(Failure.text(error))\nThat is in float, which ends at 3.4e38: --precision double can hold it."
      )
    }
  }
}

extension Precision: ExpressibleByArgument {}

/// What `lstm step` can write.
enum StepFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, markdown, latex, html, svg, numpy, pytorch, swift
}

/// Which stage a picture lights.
enum PictureStage: String, CaseIterable, ExpressibleByArgument {
  case forget, input, cell, output, all

  var kind: StageKind? { StageKind(rawValue: rawValue) }
}
