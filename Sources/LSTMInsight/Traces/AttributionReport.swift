// An attribution for people and programs.

import LSTMCore

/// An output taken apart, to be shown.
public struct AttributionReport: TraceReport {
  /// What a line of text is.
  public enum By: String, CaseIterable, Sendable {
    /// A step.
    case step
    /// A feature of a step.
    case feature
    /// A token; before the lines the text itself, coloured.
    case token
  }

  private let attribution: Attribution
  private let by: By
  private let names: StepNames?
  private let others: OtherAttributions?

  /// Takes an attribution.
  ///
  /// - Parameters:
  ///   - attribution: the output, taken apart.
  ///   - by: what a line of text is.
  ///   - names: the tokens of the steps, where there are any.
  ///   - others: what other methods say, to stand beside it.
  public init(
    _ attribution: Attribution, by: By = .step, names: StepNames? = nil,
    others: OtherAttributions? = nil
  ) {
    (self.attribution, self.by, self.names) = (attribution, by, names)
    self.others = others
  }

  /// Lines of text beyond which only the largest are shown.
  private static let mostLines = 24

  /// For people: see ``TraceReport``.
  public func text(_ numbers: NumberFormat, style: TextStyle, by computation: Computation)
    -> String
  {
    let at = attribution.step.map { "step \($0 + 1)" } ?? "the final state"
    var lines = [
      style.bold(
        "Output \(attribution.target + 1) at \(at) of sequence \(attribution.sequence + 1) "
          + "is \(numbers.text(attribution.value))"),
      "computed by \(computation.words)", "",
    ]
    let steps = attribution.steps
    let parts: [(name: String, value: Double)] =
      by == .feature
      ? attribution.features.enumerated().flatMap { step, features in
        features.enumerated().map { ("step \(step + 1), feature \($0 + 1)", $1) }
      }
      : steps.enumerated().map { step, value in
        ("step \(step + 1)" + (names.map { "  \($0.shown(step))" } ?? ""), value)
      }
    let rest = [
      ("the first states", attribution.initialState),
      ("biases" + (attribution.hasHolds ? ", and what is held" : ""), attribution.bias),
    ]
    let bar = SignedBar(parts.map(\.value) + rest.map(\.1))
    if by == .token, let names {
      lines += [colored(names, steps, most: bar.most, style), ""]
    }
    var columns = TextColumns(right: [1])
    let shown = Self.largest(parts)
    for (name, value) in shown.rows + rest {
      columns.add([name, numbers.text(value), bar.text(value, style)])
    }
    lines += columns.lines()
    if shown.left > 0 {
      let left = parts.reduce(0) { $0 + $1.value } - shown.rows.reduce(0) { $0 + $1.value }
      lines.append(
        "   … \(shown.left) smaller parts that add up to \(numbers.text(left)); JSON has them all")
    }
    lines.append("")
    lines += style.wrapped(
      "All parts add up to the output; what is left is \(NumberFormat(digits: 2).text(attribution.remainder)).",
      first: "   ", indent: "   ")
    return (lines + (others.map { beside($0, numbers, style) } ?? [])).joined(separator: "\n")
      + "\n"
  }

  /// What other methods say, step by step.
  private func beside(_ others: OtherAttributions, _ numbers: NumberFormat, _ style: TextStyle)
    -> [String]
  {
    var columns = TextColumns(right: [1, 2, 3, 4])
    columns.add(["", "adds up", "gradient x input", "integrated", "occlusion"])
    let steps = attribution.steps
    let kept = Set(steps.indices.sorted { abs(steps[$0]) > abs(steps[$1]) }.prefix(Self.mostLines))
    for step in steps.indices where kept.contains(step) {
      columns.add([
        "step \(step + 1)", numbers.text(steps[step]),
        numbers.text(others.gradientTimesInput[step]),
        others.integratedGradients.map { numbers.text($0[step]) } ?? "-",
        numbers.text(others.occlusion[step]),
      ])
    }
    let gap = others.completenessGap.map {
      " Integrated gradients lack \(NumberFormat(digits: 2).text($0)) to what they should add up to."
    }
    return ["", style.bold("What other methods say")] + columns.lines()
      + style.wrapped(
        "Of these only the first column adds up with biases and first states.\(gap ?? "")",
        first: "   ", indent: "   ")
  }

  /// The parts in their order; where they are many, the largest ones.
  private static func largest(_ parts: [(name: String, value: Double)])
    -> (rows: [(name: String, value: Double)], left: Int)
  {
    guard parts.count > mostLines else { return (parts, 0) }
    let kept = Set(
      parts.indices.sorted { abs(parts[$0].value) > abs(parts[$1].value) }.prefix(mostLines))
    return (parts.indices.filter(kept.contains).map { parts[$0] }, parts.count - kept.count)
  }

  /// The text itself, each token on a ground as strong as what it adds.
  private func colored(_ names: StepNames, _ steps: [Double], most: Double, _ style: TextStyle)
    -> String
  {
    let tokens = names.texts.enumerated().map { step, text in
      let shown = text == "\n" ? "⏎" : text
      return style.tinted(shown, share: most > 0 ? steps[step] / most : 0)
        + (text == "\n" ? "\n   " : "")
    }
    return "   " + tokens.joined(separator: names.texts.contains { $0.count > 1 } ? " " : "")
  }

  /// For programs: see ``TraceReport``.
  public func json(by computation: Computation) -> String {
    let at = attribution.step.map { JSONText.number(Double($0 + 1)) } ?? .null
    var members: [(key: String, value: JSONText)] =
      computation.members + [
        ("target", .number(Double(attribution.target + 1))), ("at", at),
        ("sequence", .number(Double(attribution.sequence + 1))),
        ("value", .number(attribution.value)),
      ]
    if let names { members.append(("tokens", .list(names.texts.map { .string($0) }))) }
    members += [
      (
        "contributions",
        .object([
          ("steps", .numbers(attribution.steps)), ("features", .rows(attribution.features)),
          ("initialState", .number(attribution.initialState)),
          ("bias", .number(attribution.bias)),
        ])
      ),
      ("remainder", .number(attribution.remainder)),
    ]
    if let others {
      members.append(
        (
          "beside",
          .object([
            ("gradientTimesInput", .numbers(others.gradientTimesInput)),
            ("integratedGradients", others.integratedGradients.map { .numbers($0) } ?? .null),
            ("completenessGap", others.completenessGap.map { .number($0) } ?? .null),
            ("occlusion", .numbers(others.occlusion)),
          ])
        ))
    }
    return JSONText.object(members).text() + "\n"
  }
}
