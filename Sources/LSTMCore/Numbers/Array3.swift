// An array with three sizes, as plain as sequences of batches need it.

import RealModule

/// A dense array of three dimensions, the last running fastest.
///
/// Inputs and outputs of a network are `[T, B, I]`: a plane is a time step, a row a sequence of
/// the batch, a column a feature. States are `[L·D, B, H]`: a plane is one direction of one layer.
public struct Array3<Scalar: Real>: Equatable {
  /// The first size: time steps, or directions of layers.
  public let planes: Int
  /// The second size: sequences in the batch.
  public let rows: Int
  /// The third size: features or units.
  public let columns: Int
  /// The entries: (p, r, c) is at `(p * rows + r) * columns + c`.
  public package(set) var values: [Scalar]  // [planes, rows, columns]

  /// The three sizes together.
  public var shape: [Int] { [planes, rows, columns] }

  /// Makes an array from its entries, the last dimension running fastest.
  ///
  /// - Precondition: `values.count == planes * rows * columns`, none of them negative.
  public init(planes: Int, rows: Int, columns: Int, values: [Scalar]) {
    precondition(
      planes >= 0 && rows >= 0 && columns >= 0 && values.count == planes * rows * columns,
      "an array of \(planes) x \(rows) x \(columns) does not hold \(values.count) values")
    (self.planes, self.rows, self.columns, self.values) = (planes, rows, columns, values)
  }

  /// Makes an array of zeros.
  public init(zeros planes: Int, _ rows: Int, _ columns: Int) {
    self.init(
      planes: planes, rows: rows, columns: columns,
      values: [Scalar](repeating: 0, count: planes * rows * columns))
  }

  /// The entry at three indices, each counted from 0.
  public subscript(plane: Int, row: Int, column: Int) -> Scalar {
    get { values[(plane * rows + row) * columns + column] }
    set { values[(plane * rows + row) * columns + column] = newValue }
  }

  /// One row of one plane: the features of one sequence at one step, `[columns]`.
  public func row(_ plane: Int, _ row: Int) -> [Scalar] {
    let start = (plane * rows + row) * columns
    return Array(values[start..<start + columns])
  }

  /// Replaces one row of one plane.
  ///
  /// - Precondition: `newValues` has as many entries as the array has columns.
  public mutating func setRow(_ plane: Int, _ row: Int, to newValues: [Scalar]) {
    precondition(newValues.count == columns, "a row holds \(columns) values")
    let start = (plane * rows + row) * columns
    for (index, value) in newValues.enumerated() { values[start + index] = value }
  }

  /// Some columns of every row, side by side.
  package func columns(_ range: Range<Int>) -> Array3 {
    let values = [Scalar](unsafeUninitializedCapacity: planes * rows * range.count) {
      buffer, count in
      self.values.withUnsafeBufferPointer { all in
        for row in 0..<planes * rows {
          for (place, column) in range.enumerated() {
            buffer.initializeElement(
              at: row * range.count + place, to: all[row * columns + column])
          }
        }
      }
      count = planes * rows * range.count
    }
    return Array3(planes: planes, rows: rows, columns: range.count, values: values)
  }

  /// The same entries with the first two dimensions exchanged: batch-first to time-major and back.
  public var swappingPlanesAndRows: Array3 {
    var result = Array3(zeros: rows, planes, columns)
    for plane in 0..<planes {
      for row in 0..<rows { result.setRow(row, plane, to: self.row(plane, row)) }
    }
    return result
  }
}

extension Array3 where Scalar: BinaryFloatingPoint {
  /// The same array in another precision, each entry rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: Array3<Other>) {
    self.init(
      planes: other.planes, rows: other.rows, columns: other.columns,
      values: other.values.converted())
  }
}

extension Array3: Sendable where Scalar: Sendable {}

extension Array3 {
  /// One plane as a matrix `[rows, columns]`.
  public func plane(_ plane: Int) -> Matrix<Scalar> {
    let count = rows * columns
    return Matrix(
      rows: rows, columns: columns, values: Array(values[plane * count..<(plane + 1) * count]))
  }

  /// Lays matrices on one another; nil where there is none or their sizes differ.
  public init?(stacking planes: [Matrix<Scalar>]) {
    guard let first = planes.first,
      planes.allSatisfy({ $0.rows == first.rows && $0.columns == first.columns })
    else { return nil }
    self.init(
      planes: planes.count, rows: first.rows, columns: first.columns,
      values: planes.flatMap(\.values))
  }
}
