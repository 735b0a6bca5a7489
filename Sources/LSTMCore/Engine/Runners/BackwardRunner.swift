// Back-propagation through time for one cell (Werbos 1990): the steps back in the opposite order of
// the steps forward, then the gradients of the weights, each as one product over all steps.

import CLSTMKernels

/// One direction of one layer in training: its way forward, what it keeps, and its way back.
final class BackwardRunner: DirectionRunner {
  private let forward: PackedRunner
  private let cell: PackedCell
  private let weights: BackwardWeights
  private let memory: TrainingMemory
  private let batch: Int
  private let padded: Int
  private let gradientRow: Int

  // What a run keeps; rows in the order in which the cell goes through them.
  private var inputs = InputRows(Rows(base: FloatBuffer(zeros: 0).base, stride: 0))  // [rows, I]
  private var outputs = Rows(base: FloatBuffer(zeros: 0).base, stride: 0)  // [rows, P]
  private var kept = FloatBuffer(zeros: 0)  // [rows of a segment, 6, padded H]
  private var starts = FloatBuffer(zeros: 0)  // a saved state for each segment
  private var segmentSteps = 0

  // The way back.
  private var sums = FloatBuffer(zeros: 0)  // gradients of z: [rows of a segment, sumRow]
  private var summed = FloatBuffer(zeros: 0)  // of z, by different input: [distinct rows, sumRow]
  private var shown = FloatBuffer(zeros: 0)  // of h, projected: [rows of a segment, P]
  private var before = FloatBuffer(zeros: 0)  // h(t-1), then o ⊙ tanh c: [rows of a segment, …]
  private let hiddenGradient: FloatBuffer  // of o ⊙ tanh c: [B, gradientRow]
  private let carried: FloatBuffer  // of h(t-1) through U: [B, gradientRow]
  private let cellGradient: FloatBuffer  // [B, gradientRow]
  private let gradients: ParameterGradients
  /// From one row of `sums` to the next; a vector more than its numbers, so that rows do not share
  /// cache lines.
  private var sumRow: Int { 4 * padded + cell.kernels.lanes }

  init(
    _ cell: PackedCell, _ parameters: CellParameters<Float>, batch: Int, threads: Int,
    memory: TrainingMemory, threadWork: Int
  ) {
    (self.cell, self.batch, self.memory) = (cell, batch, memory)
    forward = PackedRunner(cell, batch: batch, threads: threads, threadWork: threadWork)
    weights = BackwardWeights(parameters, kernels: cell.kernels)
    padded = cell.paddedHiddenSize
    gradientRow = max(padded, cell.kernels.padded(cell.outputSize)) + cell.kernels.lanes
    hiddenGradient = FloatBuffer(zeros: batch * gradientRow)
    carried = FloatBuffer(zeros: batch * gradientRow)
    cellGradient = FloatBuffer(zeros: batch * gradientRow)
    gradients = ParameterGradients(cell, threads: threads)
    super.init(outputSize: cell.outputSize, hiddenSize: cell.hiddenSize)
  }

  override var usefulThreads: Int { forward.usefulThreads }

  override var state: NetworkState<Float>.Part {
    get { forward.state }
    set { forward.state = newValue }
  }

  /// Takes over the numbers of a cell of the same kind and shape. Every thread calls it.
  func replace(_ readable: ReadableCell<Float>, thread: Int, of threads: Int) {
    cell.replace(readable, thread: thread, of: threads)
    weights.replace(readable.parameters, thread: thread, of: threads)
  }

  // MARK: - Memory

  override func prepare(_ plan: BatchPlan, distinct: Int) {
    forward.prepare(plan, distinct: distinct)
    makeRoom(in: &summed, for: distinct * sumRow)
    switch memory {
    case .stored: segmentSteps = max(plan.steps, 1)
    case .recomputed(let every): segmentSteps = max(1, min(every, plan.steps))
    }
    let rows = plan.offset(min(segmentSteps, plan.steps))  // the first segment has the most
    let segments = (plan.steps + segmentSteps - 1) / segmentSteps
    makeRoom(in: &kept, for: rows * cell.keptRow)
    makeRoom(in: &starts, for: max(segments, 1) * forward.stateCount)
    makeRoom(in: &sums, for: rows * sumRow)
    makeRoom(
      in: &before, for: rows * max(cell.outputSize, cell.projection == nil ? 0 : cell.hiddenSize))
    if cell.projection != nil { makeRoom(in: &shown, for: rows * cell.outputSize) }
  }

  private func segment(_ index: Int, _ plan: borrowing BatchPlan) -> Range<Int> {
    index * segmentSteps..<min((index + 1) * segmentSteps, plan.steps)
  }

  private func segments(_ plan: borrowing BatchPlan) -> Int {
    (plan.steps + segmentSteps - 1) / segmentSteps
  }

