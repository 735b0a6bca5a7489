// A network against somebody's numbers on the same input: the first layer, step, quantity and unit
// that differ, and the mistakes of the catalogue that reproduce the numbers when they are made in
// every cell at every step.

import LSTMCore

/// What another program made of an input.
public struct NetworkClaims: Equatable, Sendable {
  /// The outputs of the last layer, `[T, B, D·P]`.
  public var output: Array3<Double>?
  /// The final hidden states, `[L·D, B, P]`.
  public var hidden: Array3<Double>?
  /// The final cell states, `[L·D, B, H]`.
  public var cell: Array3<Double>?
  /// What the head made of it, `[T, B, O]` or `[1, B, O]`.
  public var logits: Array3<Double>?
  /// Final states of single directions of layers, where the widths of layers differ.
  public var parts: [Part]

  /// The final hidden or cell states of one direction of one layer.
  public struct Part: Equatable, Sendable {
    /// What it is called: "hidden_l0".
    public var name: String
    /// Its place among all, layer after layer, forward before reverse.
    public var place: Int
    /// Whether it is the cell state.
    public var isCell: Bool
    /// The numbers, `[B, units]`.
    public var values: Matrix<Double>

    /// Makes a part.
    public init(name: String, place: Int, isCell: Bool, values: Matrix<Double>) {
      (self.name, self.place, self.isCell, self.values) = (name, place, isCell, values)
    }
  }

  /// Makes claims of what is there.
  public init(
    output: Array3<Double>? = nil, hidden: Array3<Double>? = nil, cell: Array3<Double>? = nil,
    logits: Array3<Double>? = nil, parts: [Part] = []
  ) {
    (self.output, self.hidden, self.cell, self.logits) = (output, hidden, cell, logits)
    self.parts = parts
  }
}

/// Where another program's numbers leave a network's.
public struct OutputComparison: Sendable {
  /// The first number that differs; layers, steps, sequences and units count from 0.
  public struct Difference: Equatable, Sendable {
    /// The layer; nil for the head.
    public let layer: Int?
    /// The direction of the layer; nil where both stand side by side.
    public let direction: Direction?
    /// The step; nil for a final state.
    public let step: Int?
    /// The sequence of the batch.
    public let sequence: Int
    /// "output", "hidden", "cell" or "logits".
    public let quantity: String
    /// The unit.
    public let unit: Int
    /// Somebody's number.
    public let mine: Double
    /// The network's number.
    public let expected: Double
  }

  /// The first difference in the order of the data: the final states of each layer, then the
  /// outputs step by step, then the head.
  public let firstDifference: Difference?
  /// The largest difference of all.
  public let largest: Double
  /// The mistakes that reproduce all the numbers, simplest first.
  public let causes: [Mistake]
  /// Who computed what the model gives.
  public let computation: Computation

  /// Whether all numbers agree.
  public var isSame: Bool { firstDifference == nil }

  /// Compares a model with somebody's numbers.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - request: what both were given.
  ///   - claims: what somebody got.
  ///   - tolerance: how far a number may be off, relative to the largest of its array (at least 1).
  ///   - right: what the model gives, where it has been computed already; else the readable cell
  ///     computes it. The mistakes are always made by the readable cell.
  ///   - computation: who computed `right`.
  /// - Throws: `NetworkError` where the model cannot run, or the claims are of other sizes.
  public init(
    _ model: LSTMModel, _ request: RunRequest<Double>, claims: NetworkClaims,
    tolerance: Double = 1e-5, right: NetworkOutput<Double>? = nil,
    by computation: Computation = .readable
  ) throws {
    self.computation = computation
    let network = model.network
    let right = try right ?? model.run(request)
    let judge = ClaimJudge(network: network, claims: claims, tolerance: tolerance)
    try judge.checkSizes(right)
    (firstDifference, largest) = judge.difference(right)
    guard firstDifference != nil else {
      causes = []
      return
    }
    causes = MistakenNetwork(network).mistakes.filter { mistake in
      let step = MistakenNetwork.step(making: mistake)
      guard let mistaken = try? model.run(request, stepping: step) else { return false }
      return judge.difference(mistaken).first == nil
    }
  }
}

/// Holds results against claims.
private struct ClaimJudge {
  let network: LSTMNetwork<Double>
  let claims: NetworkClaims
  let tolerance: Double

