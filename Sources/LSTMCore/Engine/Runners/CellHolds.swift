// What is held in one cell of an engine's run, in the order in which the cell goes through its rows.
// Kernels put the numbers in (`lstm_step.replacements`); what stands before and after them, the input and
// the projected hidden state, is replaced here.

import CLSTMKernels

/// What is held in one cell while it runs.
struct CellHolds {
  private let holds: ResolvedHolds<Float>
  private let cell: Int
  private let plan: BatchPlan
  private let isReversed: Bool
  private let hasProjection: Bool
  private var parts: [ResolvedHolds<Float>.Part] { holds.cells[cell] }
  /// Whether what the cell reads is held anywhere.
  let holdsInput: Bool

  /// Takes what a run holds in one cell; nil where that is nothing.
  init?(
    _ holds: ResolvedHolds<Float>, cell: Int, _ plan: BatchPlan, _ shape: NetworkShape.Cell
  ) {
    guard !holds.cells[cell].isEmpty else { return nil }
    (self.holds, self.cell, self.plan) = (holds, cell, plan)
    (isReversed, hasProjection) = (shape.direction == .reverse, shape.hasProjection)
    holdsInput = holds.cells[cell].contains { $0.quantity == .input }
  }

  /// The step and the sequence of the whole run that a row of a step of the plan is.
  private func place(_ step: Int, _ row: Int) -> (step: Int, sequence: Int) {
    let sequence = plan.order?[row] ?? row
    let index = isReversed ? plan.mirrored(step, row: row) : step
    return (holds.step(index, sequence: sequence), sequence)
  }

  /// What stands in for the quantities of a row of a step, for the readable cell.
  func replacement(_ step: Int, row: Int) -> ReadableCell<Float>.Replacement? {
    holds.replacement(
      cell: cell, index: isReversed ? plan.mirrored(step, row: row) : step,
      sequence: plan.order?[row] ?? row)
  }

  /// Calls `body` with every number that is held of some quantities in a step.
  private func forEach(
    _ step: Int, _ wanted: (TraceQuantity) -> Bool,
    _ body: (_ row: Int, TraceQuantity, _ unit: Int, _ value: Float) -> Void
  ) {
    for part in parts where wanted(part.quantity) {
      for row in 0..<plan.active(step) {
        let (time, sequence) = place(step, row)
        guard part.holds(step: time, sequence: sequence) else { continue }
        for unit in part.units {
          body(row, part.quantity, unit, part.value(step: time, sequence: sequence, unit: unit))
        }
      }
    }
  }

  /// Writes what the kernels are to take in a step, for one thread's units.
  ///
  /// - Parameters:
  ///   - target: `[active rows][LSTM_REPLACEABLE][padded]`.
  ///   - units: the units of the thread, whole vectors.
  /// - Returns: whether anything is held in the step.
  func fill(
    _ step: Int, _ target: UnsafeMutablePointer<Float>, padded: Int, units: Range<Int>
  ) -> Bool {
    let row = Self.replaceable * padded
    var isHeld = false
    for place in 0..<plan.active(step) {
      for part in 0..<Self.replaceable {
        (target + place * row + part * padded + units.lowerBound)
          .update(repeating: .nan, count: units.count)
      }
    }
    forEach(step, { kernelPart($0) != nil }) { place, quantity, unit, value in
      isHeld = true
      guard let part = kernelPart(quantity), units.contains(unit) else { return }
      target[place * row + part * padded + unit] = value
    }
    return isHeld
  }

  /// How many numbers of a unit kernels can replace.
  static let replaceable = Int(LSTM_REPLACEABLE.rawValue)

  /// Where the kernels look for a quantity; nil where they do not know it.
  private func kernelPart(_ quantity: TraceQuantity) -> Int? {
    switch quantity {
    case .preactivation(let gate): Int(LSTM_REPLACE_PREACTIVATION.rawValue) + gate.kernelPlace
    case .gate(let gate): Int(LSTM_REPLACE_GATE.rawValue) + gate.kernelPlace
    case .kept: Int(LSTM_REPLACE_KEPT.rawValue)
    case .written: Int(LSTM_REPLACE_WRITTEN.rawValue)
    case .cellState: Int(LSTM_REPLACE_CELL.rawValue)
    case .squashedCell: Int(LSTM_REPLACE_ACTIVATED.rawValue)
    case .hiddenState: hasProjection ? nil : Int(LSTM_REPLACE_HIDDEN.rawValue)
    default: nil
    }
  }

  /// Replaces one of the quantities after the projection, for one thread's columns.
  ///
  /// - Parameter rows: h of the active rows.
  func replace(_ wanted: TraceQuantity, _ step: Int, in rows: Rows, columns: Range<Int>) {
    guard hasProjection else { return }
    forEach(step, { $0 == wanted }) { row, _, unit, value in
      if columns.contains(unit) { rows.row(row)[unit] = value }
    }
  }

  /// Copies what the cell reads, and replaces what is held of it.
  ///
  /// - Parameter target: `[rows, columns]`.
  func copyInput(_ input: InputRows, to target: UnsafeMutablePointer<Float>, columns: Int) {
    for row in 0..<plan.rows {
      (target + row * columns).update(from: input.row(row), count: columns)
    }
    for step in 0..<plan.steps {
      forEach(step, { $0 == .input }) { row, _, unit, value in
        target[(plan.offset(step) + row) * columns + unit] = value
      }
    }
  }
}