  // MARK: - Forward

  /// Leads rows through the cell and keeps what the way back needs, here; input and output have to
  /// stay where they are until then.
  override func run(
    _ input: InputRows, _ output: Rows, _ plan: borrowing BatchPlan, _ lane: Lane,
    keeping: UnsafeMutablePointer<Float>?
  ) {
    forward.fillTable(input, lane)
    for index in 0..<segments(plan) {
      if lane.thread == 0 {
        (inputs, outputs) = (input, output)
        forward.saveState(to: starts.base + index * forward.stateCount)
      }
      lane.barrier.wait()
      forward.run(
        input, output, plan, steps: segment(index, plan), lane,
        keeping: memory == .stored ? kept.base : nil)
      lane.barrier.wait()
    }
  }

  // MARK: - Back

  /// Begins a way back.
  ///
  /// - Parameter gradient: of the states after the last steps, rows in the plan's order; nil for
  ///   zeros.
  func begin(_ gradient: NetworkState<Float>.Part?) {
    gradients.clear()
    for buffer in [carried, cellGradient, summed] {
      buffer.base.update(repeating: 0, count: buffer.count)
    }
    gradient?.hidden.write(to: carried.base, stride: gradientRow)
    gradient?.cell.write(to: cellGradient.base, stride: gradientRow)
  }

  /// Goes back through all steps. Every thread calls it.
  ///
  /// - Parameters:
  ///   - outputGradient: of h of every row, `[rows, P]`.
  ///   - inputGradient: becomes that of x of every row, `[rows, I]`, or of every different row.
  func runBack(
    _ outputGradient: Rows, _ inputGradient: Rows, _ plan: borrowing BatchPlan, _ lane: Lane
  ) {
    for index in (0..<segments(plan)).reversed() {
      let steps = segment(index, plan)
      let start = starts.base + index * forward.stateCount
      if memory != .stored {
        if lane.thread == 0 { forward.restoreState(from: start) }
        lane.barrier.wait()
        forward.run(
          inputs, outputs, plan, steps: steps, lane, keeping: kept.base)
        lane.barrier.wait()
      }
      for time in steps.reversed() {
        stepBack(time, steps, start, outputGradient, plan, lane)
      }
      addWeightGradients(steps, start, plan, lane)
      if inputs.places == nil {
        let first = plan.offset(steps.lowerBound)
        let part = Rows(base: inputs.row(first), stride: inputs.rows.stride)
        addInputGradients(
          sums, part, rows: plan.offset(steps.upperBound) - first,
          to: Rows(base: inputGradient.row(first), stride: inputGradient.stride), lane)
      }
      lane.barrier.wait()
    }
    if inputs.places != nil {
      addInputGradients(summed, inputs.rows, rows: inputs.distinct, to: inputGradient, lane)
    }
  }

  private func stepBack(
    _ time: Int, _ steps: Range<Int>, _ start: UnsafePointer<Float>, _ outputGradient: Rows,
    _ plan: borrowing BatchPlan, _ lane: Lane
  ) {
    let kernels = cell.kernels
    let (place, active) = (plan.offset(time), plan.active(time))
    let first = plan.offset(steps.lowerBound)

    // What reaches h(t): from the output and from the step after it.
    let columns = lane.share(of: cell.outputSize)
    for row in 0..<active {
      let (given, through) = (outputGradient.row(place + row), carried.base + row * gradientRow)
      let target = hiddenGradient.base + row * gradientRow
      for column in columns { target[column] = given[column] + through[column] }
    }
    if let back = weights.projection {
      let shown = shown.base + (place - first) * cell.outputSize
      for row in 0..<active {
        let hidden = outputs.row(place + row)
        let gradient = hiddenGradient.base + row * gradientRow
        for column in columns {
          let isOpen = cell.projectionClip.map { abs(hidden[column]) < $0 } ?? true
          shown[row * cell.outputSize + column] = isOpen ? gradient[column] : 0
        }
      }
      lane.barrier.wait()
      multiply(shown, stride: cell.outputSize, rows: active, back, to: hiddenGradient, lane)
    }
    lane.barrier.wait()

    let groups = lane.share(of: cell.groups)
    var job = lstm_step_back()
    job.kind = UnsafePointer(cell.kind)
    job.rows = active
    (job.first_group, job.end_group) = (groups.lowerBound, groups.upperBound)
    job.kept = UnsafePointer(kept.base + (place - first) * cell.keptRow)
    (job.kept_row, job.kept_part) = (cell.keptRow, padded)
    if time == steps.lowerBound {
      (job.old_cell, job.old_cell_row) = (start, padded)
    } else {
      let older = kept.base + (plan.offset(time - 1) - first) * cell.keptRow
      job.old_cell = UnsafePointer(older + PackedCell.cellPart * padded)
      job.old_cell_row = cell.keptRow
    }
    job.hidden_gradient = UnsafePointer(hiddenGradient.base)
    job.cell_gradient = cellGradient.base
    job.gradient_row = gradientRow
    let target = sums.base + (place - first) * sumRow
    job.preactivation_gradient = target
    (job.out_row, job.out_part) = (sumRow, padded)
    (job.places, job.summed) = (inputs.places.map { $0 + place }, summed.base)
    kernels.functions.pointee.step_back(&job)
    lane.barrier.wait()
    multiply(target, stride: sumRow, rows: active, weights.recurrent, to: carried, lane)
    lane.barrier.wait()
  }

