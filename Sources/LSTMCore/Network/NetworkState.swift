// What a network carries from one run to the next, and what goes into and comes out of a run.

import RealModule

/// The hidden and the cell states of every layer and direction, for a batch of B sequences.
///
/// The parts stand layer after layer and within a layer forward before reverse, as PyTorch and
/// ONNX order them. Their widths may differ from layer to layer.
public struct NetworkState<Scalar: Real>: Equatable {
  /// The states of one direction of one layer.
  public struct Part: Equatable {
    /// h: `[B, P]`, a row a sequence (P = H without a projection).
    public var hidden: Matrix<Scalar>
    /// c: `[B, H]`, a row a sequence.
    public var cell: Matrix<Scalar>

    /// Makes a part.
    public init(hidden: Matrix<Scalar>, cell: Matrix<Scalar>) {
      (self.hidden, self.cell) = (hidden, cell)
    }
  }

  /// A part for each direction of each layer.
  public var parts: [Part]

  /// Makes a state of its parts.
  public init(parts: [Part]) { self.parts = parts }

  /// Makes a state of two arrays: a plane for each direction of each layer.
  ///
  /// - Parameters:
  ///   - hidden: `[L·D, B, P]`.
  ///   - cell: `[L·D, B, H]`.
  /// - Throws: ``NetworkError/statePlanes(hidden:cell:)`` where one has more planes than the other.
  public init(hidden: Array3<Scalar>, cell: Array3<Scalar>) throws {
    guard hidden.planes == cell.planes else {
      throw NetworkError.statePlanes(hidden: hidden.planes, cell: cell.planes)
    }
    parts = (0..<hidden.planes).map { plane in
      Part(hidden: hidden.plane(plane), cell: cell.plane(plane))
    }
  }

  /// The hidden states as one array `[L·D, B, P]`, or nil where the widths differ.
  public var hidden: Array3<Scalar>? { Array3(stacking: parts.map(\.hidden)) }
  /// The cell states as one array `[L·D, B, H]`, or nil where the widths differ.
  public var cell: Array3<Scalar>? { Array3(stacking: parts.map(\.cell)) }
}

extension NetworkState: Sendable where Scalar: Sendable {}
extension NetworkState.Part: Sendable where Scalar: Sendable {}

extension Array3 {
  /// One plane as a matrix `[rows, columns]`.
  public func plane(_ plane: Int) -> Matrix<Scalar> {
    let count = rows * columns
    return Matrix(
      rows: rows, columns: columns, values: Array(values[plane * count..<(plane + 1) * count]))
  }

  /// Lays matrices on one another; nil where there is none or their sizes differ.
  public init?(stacking planes: [Matrix<Scalar>]) {
    guard let first = planes.first,
      planes.allSatisfy({ $0.rows == first.rows && $0.columns == first.columns })
    else { return nil }
    self.init(
      planes: planes.count, rows: first.rows, columns: first.columns,
      values: planes.flatMap(\.values))
  }
}

/// What a network reads.
public enum NetworkInput<Scalar: Real>: Equatable {
  /// Numbers, `[T, B, I]`: for a network without an embedding or one-hot.
  case values(Array3<Scalar>)
  /// Token ids, time-major `[T, B]`: the id of step t in sequence b is `ids[t * batch + b]`.
  case tokens(ids: [Int], steps: Int, batch: Int)

  /// The number of steps, T.
  public var steps: Int {
    switch self {
    case .values(let array): array.planes
    case .tokens(_, let steps, _): steps
    }
  }

  /// The number of sequences, B.
  public var batch: Int {
    switch self {
    case .values(let array): array.rows
    case .tokens(_, _, let batch): batch
    }
  }
}

extension NetworkInput: Sendable where Scalar: Sendable {}

/// What a run should keep, and what it makes of sequences without a step.
public struct RunOptions: Equatable, Sendable {
  /// What a length of 0 means.
  public enum EmptySequences: String, CaseIterable, Sendable {
    /// It is an error, as in PyTorch.
    case refused
    /// Final states are the initial ones.
    case keepInitialState = "keep-initial-state"
    /// Final states are zero whatever the initial ones are: ONNX Runtime's reading.
    case zeroState = "zero-state"
  }

  /// What a length of 0 means.
  public var emptySequences: EmptySequences
  /// Whether the outputs of every layer are kept, not only those of the last.
  public var keepsLayerOutputs: Bool
  /// The sequence of the batch, counted from 0, of which every step is kept whole; nil for none.
  public var tracedSequence: Int?

  /// Makes options; what is left out is refused or not kept.
  public init(
    emptySequences: EmptySequences = .refused, keepsLayerOutputs: Bool = false,
    tracedSequence: Int? = nil
  ) {
    self.emptySequences = emptySequences
    self.keepsLayerOutputs = keepsLayerOutputs
    self.tracedSequence = tracedSequence
  }
}

/// What came out of a run. Beyond the length of a sequence everything is zero.
public struct NetworkOutput<Scalar: Real>: Equatable {
  /// Every step of one sequence in one direction of one layer.
  public struct Trace: Equatable {
    /// The layer, counted from 0.
    public let layer: Int
    /// The direction.
    public let direction: Direction
    /// The steps in the order of time: entry t is what happened on reading x(t), so that a reverse
    /// cell's `hidden` at t is its `newHidden` at t + 1.
    public let steps: [CellStep<Scalar>]
  }

  /// The hidden states of the last layer: `[T, B, D·P]`.
  public var output: Array3<Scalar>
  /// The same of every layer, where it was asked for.
  public var layerOutputs: [Array3<Scalar>]
  /// The states after each sequence's last valid step in each direction.
  public var finalState: NetworkState<Scalar>
  /// W y + b of the head, where there is one: `[T, B, O]`, or `[1, B, O]` for a head that reads
  /// the final states or one step.
  public var logits: Array3<Scalar>?
  /// The logits after the head's softmax or sigmoid, where it has one: shaped as they are.
  public var probabilities: Array3<Scalar>?
  /// The steps of the traced sequence, by layer and direction, where it was asked for.
  public var trace: [Trace]
}

extension NetworkOutput: Sendable where Scalar: Sendable {}
extension NetworkOutput.Trace: Sendable where Scalar: Sendable {}
