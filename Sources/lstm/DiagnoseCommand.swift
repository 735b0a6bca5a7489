// `lstm diagnose`: somebody's numbers against the right ones, and what went wrong.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

/// Compares somebody's numbers of one step with the right ones.
struct DiagnoseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract: "Find the line in which your numbers of one step go wrong, and why.",
    discussion: """
      Give the step as to lstm step, and what you got, as much of it as you have:

        lstm diagnose --input -0.1,0.3,0.1,-0.25,0.1 --hidden 0,0.5,0.1,0.2,0.6 \\
          --my-candidate 0.475,0.690,0.550,0.488,0.668

      The exit status is 0 where all agrees and 1 where something differs.
      """)

  @OptionGroup(title: "The step") var stepOptions: StepOptions
  @OptionGroup(title: "Weights") var weightOptions: WeightOptions
  @OptionGroup(title: "Variant") var variantOptions: VariantOptions
  @OptionGroup(title: "Your numbers") var claimOptions: ClaimOptions

  @Option(
    parsing: .unconditional,
    help: "The most decimals of a number, for reading; JSON is always exact. (default: 8)",
    transform: wholeNumber(Digits.range))
  var digits: Int = 8

  @Option(help: "What to write.")
  var format: DiagnosisFormat = .text

  @Option(name: .shortAndLong, help: "The file to write, whole or not at all; else the terminal.")
  var output: String?

  func run() throws {
    let resolved = try stepOptions.resolve(weightOptions, variantOptions)
    let claims = try claimOptions.claims()
    let report = try StepReport(
      cell: resolved.cell, given: resolved.given, weights: resolved.weights)
    let diagnosis = try Diagnosis(cell: resolved.cell, given: resolved.given, claims: claims)
    let variant = variantOptions.asGiven
    let text =
      switch format {
      case .text:
        DiagnosisText(
          diagnosis, of: report, digits: digits, style: Terminal.style(isFile: output != nil),
          hints: .commandLine(variantOptions: variant)
        ).text
      case .json:
        DiagnosisJSON(
          diagnosis, probeOptions: diagnosis.probe.map { $0.options + variant } ?? []
        ).text
      }
    try Output.write(text, to: output)
    if !diagnosis.agrees { throw ExitCode(1) }
  }
}

/// What `lstm diagnose` can write.
enum DiagnosisFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json
}

/// What somebody got.
struct ClaimOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Your forget gate f(t).", valueName: "numbers|file"))
  var myForget: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Your input gate i(t).", valueName: "numbers|file"))
  var myInputGate: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Your candidate g(t).", valueName: "numbers|file"))
  var myCandidate: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Your output gate o(t).", valueName: "numbers|file"))
  var myOutputGate: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Your new cell state c(t).", valueName: "numbers|file"))
  var myCell: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Your new hidden state h(t).", valueName: "numbers|file"))
  var myHidden: String?

  @Option(
    help: ArgumentHelp(
      "All of them in a JSON file with the keys of lstm step --format json.", valueName: "file"))
  var mine: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How far a number may be off; else half a unit of the last decimal you gave.",
      valueName: "number"))
  var tolerance: String?

  /// The numbers that were given; an option outranks the file.
  func claims() throws -> Claims {
    let tolerance = try tolerance.map { text in
      let value = try number(text, option: "--tolerance")
      guard value >= 0 else {
        throw UsageError("--tolerance: \(text) is negative. Give 0 or more.")
      }
      return value
    }
    var claims = Claims(tolerance: tolerance)
    let file = try mine.map(StepNumbers.init(contentsOf:)) ?? StepNumbers()
    let given: [(Quantity, String?, NumberList?)] = [
      (.gate(.forget), myForget, file.gates.forget),
      (.gate(.input), myInputGate, file.gates.input),
      (.gate(.candidate), myCandidate, file.gates.candidate),
      (.gate(.output), myOutputGate, file.gates.output),
      (.newCell, myCell, file.newCell), (.newHidden, myHidden, file.newHidden),
    ]
    for (quantity, text, stored) in given {
      let list = try text.map { try numbers($0, option: quantity.optionName) } ?? stored
      claims[quantity] = list.map { Claim($0.values, decimals: $0.decimals) }
    }
    return claims
  }
}
