// The way back through the layers that a schedule went through: from the gradients of the last layer's
// outputs to those of what the first layer read.

/// The way back of a training session, as each of its threads goes through it.
final class BackwardSchedule: TeamWork {
  private let forward: LayerSchedule
  private let runners: [[BackwardRunner]]
  /// The gradients of what the first layer reads, then of each layer's output: `[rows, D·P]`.
  private(set) var gradients: [FloatBuffer]
  /// The gradients of what a reverse cell reads and writes, in its own order.
  private var reversedInput = FloatBuffer(zeros: 0)
  private var reversedOutput = FloatBuffer(zeros: 0)

  init(_ forward: LayerSchedule, _ runners: [[BackwardRunner]]) {
    (self.forward, self.runners) = (forward, runners)
    gradients = [FloatBuffer](repeating: FloatBuffer(zeros: 0), count: runners.count + 1)
  }

  /// The gradients of the last layer's output, with which the way back begins.
  var last: FloatBuffer { gradients[gradients.count - 1] }

  /// Makes room for the way back of the run that was just made.
  func prepare() {
    let rows = forward.plan.rows
    makeRoom(in: &gradients[0], for: rows * forward.layers[0].inputSize)
    for (index, layer) in forward.layers.enumerated() {
      makeRoom(in: &gradients[index + 1], for: rows * layer.outputSize)
      guard layer.readsBackward else { continue }
      makeRoom(in: &reversedInput, for: rows * layer.inputSize)
      makeRoom(in: &reversedOutput, for: rows * layer.outputSize)
    }
  }

  func work(thread: Int) {
    for index in forward.layers.indices.reversed() {
      let layer = forward.layers[index]
      var column = 0
      for (part, runner) in runners[index].enumerated() {
        if let lane = forward.lanes.all[index][part].lane(of: thread) {
          run(runner, index, layer.cells[part].direction, column: column, lane)
        }
        column += runner.outputSize
      }
      forward.meeting.wait()
      if layer.readsBackward {
        addReversed(index, thread: thread)
        forward.meeting.wait()
      }
    }
  }

  private func rows(_ buffer: FloatBuffer, _ stride: Int, from column: Int = 0) -> Rows {
    Rows(base: buffer.base + column, stride: stride)
  }

  private func run(
    _ runner: BackwardRunner, _ index: Int, _ direction: Direction, column: Int, _ lane: Lane
  ) {
    let (layer, plan) = (forward.layers[index], forward.plan)
    var output = rows(gradients[index + 1], layer.outputSize, from: column)
    guard direction == .reverse else {
      runner.runBack(output, rows(gradients[index], layer.inputSize), plan, lane)
      return
    }
    if layer.reverseOrder == .steps {
      let reversed = rows(reversedOutput, runner.outputSize)
      plan.mirror(
        output, to: reversed, columns: runner.outputSize, steps: lane.share(of: plan.steps))
      lane.barrier.wait()
      output = reversed
    }
    runner.runBack(output, rows(reversedInput, layer.inputSize), plan, lane)
  }

  /// Adds the input's gradient through a reverse cell, which stands in the cell's order unless it is
  /// that of each different row.
  private func addReversed(_ index: Int, thread: Int) {
    let (layer, plan) = (forward.layers[index], forward.plan)
    let (target, source) = (
      rows(gradients[index], layer.inputSize), rows(reversedInput, layer.inputSize)
    )
    let hasForward = layer.cells.count == 2
    func add(_ from: Int, to row: Int) {
      let (given, sum) = (source.row(from), target.row(row))
      for column in 0..<layer.inputSize {
        sum[column] = (hasForward ? sum[column] : 0) + given[column]
      }
    }
    if index == 0, forward.distinctRows > 0 {
      for row in share(of: forward.distinctRows, thread: thread, threads: forward.threads) {
        add(row, to: row)
      }
      return
    }
    for step in share(of: plan.steps, thread: thread, threads: forward.threads) {
      for row in 0..<plan.active(step) {
        add(plan.offset(plan.mirrored(step, row: row)) + row, to: plan.offset(step) + row)
      }
    }
  }
}
