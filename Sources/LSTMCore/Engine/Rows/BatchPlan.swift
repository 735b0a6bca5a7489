// How the sequences of a batch lie in memory while they are run: step after step, in each only the
// sequences that are still going on, the longest first.

/// The rows of a batch, `[rows]`: those of step s are `offset(s)..<offset(s + 1)`.
///
/// Where all sequences are equally long this is the order of a time-major array.
struct BatchPlan {
  /// The number of steps of the longest sequence.
  let steps: Int
  /// The number of sequences, B.
  let batch: Int
  /// What differs where sequences end at different steps. An object, so that a plan without is copied
  /// for nothing.
  private let ragged: Ragged?

  private final class Ragged: Sendable {
    /// Which sequence each row of a step is, the longest first.
    let order: [Int]
    /// The length of each row's sequence, in that order.
    let lengths: [Int]
    /// Where each step begins, and the number of all rows.
    let offsets: [Int]

    init(order: [Int], lengths: [Int], offsets: [Int]) {
      (self.order, self.lengths, self.offsets) = (order, lengths, offsets)
    }
  }

  /// Sequences of the same length.
  init(steps: Int, batch: Int) { (self.steps, self.batch, ragged) = (steps, batch, nil) }

  /// Sequences of any lengths, 0 among them.
  init(lengths: [Int]) {
    let order = lengths.indices.sorted { (lengths[$0], $1) > (lengths[$1], $0) }
    let sorted = order.map { lengths[$0] }
    let steps = sorted.first ?? 0
    (self.steps, batch) = (steps, lengths.count)
    guard sorted.last != steps else {
      ragged = nil
      return
    }
    var offsets = [0]
    var active = sorted.count
    for step in 0..<steps {
      while sorted[active - 1] <= step { active -= 1 }
      offsets.append(offsets[step] + active)
    }
    ragged = Ragged(order: order, lengths: sorted, offsets: offsets)
  }

  /// Which sequence each row of a step is, the longest first; nil where they keep their order.
  var order: [Int]? { ragged?.order }

  /// Where the rows of a step begin; for `steps` the number of all rows.
  @inline(__always)
  func offset(_ step: Int) -> Int {
    guard let ragged else { return step * batch }
    return ragged.offsets[step]
  }

  /// The number of all rows.
  var rows: Int { offset(steps) }

  /// How many sequences have a step `step`; 0 after the last.
  @inline(__always)
  func active(_ step: Int) -> Int {
    step < steps ? offset(step + 1) - offset(step) : 0
  }

  /// The step that a reverse cell reads when the forward cell reads `step`, in one row.
  @inline(__always)
  func mirrored(_ step: Int, row: Int) -> Int {
    (ragged.map { $0.lengths[row] } ?? steps) - 1 - step
  }

  /// Copies the rows of some steps so that each sequence runs the other way.
  func mirror(_ from: Rows, to: Rows, columns: Int, steps: Range<Int>) {
    for step in steps {
      let place = offset(step)
      for row in 0..<active(step) {
        let other = offset(mirrored(step, row: row)) + row
        to.row(place + row).update(from: from.row(other), count: columns)
      }
    }
  }

  /// Copies the rows of an array `[T, B, columns]`.
  func pack(_ array: Array3<Float>, into target: UnsafeMutablePointer<Float>) {
    let columns = array.columns
    array.values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      forEachRow { row, step, sequence in
        (target + row * columns)
          .update(from: base + (step * batch + sequence) * columns, count: columns)
      }
    }
  }

  /// Calls `body` with each row's place here and in an array `[T, B]`.
  func forEachRow(_ body: (_ row: Int, _ step: Int, _ sequence: Int) throws -> Void) rethrows {
    for step in 0..<steps {
      for row in 0..<active(step) {
        try body(offset(step) + row, step, order?[row] ?? row)
      }
    }
  }
}
