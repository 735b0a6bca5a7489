// How far an output reaches back, for people and programs.

import LSTMCore

/// How large the gradient of an output is at each earlier step, to be shown.
public struct ReachReport: TraceReport {
  private let gradient: OutputGradient
  private let places: [String]

  /// Takes a gradient.
  public init(_ gradient: OutputGradient, of trace: RunTrace<Double>) {
    self.gradient = gradient
    places = trace.cells.map { "layer\($0.layer + 1).\($0.direction.rawValue)" }
  }

  private static let mostLines = 24

  /// For people: see ``TraceReport``.
  public func text(_ numbers: NumberFormat, style: TextStyle, by computation: Computation)
    -> String
  {
    var lines = [
      "How much output \(gradient.target + 1) of sequence \(gradient.sequence + 1) still depends on each step",
      "computed by \(computation.words)",
    ]
    for (place, reach) in zip(places, gradient.reach) {
      let most = (reach.hidden + reach.cell).reduce(0, max)
      lines += ["", style.bold(place), ""]
      var columns = TextColumns(right: [1, 2])
      columns.add(["", "through h(t)", "through c(t)"])
      let shown = reach.hidden.indices.filter { reach.hidden[$0] != 0 || reach.cell[$0] != 0 }
        .suffix(Self.mostLines)
      for step in shown {
        let length =
          most > 0 ? Int((24 * max(reach.hidden[step], reach.cell[step]) / most).rounded()) : 0
        columns.add([
          "step \(step + 1)", numbers.text(reach.hidden[step]), numbers.text(reach.cell[step]),
          style.raised(String(repeating: "▇", count: length)),
        ])
      }
      lines += columns.lines()
      let half = shown.first { max(reach.hidden[$0], reach.cell[$0]) >= most / 100 }
      if let half {
        lines.append("   a hundredth of the largest is reached at step \(half + 1) first")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// For programs: see ``TraceReport``.
  public func json(by computation: Computation) -> String {
    let cells = zip(places, gradient.reach).map { place, reach in
      JSONText.object([
        ("cell", .string(place)), ("hiddenState", .numbers(reach.hidden)),
        ("cellState", .numbers(reach.cell)),
      ])
    }
    return JSONText.object(
      computation.members + [
        ("target", .number(Double(gradient.target + 1))),
        ("at", gradient.step.map { .number(Double($0 + 1)) } ?? .null),
        ("sequence", .number(Double(gradient.sequence + 1))), ("reach", .list(cells)),
      ]
    ).text() + "\n"
  }
}
