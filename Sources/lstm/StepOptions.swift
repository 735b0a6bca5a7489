// The options that say which step is meant: the numbers, the weights, the variant. `step` and
// `diagnose` share them.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

/// What goes into a step.
struct StepOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The input x(t): numbers or a file of them.", valueName: "numbers|file"))
  var input: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The old hidden state h(t-1). Zeros if not given.", valueName: "numbers|file"))
  var hidden: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The old cell state c(t-1). Zeros if not given.", valueName: "numbers|file"))
  var cell: String?

  /// Whether nothing is given.
  var isEmpty: Bool { input == nil && hidden == nil && cell == nil }

  /// The cell and what is known before the step.
  func resolve(_ weightOptions: WeightOptions, _ variantOptions: VariantOptions) throws
    -> ResolvedStep
  {
    let given = StepInput(
      input: try input.map { try numbers($0, option: "--input").values },
      hidden: try hidden.map { try numbers($0, option: "--hidden").values },
      cell: try cell.map { try numbers($0, option: "--cell").values })
    var variant = try variantOptions.variant()
    let (parameters, origin, own) = try weightOptions.parameters(for: given, variant: variant)
    if let own {
      guard variantOptions.asGiven.isEmpty || own == CellVariant() else {
        throw UsageError(
          "\(variantOptions.asGiven[0]): the file of weights says how its cell computes. "
            + "Leave the option out.")
      }
      if variantOptions.asGiven.isEmpty { variant = own }
    }
    guard variant.projectionClip == nil || parameters.projection != nil else {
      throw UsageError(
        "--projection-clip: this cell has no projection to clip. "
          + "Add --projection-size or a file with a projection, or leave it out.")
    }
    return ResolvedStep(
      cell: ReadableCell(parameters: parameters, variant: variant), given: given, weights: origin)
  }
}

/// A step that can be taken.
struct ResolvedStep {
  let cell: ReadableCell<Double>
  let given: StepInput
  /// Where the weights come from, in words.
  let weights: String
}
