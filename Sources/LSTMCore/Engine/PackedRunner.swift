// A cell's way through a sequence on the kernels: the input half of some steps as one product, then
// step after step the recurrent half, the gates and the states.

import CLSTMKernels

/// A cell that the kernels compute.
final class PackedRunner: DirectionRunner {
  private var cell: PackedCell
  private let batch: Int
  /// h(t-1) and h(t), in turn: `[B, hiddenRow]` each.
  private let hidden: [FloatBuffer]
  private var current = 0
  /// c, `[B, padded H]`.
  private let cellState: FloatBuffer
  /// o ⊙ tanh c where it is still to be projected: `[B, padded H]`.
  private let unprojected: FloatBuffer?
  /// h of sequences that have ended before others: `[B, hiddenRow]`.
  private let ended: FloatBuffer
  /// W x + b of the steps to come, then U h added: `[panel, row, panel width]`.
  private let sums: FloatBuffer
  /// A panel of input weights in single precision for each thread, where they are held in half.
  private let widened: FloatBuffer?
  /// W x + b of each different row, where a run has each many times: `[panel, row, panel width]`.
  private var table = FloatBuffer(zeros: 0)
  private let hiddenRow: Int
  private let chunkRows: Int

  /// How many rows of the input half are computed at once. A single sequence takes few, so that the
  /// sums leave room in the cache for the recurrent weights that every step reads; a batch takes
  /// many, so that the input weights are seldom read in between.
  private static func targetRows(_ batch: Int) -> Int { max(48, min(256, 8 * batch)) }
  /// How many multiplications a step must have for each thread, so that meeting pays.
  static let threadWork = 1 << 15
  private let threadWork: Int

  init(_ cell: PackedCell, batch: Int, threads: Int, threadWork: Int = threadWork) {
    self.threadWork = threadWork
    self.cell = cell
    self.batch = batch
    let padded = cell.paddedHiddenSize
    // Rows a vector further apart than their width: rows a power of two apart share cache lines.
    hiddenRow = max(padded, cell.kernels.padded(cell.outputSize)) + cell.kernels.lanes
    let size = batch * hiddenRow
    hidden = [FloatBuffer(zeros: size), FloatBuffer(zeros: size)]
    ended = FloatBuffer(zeros: size)
    cellState = FloatBuffer(zeros: batch * padded)
    unprojected = cell.projection.map { _ in FloatBuffer(zeros: size) }
    chunkRows = max(batch, Self.targetRows(batch) / batch * batch)
    sums = FloatBuffer(zeros: chunkRows * padded * 4)
    widened =
      cell.inputWeights.precision == .float16
      ? FloatBuffer(zeros: threads * cell.inputSize * cell.kernels.panelWidth) : nil
    super.init(outputSize: cell.outputSize, hiddenSize: cell.hiddenSize)
  }

  /// Takes over other numbers for the same cell.
  func replace(_ cell: PackedCell) { self.cell = cell }

  override var usefulThreads: Int {
    let work = 4 * cell.hiddenSize * cell.outputSize * batch
    return max(1, min(cell.groups, work / threadWork))
  }

  override func prepare(distinct: Int) {
    makeRoom(in: &table, for: distinct * 4 * cell.paddedHiddenSize)
  }

  override func run(
    _ input: InputRows, _ output: Rows, _ plan: borrowing BatchPlan, _ lane: Lane
  ) {
    fillTable(input, lane)
    run(input, output, plan, steps: 0..<plan.steps, lane, keeping: nil)
  }