  func checkSizes(_ output: NetworkOutput<Double>) throws {
    let pairs: [(String, Array3<Double>?, Array3<Double>?)] = [
      ("output", claims.output, output.output),
      ("hidden", claims.hidden, output.finalState.hidden),
      ("cell", claims.cell, output.finalState.cell), ("logits", claims.logits, output.logits),
    ]
    for (name, claim, right) in pairs {
      guard let claim else { continue }
      let found = [claim.planes, claim.rows, claim.columns]
      let expected = right.map { [$0.planes, $0.rows, $0.columns] }
      guard found == expected else {
        throw OutputComparisonError.size(of: name, found: found, expected: expected)
      }
    }
    for part in claims.parts {
      let right = output.finalState.parts[part.place]
      let expected = part.isCell ? right.cell : right.hidden
      let sizes = [part.values, expected].map { [1, $0.rows, $0.columns] }
      guard sizes[0] == sizes[1] else {
        throw OutputComparisonError.size(of: part.name, found: sizes[0], expected: sizes[1])
      }
    }
  }

  /// The claimed states of one direction of one layer.
  private func state(_ place: Int, isCell: Bool) -> Matrix<Double>? {
    claims.parts.first { $0.place == place && $0.isCell == isCell }?.values
      ?? (isCell ? claims.cell : claims.hidden)?.plane(place)
  }

  func difference(_ output: NetworkOutput<Double>)
    -> (first: OutputComparison.Difference?, largest: Double)
  {
    var first: OutputComparison.Difference?
    var largest = 0.0
    let cells = network.cells
    func compare(
      _ claim: Matrix<Double>, _ right: Matrix<Double>, _ name: String, largestOfKind: Double,
      _ layer: Int?, _ direction: Direction?, step: Int?
    ) {
      let allowed = tolerance * max(1, largestOfKind)
      for row in 0..<claim.rows {
        for (unit, pair) in zip(claim.row(row), right.row(row)).enumerated() {
          let distance = abs(pair.0 - pair.1)
          largest = distance.isNaN ? .infinity : max(largest, distance)
          guard !(distance <= allowed), first == nil else { continue }
          first = .init(
            layer: layer, direction: direction, step: step, sequence: row, quantity: name,
            unit: unit, mine: pair.0, expected: pair.1)
        }
      }
    }
    func size(_ values: [Double]) -> Double { values.reduce(0) { max($0, abs($1)) } }
    func compare(_ claim: Array3<Double>?, _ right: Array3<Double>?, _ name: String) {
      guard let claim, let right, claim.values.count == right.values.count else { return }
      let largestOfKind = size(right.values)
      for plane in 0..<claim.planes {
        compare(
          claim.plane(plane), right.plane(plane), name, largestOfKind: largestOfKind,
          name == "logits" ? nil : network.layers.count - 1, nil, step: plane)
      }
    }
    let parts = output.finalState.parts
    let sizes = [
      parts.reduce(0) { max($0, size($1.hidden.values)) },
      parts.reduce(0) { max($0, size($1.cell.values)) },
    ]
    // In a single layer the outputs tell the step, which says more than the final states.
    let isDeep = network.layers.count > 1
    if !isDeep { compare(claims.output, output.output, "output") }
    for (place, part) in parts.enumerated() {
      for (isCell, right) in [(true, part.cell), (false, part.hidden)] {
        guard let claim = state(place, isCell: isCell) else { continue }
        compare(
          claim, right, isCell ? "cell" : "hidden", largestOfKind: sizes[isCell ? 1 : 0],
          cells[place].layer, cells[place].direction, step: nil)
      }
    }
    if isDeep { compare(claims.output, output.output, "output") }
    compare(claims.logits, output.logits, "logits")
    return (first, largest)
  }
}

/// What is wrong with somebody's numbers as a whole.
public enum OutputComparisonError: LSTMFailure, Equatable {
  /// An array has another shape than the network gives; nil where it gives none.
  case size(of: String, found: [Int], expected: [Int]?)
  /// There is nothing to compare.
  case nothingClaimed

  /// Wrong data, all of them.
  public var kind: FailureKind { .data }

  /// What is wrong, and what to do where nothing has to be chosen.
  public var message: String {
    func words(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " x ") }
    switch self {
    case .size(let name, let found, let expected?):
      return "'\(name)' is \(words(found)), but this network gives \(words(expected)) for this "
        + "input."
    case .size(let name, _, nil):
      return "'\(name)' is there, but this network gives none. Leave it out."
    case .nothingClaimed:
      return "there is nothing to compare with."
    }
  }

  /// What to give, or to say of it.
  public var remedies: [Remedy] {
    switch self {
    case .size(_, _, let expected): expected == nil ? [] : [.sayBatchFirst]
    case .nothingClaimed: [.giveArrays(["output", "hidden", "cell", "logits"])]
    }
  }
}
