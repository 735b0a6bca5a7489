// The input half of a cell's sums, W x + b, for some steps at a time: as one product, as a look-up
// where the same rows come over and over, or in the shadow of the recurrent half of earlier steps.

import CLSTMKernels

/// Some steps whose input half is computed at once.
struct Chunk {
  let steps: Range<Int>
  /// The first of its rows in the plan, and how many they are.
  let first: Int
  let rows: Int
  /// From a panel of its sums to the next, in rows.
  let panelRows: Int
  /// Which buffer its sums stand in.
  let buffer: Int
}

/// Computes W x + b of the rows of a sequence, chunk by chunk. Each thread computes its groups of
/// units.
final class InputHalf {
  private let cell: PackedCell
  private let batch: Int
  /// W x + b of a chunk and of the next, then U h added: `[panel, row, panel width]`.
  private let sums: [FloatBuffer]
  /// W x + b of each different row, where a run has each many times: `[panel, row, panel width]`.
  private var table = FloatBuffer(zeros: 0)
  /// A panel of weights in single precision for each thread, where they are held in half.
  private let widened: FloatBuffer?
  /// The rows of a chunk that is computed ahead, packed, for each thread.
  private let packed: FloatBuffer
  private let packedSize: Int
  private let isAhead: Bool
  private let chunkRows: Int

  /// How many rows of a batch are computed at once: many, so that the input weights are seldom read
  /// in between and drive the recurrent ones out of the cache.
  private static func batchRows(_ batch: Int) -> Int { max(48, min(256, 8 * batch)) }
  /// Whether a single sequence computes its input half beside the recurrent half. It then reads all
  /// input weights every few steps, which does not pay where they drive the recurrent ones out of the
  /// last cache: from 16 MiB of both on. With weights in half precision there is no time to spare:
  /// converting them keeps the processor busy.
  private static func worksAhead(_ cell: PackedCell) -> Bool {
    cell.kernels.aheadRows > 0 && cell.inputWeights.precision == .float32
      && (cell.inputSize + cell.outputSize) * 16 * cell.paddedHiddenSize < 16 << 20
  }

  init(_ cell: PackedCell, batch: Int, threads: Int) {
    (self.cell, self.batch) = (cell, batch)
    isAhead = batch == 1 && Self.worksAhead(cell)
    chunkRows =
      isAhead ? cell.kernels.aheadRows : max(batch, Self.batchRows(batch) / batch * batch)
    sums = (0..<(isAhead ? 2 : 1)).map { [chunkRows] _ in
      FloatBuffer(zeros: chunkRows * cell.paddedHiddenSize * 4)
    }
    packedSize = isAhead ? chunkRows * cell.inputSize : 0
    packed = FloatBuffer(zeros: threads * packedSize)
    widened =
      cell.inputWeights.precision == .float16
      ? FloatBuffer(zeros: threads * cell.inputSize * cell.kernels.panelWidth) : nil
  }

  /// Makes room for a table of different rows.
  func prepare(distinct: Int) { makeRoom(in: &table, for: distinct * 4 * cell.paddedHiddenSize) }

  // MARK: - Chunks

  /// The next steps whose input half is computed at once; no steps where there are none left.
  func chunk(
    after previous: Chunk?, of steps: Range<Int>, _ plan: borrowing BatchPlan, _ input: InputRows
  ) -> Chunk {
    let start = previous?.steps.upperBound ?? steps.lowerBound
    let first = plan.offset(start)
    // Looked up from a table, the sums of a step at a time stay in the cache.
    let limit = input.places == nil ? chunkRows : batch
    var end = start
    while end < steps.upperBound, end == start || plan.offset(end + 1) - first <= limit {
      end += 1
    }
    let rows = plan.offset(end) - first
    return Chunk(
      steps: start..<end, first: first, rows: rows, panelRows: isAhead ? chunkRows : rows,
      buffer: previous.map { sums.count - 1 - $0.buffer } ?? 0)
  }

  /// What computes a chunk beside the recurrent half of the one before; nil where that is not done.
  func ahead(_ chunk: Chunk, _ input: InputRows, groups: Range<Int>, _ lane: Lane) -> lstm_product?
  {
    guard isAhead, input.places == nil, !chunk.steps.isEmpty else { return nil }
    var job = job(chunk, input, groups: groups)
    let target = packed.base + lane.thread * packedSize
    cell.kernels.functions.pointee.pack_ahead(
      job.a, job.a_row, job.rows, job.depth, target)
    job.a = UnsafePointer(target)
    return job
  }

  /// Where the sums of a chunk stand: `[panel, row, panel width]`.
  func sums(_ chunk: Chunk) -> UnsafeMutablePointer<Float> { sums[chunk.buffer].base }

  // MARK: - Sums

  /// What computes the sums of a chunk, with the panels of some groups of units.
  func job(_ chunk: Chunk, _ input: InputRows, groups: Range<Int>) -> lstm_product {
    job(
      Rows(base: input.rows.row(chunk.first), stride: input.rows.stride), rows: chunk.rows,
      to: sums(chunk), panelRows: chunk.panelRows, groups: groups)
  }

  /// Computes the sums of a chunk.
  func compute(_ chunk: Chunk, _ input: InputRows, groups: Range<Int>, _ lane: Lane) {
    guard let places = input.places else {
      return run(job(chunk, input, groups: groups), lane)
    }
    let width = cell.kernels.panelWidth
    for panel in panels(of: groups) {
      let (source, target) = (
        table.base + panel * input.distinct * width,
        sums(chunk) + panel * chunk.panelRows * width
      )
      for row in 0..<chunk.rows {
        (target + row * width).update(
          from: source + places[chunk.first + row] * width, count: width)
      }
    }
  }

  /// Computes the sums of the different rows, where the input has each many times. Every run of the
  /// same input and weights finds them.
  func fillTable(_ input: InputRows, _ lane: Lane) {
    guard input.places != nil else { return }
    let groups = lane.share(of: cell.groups)
    let job = job(
      input.rows, rows: input.distinct, to: table.base, panelRows: input.distinct, groups: groups)
    run(job, lane)
  }

  private func panels(of groups: Range<Int>) -> Range<Int> {
    let count = cell.kernels.groupPanels
    return groups.lowerBound * count..<groups.upperBound * count
  }

  private func job(
    _ input: Rows, rows: Int, to target: UnsafeMutablePointer<Float>, panelRows: Int,
    groups: Range<Int>
  ) -> lstm_product {
    var job = cell.inputWeights.job
    job.a = UnsafePointer(input.base)
    job.a_row = input.stride
    job.rows = rows
    job.bias = UnsafePointer(cell.bias.base)
    job.out = target
    job.out_row = cell.kernels.panelWidth
    job.out_panel = panelRows * cell.kernels.panelWidth
    let panels = panels(of: groups)
    (job.first_panel, job.end_panel) = (panels.lowerBound, panels.upperBound)
    return job
  }

  private func run(_ whole: lstm_product, _ lane: Lane) {
    var job = whole
    let kernels = cell.kernels
    // With many rows the sums are bound by arithmetic, and converting weights over and over would
    // cost more than reading them.
    guard let widened, job.rows > 12 else { return kernels.functions.pointee.product(&job) }
    let panel = widened.base + lane.thread * cell.inputSize * kernels.panelWidth
    (job.half, job.panel_stride) = (0, 0)
    job.panels = UnsafeRawPointer(panel)
    for index in whole.first_panel..<whole.end_panel {
      cell.inputWeights.widen(panel: index, into: panel)
      (job.first_panel, job.end_panel) = (index, index + 1)
      kernels.functions.pointee.product(&job)
    }
  }
}
