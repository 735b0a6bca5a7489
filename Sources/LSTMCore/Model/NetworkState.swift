// What a network carries from one run to the next.

import RealModule

/// The hidden and the cell states of every layer and direction, for a batch of B sequences.
///
/// The parts stand layer after layer and within a layer forward before reverse, as PyTorch and
/// ONNX order them. Their widths may differ from layer to layer.
public struct NetworkState<Scalar: Real>: Equatable {
  /// The states of one direction of one layer.
  public struct Part: Equatable {
    /// h: `[B, P]`, a row a sequence (P = H without a projection).
    public var hidden: Matrix<Scalar>
    /// c: `[B, H]`, a row a sequence.
    public var cell: Matrix<Scalar>

    /// Makes a part.
    public init(hidden: Matrix<Scalar>, cell: Matrix<Scalar>) {
      (self.hidden, self.cell) = (hidden, cell)
    }
  }

  /// A part for each direction of each layer.
  public var parts: [Part]

  /// Makes a state of its parts.
  public init(parts: [Part]) { self.parts = parts }

  /// Makes a state of two arrays: a plane for each direction of each layer.
  ///
  /// - Parameters:
  ///   - hidden: `[L·D, B, P]`.
  ///   - cell: `[L·D, B, H]`.
  /// - Throws: ``NetworkError/statePlanes(hidden:cell:)`` where one has more planes than the other.
  public init(hidden: Array3<Scalar>, cell: Array3<Scalar>) throws {
    guard hidden.planes == cell.planes else {
      throw NetworkError.statePlanes(hidden: hidden.planes, cell: cell.planes)
    }
    parts = (0..<hidden.planes).map { plane in
      Part(hidden: hidden.plane(plane), cell: cell.plane(plane))
    }
  }

  /// The hidden states as one array `[L·D, B, P]`, or nil where the widths differ.
  public var hidden: Array3<Scalar>? { Array3(stacking: parts.map(\.hidden)) }
  /// The cell states as one array `[L·D, B, H]`, or nil where the widths differ.
  public var cell: Array3<Scalar>? { Array3(stacking: parts.map(\.cell)) }
}

extension NetworkState: Sendable where Scalar: Sendable {}
extension NetworkState.Part: Sendable where Scalar: Sendable {}

extension NetworkState where Scalar: BinaryFloatingPoint {
  /// The same states in another precision, each number rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: NetworkState<Other>) {
    self.init(
      parts: other.parts.map { Part(hidden: Matrix($0.hidden), cell: Matrix($0.cell)) })
  }
}

extension NetworkState {
  /// - Throws: ``NetworkError/stateParts(found:layers:expected:)`` and
  ///   ``NetworkError/stateShape(layer:_:isCell:found:expected:)`` where it is not one of a network
  ///   of this shape with so many sequences.
  func check(_ shape: NetworkShape, batch: Int) throws {
    guard parts.count == shape.cells.count else {
      throw NetworkError.stateParts(
        found: parts.count, layers: shape.layerCount, expected: shape.cells.count)
    }
    for (cell, part) in zip(shape.cells, parts) {
      for (isCell, matrix, width) in [
        (false, part.hidden, cell.outputSize), (true, part.cell, cell.hiddenSize),
      ] where [matrix.rows, matrix.columns] != [batch, width] {
        throw NetworkError.stateShape(
          layer: cell.layer, cell.direction, isCell: isCell,
          found: [matrix.rows, matrix.columns], expected: [batch, width])
      }
    }
  }

  /// The states for so many sequences, where they are stored for one that stands for each.
  ///
  /// - Throws: ``NetworkError/storedBatch(_:found:batch:)`` where they are those of another number.
  package func spread(over batch: Int) throws -> NetworkState {
    func spread(_ matrix: Matrix<Scalar>) throws -> Matrix<Scalar> {
      guard matrix.rows != batch else { return matrix }
      guard matrix.rows == 1 else {
        throw NetworkError.storedBatch(.initialStates, found: matrix.rows, batch: batch)
      }
      return Matrix(
        rows: batch, columns: matrix.columns,
        values: (0..<batch).flatMap { _ in matrix.values })
    }
    return NetworkState(
      parts: try parts.map { .init(hidden: try spread($0.hidden), cell: try spread($0.cell)) })
  }
}

extension NetworkState.Part {
  /// Replaces the states of one sequence; by zeros where there are none.
  mutating func setRow(_ row: Int, _ states: (hidden: [Scalar], cell: [Scalar])?) {
    for column in 0..<hidden.columns { hidden[row, column] = states?.hidden[column] ?? 0 }
    for column in 0..<cell.columns { cell[row, column] = states?.cell[column] ?? 0 }
  }
}
