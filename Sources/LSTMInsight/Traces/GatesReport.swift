// What all gates did over a run, for people and programs.

import LSTMCore

/// How long units remember and how gates behave, to be shown.
public struct GatesReport: TraceReport {
  private let cells: [(place: String, statistics: GateStatistics)]

  /// Goes through a run.
  public init(_ trace: RunTrace<Double>) {
    cells = trace.cells.enumerated().compactMap { index, cell in
      GateStatistics(trace, cell: index).map {
        ("layer\(cell.layer + 1).\(cell.direction.rawValue)", $0)
      }
    }
  }

  /// Up to so many units each has a line; beyond, the shortest and longest memories.
  private static let mostUnits = 12

  /// For people: see ``TraceReport``.
  public func text(_ numbers: NumberFormat, style: TextStyle, by computation: Computation)
    -> String
  {
    var lines = ["computed by \(computation.words)"]
    for (place, found) in cells {
      lines += ["", style.bold("\(place), \(found.count) steps"), ""]
      var columns = TextColumns(right: [0, 1, 2, 3, 4, 5, 6, 7])
      columns.add([
        "unit", "remembers", "by bias", "mean f", "f shut", "f open", "i open", "o open",
      ])
      let order = found.timescale.indices.sorted { found.timescale[$0] > found.timescale[$1] }
      let shown =
        order.count <= Self.mostUnits
        ? Array(found.timescale.indices)
        : Array(order.prefix(Self.mostUnits / 2)) + order.suffix(Self.mostUnits / 2)
      for unit in shown {
        columns.add([
          "\(unit + 1)", Self.steps(found.timescale[unit]),
          found.timescaleOfBias.map { Self.steps($0[unit]) } ?? "",
          NumberFormat(digits: 3).text(found.means.forget[unit]),
          Self.share(found.saturation[.forget]?.shut[unit]),
          Self.share(found.saturation[.forget]?.open[unit]),
          Self.share(found.saturation[.input]?.open[unit]),
          Self.share(found.saturation[.output]?.open[unit]),
        ])
      }
      lines += columns.lines()
      if shown.count < order.count {
        lines.append(
          "   the \(Self.mostUnits / 2) longest and shortest memories of \(order.count) units; JSON has them all"
        )
      }
    }
    lines += [""]
    lines += style.wrapped(
      "Remembers: in how many steps a memory falls to 1/e, -1 over the mean of ln f; by bias: if the "
        + "forget gate read nothing but its bias. Shut is below 0.1, open above 0.9, as shares of all "
        + "steps.")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func steps(_ value: Double) -> String {
    value.isFinite && value < 1e6 ? "\(NumberFormat(digits: 1).text(value))" : "ever"
  }

  private static func share(_ value: Double?) -> String {
    value.map { "\(NumberFormat(digits: 0).text(100 * $0)) %" } ?? ""
  }

  /// For programs: see ``TraceReport``.
  public func json(by computation: Computation) -> String {
    func numbers(_ values: [Double]) -> JSONText { .numbers(values) }
    let all = cells.map { place, found in
      JSONText.object([
        ("cell", .string(place)), ("steps", .number(Double(found.count))),
        ("timescale", numbers(found.timescale)),
        ("timescaleOfBias", found.timescaleOfBias.map(numbers) ?? .null),
        (
          "means",
          .object(Gate.allCases.map { (TraceQuantity.gate($0).name, numbers(found.means[$0])) })
        ),
        (
          "saturation",
          .object(
            Gate.scaling.compactMap { gate in
              found.saturation[gate].map {
                (
                  TraceQuantity.gate(gate).name,
                  .object([("shut", numbers($0.shut)), ("open", numbers($0.open))])
                )
              }
            })
        ),
      ])
    }
    return JSONText.object(computation.members + [("cells", .list(all))]).text() + "\n"
  }
}
