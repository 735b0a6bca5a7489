// Sums of outer products over many rows, which is what the gradient of a weight matrix is: one
// matrix product with the rows as its depth.

import CLSTMKernels

/// Memory of one thread for packing blocks of rows.
struct OuterProduct {
  /// How many rows are packed at once: a panel of them stays in a near cache.
  private static let depth = 256
  /// How many columns of the left factor are taken at once, for the same reason.
  private static let block = 192

  private let kernels: KernelSet
  private let panel: FloatBuffer

  /// - Parameter columns: the most columns that a right factor has.
  init(kernels: KernelSet, columns: Int) {
    self.kernels = kernels
    let width = kernels.panelWidth
    panel = FloatBuffer(zeros: (columns + width - 1) / width * width * Self.depth)
  }

  /// Adds Σ_r left[r][j] · right[r][k] to sum[j][k] for some columns j of the left factor.
  ///
  /// - Parameters:
  ///   - rows: how many rows there are.
  ///   - right: the right factor; ``columns`` of its columns count.
  ///   - sum: `[left columns, columns]`.
  func add(
    left: Rows, _ leftColumns: Range<Int>, right: Rows, columns: Int, rows: Int,
    to sum: UnsafeMutablePointer<Float>
  ) {
    guard !leftColumns.isEmpty, columns > 0 else { return }
    let width = kernels.panelWidth
    let panels = (columns + width - 1) / width
    var job = lstm_product()
    (job.a_row, job.a_depth) = (1, left.stride)
    job.panels = UnsafeRawPointer(panel.base)
    (job.end_panel, job.columns) = (panels, columns)
    job.accumulates = 1
    (job.out_row, job.out_panel) = (columns, width)
    for start in stride(from: 0, to: rows, by: Self.depth) {
      let depth = min(Self.depth, rows - start)
      (job.depth, job.panel_stride) = (depth, depth * width)
      for panelIndex in 0..<panels {
        let first = panelIndex * width
        let valid = min(width, columns - first)
        let target = panel.base + panelIndex * depth * width
        for row in 0..<depth {
          // What lies beyond the columns is computed and thrown away: any finite number will do.
          (target + row * width).update(from: right.row(start + row) + first, count: valid)
        }
      }
      for block in stride(from: leftColumns.lowerBound, to: leftColumns.upperBound, by: Self.block)
      {
        job.rows = min(Self.block, leftColumns.upperBound - block)
        job.a = UnsafePointer(left.row(start) + block)
        job.out = sum + block * columns
        kernels.functions.pointee.product(&job)
      }
    }
  }
}
