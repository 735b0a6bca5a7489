// What reports say of where to find more, by the options of this command line.

import LSTMCore
import LSTMInsight

/// Where more is found.
enum Hint {
  /// After how many numbers of a step were not printed.
  static let allNumbers = "--format json prints them all"
  /// After how many rows of a run were not printed.
  static let allRows = "--output writes all"
  /// What looks closely at a step.
  static let singleStep = "lstm diagnose looks closely at a single step."
  /// How the outputs of a model are compared.
  static let comparing = "lstm compare MODEL OUT.npz --input X"
}

extension Hint {
  /// This program's command line, to be copied.
  static func command() -> String {
    (["lstm"] + CommandLine.arguments.dropFirst()).map(quoted).joined(separator: " ")
  }

  /// The command that looks closer at a number of an array, with `ROW` and `COLUMN` where unit and step
  /// belong; nil where none does.
  static func closer(
    _ name: String, _ model: String, _ input: String?, _ options: InputOptions, sequence: Int
  ) -> String? {
    guard let address = try? TraceAddress(name), let quantity = address.quantities.first,
      let layer = address.layers.ranges?.first?.lowerBound, address.units == .all,
      address.steps == .all
    else { return nil }
    let run = ([model] + (input.map { [$0] } ?? []) + options.asGiven).map(quoted)
      .joined(separator: " ")
    let at = sequence == 1 ? "" : " --sequence \(sequence)"
    switch quantity {
    case .gate, .cellState:
      let what = quantity == .cellState ? "ledger" : "why"
      return "lstm explain \(run) --\(what) '\(name)[ROW]@COLUMN'\(at)"
    case .input, .projection, .embedding, .logits, .probabilities: return nil
    default:
      return "lstm step \(run) --at COLUMN --layer \(layer + 1) --direction "
        + "\(address.directions[0].rawValue) --unit ROW\(at)"
    }
  }

  /// A word as a shell takes it.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0)
        || "-_./=,:@+".unicodeScalars.contains($0)
    }
    return isPlain && !word.isEmpty
      ? word
      : "'"
        + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        + "'"
  }
}

extension DiagnosisHints {
  /// The hints of `lstm diagnose`.
  ///
  /// - Parameter variantOptions: the options that set the variant of the cell at hand.
  static func commandLine(variantOptions: [String] = []) -> DiagnosisHints {
    var hints = DiagnosisHints()
    hints.allWays = "--format json lists them"
    hints.wideInputs = "--format json has them"
    hints.giveResults = { "give " + $0.map(\.optionName).joined(separator: ", ") }
    hints.everyTerm = "lstm step with the same options and --unit shows each of its terms"
    hints.variant = { $0.optionWords }
    hints.takeProbe =
      "Run it, put its numbers into your code (--format numpy, pytorch or swift spells out the "
      + "weights), and diagnose again with the same options:"
    hints.probe = { probe in
      let lines = ["lstm step"] + probe.options + variantOptions
      return lines.enumerated().map { index, line in
        (index == 0 ? "  " : "    ") + line + (index < lines.count - 1 ? " \\" : "")
      }
    }
    return hints
  }
}

extension Probe {
  /// The options that make `lstm step` take this step, a line each; the variant's are not among
  /// them.
  var options: [String] {
    func list(_ values: [Double]) -> String {
      values.map(Precision.double.exact).joined(separator: ",")
    }
    let shape = parameters.shape
    var options = [
      "--input \(list(input))", "--hidden \(list(hidden))", "--cell \(list(cell))",
      "--weights uniform:-1:1 --seed \(seed)",
    ]
    if shape.hasRecurrentBias { options.append("--recurrent-bias random") }
    if shape.hasPeepholes { options.append("--peephole random") }
    if let size = shape.projectionSize { options.append("--projection-size \(size)") }
    return options
  }
}

extension KnownVariant {
  /// The option that asks for the variant.
  fileprivate var optionWords: String {
    switch self {
    case .named(.noForgetGate): "--variant no-forget-gate, the cell of 1997"
    case .named(let variant): "--variant \(variant.rawValue)"
    case .coupled(let coupling): "--coupled \(coupling.rawValue)"
    case .gates(let activation):
      "--activation gates="
        + ([activation.kind.rawValue] + [activation.alpha, activation.beta].map { "\($0)" })
        .joined(separator: ":")
    case .withoutPeepholes: words
    }
  }
}

extension Quantity {
  /// The option of `lstm diagnose` that takes somebody's numbers of this result.
  var optionName: String {
    switch self {
    case .gate(.forget): "--my-forget"
    case .gate(.input): "--my-input-gate"
    case .gate(.candidate): "--my-candidate"
    case .gate(.output): "--my-output-gate"
    case .newCell: "--my-cell"
    default: "--my-hidden"
    }
  }
}
