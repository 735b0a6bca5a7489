// What a head reads, or a model gives: the rows of every step, of one step, or of the final states;
// forward here, and the way back of their gradients.

import RealModule

extension OutputSelection {
  /// The only step that is read, counted from 0; nil where all are, or the final states, or where
  /// there is no step.
  func step(of count: Int) -> Int? {
    switch self {
    case .everyStep, .finalState: nil
    case .lastStep: count > 0 ? count - 1 : nil
    case .firstStep: count > 0 ? 0 : nil
    }
  }

  /// The rows that count: `[T, B, D·P]`, or `[1, B, D·P]` where it is not every step.
  ///
  /// - Parameters:
  ///   - output: of the last layer, `[T, B, D·P]`.
  ///   - finalState: its states are the last parts.
  ///   - directions: of the last layer.
  func features<Scalar: Real>(
    of output: Array3<Scalar>, _ finalState: NetworkState<Scalar>, _ directions: Int
  ) -> Array3<Scalar> {
    switch self {
    case .everyStep: return output
    case .lastStep, .firstStep:
      guard let step = step(of: output.planes) else {
        return Array3(zeros: 1, output.rows, output.columns)
      }
      return Array3(
        planes: 1, rows: output.rows, columns: output.columns, values: output.plane(step).values)
    case .finalState:
      let parts = finalState.parts.suffix(directions)
      var values: [Scalar] = []
      values.reserveCapacity(output.rows * output.columns)
      for sequence in 0..<output.rows {
        for part in parts { values += part.hidden.row(sequence) }
      }
      return Array3(planes: 1, rows: output.rows, columns: output.columns, values: values)
    }
  }
}

extension NetworkState {
  /// Adds gradients of the final features, `[B, D·P]`, to those of the last layer's hidden states.
  mutating func addFinal(_ gradients: Matrix<Scalar>, directions: Int) {
    var column = 0
    for part in parts.count - directions..<parts.count {
      let (rows, columns) = (parts[part].hidden.rows, parts[part].hidden.columns)
      for row in 0..<rows {
        for unit in 0..<columns {
          parts[part].hidden[row, unit] += gradients[row, column + unit]
        }
      }
      column += columns
    }
  }
}
