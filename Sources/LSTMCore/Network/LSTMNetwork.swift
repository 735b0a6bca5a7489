// A whole network: what stands before the layers, the layers, and what stands after them. How it
// runs is in LSTMNetwork+Run.swift; files and names are LSTMFormats' business.

import RealModule

/// Layers of LSTM cells, in one or two directions each, with an optional embedding or one-hot
/// before them and an optional linear head after them.
///
/// Every gate is computed by ``ReadableCell``; the network only leads sequences through the cells.
public struct LSTMNetwork<Scalar: Real>: Equatable {
  /// What turns token ids into the first layer's input; nil where the network reads numbers.
  public let front: NetworkFront<Scalar>?
  /// The layers, the first reads the input. There is at least one.
  public let layers: [NetworkLayer<Scalar>]
  /// The linear layer after the last, where there is one.
  public let head: LinearHead<Scalar>?

  /// Brings the parts together.
  ///
  /// - Throws: ``NetworkError`` where there is no layer, where widths do not fit one another, or
  ///   where a number of front or head is not finite.
  public init(
    front: NetworkFront<Scalar>? = nil, layers: [NetworkLayer<Scalar>],
    head: LinearHead<Scalar>? = nil
  ) throws {
    (self.front, self.layers, self.head) = (front, layers, head)
    try check()
  }

  private func check() throws {
    guard let first = layers.first?.cells.first?.cell else { throw NetworkError.noLayers }
    var width = front?.outputSize ?? first.parameters.inputSize
    for (index, layer) in layers.enumerated() {
      for (direction, cell) in layer.cells where cell.parameters.inputSize != width {
        throw NetworkError.layerWidth(
          layer: index, direction, found: cell.parameters.inputSize, expected: width)
      }
      width = layer.outputSize
    }
    func finite(_ part: String, _ values: [Scalar]) throws {
      if let index = values.firstNotFinite() {
        throw NetworkError.partNotFinite(part, index: index)
      }
    }
    if case .embedding(let matrix) = front { try finite("the embedding is", matrix.values) }
    guard let head else { return }
    guard head.weights.columns == width else {
      throw NetworkError.headWidth(found: head.weights.columns, expected: width)
    }
    try finite("the head's weights are", head.weights.values)
    guard let bias = head.bias else { return }
    guard bias.count == head.outputSize else {
      throw NetworkError.headBias(found: bias.count, outputs: head.outputSize)
    }
    try finite("the head's bias is", bias)
  }

  /// The number of features that the first layer reads, I (or E after an embedding).
  public var inputSize: Int { layers[0].cells[0].cell.parameters.inputSize }
  /// The width of the output of a step: that of the last layer, D·H or D·P.
  public var outputSize: Int { layers[layers.count - 1].outputSize }

  /// Every cell with its place, in the order of the states: layer after layer, forward before
  /// reverse.
  public var cells: [(layer: Int, direction: Direction, cell: ReadableCell<Scalar>)] {
    layers.enumerated().flatMap { index, layer in
      layer.cells.map { (index, $0.direction, $0.cell) }
    }
  }

  /// The state to start from when nothing went before: all zero.
  ///
  /// - Parameter batch: the number of sequences, B.
  public func zeroState(batch: Int) -> NetworkState<Scalar> {
    NetworkState(
      parts: cells.map { _, _, cell in
        .init(
          hidden: Matrix(zeros: batch, cell.parameters.outputSize),
          cell: Matrix(zeros: batch, cell.parameters.hiddenSize))
      })
  }

  /// The same network over another precision.
  ///
  /// - Throws: ``LSTMCoreError`` or ``NetworkError`` where a parameter is beyond the other
  ///   precision's range.
  public func map<Other: Real>(_ transform: (Scalar) -> Other) throws -> LSTMNetwork<Other> {
    try LSTMNetwork<Other>(
      front: front?.map(transform), layers: layers.map { try $0.map(transform) },
      head: head?.map(transform))
  }
}

extension LSTMNetwork: Sendable where Scalar: Sendable {}

// MARK: - Counting

/// How many numbers one cell of a network has learned.
public struct CellParameterCount: Equatable, Sendable {
  /// The layer, counted from 0.
  public let layer: Int
  /// The direction.
  public let direction: Direction
  /// The weights, biases and peephole of each gate; 0 for one that is pinned or coupled, whose
  /// weights are not read.
  public let gates: PerGate<Int>
  /// The entries of the projection; 0 where there is none.
  public let projection: Int

  /// All of them.
  public var total: Int { Gate.allCases.reduce(projection) { $0 + gates[$1] } }
}

/// How many numbers a network has learned, and where they are.
public struct ParameterCount: Equatable, Sendable {
  /// V times E; 0 without an embedding.
  public let embedding: Int
  /// Each cell, layer after layer, forward before reverse.
  public let cells: [CellParameterCount]
  /// The head's weights and bias; 0 without a head.
  public let head: Int

  /// All of them.
  public var total: Int { cells.reduce(embedding + head) { $0 + $1.total } }
}

extension LSTMNetwork {
  /// How many numbers the network has learned.
  ///
  /// - Parameter countsBiases: false for a network whose cells were made without biases: zeros
  ///   stand in their place, and these nobody learned.
  public func parameterCount(countsBiases: Bool = true) -> ParameterCount {
    var embedding = 0
    if case .embedding(let matrix) = front { embedding = matrix.values.count }
    return ParameterCount(
      embedding: embedding,
      cells: cells.map { layer, direction, cell in
        CellParameterCount(
          layer: layer, direction: direction,
          gates: PerGate { gate in
            guard cell.variant.source(of: gate) == .weights else { return 0 }
            let learned = cell.parameters.gates[gate]
            let biases =
              countsBiases ? learned.bias.count + (learned.recurrentBias?.count ?? 0) : 0
            return learned.inputWeights.values.count + learned.hiddenWeights.values.count
              + biases + (learned.peephole?.count ?? 0)
          },
          projection: cell.parameters.projection?.values.count ?? 0)
      },
      head: (head?.weights.values.count ?? 0) + (head?.bias?.count ?? 0))
  }
}
