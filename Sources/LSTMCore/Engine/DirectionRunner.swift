// One cell at work on a batch: the state it carries, and its way through the rows of a sequence, on
// the kernels (PackedRunner.swift) or as the readable cell. What leads the layers into one another
// is SessionWork's business.

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

  /// Makes room for a table of what different rows come to; 0 where each row is computed by itself.
  func prepare(distinct: Int) {}

  /// Leads the rows through the cell. Every thread of the lane calls it.
  func run(_ input: InputRows, _ output: Rows, _ plan: borrowing BatchPlan, _ lane: Lane) throws {
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
    _ input: InputRows, _ output: Rows, _ plan: borrowing BatchPlan, _ lane: Lane
  ) throws {
    guard lane.thread == 0 else { return }
    for time in 0..<plan.steps {
      for row in 0..<plan.active(time) {
        let place = plan.offset(time) + row
        let step = try cell.step(
          input: Array(
            UnsafeBufferPointer(start: input.row(place), count: cell.parameters.inputSize)),
          hidden: Array(part.hidden.row(row)), cell: Array(part.cell.row(row)))
        for (column, value) in step.newHidden.enumerated() {
          output.row(place)[column] = value
          part.hidden[row, column] = value
        }
        for (column, value) in step.newCell.enumerated() { part.cell[row, column] = value }
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
