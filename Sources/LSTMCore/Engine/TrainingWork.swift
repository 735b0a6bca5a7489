// What the threads of a training session do together: all layers forward, then all of them back.

/// The layers of a training session, as each of its threads goes through them.
final class TrainingWork: TeamWork {
  var engine: InferenceEngine
  /// A runner for each direction of each layer.
  let runners: [[BackwardRunner]]
  /// How many threads work; before ``share(among:)``, how many pay.
  private(set) var threads: Int
  private var meeting = Barrier(threads: 1)
  private var lanes: [[LaneAssignment]] = []

  private var plan = BatchPlan(steps: 0, batch: 0)
  private var isBack = false
  /// What the first layer reads.
  private var source = InputRows(Rows(base: FloatBuffer(zeros: 0).base, stride: 0))
  /// Each layer's output: `[rows, D·P]`.
  private(set) var values: [FloatBuffer]
  /// The gradients of what the first layer reads, then of each layer's output.
  private(set) var gradients: [FloatBuffer]
  /// For each layer what its reverse cell reads, in its own order, and the gradients there.
  private var reversedInputs: [ReversedInput]
  private var reversedGradients = FloatBuffer(zeros: 0)
  private var reversedOutputGradients = FloatBuffer(zeros: 0)

  init(engine: InferenceEngine, runners: [[BackwardRunner]], threads: Int) {
    (self.engine, self.runners) = (engine, runners)
    let none = FloatBuffer(zeros: 0)
    values = [FloatBuffer](repeating: none, count: runners.count)
    gradients = [none] + values
    reversedInputs = [ReversedInput](repeating: ReversedInput(), count: runners.count)
    self.threads = min(
      threads,
      runners.map { layer in
        max(layer.map(\.forward.usefulThreads).reduce(0, +), layer.count)
      }.max() ?? 1)
  }

  /// Says which threads work on what, once it is known how many there are.
  func share(among threads: Int) {
    self.threads = threads
    meeting = Barrier(threads: threads)
    lanes = runners.map {
      LaneAssignment.assign($0.map(\.forward.usefulThreads), threads: threads)
    }
  }

  /// Makes room for a run.
  func prepare(_ input: InputRows, _ plan: BatchPlan) {
    (source, self.plan, isBack) = (input, plan, false)
    makeRoom(in: &gradients[0], for: plan.rows * engine.inputSize)
    for (index, layer) in engine.layers.enumerated() {
      makeRoom(in: &values[index], for: plan.rows * layer.outputSize)
      makeRoom(in: &gradients[index + 1], for: plan.rows * layer.outputSize)
      for runner in runners[index] {
        runner.prepare(plan, distinct: index == 0 ? input.distinct : 0)
      }
      guard layer.cells.contains(where: { $0.direction == .reverse }) else { continue }
      reversedInputs[index].prepare(rows: plan.rows, columns: layer.inputSize)
      makeRoom(in: &reversedGradients, for: plan.rows * layer.inputSize)
      makeRoom(in: &reversedOutputGradients, for: plan.rows * layer.outputSize)
    }
  }

  /// Makes ready for the way back, which begins with the last of ``gradients``.
  func prepareBack() { isBack = true }

  private func rows(_ buffer: FloatBuffer, _ stride: Int, from column: Int = 0) -> Rows {
    Rows(base: buffer.base + column, stride: stride)
  }

  func work(thread: Int) {
    for index in isBack ? Array(engine.layers.indices.reversed()) : Array(engine.layers.indices) {
      let layer = engine.layers[index]
      var column = 0
      for (part, runner) in runners[index].enumerated() {
        if let lane = lanes[index][part].lane(of: thread) {
          let direction = layer.cells[part].direction
          if isBack {
            runBack(runner, index, direction, column: column, lane)
          } else {
            run(runner, index, direction, column: column, lane)
          }
        }
        column += runner.outputSize
      }
      meeting.wait()
      if isBack, layer.cells[layer.cells.count - 1].direction == .reverse {
        addReversed(index, thread: thread)
        meeting.wait()
      }
    }
  }

  private func run(
    _ runner: BackwardRunner, _ index: Int, _ direction: Direction, column: Int, _ lane: Lane
  ) {
    let layer = engine.layers[index]
    let input = index == 0 ? source : InputRows(rows(values[index - 1], layer.inputSize))
    let output = rows(values[index], layer.outputSize, from: column)
    let outputs = rows(runner.outputs, runner.outputSize)
    let steps = lane.share(of: plan.steps)
    if direction == .forward {
      runner.run(input, plan, lane)
    } else {
      let reversed = reversedInputs[index].mirror(
        input, columns: layer.inputSize, plan, steps: steps)
      lane.barrier.wait()
      runner.run(reversed, plan, lane)
    }
    if direction == .reverse, layer.reverseOrder == .steps {
      plan.mirror(outputs, to: output, columns: runner.outputSize, steps: steps)
    } else {
      plan.copy(outputs, to: output, columns: runner.outputSize, steps: steps)
    }
  }

  private func runBack(
    _ runner: BackwardRunner, _ index: Int, _ direction: Direction, column: Int, _ lane: Lane
  ) {
    let layer = engine.layers[index]
    var output = rows(gradients[index + 1], layer.outputSize, from: column)
    guard direction == .reverse else {
      runner.runBack(output, rows(gradients[index], layer.inputSize), plan, lane)
      return
    }
    if layer.reverseOrder == .steps {
      let reversed = rows(reversedOutputGradients, runner.outputSize)
      plan.mirror(
        output, to: reversed, columns: runner.outputSize, steps: lane.share(of: plan.steps))
      lane.barrier.wait()
      output = reversed
    }
    runner.runBack(output, rows(reversedGradients, layer.inputSize), plan, lane)
  }

  /// Adds the input's gradient through a reverse cell, which stands in the cell's order unless it is
  /// that of each different row.
  private func addReversed(_ index: Int, thread: Int) {
    let layer = engine.layers[index]
    let (target, source) = (
      rows(gradients[index], layer.inputSize), rows(reversedGradients, layer.inputSize)
    )
    let hasForward = layer.cells.count == 2
    func add(_ from: Int, to row: Int) {
      let (given, sum) = (source.row(from), target.row(row))
      for column in 0..<layer.inputSize {
        sum[column] = (hasForward ? sum[column] : 0) + given[column]
      }
    }
    func share(_ count: Int) -> Range<Int> {
      count * thread / threads..<count * (thread + 1) / threads
    }
    if index == 0, self.source.places != nil {
      for row in share(self.source.distinct) { add(row, to: row) }
      return
    }
    for step in share(plan.steps) {
      for row in 0..<plan.active(step) {
        add(plan.offset(plan.mirrored(step, row: row)) + row, to: plan.offset(step) + row)
      }
    }
  }
}
