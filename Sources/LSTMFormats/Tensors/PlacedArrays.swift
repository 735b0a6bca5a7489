// A file of arrays that are filled a piece at a time, whatever the container: the shapes are known before
// the first number.

import LSTMCore

/// An array that will be filled.
struct PlacedArray {
  let name: String
  let shape: [Int]
  let type: NumberType
  /// How many equal parts of the array are filled side by side, one after the other in the file: the
  /// sequences of an array `[B, T, …]`, of which a few steps come at a time; else 1.
  var parts = 1

  /// An array of sequences.
  ///
  /// - Parameters:
  ///   - planes: the steps, T.
  ///   - batch: the sequences, B.
  ///   - isBatchFirst: whether it is to be `[B, T, width]`.
  init(
    _ name: String, planes: Int, batch: Int, width: Int, _ type: NumberType, isBatchFirst: Bool
  ) {
    (self.name, self.type) = (name, type)
    shape = isBatchFirst ? [batch, planes, width] : [planes, batch, width]
    parts = isBatchFirst ? max(1, batch) : 1
  }

  init(name: String, shape: [Int], type: NumberType) {
    (self.name, self.shape, self.type) = (name, shape, type)
  }
}

/// A file whose arrays are filled piece by piece.
protocol PlacedArrays: AnyObject {
  /// Appends numbers to a part of an array, rounded to its type.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  func append<Scalar: BinaryFloatingPoint>(
    _ numbers: UnsafeBufferPointer<Scalar>, to index: Int, part: Int) throws

  /// Writes what stands around the arrays, and puts the file in its place.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)`` or ``BrokenPipe``.
  func finish() throws
}

extension PlacedArrays {
  /// Appends `[planes, B, width]` to an array.
  ///
  /// - Parameter isSplit: whether the array was announced in a part a sequence.
  func append<Scalar: BinaryFloatingPoint>(
    _ array: Array3<Scalar>, to index: Int, isSplit: Bool
  ) throws {
    try array.values.withUnsafeBufferPointer { values in
      guard isSplit else { return try append(values, to: index, part: 0) }
      var rows = [Scalar](repeating: 0, count: array.planes * array.columns)
      for sequence in 0..<array.rows {
        for plane in 0..<array.planes {
          let start = (plane * array.rows + sequence) * array.columns
          for column in 0..<array.columns {
            rows[plane * array.columns + column] = values[start + column]
          }
        }
        try rows.withUnsafeBufferPointer { try append($0, to: index, part: sequence) }
      }
    }
  }
}

extension UnsafeBufferPointer where Element: BinaryFloatingPoint {
  /// Lends the numbers as a file of a floating-point type holds them: where they lie if they are
  /// such, else a copy.
  func withStoredBytes<Result>(
    as type: NumberType, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    if type == .float32 && Element.self == Float.self
      || type == .float64 && Element.self == Double.self
    {
      return try body(UnsafeRawBufferPointer(self))
    }
    return try Tensor(map { Double($0) }, shape: [count], type: type).withUnsafeBytes(body)
  }
}
