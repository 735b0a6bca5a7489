// The gradients of a loss by everything a network has learned and was given, and what a loss says of
// a run.

/// The gradients of a loss, each in the shape of what it is the gradient of.
public struct NetworkGradients: Equatable, Sendable {
  /// By every learned number, in one block. Zero for a gate that is pinned or coupled.
  public var parameters: ParameterBlock<Float>
  /// By the input, `[T, B, I]`, zero beyond the lengths; nil where it was tokens.
  public var input: Array3<Float>?
  /// By the states that the run began with.
  public var initialState: NetworkState<Float>

  /// By the embedding, `[V, E]`; nil where there is none.
  public var embedding: Matrix<Float>? { matrix(.embedding) }
  /// By the head's weights, `[O, D·P]`; nil where there is no head.
  public var headWeights: Matrix<Float>? { matrix(.headWeights) }
  /// By the head's bias, `[O]`; nil where there is none.
  public var headBias: [Float]? { parameters[.headBias].map { Array($0) } }

  /// By the parameters of each cell, layer after layer, forward before reverse.
  public var cells: [CellParameters<Float>] {
    parameters.layout.entries.compactMap { entry in
      guard case .cell(let layer, let direction, .inputWeights(.forget)) = entry.name else {
        return nil
      }
      return cell(layer, direction)
    }
  }

  private func cell(_ layer: Int, _ direction: Direction) -> CellParameters<Float> {
    func name(_ name: CellParameterName) -> ParameterName {
      .cell(layer: layer, direction, name)
    }
    let none = Matrix<Float>(zeros: 0, 0)
    return CellParameters(
      gradients: PerGate { gate in
        GateParameters(
          inputWeights: matrix(name(.inputWeights(gate))) ?? none,
          hiddenWeights: matrix(name(.hiddenWeights(gate))) ?? none,
          bias: parameters[name(.bias(gate))].map { Array($0) } ?? [],
          recurrentBias: parameters[name(.recurrentBias(gate))].map { Array($0) },
          peephole: parameters[name(.peephole(gate))].map { Array($0) })
      }, projection: matrix(name(.projection)))
  }

  private func matrix(_ name: ParameterName) -> Matrix<Float>? {
    guard let entry = parameters.layout[name], let values = parameters[name] else { return nil }
    return Matrix(rows: entry.shape[0], columns: entry.shape[1], values: Array(values))
  }
}

/// What a loss says of a run: how it changes with what came out.
public struct OutputGradients: Sendable {
  /// By the outputs of the last layer, `[T, B, D·P]`.
  public var output: Array3<Float>?
  /// By the logits of the head, `[T, B, O]`, or `[1, B, O]` where it reads the final states.
  public var logits: Array3<Float>?
  /// By the final states.
  public var finalState: NetworkState<Float>?

  /// Makes gradients; what is left out is zero.
  public init(
    output: Array3<Float>? = nil, logits: Array3<Float>? = nil,
    finalState: NetworkState<Float>? = nil
  ) {
    (self.output, self.logits, self.finalState) = (output, logits, finalState)
  }
}
