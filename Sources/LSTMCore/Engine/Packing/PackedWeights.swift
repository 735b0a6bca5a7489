// Weights in the order in which kernels read them: panels of columns, in a panel step after step
// of the sum, so that memory is read from the first byte to the last.

import CLSTMKernels

/// How the engine holds weights.
public enum WeightPrecision: String, CaseIterable, Sendable {
  /// As they are.
  case float32
  /// Rounded to half precision: half the memory to read, for a single sequence the time of a step.
  /// Sums are taken in single precision all the same.
  case float16
}

/// What rounding weights to half precision changed.
public struct WeightRounding: Equatable, Sendable {
  /// The largest |rounded - w|.
  public internal(set) var largestError: Float = 0
  /// The largest |rounded - w| / |w| of weights in the range of normal half precision numbers,
  /// from 6.1e-5: at most 2^-11.
  public internal(set) var largestRelativeError: Float = 0
  /// How many weights were rounded.
  public internal(set) var count = 0
  /// How many of them became 0 and were not.
  public internal(set) var vanished = 0

  mutating func add(_ value: Float, rounded: Float) {
    count += 1
    let error = abs(rounded - value)
    largestError = max(largestError, error)
    if abs(value) >= 0x1p-14 {
      largestRelativeError = max(largestRelativeError, error / abs(value))
    }
    if rounded == 0, value != 0 { vanished += 1 }
  }

  mutating func add(_ other: WeightRounding) {
    largestError = max(largestError, other.largestError)
    largestRelativeError = max(largestRelativeError, other.largestRelativeError)
    count += other.count
    vanished += other.vanished
  }
}

/// Where the numbers of some neighbouring columns of weights stand, as many as a vector holds at most:
/// in rows of a matrix, or in columns of one.
struct ColumnBlock {
  var values: [Float]
  /// The first number of the first column.
  var start: Int
  /// From a column to the next, and from a number of a column to the next.
  var columnStride: Int
  var stride: Int
  /// How many columns there are.
  var columns: Int
  /// How many numbers of a column, and where in it they go.
  var count: Int
  var place = 0
}

extension Matrix where Scalar == Float {
  /// Some rows as columns of packed weights.
  func packedRows(from first: Int, count: Int) -> ColumnBlock {
    ColumnBlock(
      values: values, start: first * columns, columnStride: columns, stride: 1,
      columns: min(count, rows - first), count: columns)
  }

  /// Some columns as columns of packed weights, from `place` on.
  func packedColumns(from first: Int, count: Int, place: Int = 0) -> ColumnBlock {
    ColumnBlock(
      values: values, start: first, columnStride: 1, stride: columns,
      columns: min(count, columns - first), count: rows, place: place)
  }
}

/// A matrix of weights `[depth, columns]`, packed for the kernels of one set: what they multiply a
/// row of `depth` numbers with.
final class PackedWeights: @unchecked Sendable {
  // Unchecked: written by its owner alone, who computes nothing with it meanwhile.
  let kernels: KernelSet
  let depth: Int
  let columns: Int
  /// What half precision changed; nothing in single precision.
  private(set) var rounding: WeightRounding
  private let floats: FloatBuffer?  // [panel][depth][panel width]
  private let halves: AlignedBuffer<UInt16>?

  var panels: Int { (columns + kernels.panelWidth - 1) / kernels.panelWidth }
  var precision: WeightPrecision { halves == nil ? .float32 : .float16 }

  /// Packs columns of weights.
  ///
  /// - Parameters:
  ///   - depth: how many numbers a column has.
  ///   - columns: how many columns there are.
  ///   - vector: the parts of each vector of columns; what they leave out is zero.
  init(
    kernels: KernelSet, depth: Int, columns: Int, precision: WeightPrecision = .float32,
    vector: (Int) -> [ColumnBlock]
  ) {
    (self.kernels, self.depth, self.columns) = (kernels, depth, columns)
    let width = kernels.panelWidth
    let panels = (columns + width - 1) / width
    let count = panels * width * depth
    floats = precision == .float32 ? FloatBuffer(zeros: count) : nil
    halves = precision == .float16 ? AlignedBuffer<UInt16>(zeros: count) : nil
    rounding = WeightRounding()
    rounding = fill(0..<panels, vector: vector)
  }

  /// Packs the columns of some panels, over what was there.
  ///
  /// - Parameter vector: the parts of each vector of columns, in the same places as before.
  /// - Returns: what half precision changed.
  @discardableResult
  func fill(_ panels: Range<Int>, vector: (Int) -> [ColumnBlock]) -> WeightRounding {
    var rounding = WeightRounding()
    let (width, lanes) = (kernels.panelWidth, kernels.lanes)
    let vectors = width / lanes  // in a panel
    let end = min(panels.upperBound * vectors, (columns + lanes - 1) / lanes)
    for index in panels.lowerBound * vectors..<max(panels.lowerBound * vectors, end) {
      for block in vector(index) {
        let target = (index / vectors * depth + block.place) * width + index % vectors * lanes
        block.values.withUnsafeBufferPointer { values in
          guard let base = values.baseAddress else { return }
          let source = base + block.start
          if let floats {
            Self.copy(block, source, to: floats.base + target, width: width)
          } else if let halves {
            rounding.add(Self.round(block, source, to: halves.base + target, width: width))
          }
        }
      }
    }
    return rounding
  }

  private static func copy(
    _ block: ColumnBlock, _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>,
    width: Int
  ) {
    for k in 0..<block.count {
      let (from, to) = (source + k * block.stride, target + k * width)
      if block.columnStride == 1 {
        to.update(from: from, count: block.columns)
      } else {
        for column in 0..<block.columns { to[column] = from[column * block.columnStride] }
      }
    }
  }

  private static func round(
    _ block: ColumnBlock, _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<UInt16>,
    width: Int
  ) -> WeightRounding {
    var rounding = WeightRounding()
    for k in 0..<block.count {
      for column in 0..<block.columns {
        let value = source[k * block.stride + column * block.columnStride]
        let half = lstm_half(value)
        rounding.add(value, rounded: lstm_float(half))
        target[k * width + column] = half
      }
    }
    return rounding
  }

  /// A product job with these weights, for all panels and no rows yet.
  var job: lstm_product {
    var job = lstm_product()
    job.depth = depth
    job.panels =
      floats.map { UnsafeRawPointer($0.base) } ?? halves.map { UnsafeRawPointer($0.base) }
    job.panel_stride = depth * kernels.panelWidth
    job.half = precision == .float16 ? 1 : 0
    job.end_panel = panels
    job.columns = columns
    job.a_depth = 1
    return job
  }

  /// One panel of half precision as single precision.
  ///
  /// - Parameter target: room for `[depth][panel width]`.
  func widen(panel: Int, into target: UnsafeMutablePointer<Float>) {
    let size = depth * kernels.panelWidth
    guard let halves else { return }
    kernels.functions.pointee.widen(halves.base + panel * size, target, size)
  }
}
