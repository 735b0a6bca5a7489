// Rows led through layers and directions: the one schedule for a streamed step, for whole sequences, for
// what is recorded and for training, which goes back the same way (BackwardSchedule.swift). Threads
// work layer after layer, the directions of one beside each other where there are threads for both.

/// The layers of a session, as each of its threads goes through them.
final class LayerSchedule: TeamWork {
  /// What a run leaves behind beside its outputs and states.
  enum Keeping {
    /// Nothing: layers hand their outputs to one another through the same memory.
    case nothing
    /// The outputs of every layer, with `cells` what every step of every cell did, with `sums` the
    /// pre-activations too.
    case layers(cells: Bool, sums: Bool)
    /// All that the way back reads: each runner keeps its own.
    case wayBack
  }

  let layers: [PackedNetwork.Layer]
  /// A runner for each direction of each layer.
  let runners: [[DirectionRunner]]
  /// The number of features that the first layer reads, and the width of what the last puts out.
  let inputSize: Int
  let outputSize: Int
  /// The same runners with what a run asks of each, so that it looks nowhere else.
  private let places: [Place]

  /// One direction of one layer.
  private struct Place {
    let layer: Int
    let part: Int
    let runner: DirectionRunner
    let isForward: Bool
    /// Whether a reverse cell's outputs stay in its own order.
    let keepsOrder: Bool
    /// The width of what it reads.
    let inputSize: Int
    /// The width of a row of the layer's output, and where in it this direction begins.
    let width: Int
    let column: Int
    /// Whether the layer, or the last one, ends here.
    let endsLayer: Bool
    let isLast: Bool
  }
  /// How many threads work; before ``share(among:)``, how many pay.
  private(set) var threads: Int
  /// Where all threads meet between layers.
  private(set) var meeting = Barrier(threads: 1)
  /// For each layer, which threads work on which direction: all of them, or the caller's alone.
  private(set) var lanes: (all: [[LaneAssignment]], alone: [[LaneAssignment]]) = ([], [])
  /// How many multiplications a row costs, and how many of a run pay for other threads at all: to
  /// wake them takes microseconds.
  private let rowWork: Int
  private let runWork: Int

  /// The run that is prepared: one value, since each look at a variable of an object is checked by
  /// the language, and a small step has few microseconds.
  private struct Prepared {
    var plan: BatchPlan
    /// What the first layer reads.
    var source: InputRows
    /// Where the last layer's outputs go: `[rows, D·P]`.
    var target: Rows
    var keeping: Keeping
    /// Whether the caller works alone.
    var isAlone: Bool
  }

  private var prepared: Prepared?
  /// Whether the runners were told of something to hold, or to record sums.
  private var isSpecial = false
  /// The plan of the run that is prepared.
  var plan: BatchPlan { prepared?.plan ?? BatchPlan(steps: 0, batch: 0) }
  /// The rows that the run reads several times, counted once; 0 where each is read once.
  var distinctRows: Int { prepared?.source.places == nil ? 0 : prepared?.source.distinct ?? 0 }

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
    (inputSize, outputSize) = (layers[0].inputSize, layers[layers.count - 1].outputSize)
    places = layers.indices.flatMap { index in
      var column = 0
      return runners[index].enumerated().map { part, runner in
        defer { column += runner.outputSize }
        return Place(
          layer: index, part: part, runner: runner,
          isForward: layers[index].cells[part].direction == .forward,
          keepsOrder: layers[index].reverseOrder == .processing,
          inputSize: layers[index].inputSize, width: layers[index].outputSize, column: column,
          endsLayer: part == runners[index].count - 1, isLast: index == layers.count - 1)
      }
    }
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
  ///
  /// - Returns: whether the calling thread shall work alone, since others would not pay.
  func prepare(
    _ source: InputRows, _ target: UnsafeMutablePointer<Float>, _ plan: BatchPlan,
    keeping: Keeping = .nothing, holds: ResolvedHolds<Float>? = nil, _ shape: NetworkShape? = nil
  ) -> Bool {
    let recordsSums = if case .layers(_, sums: true) = keeping { true } else { false }
    if holds != nil || recordsSums || isSpecial { prepare(holds, recordsSums, shape, plan) }
    let isAlone = threads == 1 || plan.rows * rowWork < runWork
    prepared = Prepared(
      plan: plan, source: source, target: Rows(base: target, stride: outputSize),
      keeping: keeping, isAlone: isAlone)
    guard case .nothing = keeping else {
      prepareToKeep(source, plan, keeping)
      return isAlone
    }
    makeRoom(in: &between[0], for: plan.rows * handedOn)
    makeRoom(in: &between[1], for: layers.count > 2 ? plan.rows * handedOn : 0)
    if reversed.input > 0 {
      reversedInputs[0].prepare(rows: plan.rows, columns: reversed.input)
      makeRoom(in: &reversedOutputs[0], for: plan.rows * reversed.output)
    }
    if source.distinct > 0 {
      for runner in runners[0] { runner.prepare(plan, distinct: source.distinct) }
    }
    return isAlone
  }

