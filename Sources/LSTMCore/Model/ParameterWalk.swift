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
  /// A number that is not finite shows as an error of the run that meets it.
  public mutating func updateEachParameter(
    _ body: (_ name: CellParameterName, _ values: UnsafeMutableBufferPointer<Scalar>) throws -> Void
  ) rethrows {
    for gate in Gate.allCases {
      try gates[gate].inputWeights.values.withUnsafeMutableBufferPointer {
        try body(.inputWeights(gate), $0)
      }
      try gates[gate].hiddenWeights.values.withUnsafeMutableBufferPointer {
        try body(.hiddenWeights(gate), $0)
      }
      try gates[gate].bias.withUnsafeMutableBufferPointer { try body(.bias(gate), $0) }
      try gates[gate].recurrentBias?.withUnsafeMutableBufferPointer {
        try body(.recurrentBias(gate), $0)
      }
      try gates[gate].peephole?.withUnsafeMutableBufferPointer { try body(.peephole(gate), $0) }
    }
    try projection?.values.withUnsafeMutableBufferPointer { try body(.projection, $0) }
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
  /// A number that is not finite shows as an error of the run that meets it.
  public mutating func updateEachParameter(
    _ body: (_ name: ParameterName, _ values: UnsafeMutableBufferPointer<Scalar>) throws -> Void
  ) rethrows {
    if case .embedding(var matrix) = front {
      front = nil  // so that nobody else holds the matrix
      defer { front = .embedding(matrix) }
      try matrix.values.withUnsafeMutableBufferPointer { try body(.embedding, $0) }
    }
    for layer in layers.indices {
      try layers[layer].forward?.parameters.updateEachParameter { name, values in
        try body(.cell(layer: layer, .forward, name), values)
      }
      try layers[layer].reverse?.parameters.updateEachParameter { name, values in
        try body(.cell(layer: layer, .reverse, name), values)
      }
    }
    try head?.weights.values.withUnsafeMutableBufferPointer { try body(.headWeights, $0) }
    try head?.bias?.withUnsafeMutableBufferPointer { try body(.headBias, $0) }
  }
}
