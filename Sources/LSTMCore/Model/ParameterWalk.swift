// The one walk over everything a network has learned, array by array and always in the same order:
// the embedding; of each cell, layer after layer and forward before reverse, gate after gate W, U,
// the biases and the peephole, then the projection; the head. Counts, rounding, optimisers and
// checkpoints are made of it.

import RealModule

extension CellParameters {
  /// Calls `body` with the name, the sizes and the numbers of each array in turn.
  public func forEachParameter(
    _ body: (_ name: CellParameterName, _ shape: [Int], _ values: [Scalar]) throws -> Void
  ) rethrows {
    for gate in Gate.allCases {
      let learned = gates[gate]
      for (name, matrix) in [
        (CellParameterName.inputWeights(gate), learned.inputWeights),
        (.hiddenWeights(gate), learned.hiddenWeights),
      ] {
        try body(name, [matrix.rows, matrix.columns], matrix.values)
      }
      let vectors: [(CellParameterName, [Scalar]?)] = [
        (.bias(gate), learned.bias), (.recurrentBias(gate), learned.recurrentBias),
        (.peephole(gate), learned.peephole),
      ]
      for case (let name, let values?) in vectors { try body(name, [values.count], values) }
    }
    if let projection {
      try body(.projection, [projection.rows, projection.columns], projection.values)
    }
  }

  /// Calls `body` with the name and the numbers of each array in turn, to be changed in place:
  /// nothing is copied where nobody else holds the parameters, and nothing is checked again.
  ///
  /// A number that is not finite shows as an error of the run that meets it. `body` cannot throw:
  /// the walk would have to put together again what it has opened.
  public mutating func updateEachParameter(
    _ body: (_ name: CellParameterName, _ values: UnsafeMutableBufferPointer<Scalar>) -> Void
  ) {
    for gate in Gate.allCases {
      gates[gate].inputWeights.values.withUnsafeMutableBufferPointer {
        body(.inputWeights(gate), $0)
      }
      gates[gate].hiddenWeights.values.withUnsafeMutableBufferPointer {
        body(.hiddenWeights(gate), $0)
      }
      gates[gate].bias.withUnsafeMutableBufferPointer { body(.bias(gate), $0) }
      gates[gate].recurrentBias?.withUnsafeMutableBufferPointer {
        body(.recurrentBias(gate), $0)
      }
      gates[gate].peephole?.withUnsafeMutableBufferPointer { body(.peephole(gate), $0) }
    }
    projection?.values.withUnsafeMutableBufferPointer { body(.projection, $0) }
  }
}

extension LSTMNetwork {
  /// Calls `body` with the name, the sizes and the numbers of each array in turn.
  public func forEachParameter(
    _ body: (_ name: ParameterName, _ shape: [Int], _ values: [Scalar]) throws -> Void
  ) rethrows {
    if case .embedding(let matrix) = front {
      try body(.embedding, [matrix.rows, matrix.columns], matrix.values)
    }
    for (layer, direction, cell) in cells {
      try cell.parameters.forEachParameter { name, shape, values in
        try body(.cell(layer: layer, direction, name), shape, values)
      }
    }
    guard let head else { return }
    try body(.headWeights, [head.weights.rows, head.weights.columns], head.weights.values)
    if let bias = head.bias { try body(.headBias, [bias.count], bias) }
  }

  /// Calls `body` with the name and the numbers of each array in turn, to be changed in place:
  /// nothing is copied where nobody else holds the network, and nothing is checked again.
  ///
  /// A number that is not finite shows as an error of the run that meets it. `body` cannot throw:
  /// the walk would have to put together again what it has opened.
  public mutating func updateEachParameter(
    _ body: (_ name: ParameterName, _ values: UnsafeMutableBufferPointer<Scalar>) -> Void
  ) {
    if case .embedding(var matrix) = front {
      front = nil  // so that nobody else holds the matrix
      defer { front = .embedding(matrix) }
      matrix.values.withUnsafeMutableBufferPointer { body(.embedding, $0) }
    }
    for layer in layers.indices {
      layers[layer].forward?.parameters.updateEachParameter { name, values in
        body(.cell(layer: layer, .forward, name), values)
      }
      layers[layer].reverse?.parameters.updateEachParameter { name, values in
        body(.cell(layer: layer, .reverse, name), values)
      }
    }
    head?.weights.values.withUnsafeMutableBufferPointer { body(.headWeights, $0) }
    head?.bias?.withUnsafeMutableBufferPointer { body(.headBias, $0) }
  }
}