  /// This thread's columns of rows times weights, to `[B, gradientRow]`.
  private func multiply(
    _ rowsBase: UnsafePointer<Float>, stride: Int, rows: Int, _ weights: PackedWeights,
    to target: FloatBuffer, _ lane: Lane
  ) {
    let panels = lane.share(of: weights.panels)
    guard !panels.isEmpty else { return }
    var job = weights.job
    (job.a, job.a_row, job.rows) = (rowsBase, stride, rows)
    (job.first_panel, job.end_panel) = (panels.lowerBound, panels.upperBound)
    (job.out, job.out_row, job.out_panel) = (
      target.base, gradientRow, weights.kernels.panelWidth
    )
    weights.kernels.functions.pointee.product(&job)
  }

  /// Adds what rows say of W and b, and computes what they say of x.
  ///
  /// - Parameters:
  ///   - sums: the gradients of z: `[rows, sumRow]`.
  ///   - inputs: x, `[rows, I]`.
  ///   - target: becomes the gradients of x, `[rows, I]`.
  private func addInputGradients(
    _ sums: FloatBuffer, _ inputs: Rows, rows: Int, to target: Rows, _ lane: Lane
  ) {
    let sums = Rows(base: sums.base, stride: sumRow)
    gradients.addInput(sums, inputs, rows: rows, lane)
    let part = lane.share(of: rows)
    guard !part.isEmpty else { return }
    var job = weights.input.job
    job.a = UnsafePointer(sums.row(part.lowerBound))
    (job.a_row, job.rows) = (sums.stride, part.count)
    job.out = target.row(part.lowerBound)
    (job.out_row, job.out_panel) = (target.stride, cell.kernels.panelWidth)
    cell.kernels.functions.pointee.product(&job)
  }

  private func addWeightGradients(
    _ steps: Range<Int>, _ start: UnsafePointer<Float>, _ plan: borrowing BatchPlan, _ lane: Lane
  ) {
    let first = plan.offset(steps.lowerBound)
    let rows = plan.offset(steps.upperBound) - first
    let width = cell.outputSize
    let sums = Rows(base: self.sums.base, stride: sumRow)
    let oldHidden = Rows(base: before.base, stride: width)
    let startHidden = start + batch * padded
    for time in lane.share(of: steps.count) {
      let place = plan.offset(steps.lowerBound + time)
      for row in 0..<plan.active(steps.lowerBound + time) {
        let source =
          time == 0
          ? startHidden + row * forward.hiddenStride
          : UnsafePointer(outputs.row(plan.offset(steps.lowerBound + time - 1) + row))
        oldHidden.row(place - first + row).update(from: source, count: width)
      }
    }
    gradients.addPeepholes(sums, kept.base, steps, start, plan, lane)
    lane.barrier.wait()
    gradients.addRecurrent(sums, oldHidden, rows: rows, lane)

    guard cell.projection != nil else { return }
    lane.barrier.wait()
    let unprojected = Rows(base: before.base, stride: hiddenSize)
    for row in lane.share(of: rows) {
      let kept = kept.base + row * cell.keptRow
      let gate = kept + Gate.output.kernelPlace * padded
      let activated = kept + PackedCell.activatedPart * padded
      let target = unprojected.row(row)
      for unit in 0..<hiddenSize { target[unit] = gate[unit] * activated[unit] }
    }
    lane.barrier.wait()
    gradients.addProjection(
      Rows(base: shown.base, stride: width), unprojected, rows: rows, lane)
  }

  // MARK: - Results

  /// The gradient of the states before the first step: rows in the plan's order.
  var stateGradient: NetworkState<Float>.Part {
    .init(
      hidden: Matrix(
        rows: batch, columns: cell.outputSize, base: carried.base, stride: gradientRow),
      cell: Matrix(
        rows: batch, columns: hiddenSize, base: cellGradient.base, stride: gradientRow))
  }

  /// Copies the gradients of one array of the cell's learned numbers to where they belong.
  func copyGradient(of name: CellParameterName, to target: UnsafeMutablePointer<Float>) {
    gradients.copy(name, to: target)
  }
}
