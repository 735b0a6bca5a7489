// A cell's way through a sequence on the kernels: the input half of some steps as one product, then
// step after step the recurrent half, the gates and the states.

import CLSTMKernels

/// A cell that the kernels compute.
final class PackedRunner: DirectionRunner {
  private let cell: PackedCell
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
  private let inputHalf: InputHalf
  private let hiddenRow: Int
  /// What is held in a step: `[B][CellHolds.replaceable][padded H]`.
  private var replacements = FloatBuffer(zeros: 0)
  /// Whether the next step takes the groups of units from the last to the first: every other step
  /// does, since of weights that no cache holds the last ones read are still there.
  private var startsBackwards = false

  /// How many multiplications a step must have for each thread, so that meeting pays.
  static let threadWork = 1 << 13
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
    inputHalf = InputHalf(cell, batch: batch, threads: threads)
    super.init(outputSize: cell.outputSize, hiddenSize: cell.hiddenSize)
  }

  override var usefulThreads: Int {
    let work = 4 * cell.hiddenSize * cell.outputSize * batch
    return max(1, min(cell.groups, work / threadWork))
  }

  override var keptPart: Int { cell.paddedHiddenSize }

  override func prepare(_ plan: BatchPlan, distinct: Int) { inputHalf.prepare(distinct: distinct) }

  override func prepare(
    _ holds: CellHolds?, recordsSums: Bool, _ plan: BatchPlan, inputSize: Int
  ) {
    super.prepare(holds, recordsSums: recordsSums, plan, inputSize: inputSize)
    let row = CellHolds.replaceable * cell.paddedHiddenSize
    if holds != nil { makeRoom(in: &replacements, for: batch * row) }
  }

  /// Computes what is needed once for all runs over the same input and weights.
  func fillTable(_ input: InputRows, _ lane: Lane) { inputHalf.fillTable(input, lane) }

  override func run(
    _ input: InputRows, _ output: Rows, _ plan: borrowing BatchPlan, _ lane: Lane,
    keeping kept: UnsafeMutablePointer<Float>?
  ) {
    fillTable(input, lane)
    run(input, output, plan, steps: 0..<plan.steps, lane, keeping: kept)
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
    let (holds, recorded) = (holds, recordedSums)
    step.sums_row = sumsRow
    step.replacements_row = CellHolds.replaceable * cell.paddedHiddenSize

    let firstKept = plan.offset(steps.lowerBound)
    var chunk = inputHalf.chunk(after: nil, of: steps, plan, input)
    var isComputed = false
    while !chunk.steps.isEmpty {
      if isComputed {
        step.input.rows = 0
      } else if steps.count == 1, input.places == nil {
        // A single step reads each group's weights of both halves, one after the other.
        step.input = inputHalf.job(chunk, input, groups: groups)
      } else {
        inputHalf.compute(chunk, input, groups: groups, lane)
      }
      let next = inputHalf.chunk(after: chunk, of: steps, plan, input)
      let ahead = inputHalf.ahead(next, input, groups: groups, lane)
      isComputed = ahead != nil
      step.ahead = ahead ?? lstm_product()
      step.ahead_parts = chunk.steps.count
      let sums = inputHalf.sums(chunk)
      step.recurrent.out_panel = chunk.panelRows * kernels.panelWidth
      for time in chunk.steps {
        let (place, active) = (plan.offset(time), plan.active(time))
        step.recurrent.a = UnsafePointer(old)
        step.recurrent.rows = active
        step.recurrent.out = sums + (place - chunk.first) * kernels.panelWidth
        step.backwards = startsBackwards == ((time - steps.lowerBound) & 1 == 0) ? 1 : 0
        step.ahead_part = time - chunk.steps.lowerBound
        if let holds {
          let isHeld = holds.fill(
            time, replacements.base, padded: cell.paddedHiddenSize,
            units: groups.lowerBound * kernels.lanes..<groups.upperBound * kernels.lanes)
          step.replacements = isHeld ? UnsafePointer(replacements.base) : nil
        }
        if let recorded { step.sums = recorded.base + place * sumsRow }
        if let kept { step.kept = kept + (place - firstKept) * cell.keptRow }
        var columns = units
        if let unprojected {
          step.hidden = unprojected.base
          functions.step(&step)
          lane.barrier.wait()
          columns = project(unprojected.base, to: new, rows: active, step: time, lane: lane)
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
      chunk = next
    }
    guard lane.thread == 0 else { return }
    if steps.count % 2 == 1 { startsBackwards.toggle() }
    if isRagged {
      // Rows without a step are not among the active ones and keep what they had.
      hidden[current].base.update(
        from: ended.base, count: plan.active(steps.lowerBound) * hiddenRow)
    } else if steps.count % 2 == 1 {
      current = 1 - current
    }
  }

  /// Projects this thread's share of the hidden state, and returns its columns.
  private func project(
    _ unprojected: UnsafePointer<Float>, to new: UnsafeMutablePointer<Float>, rows: Int, step: Int,
    lane: Lane
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
    let result = Rows(base: new, stride: hiddenRow)
    holds?.replace(.projection, step, in: result, columns: columns)
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
    holds?.replace(.hiddenState, step, in: result, columns: columns)
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