  /// Leads the rows of some steps through the cell, for which ``fillTable(_:_:)`` has been called.
  ///
  /// - Parameter kept: becomes what a step back needs of each row: ``PackedCell/keptParts`` times
  ///   padded H numbers, from the first row of the steps on; nil where nothing is kept.
  func run(
    _ input: InputRows, _ output: Rows, _ plan: borrowing BatchPlan, steps: Range<Int>,
    _ lane: Lane,
    keeping kept: UnsafeMutablePointer<Float>?
  ) {
    let kernels = cell.kernels
    let functions = kernels.functions.pointee
    let groups = lane.share(of: cell.groups)
    let units =
      groups.lowerBound
      * kernels.lanes..<max(
        groups.lowerBound * kernels.lanes, min(groups.upperBound * kernels.lanes, hiddenSize))
    let isRagged = plan.order != nil
    var (old, new) = (hidden[current].base, hidden[1 - current].base)

    var step = lstm_step()
    step.recurrent = cell.recurrentWeights.job
    step.recurrent.a_row = hiddenRow
    step.recurrent.accumulates = 1
    step.recurrent.out_row = kernels.panelWidth
    step.kind = UnsafePointer(cell.kind)
    (step.first_group, step.end_group) = (groups.lowerBound, groups.upperBound)
    step.cell = cellState.base
    step.cell_row = cell.paddedHiddenSize
    step.hidden_row = hiddenRow
    step.kept_part = cell.paddedHiddenSize
    step.kept_row = cell.keptRow

    // Looked up from a table, the sums of a step at a time stay in the cache.
    let chunkRows = input.places == nil ? chunkRows : batch
    var start = steps.lowerBound
    let firstKept = plan.offset(start)
    while start < steps.upperBound {
      let first = plan.offset(start)
      var end = start + 1
      while end < steps.upperBound, plan.offset(end + 1) - first <= chunkRows { end += 1 }
      let rows = plan.offset(end) - first
      addInput(input, first: first, rows: rows, groups: groups, lane: lane)
      step.recurrent.out_panel = rows * kernels.panelWidth
      for time in start..<end {
        let (place, active) = (plan.offset(time), plan.active(time))
        step.recurrent.a = UnsafePointer(old)
        step.recurrent.rows = active
        step.recurrent.out = sums.base + (place - first) * kernels.panelWidth
        step.backwards = Int32(time & 1)
        if let kept { step.kept = kept + (place - firstKept) * cell.keptRow }
        var columns = units
        if let unprojected {
          step.hidden = unprojected.base
          functions.step(&step)
          lane.barrier.wait()
          columns = project(unprojected.base, to: new, rows: active, lane: lane)
        } else {
          step.hidden = new
          functions.step(&step)
        }
        if !columns.isEmpty {
          for row in 0..<active {
            let source = new + row * hiddenRow + columns.lowerBound
            (output.row(place + row) + columns.lowerBound)
              .update(from: source, count: columns.count)
          }
          if isRagged {
            // All that go on at the end of the steps have their last h here too.
            let ending = time + 1 == steps.upperBound ? 0 : plan.active(time + 1)
            for row in ending..<active {
              (ended.base + row * hiddenRow + columns.lowerBound)
                .update(from: new + row * hiddenRow + columns.lowerBound, count: columns.count)
            }
          }
        }
        lane.barrier.wait()
        swap(&old, &new)
      }
      start = end
    }
    guard lane.thread == 0 else { return }
    if isRagged {
      // Rows without a step are not among the active ones and keep what they had.
      hidden[current].base.update(
        from: ended.base, count: plan.active(steps.lowerBound) * hiddenRow)
    } else if steps.count % 2 == 1 {
      current = 1 - current
    }
  }

  /// Computes W x + b of the different rows, where the input has each many times; this thread's
  /// groups of units. A run of the same input and weights finds them.
  func fillTable(_ input: InputRows, _ lane: Lane) {
    guard input.places != nil else { return }
    let groups = lane.share(of: cell.groups)
    multiply(input.rows, rows: input.distinct, to: table.base, groups: groups, lane: lane)
  }

  /// Computes W x + b of some rows, or looks it up; this thread's groups.
  private func addInput(
    _ input: InputRows, first: Int, rows: Int, groups: Range<Int>, lane: Lane
  ) {
    guard let places = input.places else {
      let part = Rows(base: input.rows.row(first), stride: input.rows.stride)
      return multiply(part, rows: rows, to: sums.base, groups: groups, lane: lane)
    }
    let width = cell.kernels.panelWidth
    for panel in panels(of: groups) {
      let (source, target) = (
        table.base + panel * input.distinct * width, sums.base + panel * rows * width
      )
      for row in 0..<rows {
        (target + row * width).update(from: source + places[first + row] * width, count: width)
      }
    }
  }

