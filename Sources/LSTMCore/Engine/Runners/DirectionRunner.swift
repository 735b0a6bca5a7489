// One cell at work on a batch: the state it carries, and its way through the rows of a sequence, on
// the kernels (PackedRunner.swift, BackwardRunner.swift) or as the readable cell. What leads the
// layers into one another is LayerSchedule's business.

/// One direction of one layer with its states. It reads and writes the rows of a ``BatchPlan`` in
/// the order in which it goes through them.
class DirectionRunner {
  let outputSize: Int
  let hiddenSize: Int

  init(outputSize: Int, hiddenSize: Int) {
    (self.outputSize, self.hiddenSize) = (outputSize, hiddenSize)
  }

  /// How many threads can share the work so that it pays.
  var usefulThreads: Int { 1 }

  /// How many numbers of a row are kept of what a step did, and from one kind of them to the next:
  /// the gates in the order of ``Gate/inKernelOrder``, the activated cell state, the cell state.
  var keptRow: Int { PackedCell.keptParts * keptPart }
  var keptPart: Int { hiddenSize }
  /// How many pre-activations a row has.
  final var sumsRow: Int { Gate.inKernelOrder.count * keptPart }

  /// What is held in the run that is prepared; nil where nothing is.
  private(set) final var holds: CellHolds?
  /// What the cell reads where some of it is held: `[rows, I]`.
  private final var heldInput = FloatBuffer(zeros: 0)

  /// The pre-activations of the run, where they are recorded: `[rows, 4 · keptPart]`.
  private(set) final var recordedSums: FloatBuffer?

  /// Says what is held in the next run, and whether it records its pre-activations.
  func prepare(_ holds: CellHolds?, recordsSums: Bool, _ plan: BatchPlan, inputSize: Int) {
    self.holds = holds
    recordedSums = recordsSums ? FloatBuffer(zeros: plan.rows * sumsRow) : nil
    if holds?.holdsInput == true { makeRoom(in: &heldInput, for: plan.rows * inputSize) }
  }

  /// What the cell reads, with what is held in its place. Every thread of the lane calls it.
  final func held(_ input: InputRows, columns: Int, _ lane: Lane) -> InputRows {
    guard let holds, holds.holdsInput else { return input }
    if lane.thread == 0 { holds.copyInput(input, to: heldInput.base, columns: columns) }
    lane.barrier.wait()
    return InputRows(Rows(base: heldInput.base, stride: columns))
  }

  /// Makes room for a run.
  ///
  /// - Parameter distinct: how many different rows it reads; 0 where each is computed by itself.
  func prepare(_ plan: BatchPlan, distinct: Int) {}

  /// Leads the rows through the cell. Every thread of the lane calls it.
  ///
  /// - Parameter kept: becomes what each step did, `[rows, keptRow]`; nil where that is not wanted.
  func run(
    _ input: InputRows, _ output: Rows, _ plan: borrowing BatchPlan, _ lane: Lane,
    keeping kept: UnsafeMutablePointer<Float>?
  ) throws {
    preconditionFailure("a runner runs")
  }

  /// The states: `[B, P]` and `[B, H]`.
  var state: NetworkState<Float>.Part {
    get { preconditionFailure("a runner has a state") }
    set { preconditionFailure("a runner has a state") }
  }
}

/// A cell with an activation that the kernels do not know, step by step through the readable cell.
final class ReadableRunner: DirectionRunner {
  private let cell: ReadableCell<Float>
  private var part: NetworkState<Float>.Part

  init(_ cell: ReadableCell<Float>, batch: Int) {
    self.cell = cell
    let (outputSize, hiddenSize) = (cell.parameters.outputSize, cell.parameters.hiddenSize)
    part = .init(hidden: Matrix(zeros: batch, outputSize), cell: Matrix(zeros: batch, hiddenSize))
    super.init(outputSize: outputSize, hiddenSize: hiddenSize)
  }

  override func run(
    _ input: InputRows, _ output: Rows, _ plan: borrowing BatchPlan, _ lane: Lane,
    keeping kept: UnsafeMutablePointer<Float>?
  ) throws {
    guard lane.thread == 0 else { return }
    for time in 0..<plan.steps {
      for row in 0..<plan.active(time) {
        let place = plan.offset(time) + row
        let step = try cell.step(
          input: Array(
            UnsafeBufferPointer(start: input.row(place), count: cell.parameters.inputSize)),
          hidden: Array(part.hidden.row(row)), cell: Array(part.cell.row(row)),
          replacing: holds?.replacement(time, row: row))
        for (column, value) in step.newHidden.enumerated() {
          output.row(place)[column] = value
          part.hidden[row, column] = value
        }
        for (column, value) in step.newCell.enumerated() { part.cell[row, column] = value }
        for gate in Gate.allCases {
          guard let sums = recordedSums, let values = step.gates[gate].preactivation else {
            continue
          }
          (sums.base + place * sumsRow + gate.kernelPlace * keptPart)
            .update(from: values, count: values.count)
        }
        guard let kept else { continue }
        let parts =
          Gate.inKernelOrder.map { step.gates[$0].value } + [step.activatedCell, step.newCell]
        for (index, values) in parts.enumerated() {
          (kept + place * keptRow + index * keptPart).update(from: values, count: values.count)
        }
      }
    }
  }

  override var state: NetworkState<Float>.Part {
    get { part }
    set { part = newValue }
  }
}

extension Matrix where Scalar == Float {
  /// Copies rows that stand `stride` apart.
  init(rows: Int, columns: Int, base: UnsafePointer<Float>, stride: Int) {
    self.init(
      rows: rows, columns: columns,
      values: [Float](unsafeUninitializedCapacity: rows * columns) { buffer, count in
        for row in 0..<rows {
          for column in 0..<columns {
            buffer[row * columns + column] = base[row * stride + column]
          }
        }
        count = rows * columns
      })
  }

  /// Copies the rows to memory where they stand `stride` apart.
  func write(to base: UnsafeMutablePointer<Float>, stride: Int) {
    for row in 0..<rows {
      for column in 0..<columns { base[row * stride + column] = values[row * columns + column] }
    }
  }
}
