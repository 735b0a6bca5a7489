// A diagnosis for the terminal: what agrees, what is the first wrong line, what was computed there
// and what to change; or, where all agrees, what these inputs could not have shown.

import LSTMCore

/// A diagnosis as text.
public struct DiagnosisText {
  private let diagnosis: Diagnosis
  private let report: StepReport
  private let numbers: NumberFormat
  private let style: TextStyle
  private let hints: DiagnosisHints

  /// Makes the text of a diagnosis.
  ///
  /// - Parameters:
  ///   - diagnosis: what was found.
  ///   - report: the right step.
  ///   - digits: the most decimals of a number.
  ///   - style: colour and width.
  ///   - hints: where more is found, and how it is asked for.
  public init(
    _ diagnosis: Diagnosis, of report: StepReport, digits: Int = 8, style: TextStyle = .init(),
    hints: DiagnosisHints = .init()
  ) {
    self.hints = hints
    self.diagnosis = diagnosis
    self.report = report
    numbers = NumberFormat(digits: digits)
    self.style = style
  }

  /// The whole text.
  public var text: String {
    let blocks = [heading, verdicts] + explanations + [unexplained, blindSpots, probe]
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var heading: [String] {
    let summary: String
    if let difference = diagnosis.firstDifference {
      summary = "Your \(difference.quantity.resultTitle) is the first line that differs."
    } else if let rounding = diagnosis.rounding {
      summary = "Your numbers agree: they are right, rounded \(rounding.words)."
    } else {
      summary = "Your numbers agree."
    }
    var lines = [style.bold(summary)]
    lines += paragraph("Compared with: \(report.sizes), weights: \(report.weights).", indent: 0)
    for note in report.notes {
      lines += paragraph("Note: \(note.plain(numbers)).", indent: 0).map(style.dim)
    }
    return lines
  }

  private var verdicts: [String] {
    let names = diagnosis.verdicts.map {
      "\(PlainSyntax().quantity($0.quantity))  \($0.quantity.resultTitle)"
    }
    let width = names.map(\.count).max() ?? 0
    return zip(names, diagnosis.verdicts).map { name, verdict in
      "   \(name.rightPadded(width))  \(words(verdict.difference))"
    }
  }

  private func words(_ difference: Diagnosis.Difference?) -> String {
    guard let difference else { return "agrees" }
    guard let unit = difference.unit else {
      return "has \(Int(difference.mine)) numbers, the step gives \(Int(difference.expected))"
    }
    return "unit \(unit + 1): you have \(numbers.text(difference.mine)), "
      + "the step gives \(numbers.text(difference.expected))"
  }

  private var explanations: [[String]] {
    diagnosis.explanations.map { explanation in
      let names = explanation.explains.map { PlainSyntax().quantity($0) }
      let subject =
        names.count == 1
        ? names[0]
        : names.dropLast().joined(separator: ", ")
          + " and \(names.last ?? "")"
      let isOne = explanation.alternatives.count == 1
      let reproduces =
        isOne
        ? "WHAT REPRODUCES YOUR \(subject)"
        : "WHAT REPRODUCES YOUR \(subject): one of \(explanation.alternatives.count)"
      var lines = [style.bold(reproduces)]
      for causes in explanation.alternatives.prefix(Self.mostShown) {
        if !isOne, lines.count > 1 { lines.append("   or") }
        for (index, cause) in causes.enumerated() {
          if index > 0 { lines.append("   together with") }
          lines += text(cause)
        }
      }
      let more = explanation.alternatives.count - Self.mostShown
      if more > 0 { lines.append("   and \(more) more: \(hints.allWays)") }
      if !isOne { lines += deciding }
      return lines
    }
  }

  /// How many ways to explain the same numbers are spelled out.
  private static let mostShown = 4

  private func text(_ cause: Diagnosis.Cause) -> [String] {
    let which = cause.mistake.which.map { " (\($0))" } ?? ""
    var lines = ["   " + style.bold(cause.mistake.id) + which]
    lines += paragraph(cause.mistake.summary, indent: 5)
    let indent = String(repeating: " ", count: 5)
    lines += style.wrappedFormula("Change: \(cause.fix)", first: indent, indent: indent)
    if let variant = cause.mistake.variant {
      lines += paragraph(
        "It is also a known variant: if you mean it, \(hints.variant(variant)).", indent: 5)
    }
    return lines
  }

  /// Which further number would tell the alternatives apart.
  private var deciding: [String] {
    let missing = Claims.order.filter { quantity in
      !diagnosis.verdicts.contains { $0.quantity == quantity }
    }
    guard !missing.isEmpty else {
      return paragraph(
        "With these inputs they give the same numbers; other inputs would decide.", indent: 3)
    }
    let how = hints.giveResults(missing).map { ": \($0)" } ?? ""
    return paragraph(
      "Your \(missing.map(\.resultTitle).joined(separator: ", ")) would decide\(how).", indent: 3)
  }

  private var unexplained: [String] {
    guard !diagnosis.unexplained.isEmpty else { return [] }
    let names = diagnosis.unexplained.map { PlainSyntax().quantity($0) }.joined(separator: ", ")
    return paragraph(
      "No known mistake, and no two together, explain your \(names). The line to look at is "
        + "the first that differs, above; \(hints.everyTerm).", indent: 0)
  }

  private var blindSpots: [String] {
    guard diagnosis.agrees else { return [] }
    var lines: [String] = []
    if !diagnosis.notChecked.isEmpty {
      let missing = Claims.order.filter { quantity in
        !diagnosis.verdicts.contains { $0.quantity == quantity }
      }
      lines += paragraph(
        "Not looked at, since you gave no \(missing.map(\.resultTitle).joined(separator: ", ")): "
          + Self.list(diagnosis.notChecked) + ".", indent: 0)
    }
    if !diagnosis.hidden.isEmpty {
      lines += paragraph(
        "These inputs could not have shown: " + Self.list(diagnosis.hidden) + ".", indent: 0)
    }
    return lines
  }

  /// Ids, each once, with the members of a family counted.
  private static func list(_ mistakes: [Mistake]) -> String {
    var families: [(name: String, members: Set<String>)] = []
    for mistake in mistakes {
      let name = String(mistake.id.prefix { $0 != ":" })
      if let index = families.firstIndex(where: { $0.name == name }) {
        families[index].members.insert(mistake.id)
      } else {
        families.append((name, [mistake.id]))
      }
    }
    return families.map { name, members in
      if members == [name] { return name }
      return members.count > 3
        ? "\(name) (\(members.count) of them)" : members.sorted().joined(separator: ", ")
    }.joined(separator: ", ")
  }

  private var probe: [String] {
    guard diagnosis.agrees, let probe = diagnosis.probe else { return [] }
    let shape = probe.parameters.shape
    guard max(shape.inputSize, shape.hiddenSize) <= StageTable.mostRows else {
      return paragraph("Inputs that would show them: \(hints.wideInputs).", indent: 0)
    }
    let never = diagnosis.hidden.filter { probe.stillHidden.contains($0.id) }
    guard never.count < diagnosis.hidden.count else {
      return paragraph("No inputs show them in this variant.", indent: 0)
    }
    let but =
      never.isEmpty
      ? "" : ", but not \(Self.list(never)), which no inputs show in this variant"
    return paragraph("These would show them\(but). \(hints.takeProbe)", indent: 0)
      + hints.probe(probe)
  }

  private func paragraph(_ text: String, indent: Int) -> [String] {
    let spaces = String(repeating: " ", count: indent)
    return style.wrapped(text, first: spaces, indent: spaces)
  }
}