  /// Tells the runners what is held in the run, and whether they record sums.
  private func prepare(
    _ holds: ResolvedHolds<Float>?, _ recordsSums: Bool, _ shape: NetworkShape?, _ plan: BatchPlan
  ) {
    isSpecial = holds != nil || recordsSums
    for (index, place) in places.enumerated() {
      let held = holds.flatMap { holds in
        shape.flatMap { CellHolds(holds, cell: index, plan, $0.cells[index]) }
      }
      place.runner.prepare(held, recordsSums: recordsSums, plan, inputSize: place.inputSize)
    }
  }

  private func prepareToKeep(_ source: InputRows, _ plan: BatchPlan, _ keeping: Keeping) {
    for (index, layer) in layers.enumerated() {
      if index < layers.count - 1 {
        makeRoom(in: &between[index], for: plan.rows * layer.outputSize)
      }
      for (part, runner) in runners[index].enumerated() {
        runner.prepare(plan, distinct: index == 0 ? source.distinct : 0)
        if case .layers(cells: true, _) = keeping {
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
  ///
  /// - Precondition: a run is prepared.
  func outputs(of index: Int) -> Rows {
    guard let prepared else { preconditionFailure("no run is prepared") }
    return index == layers.count - 1
      ? prepared.target : handedOn(by: index, layers[index].outputSize, prepared.keeping)
  }

  /// Where the outputs of a layer but the last stand.
  private func handedOn(by index: Int, _ width: Int, _ keeping: Keeping) -> Rows {
    let place = if case .nothing = keeping { index % 2 } else { index }
    return Rows(base: between[place].base, stride: width)
  }

  /// What every step of a cell did, in the cell's order, after a run that keeps it.
  func record(_ index: Int, _ part: Int) -> UnsafePointer<Float> {
    UnsafePointer(records[index][part].base)
  }

  // MARK: - A run

  func work(thread: Int) {
    guard let prepared else { return }
    let lanes = prepared.isAlone ? lanes.alone : lanes.all
    var input = prepared.source
    // A loop over indices: an iterator of a generic collection allocates in an unoptimized build.
    for index in 0..<places.count {
      let place = places[index]
      let output =
        place.isLast
        ? prepared.target : handedOn(by: place.layer, place.width, prepared.keeping)
      if let lane = lanes[place.layer][place.part].lane(of: thread) {
        let columns = Rows(base: output.base + place.column, stride: place.width)
        do {
          try run(place, input, columns, prepared, lane)
        } catch {
          if failure == nil { failure = error }
        }
      }
      guard place.endsLayer, !place.isLast else { continue }
      if !prepared.isAlone { meeting.wait() }
      input = InputRows(output)
    }
  }

  private func run(
    _ place: Place, _ input: InputRows, _ output: Rows, _ prepared: borrowing Prepared, _ lane: Lane
  ) throws {
    let record: UnsafeMutablePointer<Float>? =
      if case .layers(cells: true, _) = prepared.keeping {
        records[place.layer][place.part].base
      } else { nil }
    let runner = place.runner
    if place.isForward {
      let input = runner.held(input, columns: place.inputSize, lane)
      return try runner.run(input, output, prepared.plan, lane, keeping: record)
    }
    let plan = prepared.plan
    // A reverse cell reads a copy of the rows in its order, and its outputs are put in place.
    let buffer = if case .nothing = prepared.keeping { 0 } else { place.layer }
    let steps = lane.share(of: plan.steps)
    let mirrored = reversedInputs[buffer].mirror(
      input, columns: place.inputSize, plan, steps: steps)
    lane.barrier.wait()
    let reversed = runner.held(mirrored, columns: place.inputSize, lane)
    if place.keepsOrder {
      return try runner.run(reversed, output, plan, lane, keeping: record)
    }
    let outputs = Rows(base: reversedOutputs[buffer].base, stride: runner.outputSize)
    try runner.run(reversed, outputs, plan, lane, keeping: record)
    lane.barrier.wait()
    plan.mirror(outputs, to: output, columns: runner.outputSize, steps: steps)
  }
}
