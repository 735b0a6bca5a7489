// A dense matrix, as plain as the readable cell needs it. The fast engine packs its own.

import RealModule

/// A dense matrix, stored row after row.
///
/// In this package the rows of a weight matrix are units: `inputWeights` is `[H, I]`, so that
/// row *k* holds what unit *k* makes of each input.
public struct Matrix<Scalar: Real>: Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The entries, row after row: entry (r, c) is at `r * columns + c`.
  public package(set) var values: [Scalar]  // [rows, columns]

  /// Makes a matrix from its entries, row after row.
  ///
  /// - Precondition: `values.count == rows * columns`.
  public init(rows: Int, columns: Int, values: [Scalar]) {
    precondition(
      values.count == rows * columns,
      "a matrix of \(rows) x \(columns) holds \(rows * columns) values, not \(values.count)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// Makes a matrix of zeros.
  public init(zeros rows: Int, _ columns: Int) {
    self.init(
      rows: rows, columns: columns, values: [Scalar](repeating: 0, count: rows * columns))
  }

  /// Makes the identity matrix of a size: ones on the diagonal, zeros elsewhere.
  public init(identity size: Int) {
    self.init(zeros: size, size)
    for index in 0..<size { self[index, index] = 1 }
  }

  /// The entry in a row and a column, both counted from 0.
  public subscript(row: Int, column: Int) -> Scalar {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// One row, as a slice of ``values``.
  public func row(_ row: Int) -> ArraySlice<Scalar> {
    values[row * columns..<(row + 1) * columns]
  }

  /// The matrix product with a column vector: entry *k* is the sum over *j* of
  /// `self[k, j] * vector[j]`, added in the order of *j*.
  ///
  /// - Parameter vector: `[columns]`.
  /// - Returns: `[rows]`.
  public func product(_ vector: [Scalar]) -> [Scalar] {
    precondition(vector.count == columns, "the product needs \(columns) values")
    return [Scalar](unsafeUninitializedCapacity: rows) { result, count in
      values.withUnsafeBufferPointer { matrix in
        vector.withUnsafeBufferPointer { vector in
          for row in stride(from: 0, to: rows - rows % 8, by: 8) {
            Self.eightRows(
              UnsafeBufferPointer(rebasing: matrix[row * columns..<(row + 8) * columns]), vector,
              into: UnsafeMutableBufferPointer(rebasing: result[row..<row + 8]))
          }
          for row in rows - rows % 8..<rows {
            var sum: Scalar = 0
            for column in 0..<columns { sum += matrix[row * columns + column] * vector[column] }
            result.initializeElement(at: row, to: sum)
          }
        }
      }
      count = rows
    }
  }

  /// Eight sums at once: each is added up in the same order as alone, but none waits for another.
  private static func eightRows(
    _ matrix: UnsafeBufferPointer<Scalar>, _ vector: UnsafeBufferPointer<Scalar>,
    into result: UnsafeMutableBufferPointer<Scalar>
  ) {
    let columns = vector.count
    func row(_ index: Int) -> UnsafeBufferPointer<Scalar> {
      UnsafeBufferPointer(rebasing: matrix[index * columns..<(index + 1) * columns])
    }
    let (rowA, rowB, rowC, rowD) = (row(0), row(1), row(2), row(3))
    let (rowE, rowF, rowG, rowH) = (row(4), row(5), row(6), row(7))
    var (a, b, c, d): (Scalar, Scalar, Scalar, Scalar) = (0, 0, 0, 0)
    var (e, f, g, h): (Scalar, Scalar, Scalar, Scalar) = (0, 0, 0, 0)
    for column in 0..<columns {
      let factor = vector[column]
      a += rowA[column] * factor
      b += rowB[column] * factor
      c += rowC[column] * factor
      d += rowD[column] * factor
      e += rowE[column] * factor
      f += rowF[column] * factor
      g += rowG[column] * factor
      h += rowH[column] * factor
    }
    for (row, sum) in [a, b, c, d, e, f, g, h].enumerated() {
      result.initializeElement(at: row, to: sum)
    }
  }

  /// The product of the transposed matrix with a column vector, as back-propagation needs it.
  ///
  /// - Parameter vector: `[rows]`.
  /// - Returns: `[columns]`.
  public func transposedProduct(_ vector: [Scalar]) -> [Scalar] {
    precondition(vector.count == rows, "the transposed product needs \(rows) values")
    var result = [Scalar](repeating: 0, count: columns)
    for row in 0..<rows {
      let start = row * columns
      for column in 0..<columns { result[column] += values[start + column] * vector[row] }
    }
    return result
  }

  /// The outer product of two vectors: entry (r, c) is `left[r] * right[c]`.
  public init(outer left: [Scalar], _ right: [Scalar]) {
    self.init(
      rows: left.count, columns: right.count,
      values: left.flatMap { entry in right.map { entry * $0 } })
  }

  /// The matrix with rows and columns exchanged.
  public var transposed: Matrix {
    var values: [Scalar] = []
    values.reserveCapacity(self.values.count)
    for column in 0..<columns {
      for row in 0..<rows { values.append(self[row, column]) }
    }
    return Matrix(rows: columns, columns: rows, values: values)
  }

  /// The same matrix with every entry put through `transform`.
  public func map(_ transform: (Scalar) -> Scalar) -> Matrix {
    Matrix(rows: rows, columns: columns, values: values.mapNumbers(transform))
  }
}

extension Matrix where Scalar: BinaryFloatingPoint {
  /// The same matrix in another precision, each entry rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: Matrix<Other>) {
    self.init(rows: other.rows, columns: other.columns, values: other.values.converted())
  }
}

extension Matrix: Sendable where Scalar: Sendable {}
