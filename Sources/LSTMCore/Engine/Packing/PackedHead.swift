// The linear head as the kernels compute it, forward and back: the one place where the engine
// evaluates a head. Which rows it reads is Run/OutputSelection+Features.swift's business.

import CLSTMKernels

/// A head's weights, packed for W y + b; and for the way back, where a training session asks for it.
struct PackedHead: Sendable {
  let reading: HeadReading<Float>
  /// O.
  let outputSize: Int
  private let weights: PackedWeights  // [D·P, O]
  private let transposed: PackedWeights?  // [O, D·P]
  private let bias: FloatBuffer  // padded to whole panels

  /// - Parameter goesBack: whether ``addFeatureGradients(_:rows:to:_:)`` will be called.
  init(_ head: LinearHead<Float>, kernels: KernelSet, goesBack: Bool = false) {
    (reading, outputSize) = (head.reading, head.outputSize)
    let matrix = head.weights
    weights = PackedWeights(kernels: kernels, depth: matrix.columns, columns: matrix.rows) {
      [matrix.packedRows(from: $0 * kernels.lanes, count: kernels.lanes)]
    }
    transposed =
      !goesBack
      ? nil
      : PackedWeights(kernels: kernels, depth: matrix.rows, columns: matrix.columns) {
        [matrix.packedColumns(from: $0 * kernels.lanes, count: kernels.lanes)]
      }
    bias = FloatBuffer(zeros: weights.panels * kernels.panelWidth)
    fillBias(head)
  }

  private func fillBias(_ head: LinearHead<Float>) {
    for (index, value) in (head.bias ?? []).enumerated() { bias.base[index] = value }
  }

  /// Takes over the numbers of a head of the same sizes; each of some threads a part.
  func replace(_ head: LinearHead<Float>, thread: Int, of threads: Int) {
    let (matrix, lanes) = (head.weights, weights.kernels.lanes)
    weights.fill(share(of: weights.panels, thread: thread, threads: threads)) {
      [matrix.packedRows(from: $0 * lanes, count: lanes)]
    }
    if let transposed {
      transposed.fill(share(of: transposed.panels, thread: thread, threads: threads)) {
        [matrix.packedColumns(from: $0 * lanes, count: lanes)]
      }
    }
    if thread == 0 { fillBias(head) }
  }

  /// The product W y + b of some rows, to be computed at once or in parts.
  ///
  /// - Parameters:
  ///   - features: y: `[rows, D·P]`.
  ///   - logits: becomes `[rows, O]`.
  func job(
    _ features: UnsafePointer<Float>, rows: Int, logits: UnsafeMutablePointer<Float>
  ) -> lstm_product {
    var job = weights.job
    (job.a, job.a_row, job.rows) = (features, weights.depth, rows)
    job.bias = UnsafePointer(bias.base)
    (job.out, job.out_row, job.out_panel) = (logits, outputSize, weights.kernels.panelWidth)
    return job
  }

  /// W y + b of rows of features: `[rows, O]`.
  func logits(_ features: UnsafePointer<Float>, rows: Int, _ team: WorkerTeam) -> FloatBuffer {
    let logits = FloatBuffer(zeros: rows * outputSize)
    team.product(job(features, rows: rows, logits: logits.base), weights.kernels)
    return logits
  }

  /// W y + b of features that stand as `[T, B, D·P]`, zero beyond the lengths.
  func logits(_ features: Array3<Float>, lengths: [Int], _ team: WorkerTeam) -> Array3<Float> {
    let plan = BatchPlan(lengths: lengths)
    let rows = FloatBuffer(zeros: plan.rows * features.columns)
    plan.pack(features, into: rows.base)
    return Array3(
      unpacking: logits(rows.base, rows: plan.rows, team), columns: outputSize, plan,
      steps: features.planes)
  }

  /// W y + b of one step of every sequence, on the calling thread; nothing is allocated.
  func step(
    _ features: UnsafePointer<Float>, batch: Int, into logits: UnsafeMutablePointer<Float>
  ) {
    var job = job(features, rows: batch, logits: logits)
    weights.kernels.functions.pointee.product(&job)
  }

  /// Adds the gradients by the features, those by the logits times W.
  ///
  /// - Parameters:
  ///   - scores: the gradients by the logits: `[rows, O]`.
  ///   - target: `[rows, D·P]`.
  func addFeatureGradients(
    _ scores: UnsafePointer<Float>, rows: Int, to target: UnsafeMutablePointer<Float>,
    _ team: WorkerTeam
  ) {
    guard let transposed else { return }
    var job = transposed.job
    (job.a, job.a_row, job.rows) = (scores, outputSize, rows)
    (job.out, job.out_row, job.out_panel) = (
      target, transposed.columns, transposed.kernels.panelWidth
    )
    job.accumulates = 1
    team.product(job, transposed.kernels)
  }
}
