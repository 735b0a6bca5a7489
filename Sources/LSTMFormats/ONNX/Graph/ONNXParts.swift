// The parts of a network while the reader collects them: layers and the head, as nodes give them.

import LSTMCore

/// The direction in which an LSTM node reads.
enum ONNXDirection: String, CaseIterable {
  case forward, reverse, bidirectional

  /// D, the number of cells a node has.
  var count: Int { self == .bidirectional ? 2 : 1 }

  /// The directions as numbers: 0 forward, 1 reverse.
  var codes: [Int] {
    switch self {
    case .forward: [0]
    case .reverse: [1]
    case .bidirectional: [0, 1]
    }
  }
}

/// One LSTM layer: one node, or a forward and a reverse node side by side.
struct ONNXLayer {
  var direction: ONNXDirection
  /// Forward before reverse.
  var cells: [ReadableCell<Double>]
  var hidden: ONNXSequenceModel.InitialState
  var cell: ONNXSequenceModel.InitialState

  /// Two layers that read the same, one forward, the other in reverse, as one; nil where they are
  /// something else.
  func beside(_ other: ONNXLayer) -> ONNXLayer? {
    guard direction == .forward, other.direction == .reverse,
      cells[0].parameters.hiddenSize == other.cells[0].parameters.hiddenSize,
      let hidden = hidden.before(other.hidden), let cell = cell.before(other.cell)
    else { return nil }
    return ONNXLayer(
      direction: .bidirectional, cells: cells + other.cells, hidden: hidden, cell: cell)
  }

  /// The layer of the network.
  var layer: NetworkLayer<Double> {
    switch direction {
    case .forward: NetworkLayer(forward: cells[0])
    case .reverse: NetworkLayer(reverse: cells[0])
    case .bidirectional: NetworkLayer(forward: cells[0], reverse: cells[1])
    }
  }
}

extension ONNXSequenceModel.InitialState {
  /// The states of a forward direction before those of a reverse one.
  fileprivate func before(_ other: Self) -> Self? {
    switch (self, other) {
    case (.zeros, .zeros): return .zeros
    case (.stored(let mine, let shape), .stored(let others, let same)) where shape == same:
      return .stored(mine + others, shape: [2] + shape.dropFirst())
    case (.input(let name, let offset, let order), .input(let same, let next, let sameOrder))
    where name == same && next == offset + 1 && order == sameOrder:
      return self
    default: return nil
    }
  }
}

/// The layers after the LSTM, as far as they are read.
struct ONNXHead {
  var layers: [PlainLayer<Double>] = []
  var reading: ONNXSequenceModel.Reading
  /// Whether the last layer is a product to which a bias may still be added.
  var takesBias = false
  /// Whether the softmax at the end is a logarithm.
  var isLogarithm = false

  /// The function at the end that makes probabilities of logits.
  var activation: LinearHead<Double>.Activation? {
    switch layers.last {
    case .softmax: .softmax
    case .activation(let function) where function.kind == .sigmoid: .sigmoid
    default: nil
    }
  }

  /// The head without that function.
  var plain: PlainHead<Double> {
    PlainHead(
      source: reading, layers: activation == nil ? layers : layers.dropLast(),
      activation: isLogarithm ? nil : activation)
  }
}
