// Rows of numbers in memory, as layers hand them to one another.

/// Rows of numbers in memory.
struct Rows {
  var base: UnsafeMutablePointer<Float>
  /// From one row to the next.
  var stride: Int

  @inline(__always)
  func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * stride }
}
