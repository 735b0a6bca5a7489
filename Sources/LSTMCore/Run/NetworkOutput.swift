// What comes out of a run, whoever computed it.

import RealModule

/// What came out of a run. Beyond the length of a sequence everything is zero.
public struct NetworkOutput<Scalar: Real>: Equatable {
  /// The hidden states of the last layer: `[T, B, D·P]`; or what a model without a head gives
  /// instead (``LSTMModel/gives``), `[1, B, D·P]`.
  public var output: Array3<Scalar>
  /// The hidden states of every layer, where ``Recording/layerOutputs`` was asked for. Steps that
  /// the model skips are left out, and what follows has moved up.
  public var layerOutputs: [Array3<Scalar>]
  /// What every cell did, where ``Recording/cells`` was asked for: layer after layer, forward
  /// before reverse.
  public var cells: [CellRecord<Scalar>]
  /// The states after each sequence's last valid step in each direction.
  public var finalState: NetworkState<Scalar>
  /// W y + b of the head, where there is one: `[T, B, O]`, or `[1, B, O]` for a head that reads
  /// the final states or one step.
  public var logits: Array3<Scalar>?
  /// The logits after the head's softmax or sigmoid, where it has one: shaped as they are.
  public var probabilities: Array3<Scalar>?

  init(
    output: Array3<Scalar>, layerOutputs: [Array3<Scalar>], cells: [CellRecord<Scalar>],
    finalState: NetworkState<Scalar>
  ) {
    self.output = output
    self.layerOutputs = layerOutputs
    self.cells = cells
    self.finalState = finalState
  }
}

/// What one direction of one layer did at every step. Row b of plane t is what happened on reading
/// x(t) of sequence b; zero where a step was skipped or a sequence has ended.
public struct CellRecord<Scalar: Real>: Equatable {
  /// The layer, counted from 0.
  public let layer: Int
  /// The direction.
  public let direction: Direction
  /// f(t), i(t), g(t) and o(t): `[T, B, H]` each.
  public var gates: PerGate<Array3<Scalar>>
  /// z of each gate before a clip, where ``Recording/preactivations`` was asked for: `[T, B, H]`;
  /// zero of a gate that is not computed from its weights.
  public var preactivations: PerGate<Array3<Scalar>>?
  /// c(t): `[T, B, H]`.
  public var cellState: Array3<Scalar>
  /// tanh c(t), or what the variant has in place of tanh: `[T, B, H]`.
  public var activatedCell: Array3<Scalar>

  /// Room for so many steps.
  init(_ cell: NetworkShape.Cell, steps: Int, batch: Int, _ recording: Recording) {
    (layer, direction) = (cell.layer, cell.direction)
    let zeros = Array3<Scalar>(zeros: steps, batch, cell.hiddenSize)
    preactivations = recording.contains(.preactivations) ? PerGate(all: zeros) : nil
    (gates, cellState, activatedCell) = (PerGate(all: zeros), zeros, zeros)
  }

  /// The same numbers in another precision, each rounded to the nearest.
  init<Other: Real & BinaryFloatingPoint>(_ other: CellRecord<Other>)
  where Scalar: BinaryFloatingPoint {
    (layer, direction) = (other.layer, other.direction)
    gates = other.gates.map { Array3($0) }
    preactivations = other.preactivations.map { $0.map { Array3($0) } }
    (cellState, activatedCell) = (Array3(other.cellState), Array3(other.activatedCell))
  }

  /// Puts each array through `transform`.
  mutating func mapArrays(_ transform: (Array3<Scalar>) -> Array3<Scalar>) {
    gates = gates.map(transform)
    preactivations = preactivations?.map(transform)
    (cellState, activatedCell) = (transform(cellState), transform(activatedCell))
  }
}

extension NetworkOutput where Scalar: BinaryFloatingPoint {
  /// The same numbers in another precision, each rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: NetworkOutput<Other>) {
    self.init(
      output: Array3(other.output), layerOutputs: other.layerOutputs.map { Array3($0) },
      cells: other.cells.map { CellRecord($0) },
      finalState: NetworkState(other.finalState))
    logits = other.logits.map { Array3($0) }
    probabilities = other.probabilities.map { Array3($0) }
  }
}

extension NetworkOutput: Sendable where Scalar: Sendable {}
extension CellRecord: Sendable where Scalar: Sendable {}
