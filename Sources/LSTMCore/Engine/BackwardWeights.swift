// A cell's weights as the way back reads them: from the gradients of the pre-activations to those
// of what went in.

/// The weights of a cell, transposed. The gradients of the pre-activations of a row stand gate
/// after gate, each padded to whole vectors: `[4 · padded H]`.
struct BackwardWeights {
  let recurrent: PackedWeights  // [4 padded H, P]
  let input: PackedWeights  // [4 padded H, I]
  let projection: PackedWeights?  // [P, H]

  init(_ parameters: CellParameters<Float>, kernels: KernelSet) {
    let padded = kernels.padded(parameters.hiddenSize)
    func packed(
      _ columns: Int, _ matrix: KeyPath<GateParameters<Float>, Matrix<Float>>
    ) -> PackedWeights {
      PackedWeights(kernels: kernels, depth: 4 * padded, columns: columns) {
        column in
        Gate.allCases.enumerated().map { index, gate in
          ColumnPart(
            values: parameters.gates[gate][keyPath: matrix].values, start: column,
            stride: columns, count: parameters.hiddenSize, place: index * padded)
        }
      }
    }
    recurrent = packed(parameters.outputSize, \.hiddenWeights)
    input = packed(parameters.inputSize, \.inputWeights)
    projection = parameters.projection.map { matrix in
      PackedWeights(kernels: kernels, depth: matrix.rows, columns: matrix.columns) {
        column in
        [
          ColumnPart(
            values: matrix.values, start: column, stride: matrix.columns, count: matrix.rows)
        ]
      }
    }
  }
}
