// Comparisons of networks and of outputs, for the terminal and for programs.

import LSTMCore

extension NetworkComparison {
  /// The comparison as text.
  ///
  /// - Parameters:
  ///   - first: the first file's name.
  ///   - second: the second file's name.
  ///   - style: colour and width.
  ///   - comparing: how the outputs of a network are compared, in the user's words.
  public func text(
    first: String, second: String, style: TextStyle = .init(), comparing: String? = nil
  ) -> String {
    var lines = [
      style.bold(isSame ? "The same network." : "These are different networks.")
    ]
    lines += style.wrapped("first: \(first); second: \(second)")
    if findings.isEmpty {
      lines.append(
        largest == 0
          ? "Every number is the same."
          : "No number differs by more than \(NumberFormat.atMost(largest)).")
    }
    for finding in findings {
      lines.append("")
      lines.append("   " + style.bold(finding.place))
      lines += style.wrapped(finding.text(comparing) + ".", first: "     ", indent: "     ")
      if let largest = finding.largest, !finding.isHarmless {
        lines.append("     largest difference: \(NumberFormat(digits: 6).text(largest))")
      }
      if !finding.causes.isEmpty {
        lines.append("     cause: \(finding.causes.joined(separator: ", "))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The comparison as JSON.
  ///
  /// - Parameters:
  ///   - comparing: how the outputs of a network are compared, in the user's words.
  ///   - notes: what there is to know of how the models were read.
  public func json(
    comparing: String? = nil, notes: [(kind: ReadingNote.Kind, words: String)] = []
  ) -> String {
    JSONText.object([
      ("same", .bool(isSame)), ("largestDifference", .number(largest)),
      ("notes", JSONText.notes(notes)),
      (
        "findings",
        .list(
          findings.map { finding in
            .object([
              ("place", .string(finding.place)),
              ("causes", .list(finding.causes.map(JSONText.string))),
              ("text", .string(finding.text(comparing))),
              ("largestDifference", finding.largest.map(JSONText.number) ?? .null),
              ("harmless", .bool(finding.isHarmless)),
            ])
          })
      ),
    ]).text() + "\n"
  }
}

extension NetworkComparison.Finding {
  fileprivate func text(_ comparing: String?) -> String {
    guard isUndecided, let comparing else { return text }
    return "\(text): \(comparing)"
  }
}

extension OutputComparison {
  /// The comparison as text.
  ///
  /// - Parameters:
  ///   - style: colour and width.
  ///   - closer: what looks closely at a single step, as a sentence.
  public func text(
    style: TextStyle = .init(), closer: String = "A diagnosis looks closely at a single step."
  ) -> String {
    guard let difference = firstDifference else {
      return style.bold("The numbers agree.") + "\n"
        + "largest difference: \(NumberFormat(digits: 6).text(largest))\n"
        + "the model's own numbers are computed by \(computation.words)\n"
    }
    let numbers = NumberFormat(digits: 8)
    let place = [
      difference.layer.map { "layer \($0 + 1)" } ?? "head",
      difference.direction?.rawValue, difference.step.map { "step \($0 + 1)" } ?? "final state",
      "sequence \(difference.sequence + 1)", "unit \(difference.unit + 1)",
    ]
    var lines = [
      style.bold("The numbers differ."),
      "first: \(place.compactMap { $0 }.joined(separator: ", ")), \(difference.quantity):",
      "   you have \(numbers.text(difference.mine)), "
        + "the network gives \(numbers.text(difference.expected))",
      "largest difference: \(NumberFormat(digits: 6).text(largest))",
      "the model's own numbers are computed by \(computation.words)",
    ]
    lines.append("")
    guard !causes.isEmpty else {
      lines += style.wrapped(
        "No known mistake, made in every cell, reproduces these numbers. \(closer)")
      return lines.joined(separator: "\n") + "\n"
    }
    lines.append(
      style.bold(
        causes.count == 1
          ? "WHAT REPRODUCES THE NUMBERS"
          : "WHAT REPRODUCES THE NUMBERS: one of \(causes.count)"))
    for cause in causes {
      lines.append("   " + style.bold(cause.id) + (cause.which.map { " (\($0))" } ?? ""))
      lines += style.wrapped(cause.summary, first: "     ", indent: "     ")
      lines += style.wrapped("Change: \(cause.advice)", first: "     ", indent: "     ")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The comparison as JSON.
  public var json: String { document(notes: []) }

  /// The comparison as JSON, with what there is to know of how the model was read.
  public func document(notes: [(kind: ReadingNote.Kind, words: String)]) -> String {
    // People count from 1.
    func count(_ number: Int?) -> JSONText { number.map { .number(Double($0 + 1)) } ?? .null }
    let difference = firstDifference.map { found in
      JSONText.object([
        ("layer", count(found.layer)),
        ("direction", found.direction.map { .string($0.rawValue) } ?? .null),
        ("step", count(found.step)), ("sequence", count(found.sequence)),
        ("quantity", .string(found.quantity)), ("unit", count(found.unit)),
        ("mine", .number(found.mine)), ("expected", .number(found.expected)),
      ])
    }
    return JSONText.object(
      computation.members + [
        ("same", .bool(isSame)), ("largestDifference", .number(largest)),
        ("notes", JSONText.notes(notes)),
        ("firstDifference", difference ?? .null),
        (
          "causes",
          .list(
            causes.map { cause in
              .object([
                ("id", .string(cause.id)), ("which", cause.which.map(JSONText.string) ?? .null),
                ("summary", .string(cause.summary)), ("fix", .string(cause.advice)),
              ])
            })
        ),
      ]
    ).text() + "\n"
  }
}
