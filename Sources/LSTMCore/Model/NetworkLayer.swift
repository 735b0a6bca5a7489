// One layer of a network: a cell that reads forward in time, one that reads backward, or both.

import RealModule

/// The way in which a cell goes through a sequence.
public enum Direction: String, CaseIterable, Sendable, Hashable, Codable {
  /// From the first step to the last.
  case forward
  /// From the last step to the first. In a ragged batch each sequence has its own last step.
  case reverse
}

/// One layer: a cell for each direction it reads in. Where there are two they are independent, may
/// be of different variants and sizes, and their outputs are laid side by side at each step,
/// forward first (Schuster and Paliwal 1997).
public struct NetworkLayer<Scalar: Real>: Equatable {
  /// In which order the outputs of a reverse cell stand.
  public enum ReverseOrder: String, CaseIterable, Sendable {
    /// The output at step t is what the cell computed on reading x(t), as in PyTorch, ONNX and
    /// Keras' `Bidirectional`.
    case steps
    /// The first output is that of the first step processed, which read the last x: Keras'
    /// `go_backwards` on a layer by itself. What follows the layer sees this order too.
    case processing
  }

  /// The cell that reads forward; nil in a layer that only reads backward.
  public internal(set) var forward: ReadableCell<Scalar>?
  /// The cell that reads backward, where there is one.
  public internal(set) var reverse: ReadableCell<Scalar>?
  /// In which order the outputs of a layer that only reads backward stand. With two directions it
  /// is always ``ReverseOrder/steps``.
  public let reverseOrder: ReverseOrder

  /// Makes a layer that reads forward or in both directions.
  public init(forward: ReadableCell<Scalar>, reverse: ReadableCell<Scalar>? = nil) {
    (self.forward, self.reverse, reverseOrder) = (forward, reverse, .steps)
  }

  /// Makes a layer that only reads backward.
  public init(reverse: ReadableCell<Scalar>, order: ReverseOrder = .steps) {
    (forward, self.reverse, reverseOrder) = (nil, reverse, order)
  }

  /// The directions it reads in, forward first.
  public var directions: [Direction] { Direction.allCases.filter { self[$0] != nil } }

  /// The cells with their directions, forward first.
  public var cells: [(direction: Direction, cell: ReadableCell<Scalar>)] {
    Direction.allCases.compactMap { direction in self[direction].map { (direction, $0) } }
  }

  /// The cell of a direction, where there is one.
  public subscript(direction: Direction) -> ReadableCell<Scalar>? {
    direction == .forward ? forward : reverse
  }

  /// The width of an output: H, or P with a projection, added up over the directions.
  public var outputSize: Int { cells.reduce(0) { $0 + $1.cell.parameters.outputSize } }
}

extension NetworkLayer where Scalar: BinaryFloatingPoint {
  /// The same layer in another precision.
  ///
  /// - Throws: ``LSTMCoreError`` where a parameter is beyond its range.
  public init<Other: Real & BinaryFloatingPoint>(_ other: NetworkLayer<Other>) throws {
    forward = try other.forward.map { try ReadableCell($0) }
    reverse = try other.reverse.map { try ReadableCell($0) }
    reverseOrder = ReverseOrder(rawValue: other.reverseOrder.rawValue) ?? .steps
  }
}

extension NetworkLayer: Sendable where Scalar: Sendable {}
