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

/// Numbers of a column of weights: some of a matrix's entries, from `start` every `stride`-th.
struct ColumnPart {
  var values: [Float]
  var start: Int
  var stride = 1
  var count: Int
  /// Where in the column they go.
  var place = 0
}

/// A matrix of weights `[depth, columns]`, packed for the kernels of one set: what they multiply a
/// row of `depth` numbers with.
struct PackedWeights: Sendable {
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
  ///   - column: the parts of a column; what they leave out is zero.
  init(
    kernels: KernelSet, depth: Int, columns: Int, precision: WeightPrecision = .float32,
    column: (Int) -> [ColumnPart]
  ) {
    (self.kernels, self.depth, self.columns) = (kernels, depth, columns)
    let width = kernels.panelWidth
    let panels = (columns + width - 1) / width
    let count = panels * width * depth
    floats = precision == .float32 ? FloatBuffer(zeros: count) : nil
    halves = precision == .float16 ? AlignedBuffer<UInt16>(zeros: count) : nil
    rounding = WeightRounding()
    rounding = fill(0..<panels, column: column)
  }

  /// Packs the columns of some panels, over what was there.
  ///
  /// - Parameter column: the parts of a column, in the same places as before.
  /// - Returns: what half precision changed.
  @discardableResult
  func fill(_ panels: Range<Int>, column: (Int) -> [ColumnPart]) -> WeightRounding {
    var rounding = WeightRounding()
    let width = kernels.panelWidth
    for index in panels.lowerBound * width..<min(panels.upperBound * width, columns) {
      for part in column(index) {
        let target = (index / width * depth + part.place) * width + index % width
        part.values.withUnsafeBufferPointer { values in
          guard let halves else {
            guard let floats else { return }
            for k in 0..<part.count {
              floats.base[target + k * width] = values[part.start + k * part.stride]
            }
            return
          }
          for k in 0..<part.count {
            let value = values[part.start + k * part.stride]
            let half = lstm_half(value)
            rounding.add(value, rounded: lstm_float(half))
            halves.base[target + k * width] = half
          }
        }
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
