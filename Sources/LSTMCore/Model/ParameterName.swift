// A name for every array of numbers that a network has learned. ParameterWalk.swift goes through
// them.

/// The name of one array of a cell's learned numbers.
public enum CellParameterName: Hashable, Sendable {
  /// W of a gate, `[H, I]`.
  case inputWeights(Gate)
  /// U of a gate, `[H, P]`.
  case hiddenWeights(Gate)
  /// The (first) bias of a gate, `[H]`.
  case bias(Gate)
  /// The second bias of a gate, `[H]`.
  case recurrentBias(Gate)
  /// The peephole of a gate, `[H]`.
  case peephole(Gate)
  /// The recurrent projection, `[P, H]`.
  case projection

  /// The gate whose numbers they are; nil for the projection.
  public var gate: Gate? {
    switch self {
    case .inputWeights(let gate), .hiddenWeights(let gate), .bias(let gate),
      .recurrentBias(let gate), .peephole(let gate):
      gate
    case .projection: nil
    }
  }

  /// Whether it is one of the two biases.
  public var isBias: Bool {
    switch self {
    case .bias, .recurrentBias: true
    default: false
    }
  }
}

/// The name of one array of a network's learned numbers.
public enum ParameterName: Hashable, Sendable {
  /// The embedding, `[V, E]`.
  case embedding
  /// An array of a cell; layers are counted from 0.
  case cell(layer: Int, Direction, CellParameterName)
  /// The head's weights, `[O, D·P]`.
  case headWeights
  /// The head's bias, `[O]`.
  case headBias
}

extension CellParameterName: CustomStringConvertible {
  /// The array in words, "the forget gate's bias".
  public var description: String {
    switch self {
    case .inputWeights(let gate): "\(gate.inWords)'s input weights"
    case .hiddenWeights(let gate): "\(gate.inWords)'s hidden weights"
    case .bias(let gate): "\(gate.inWords)'s bias"
    case .recurrentBias(let gate): "\(gate.inWords)'s recurrent bias"
    case .peephole(let gate): "\(gate.inWords)'s peephole"
    case .projection: "the projection"
    }
  }
}

extension ParameterName: CustomStringConvertible {
  /// The array in words, "layer 1, forward: the forget gate's bias"; layers counted from 1.
  public var description: String {
    switch self {
    case .embedding: "the embedding"
    case .cell(let layer, let direction, let name):
      "layer \(layer + 1), \(direction.rawValue): \(name)"
    case .headWeights: "the head's weights"
    case .headBias: "the head's bias"
    }
  }
}