  private func panels(of groups: Range<Int>) -> Range<Int> {
    let count = cell.kernels.groupPanels
    return groups.lowerBound * count..<groups.upperBound * count
  }

  /// Multiplies rows with the input weights: to `[panel, row, panel width]`.
  private func multiply(
    _ input: Rows, rows: Int, to target: UnsafeMutablePointer<Float>, groups: Range<Int>,
    lane: Lane
  ) {
    let kernels = cell.kernels
    var job = cell.inputWeights.job
    job.a = UnsafePointer(input.base)
    job.a_row = input.stride
    job.rows = rows
    job.bias = UnsafePointer(cell.bias.base)
    job.out = target
    job.out_row = kernels.panelWidth
    job.out_panel = rows * kernels.panelWidth
    let panels = panels(of: groups)
    // With many rows the sums are bound by arithmetic, and converting weights over and over would
    // cost more than reading them.
    if let widened, rows > 12 {
      let panel = widened.base + lane.thread * cell.inputSize * kernels.panelWidth
      (job.half, job.panel_stride) = (0, 0)
      job.panels = UnsafeRawPointer(panel)
      for index in panels {
        cell.inputWeights.widen(panel: index, into: panel)
        (job.first_panel, job.end_panel) = (index, index + 1)
        kernels.functions.pointee.product(&job)
      }
    } else {
      (job.first_panel, job.end_panel) = (panels.lowerBound, panels.upperBound)
      kernels.functions.pointee.product(&job)
    }
  }

  /// Projects this thread's share of the hidden state, and returns its columns.
  private func project(
    _ unprojected: UnsafePointer<Float>, to new: UnsafeMutablePointer<Float>, rows: Int, lane: Lane
  ) -> Range<Int> {
    guard let projection = cell.projection else { return 0..<0 }
    let width = cell.kernels.panelWidth
    let panels = lane.share(of: projection.panels)
    let columns = panels.lowerBound * width..<min(panels.upperBound * width, outputSize)
    guard !columns.isEmpty else { return 0..<0 }
    var job = projection.job
    job.a = unprojected
    job.a_row = hiddenRow
    job.rows = rows
    job.out = new
    job.out_row = hiddenRow
    job.out_panel = width
    (job.first_panel, job.end_panel) = (panels.lowerBound, panels.upperBound)
    cell.kernels.functions.pointee.product(&job)
    if let clip = cell.projectionClip {
      for row in 0..<rows {
        for column in columns {
          let place = row * hiddenRow + column
          // A comparison with NaN is false, so that NaN stays.
          if new[place] > clip {
            new[place] = clip
          } else if new[place] < -clip {
            new[place] = -clip
          }
        }
      }
    }
    return columns
  }

  /// How many numbers ``saveState(to:)`` writes: h and c of every sequence.
  var stateCount: Int { batch * (hiddenRow + cell.paddedHiddenSize) }

  /// Copies the states: c `[B, padded H]`, then h.
  func saveState(to target: UnsafeMutablePointer<Float>) {
    let count = batch * cell.paddedHiddenSize
    target.update(from: cellState.base, count: count)
    (target + count).update(from: hidden[current].base, count: batch * hiddenRow)
  }

  /// Takes back states that were saved.
  func restoreState(from source: UnsafePointer<Float>) {
    let count = batch * cell.paddedHiddenSize
    cellState.base.update(from: source, count: count)
    hidden[current].base.update(from: source + count, count: batch * hiddenRow)
  }

  /// From one sequence's h to the next.
  var hiddenStride: Int { hiddenRow }

  override var state: NetworkState<Float>.Part {
    get {
      let (hidden, padded) = (hidden[current].base, cell.paddedHiddenSize)
      return .init(
        hidden: Matrix(rows: batch, columns: outputSize, base: hidden, stride: hiddenRow),
        cell: Matrix(rows: batch, columns: hiddenSize, base: cellState.base, stride: padded))
    }
    set {
      newValue.hidden.write(to: hidden[current].base, stride: hiddenRow)
      newValue.cell.write(to: cellState.base, stride: cell.paddedHiddenSize)
    }
  }
}
