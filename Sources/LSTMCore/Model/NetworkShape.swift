// The sizes of a network without its numbers: what a run has to fit, whoever computes it.

import RealModule

/// The sizes of a network.
package struct NetworkShape: Equatable, Sendable {
  /// The place and the widths of the states of one cell.
  package struct Cell: Equatable, Sendable {
    /// The layer, counted from 0.
    package let layer: Int
    package let direction: Direction
    /// The width of what the cell reads: I of the first layer, then the width of the layer before.
    package let inputSize: Int
    /// The width of h: P, or H without a projection.
    package let outputSize: Int
    /// The width of c: H.
    package let hiddenSize: Int
    /// Whether h is projected.
    package let hasProjection: Bool
  }

  /// The number of features that the first layer reads, I (or E after an embedding).
  package let inputSize: Int
  /// The width of the output of a step, D·P.
  package let outputSize: Int
  /// The tokens that an embedding or one-hot knows; nil where the network reads numbers.
  package let tokenCount: Int?
  /// The number of logits of the head, O; nil without one.
  package internal(set) var logitCount: Int?
  /// Whether the head's logits go through softmax or sigmoid.
  package internal(set) var hasProbabilities: Bool
  /// The number of layers.
  package let layerCount: Int
  /// Every cell in the order of the states: layer after layer, forward before reverse.
  package let cells: [Cell]

  /// How many directions the last layer has.
  var lastDirections: Int { cells.count { $0.layer == layerCount - 1 } }

  /// States of zeros.
  package func zeroState<Scalar: Real>(batch: Int) -> NetworkState<Scalar> {
    NetworkState(
      parts: cells.map {
        .init(
          hidden: Matrix(zeros: batch, $0.outputSize), cell: Matrix(zeros: batch, $0.hiddenSize))
      })
  }
}

extension LSTMNetwork {
  /// The sizes.
  package var shape: NetworkShape {
    NetworkShape(
      inputSize: inputSize, outputSize: outputSize, tokenCount: front?.tokenCount,
      logitCount: head?.outputSize, hasProbabilities: head?.activation != nil,
      layerCount: layers.count,
      cells: cells.map {
        .init(
          layer: $0, direction: $1, inputSize: $2.parameters.inputSize,
          outputSize: $2.parameters.outputSize, hiddenSize: $2.parameters.hiddenSize,
          hasProjection: $2.parameters.projection != nil)
      })
  }
}
