// A ledger, for people and programs.

import LSTMCore

/// Where the content of cell states comes from, to be shown.
public struct LedgerReport: TraceReport {
  private let ledger: Ledger
  private let units: [Int]
  private let place: String
  private let names: StepNames?

  /// Takes a ledger.
  ///
  /// - Parameters:
  ///   - ledger: the ledger of a cell.
  ///   - units: the units that are shown, counted from 0.
  ///   - trace: the run that it is of.
  ///   - names: the tokens of the steps, where there are any.
  public init(
    _ ledger: Ledger, units: [Int], of trace: RunTrace<Double>, names: StepNames? = nil
  ) {
    let cell = trace.cells[ledger.cell]
    place = "layer\(cell.layer + 1).\(cell.direction.rawValue).cellState"
    (self.ledger, self.units, self.names) = (ledger, units, names)
  }

  /// More than this many units are summed up, not listed.
  private static let mostUnits = 4

  /// For people: see ``TraceReport``.
  public func text(_ numbers: NumberFormat, style: TextStyle, by computation: Computation)
    -> String
  {
    var lines = ["computed by \(computation.words)"]
    for unit in units.prefix(Self.mostUnits) {
      lines += [
        "",
        style.bold(
          "\(place)[\(unit + 1)]@\(ledger.step + 1) is \(numbers.text(ledger.cellState[unit]))"),
        "",
      ]
      let entries = ledger.entries.map { $0[unit] }
      let bar = SignedBar(entries + [ledger.initialState[unit]])
      var columns = TextColumns(right: [1, 2])
      columns.add(["written at", "is left of it", "adds"])
      let kept = Set(
        entries.indices.sorted { abs(entries[$0]) > abs(entries[$1]) }.prefix(20))
      for index in entries.indices where kept.contains(index) {
        let step = ledger.steps[index]
        columns.add([
          "step \(step + 1)" + (names.map { "  \($0.shown(step))" } ?? ""),
          "\(NumberFormat(digits: 1).text(100 * ledger.shares[index][unit])) %",
          numbers.text(entries[index]), bar.text(entries[index], style),
        ])
      }
      columns.add([
        "first state", "", numbers.text(ledger.initialState[unit]),
        bar.text(ledger.initialState[unit], style),
      ])
      lines += columns.lines()
      if kept.count < entries.count {
        let left = entries.indices.filter { !kept.contains($0) }.reduce(0) { $0 + entries[$1] }
        lines.append(
          "   … \(entries.count - kept.count) smaller entries that add up to \(numbers.text(left))")
      }
    }
    if units.count > Self.mostUnits {
      lines += [
        "", "… \(units.count - Self.mostUnits) more units; name them, or JSON has them all",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// For programs: see ``TraceReport``.
  public func json(by computation: Computation) -> String {
    JSONText.object(
      computation.members + [
        ("address", .string(place)), ("at", .number(Double(ledger.step + 1))),
        ("sequence", .number(Double(ledger.sequence + 1))),
        ("steps", .numbers(ledger.steps.map { Double($0 + 1) })),
        (
          "units",
          .list(
            units.map { unit in
              .object([
                ("unit", .number(Double(unit + 1))),
                ("cellState", .number(ledger.cellState[unit])),
                ("entries", .numbers(ledger.entries.map { $0[unit] })),
                ("shares", .numbers(ledger.shares.map { $0[unit] })),
                ("initialState", .number(ledger.initialState[unit])),
                ("remainder", .number(ledger.remainder[unit])),
              ])
            })
        ),
      ]
    ).text() + "\n"
  }
}
