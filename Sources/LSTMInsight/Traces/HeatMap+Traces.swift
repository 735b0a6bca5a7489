// Heat maps of traces: units by steps, and a ledger as steps by steps.

import LSTMCore

extension HeatMap {
  /// A recorded array of one sequence: units downwards, steps to the right.
  ///
  /// - Parameters:
  ///   - name: the array's address.
  ///   - array: `[T, B, width]`.
  ///   - sequence: which sequence, counted from 0.
  ///   - names: the tokens of the steps, where there are any.
  ///   - command: what looks closer at a number, with `ROW` and `COLUMN`; nil for nothing.
  public init(
    _ name: String, _ array: Array3<Double>, sequence: Int, names: StepNames? = nil,
    command: String? = nil
  ) {
    let address = try? TraceAddress(name)
    let quantity = address?.quantities.first ?? .hiddenState
    let units = Self.numbers(address?.units ?? .all, array.columns)
    let steps = Self.numbers(address?.steps ?? .all, array.planes)
    let values = (0..<array.columns).map { unit in
      (0..<array.planes).map { array[$0, sequence, unit] }
    }
    self.init(
      title: array.rows > 1 ? "\(name), sequence \(sequence + 1)" : name,
      rowName: quantity.widthName, rows: units.map { "\($0 + 1)" }, columnName: "step",
      columns: steps.map { step in
        names.flatMap { $0.texts.indices.contains(step) ? $0.shown(step) : nil } ?? "\(step + 1)"
      },
      values: values, scale: Scale(quantity, values), command: command,
      rowNumbers: units.map { $0 + 1 }, columnNumbers: steps.map { $0 + 1 })
  }

  /// The indices that an array's places stand for.
  private static func numbers(_ choice: IndexChoice, _ count: Int) -> [Int] {
    guard let ranges = choice.ranges else { return Array(0..<count) }
    let all = ranges.flatMap { Array($0) }
    return all.count == count ? all : Array(0..<count)
  }

  /// The ledger of a unit at every step up to one: a row is a step, a column an earlier one, and a number
  /// what of the cell state at the row's step was written at the column's. It is the exact attention of
  /// the unit.
  ///
  /// - Throws: ``AttributionError`` where the cell took no such step.
  public init(
    ledgerOf trace: RunTrace<Double>, cell: Int, unit: Int, upTo step: Int, sequence: Int,
    names: StepNames? = nil
  ) throws {
    let place = trace.cells[cell]
    let order = trace.order(cell, sequence: sequence)
    let last = try trace.taken(step, cell: cell, sequence: sequence)
    let values = try (0...last).map { index in
      let ledger = try Ledger(trace, cell: cell, step: order[index], sequence: sequence)
      return (0...last).map { $0 <= index ? ledger.entries[$0][unit] : 0 }
    }
    let labels = order[...last].map { step in
      names.flatMap { $0.texts.indices.contains(step) ? $0.shown(step) : nil } ?? "\(step + 1)"
    }
    self.init(
      title:
        "layer\(place.layer + 1).\(place.direction.rawValue).cellState[\(unit + 1)]: what "
        + "rows still have of columns",
      rowName: "step", rows: labels, columnName: "step", columns: labels, values: values,
      scale: .aroundZero(most: Scale.largest(values)), rowNumbers: order[...last].map { $0 + 1 },
      columnNumbers: order[...last].map { $0 + 1 })
  }
}
