// What the threads of a session do together: layer after layer, the directions of one beside each
// other where there are threads for both.

/// One run of a session's layers, as each of its threads goes through it.
final class SessionWork: TeamWork {
  private let engine: InferenceEngine
  private let batch: Int
  /// A runner for each direction of each layer.
  let runners: [[DirectionRunner]]
  /// How many threads pay.
  let threads: Int
  /// Where all threads meet between layers.
  private var meeting = Barrier(threads: 1)
  /// For each layer, which threads work on which direction: all of them, or the caller's alone.
  private var lanes: (all: [[LaneAssignment]], alone: [[LaneAssignment]]) = ([], [])
  /// Whether the caller works alone in the run that is prepared.
  private(set) var isAlone = true
  /// How many multiplications a row costs, and how many of a run pay for other threads at all: to
  /// wake them takes microseconds.
  private let rowWork: Int
  private let runWork: Int

  private var plan = BatchPlan(steps: 0, batch: 0)
  private var source = InputRows(Rows(base: FloatBuffer(zeros: 0).base, stride: 0))
  private var target = Rows(base: FloatBuffer(zeros: 0).base, stride: 0)
  /// What one layer hands to the next, in turn: `[rows, D·P]`.
  private var between: [FloatBuffer] = [FloatBuffer(zeros: 0), FloatBuffer(zeros: 0)]
  /// What a reverse cell reads and writes, in its own order.
  private var reversedInput = ReversedInput()
  private var reversedOutput = FloatBuffer(zeros: 0)
  /// The greatest width that one layer hands to the next, and those of reverse cells.
  private let handedOn: Int
  private let reversed: (input: Int, output: Int)
  /// The first error of a cell that runs as the readable cell.
  var failure: (any Error)?

  init(engine: InferenceEngine, batch: Int, threads: Int, threadWork: Int) {
    (self.engine, self.batch) = (engine, batch)
    runners = engine.layers.map { layer in
      layer.cells.map { _, cell in
        switch cell {
        case .packed(let cell):
          PackedRunner(cell, batch: batch, threads: threads, threadWork: threadWork)
        case .readable(let cell): ReadableRunner(cell, batch: batch)
        }
      }
    }
    rowWork = zip(engine.layers, runners).reduce(0) { sum, layer in
      layer.1.reduce(sum) { $0 + 4 * $1.hiddenSize * (layer.0.inputSize + $1.outputSize) }
    }
    runWork = 8 * threadWork
    handedOn = engine.layers.dropLast().map(\.outputSize).max() ?? 0
    let reverse = engine.layers.filter { $0.cells.contains { $0.direction == .reverse } }
    reversed = (reverse.map(\.inputSize).max() ?? 0, reverse.map(\.outputSize).max() ?? 0)
    self.threads = min(
      threads,
      runners.map { layer in
        max(layer.map(\.usefulThreads).reduce(0, +), layer.count)
      }.max() ?? 1)
  }

  /// Says which threads work on what, once it is known how many there are.
  func share(among threads: Int) {
    meeting = Barrier(threads: threads)
    let useful = runners.map { $0.map(\.usefulThreads) }
    lanes = (
      useful.map { LaneAssignment.assign($0, threads: threads) },
      useful.map { LaneAssignment.assign($0, threads: 1) }
    )
  }

  /// Makes room for a run; allocates only where it is longer than any before.
  func prepare(
    _ source: InputRows, _ target: UnsafeMutablePointer<Float>, _ plan: BatchPlan
  ) {
    (self.source, self.plan) = (source, plan)
    isAlone = threads == 1 || plan.rows * rowWork < runWork
    self.target = Rows(base: target, stride: engine.outputSize)
    makeRoom(in: &between[0], for: plan.rows * handedOn)
    makeRoom(in: &between[1], for: engine.layers.count > 2 ? plan.rows * handedOn : 0)
    if reversed.input > 0 {
      reversedInput.prepare(rows: plan.rows, columns: reversed.input)
      makeRoom(in: &reversedOutput, for: plan.rows * reversed.output)
    }
    if source.distinct > 0 {
      for runner in runners[0] { runner.prepare(distinct: source.distinct) }
    }
  }

  func work(thread: Int) {
    let (engine, plan) = (engine, plan)
    let lanes = isAlone ? lanes.alone : lanes.all
    var input = source
    // Loops over indices: an iterator of a generic collection allocates in an unoptimized build.
    for index in 0..<engine.layers.count {
      let layer = engine.layers[index]
      let isLast = index == engine.layers.count - 1
      let output =
        isLast ? target : Rows(base: between[index % 2].base, stride: layer.outputSize)
      var column = 0
      for part in 0..<layer.cells.count {
        let runner = runners[index][part]
        if let lane = lanes[index][part].lane(of: thread) {
          let columns = Rows(base: output.base + column, stride: output.stride)
          do {
            if layer.cells[part].direction == .forward {
              try runner.run(input, columns, plan, lane)
            } else {
              try runReverse(runner, layer, input, columns, plan, lane)
            }
          } catch {
            if failure == nil { failure = error }
          }
        }
        column += runner.outputSize
      }
      if !isLast, !isAlone { meeting.wait() }
      input = InputRows(output)
    }
  }

  /// Runs a reverse cell over a copy of the rows in its order, and puts its outputs in place.
  private func runReverse(
    _ runner: DirectionRunner, _ layer: InferenceEngine.Layer, _ input: InputRows, _ output: Rows,
    _ plan: borrowing BatchPlan, _ lane: Lane
  ) throws {
    let steps = lane.share(of: plan.steps)
    let reversed = reversedInput.mirror(
      input, columns: layer.inputSize, plan, steps: steps)
    lane.barrier.wait()
    if layer.reverseOrder == .processing {
      try runner.run(reversed, output, plan, lane)
      return
    }
    let outputs = Rows(base: reversedOutput.base, stride: runner.outputSize)
    try runner.run(reversed, outputs, plan, lane)
    lane.barrier.wait()
    plan.mirror(outputs, to: output, columns: runner.outputSize, steps: steps)
  }
}
