// The kernels of one instruction set, as CLSTMKernels lists them. The engine asks once which of
// them the processor can run.

import CLSTMKernels

/// The kernels for one instruction set, such as "avx2". All sets compute the same within rounding.
public struct KernelSet: @unchecked Sendable, Equatable, CustomStringConvertible {
  // Unchecked: a set is constant data of the C module.
  let functions: UnsafePointer<lstm_kernel_set>

  /// The sets that this processor can run, the fastest first, the portable one last.
  public static let available: [KernelSet] = {
    var sets: [KernelSet] = []
    while let functions = lstm_kernel_set_at(sets.count) {
      sets.append(.init(functions: functions))
    }
    return sets
  }()

  /// The fastest set that this processor can run.
  public static var fastest: KernelSet { available[0] }

  /// The set's name: "portable", "avx2" or "avx512".
  public var name: String { String(cString: functions.pointee.name) }
  /// The same as ``name``.
  public var description: String { name }

  /// Floats in a vector.
  var lanes: Int { Int(functions.pointee.lanes) }
  /// Columns in a panel of packed weights.
  var panelWidth: Int { Int(functions.pointee.panel_vectors) * lanes }
  /// Panels that hold the four gates of one vector of units.
  var groupPanels: Int { 4 / Int(functions.pointee.panel_vectors) }

  /// How many rows of the input half are computed at once beside the recurrent half of a single row;
  /// 0 for a set that does not do so.
  var aheadRows: Int { Int(functions.pointee.ahead_rows) }

  /// `count` rounded up to whole vectors.
  func padded(_ count: Int) -> Int { (count + lanes - 1) / lanes * lanes }

  /// The logistic function of every number, within 2 units of the last place.
  public func sigmoid(_ values: [Float]) -> [Float] { each(values, functions.pointee.sigmoid) }

  /// The hyperbolic tangent of every number, within 2 units of the last place.
  public func tanh(_ values: [Float]) -> [Float] { each(values, functions.pointee.tanh) }

  private func each(
    _ values: [Float], _ kernel: (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int) -> Void
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: values.count) { buffer, count in
      values.withUnsafeBufferPointer { kernel($0.baseAddress, buffer.baseAddress, $0.count) }
      count = values.count
    }
  }
}
