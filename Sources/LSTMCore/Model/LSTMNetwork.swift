// A whole network: what stands before the layers, the layers, and what stands after them. How it
// runs is in LSTMNetwork+Run.swift; files and names are LSTMFormats' business.

import RealModule

/// Layers of LSTM cells, in one or two directions each, with an optional embedding or one-hot
/// before them and an optional linear head after them.
///
/// Every gate is computed by ``ReadableCell``; the network only leads sequences through the cells.
public struct LSTMNetwork<Scalar: Real>: Equatable {
  /// What turns token ids into the first layer's input; nil where the network reads numbers.
  public internal(set) var front: NetworkFront<Scalar>?
  /// The layers, the first reads the input. There is at least one.
  public internal(set) var layers: [NetworkLayer<Scalar>]
  /// The linear layer after the last, where there is one.
  public internal(set) var head: LinearHead<Scalar>?

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
    func finite(_ part: ParameterName, _ values: [Scalar]) throws {
      if let index = values.firstNotFinite() {
        throw NetworkError.partNotFinite(part, index: index)
      }
    }
    if case .embedding(let matrix) = front { try finite(.embedding, matrix.values) }
    guard let head else { return }
    guard head.weights.columns == width else {
      throw NetworkError.headWidth(found: head.weights.columns, expected: width)
    }
    try finite(.headWeights, head.weights.values)
    guard let bias = head.bias else { return }
    guard bias.count == head.outputSize else {
      throw NetworkError.headBias(found: bias.count, outputs: head.outputSize)
    }
    try finite(.headBias, bias)
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
}

extension LSTMNetwork where Scalar: BinaryFloatingPoint {
  /// The same network in another precision, each number rounded to the nearest.
  ///
  /// - Throws: ``LSTMCoreError`` or ``NetworkError`` where a number is beyond its range.
  public init<Other: Real & BinaryFloatingPoint>(_ other: LSTMNetwork<Other>) throws {
    try self.init(
      front: other.front.map { NetworkFront($0) },
      layers: other.layers.map { try NetworkLayer($0) },
      head: other.head.map { LinearHead($0) })
  }
}

extension LSTMNetwork: Sendable where Scalar: Sendable {}
