// Rows led through layers and directions: the one schedule for a streamed step, for whole sequences, for
// what is recorded and for training, which goes back the same way (BackwardSchedule.swift). Threads
// work layer after layer, the directions of one beside each other where there are threads for both.

/// The layers of a session, as each of its threads goes through them.
final class LayerSchedule: TeamWork {
  /// What a run leaves behind beside its outputs and states.
  enum Keeping {
    /// Nothing: layers hand their outputs to one another through the same memory.
    case nothing
    /// The outputs of every layer, and with `cells` what every step of every cell did.
    case layers(cells: Bool)
    /// All that the way back reads: each runner keeps its own.
    case wayBack
  }

  let layers: [PackedNetwork.Layer]
  /// A runner for each direction of each layer.
  let runners: [[DirectionRunner]]
  /// How many threads work; before ``share(among:)``, how many pay.
  private(set) var threads: Int
  /// Where all threads meet between layers.
  private(set) var meeting = Barrier(threads: 1)
  /// For each layer, which threads work on which direction: all of them, or the caller's alone.
  private(set) var lanes: (all: [[LaneAssignment]], alone: [[LaneAssignment]]) = ([], [])
  /// Whether the caller works alone in the run that is prepared.
  private(set) var isAlone = true
  /// How many multiplications a row costs, and how many of a run pay for other threads at all: to
  /// wake them takes microseconds.
  private let rowWork: Int
  private let runWork: Int

  private(set) var plan = BatchPlan(steps: 0, batch: 0)
  /// What the first layer reads.
  private(set) var source = InputRows(Rows(base: FloatBuffer(zeros: 0).base, stride: 0))
  /// Where the last layer's outputs go: `[rows, D·P]`.
  private var target = Rows(base: FloatBuffer(zeros: 0).base, stride: 0)
  private var keeping = Keeping.nothing
  /// The outputs of the layers but the last: of each where they are kept, else two in turn.
  private var between: [FloatBuffer]
  /// What reverse cells read and write in their own order: of each layer where layers are kept.
  private var reversedInputs: [ReversedInput]
  private var reversedOutputs: [FloatBuffer]
  /// What every step of a cell did, in the cell's order, where that is kept: `[rows, kept row]`.
  private var records: [[FloatBuffer]]
  /// The greatest width that one layer hands to the next.
  private let handedOn: Int
  /// The greatest widths that reverse cells read and write.
  private let reversed: (input: Int, output: Int)
  /// The first error of a cell that runs as the readable cell.
  var failure: (any Error)?

  /// - Parameter threadWork: how many multiplications of a step pay for a thread.
  init(
    _ layers: [PackedNetwork.Layer], _ runners: [[DirectionRunner]], threads: Int, threadWork: Int
  ) {
    (self.layers, self.runners) = (layers, runners)
    rowWork = zip(layers, runners).reduce(0) { sum, layer in
      layer.1.reduce(sum) { $0 + 4 * $1.hiddenSize * (layer.0.inputSize + $1.outputSize) }
    }
    runWork = 8 * threadWork
    handedOn = layers.dropLast().map(\.outputSize).max() ?? 0
    let reverse = layers.filter(\.readsBackward)
    reversed = (reverse.map(\.inputSize).max() ?? 0, reverse.map(\.outputSize).max() ?? 0)
    let none = FloatBuffer(zeros: 0)
    between = [FloatBuffer](repeating: none, count: max(2, layers.count))
    reversedOutputs = [FloatBuffer](repeating: none, count: layers.count)
    reversedInputs = [ReversedInput](repeating: ReversedInput(), count: layers.count)
    records = runners.map { $0.map { _ in none } }
    self.threads = min(
      threads,
      runners.map { layer in max(layer.map(\.usefulThreads).reduce(0, +), layer.count) }.max() ?? 1)
  }

  /// Says which threads work on what, once it is known how many there are.
  func share(among threads: Int) {
    self.threads = threads
    meeting = Barrier(threads: threads)
    let useful = runners.map { $0.map(\.usefulThreads) }
    lanes = (
      useful.map { LaneAssignment.assign($0, threads: threads) },
      useful.map { LaneAssignment.assign($0, threads: 1) }
    )
  }

  // MARK: - Memory

