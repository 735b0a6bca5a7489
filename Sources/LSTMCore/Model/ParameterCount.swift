// How many numbers a network has learned, and where they are.

import RealModule

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
  public internal(set) var head: Int
  /// What the plain layers before the network have.
  public internal(set) var front = 0

  /// All of them.
  public var total: Int { cells.reduce(embedding + front + head) { $0 + $1.total } }
}

extension LSTMNetwork {
  /// How many numbers the network has learned. The weights of a gate that is pinned or coupled are
  /// not read, and do not count.
  ///
  /// - Parameter countsBiases: false for a network whose cells were made without biases: zeros
  ///   stand in their place, and these nobody learned.
  public func parameterCount(countsBiases: Bool = true) -> ParameterCount {
    var (embedding, head) = (0, 0)
    var gates = [PerGate<Int>](repeating: PerGate(all: 0), count: cells.count)
    var projections = [Int](repeating: 0, count: cells.count)
    let cells = cells
    forEachParameter { name, _, values in
      switch name {
      case .embedding: embedding += values.count
      case .headWeights, .headBias: head += values.count
      case .cell(let layer, let direction, let name):
        guard
          let place = cells.firstIndex(where: { $0.layer == layer && $0.direction == direction })
        else { return }
        guard let gate = name.gate else {
          projections[place] += values.count
          return
        }
        let isRead = cells[place].cell.variant.source(of: gate) == .weights
        if isRead, countsBiases || !name.isBias { gates[place][gate] += values.count }
      }
    }
    return ParameterCount(
      embedding: embedding,
      cells: cells.indices.map {
        CellParameterCount(
          layer: cells[$0].layer, direction: cells[$0].direction, gates: gates[$0],
          projection: projections[$0])
      },
      head: head)
  }
}
