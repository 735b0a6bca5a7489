// Why a gate is where it is, for people and programs.

import LSTMCore

/// The terms of gates' sums, to be shown.
public struct ReasonsReport: TraceReport {
  private let reasons: [GateReasons]
  private let place: String
  private let sequence: Int
  private let isFromWeights: Bool

  /// Takes the sums of some units of a gate apart.
  ///
  /// - Throws: ``AttributionError`` where the cell took no such step.
  public init(
    _ trace: RunTrace<Double>, _ gate: Gate, units: [Int], cell: Int, step: Int, sequence: Int = 0
  ) throws {
    reasons = try units.compactMap {
      try GateReasons(trace, gate, unit: $0, cell: cell, step: step, sequence: sequence)
    }
    let found = trace.cells[cell]
    place =
      "layer\(found.layer + 1).\(found.direction.rawValue).\(TraceQuantity.gate(gate).name)"
    (self.sequence, isFromWeights) = (sequence, found.cell.variant.source(of: gate) == .weights)
  }

  private static let mostTerms = 12
  private static let mostUnits = 4

  /// For people: see ``TraceReport``.
  public func text(_ numbers: NumberFormat, style: TextStyle, by computation: Computation)
    -> String
  {
    guard isFromWeights else {
      return "\(place) is not computed from weights: the cell pins or couples it.\n"
    }
    var lines = ["computed by \(computation.words)"]
    for reason in reasons.prefix(Self.mostUnits) {
      lines += [
        "",
        style.bold(
          "\(place)[\(reason.unit + 1)]@\(reason.step + 1) is \(numbers.text(reason.value)), "
            + "its sum \(numbers.text(reason.sum))"),
        "",
      ]
      let bar = SignedBar(reason.terms.map(\.value))
      var columns = TextColumns(right: [1, 2])
      for term in reason.terms.prefix(Self.mostTerms) {
        let product = term.weight.flatMap { weight in
          term.number.map { "\(numbers.text(weight)) · \(numbers.text($0))" }
        }
        columns.add([
          term.source.words, product ?? "", numbers.text(term.value), bar.text(term.value, style),
        ])
      }
      lines += columns.lines()
      let left = reason.terms.dropFirst(Self.mostTerms)
      if !left.isEmpty {
        lines.append(
          "   … \(left.count) smaller terms that add up to "
            + numbers.text(left.reduce(0) { $0 + $1.value }))
      }
    }
    if reasons.count > Self.mostUnits {
      lines += [
        "", "… \(reasons.count - Self.mostUnits) more units; name them, or JSON has them all",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// For programs: see ``TraceReport``.
  public func json(by computation: Computation) -> String {
    func number(_ value: Double?) -> JSONText { value.map { .number($0) } ?? .null }
    let units = reasons.map { reason in
      JSONText.object([
        ("unit", .number(Double(reason.unit + 1))), ("value", .number(reason.value)),
        ("sum", .number(reason.sum)),
        (
          "terms",
          .list(
            reason.terms.map { term in
              .object([
                ("source", .string(term.source.name)), ("index", number(term.source.index)),
                ("weight", number(term.weight)), ("number", number(term.number)),
                ("value", .number(term.value)),
              ])
            })
        ),
      ])
    }
    return JSONText.object(
      computation.members + [
        ("address", .string(place)), ("at", number(reasons.first.map { Double($0.step + 1) })),
        ("sequence", .number(Double(sequence + 1))), ("units", .list(units)),
      ]
    ).text() + "\n"
  }
}

extension GateReasons.Term.Source {
  /// Where the term comes from, in words.
  fileprivate var words: String {
    switch self {
    case .input(let feature): "input \(feature + 1)"
    case .hidden(let unit): "unit \(unit + 1) before"
    case .bias: "bias"
    case .peephole: "peephole"
    }
  }

  fileprivate var name: String {
    switch self {
    case .input: "input"
    case .hidden: "hiddenState"
    case .bias: "bias"
    case .peephole: "peephole"
    }
  }

  /// From 1.
  fileprivate var index: Double? {
    switch self {
    case .input(let index), .hidden(let index): Double(index + 1)
    case .bias, .peephole: nil
    }
  }
}