  /// Makes room for a run; allocates only where it is longer than any before.
  func prepare(
    _ source: InputRows, _ target: UnsafeMutablePointer<Float>, _ plan: BatchPlan,
    keeping: Keeping = .nothing
  ) {
    (self.source, self.plan, self.keeping) = (source, plan, keeping)
    isAlone = threads == 1 || plan.rows * rowWork < runWork
    self.target = Rows(base: target, stride: layers[layers.count - 1].outputSize)
    guard case .nothing = keeping else { return prepareToKeep() }
    makeRoom(in: &between[0], for: plan.rows * handedOn)
    makeRoom(in: &between[1], for: layers.count > 2 ? plan.rows * handedOn : 0)
    if reversed.input > 0 {
      reversedInputs[0].prepare(rows: plan.rows, columns: reversed.input)
      makeRoom(in: &reversedOutputs[0], for: plan.rows * reversed.output)
    }
    if source.distinct > 0 {
      for runner in runners[0] { runner.prepare(plan, distinct: source.distinct) }
    }
  }

  private func prepareToKeep() {
    for (index, layer) in layers.enumerated() {
      if index < layers.count - 1 { makeRoom(in: &between[index], for: plan.rows * layer.outputSize) }
      for (part, runner) in runners[index].enumerated() {
        runner.prepare(plan, distinct: index == 0 ? source.distinct : 0)
        if case .layers(cells: true) = keeping {
          makeRoom(in: &records[index][part], for: plan.rows * runner.keptRow)
        }
      }
      guard layer.readsBackward else { continue }
      reversedInputs[index].prepare(rows: plan.rows, columns: layer.inputSize)
      makeRoom(in: &reversedOutputs[index], for: plan.rows * layer.outputSize)
    }
  }

  /// Where the outputs of a layer stand in the run that is prepared: `[rows, D·P]`. Those of layers
  /// before the last are there after a run that keeps them.
  func outputs(of index: Int) -> Rows {
    if index == layers.count - 1 { return target }
    let place = if case .nothing = keeping { index % 2 } else { index }
    return Rows(base: between[place].base, stride: layers[index].outputSize)
  }

  /// What every step of a cell did, in the cell's order, after a run that keeps it.
  func record(_ index: Int, _ part: Int) -> UnsafePointer<Float> {
    UnsafePointer(records[index][part].base)
  }

  // MARK: - A run

  func work(thread: Int) {
    let plan = plan
    let lanes = isAlone ? lanes.alone : lanes.all
    var input = source
    // Loops over indices: an iterator of a generic collection allocates in an unoptimized build.
    for index in 0..<layers.count {
      let output = outputs(of: index)
      var column = 0
      for part in 0..<layers[index].cells.count {
        let runner = runners[index][part]
        if let lane = lanes[index][part].lane(of: thread) {
          let columns = Rows(base: output.base + column, stride: output.stride)
          do {
            try run(runner, index, part, input, columns, plan, lane)
          } catch {
            if failure == nil { failure = error }
          }
        }
        column += runner.outputSize
      }
      if index < layers.count - 1, !isAlone { meeting.wait() }
      input = InputRows(output)
    }
  }

  private func run(
    _ runner: DirectionRunner, _ index: Int, _ part: Int, _ input: InputRows, _ output: Rows,
    _ plan: borrowing BatchPlan, _ lane: Lane
  ) throws {
    let layer = layers[index]
    let record: UnsafeMutablePointer<Float>? =
      if case .layers(cells: true) = keeping { records[index][part].base } else { nil }
    if layer.cells[part].direction == .forward {
      return try runner.run(input, output, plan, lane, keeping: record)
    }
    // A reverse cell reads a copy of the rows in its order, and its outputs are put in place.
    let place = if case .nothing = keeping { 0 } else { index }
    let steps = lane.share(of: plan.steps)
    let reversed = reversedInputs[place].mirror(
      input, columns: layer.inputSize, plan, steps: steps)
    lane.barrier.wait()
    if layer.reverseOrder == .processing {
      return try runner.run(reversed, output, plan, lane, keeping: record)
    }
    let outputs = Rows(base: reversedOutputs[place].base, stride: runner.outputSize)
    try runner.run(reversed, outputs, plan, lane, keeping: record)
    lane.barrier.wait()
    plan.mirror(outputs, to: output, columns: runner.outputSize, steps: steps)
  }
}
