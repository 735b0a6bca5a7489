// A cell's weights as the way back reads them: from the gradients of the pre-activations to those
// of what went in.

/// The weights of a cell, transposed. The gradients of the pre-activations of a row stand gate
/// after gate, each padded to whole vectors: `[4 · padded H]`.
struct BackwardWeights {
  let recurrent: PackedWeights  // [4 padded H, P]
  let input: PackedWeights  // [4 padded H, I]
  let projection: PackedWeights?  // [P, H]

  init(_ parameters: CellParameters<Float>, kernels: KernelSet) {
    let depth = Gate.inKernelOrder.count * kernels.padded(parameters.hiddenSize)
    recurrent = PackedWeights(
      kernels: kernels, depth: depth, columns: parameters.outputSize,
      vector: Self.vectors(of: parameters, kernels, \.hiddenWeights))
    input = PackedWeights(
      kernels: kernels, depth: depth, columns: parameters.inputSize,
      vector: Self.vectors(of: parameters, kernels, \.inputWeights))
    projection = parameters.projection.map { matrix in
      PackedWeights(kernels: kernels, depth: matrix.rows, columns: matrix.columns) {
        [matrix.packedColumns(from: $0 * kernels.lanes, count: kernels.lanes)]
      }
    }
  }

  /// Takes over the numbers of a cell of the same shape; each of some threads a part.
  func replace(_ parameters: CellParameters<Float>, thread: Int, of threads: Int) {
    func fill(_ weights: PackedWeights, _ vector: (Int) -> [ColumnBlock]) {
      weights.fill(share(of: weights.panels, thread: thread, threads: threads), vector: vector)
    }
    let kernels = recurrent.kernels
    fill(recurrent, Self.vectors(of: parameters, kernels, \.hiddenWeights))
    fill(input, Self.vectors(of: parameters, kernels, \.inputWeights))
    if let projection, let matrix = parameters.projection {
      fill(projection) { [matrix.packedColumns(from: $0 * kernels.lanes, count: kernels.lanes)] }
    }
  }

  private static func vectors(
    of parameters: CellParameters<Float>, _ kernels: KernelSet,
    _ matrix: KeyPath<GateParameters<Float>, Matrix<Float>>
  ) -> (Int) -> [ColumnBlock] {
    let (padded, lanes) = (kernels.padded(parameters.hiddenSize), kernels.lanes)
    let matrices = Gate.inKernelOrder.map { parameters.gates[$0][keyPath: matrix] }
    return { vector in
      matrices.enumerated().map {
        $1.packedColumns(from: vector * lanes, count: lanes, place: $0 * padded)
      }
    }
  }
}
