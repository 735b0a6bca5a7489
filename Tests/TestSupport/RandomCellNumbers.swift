// The numbers of the random cells, drawn so that every clip and every corner of an activation has
// units on both sides of it and none so near that a finite difference would step across.

import LSTMCore
import Testing

/// A cell with numbers to compute one step and its gradients from.
public struct RandomCell: Sendable {
  /// The cell.
  public let cell: ReadableCell<Double>
  /// x(t), `[I]`.
  public var input: [Double]
  /// h(t-1), `[P]`.
  public var hidden: [Double]
  /// c(t-1), `[H]`.
  public var state: [Double]
  /// The gradient of a loss by h(t), `[P]`.
  public var hiddenGradient: [Double]
  /// The gradient of the loss by c(t) along other paths, `[H]`.
  public var cellGradient: [Double]
  /// The seed all of them came from.
  public let seed: UInt64

  /// The step these numbers make.
  public func step() throws -> CellStep<Double> {
    try cell.step(input: input, hidden: hidden, cell: state)
  }
}

/// How near a number may come to a kink: ten steps of a difference.
public let kinkMargin = 1e-3

/// No seed gave numbers that keep their distance from the kinks and lie on both sides of them.
struct NoSuitableSeed: Error {
  let name: String
}

extension RandomCellCase {
  /// The numbers of every case of the table, drawn once.
  private static let drawn: [String: Result<RandomCell, any Error>] = Dictionary(
    all.map { kind in (kind.name, Result { try kind.search() }) },
    uniquingKeysWith: { first, _ in first })

  /// The numbers of the case: those of the first seed that is suitable, the same everywhere.
  public func make() throws -> RandomCell {
    if let drawn = Self.drawn[name] { return try drawn.get() }
    return try search()
  }

  private func search() throws -> RandomCell {
    for seed in UInt64(1)...5000 {
      let sample = try draw(seed)
      if Self.isSuitable(try corners(of: sample)), try everyGateMatters(sample) { return sample }
    }
    throw NoSuitableSeed(name: name)
  }

  /// Whether the step's results move with the biases of each gate that is read: not so where
  /// clips and corners shut off all of its units, and then its gradient would be a mere zero.
  private func everyGateMatters(_ sample: RandomCell) throws -> Bool {
    let step = try sample.step()
    return try Gate.allCases.filter { variant.source(of: $0) == .weights }.allSatisfy { gate in
      var parameters = sample.cell.parameters
      parameters.gates[gate].bias = parameters.gates[gate].bias.map { $0 + differenceStep }
      let moved = try ReadableCell(parameters: parameters, variant: variant)
        .step(input: sample.input, hidden: sample.hidden, cell: sample.state)
      return moved.newHidden != step.newHidden
    }
  }

  private func draw(_ seed: UInt64) throws -> RandomCell {
    let parameters = try CellParameters<Double>(
      .uniform(low: -1.25, high: 1.25), shape: shape, seed: seed)
    var generator = SplitMix64(seed: ~seed)
    func vector(_ count: Int) -> [Double] {
      (0..<count).map { _ in 2.5 * generator.nextUnit() - 1.25 }
    }
    return RandomCell(
      cell: ReadableCell(parameters: parameters, variant: variant),
      input: vector(shape.inputSize), hidden: vector(parameters.outputSize),
      state: vector(shape.hiddenSize), hiddenGradient: vector(parameters.outputSize),
      cellGradient: vector(shape.hiddenSize), seed: seed)
  }

  /// Points where a function has a corner or a jump, with the numbers that are put through it.
  public struct Corner {
    /// Which function: "clip of forget".
    public let place: String
    /// The point.
    public let point: Double
    /// What is put through the function, one number a unit.
    public let values: [Double]
  }

  /// Whether each corner has numbers on both sides and none within ``kinkMargin``.
  public static func isSuitable(_ corners: [Corner]) -> Bool {
    corners.allSatisfy { corner in
      corner.values.allSatisfy { abs($0 - corner.point) > kinkMargin }
        && corner.values.contains { $0 < corner.point }
        && corner.values.contains { $0 > corner.point }
    }
  }

  /// Every corner that the numbers of one step could meet.
  public func corners(of sample: RandomCell) throws -> [Corner] {
    let step = try sample.step()
    var corners: [Corner] = []
    func add(_ place: String, _ points: [Double], _ values: [Double]) {
      corners += points.map { Corner(place: place, point: $0, values: values) }
    }
    func ends(_ bound: Double?) -> [Double] { bound.map { [-$0, $0] } ?? [] }

    var preactivations: [Double] = []
    for gate in Gate.allCases {
      guard let z = step.gates[gate].preactivation else { continue }
      preactivations += z
      // A corner beyond the clip is out of reach.
      let points = variant.activations[gate].kinks.filter { abs($0) < variant.clip ?? .infinity }
      add("activation of \(gate)", points, z)
    }
    add("clip", ends(variant.clip), preactivations)
    add("cell clip", ends(variant.cellClip), zip(step.kept, step.written).map(+))
    add("cell activation", variant.cellActivation.kinks, step.newCell)
    if let projection = sample.cell.parameters.projection {
      let projected = projection.product(step.unprojectedHidden)
      add("projection clip", ends(variant.projectionClip), projected)
    }
    return corners
  }
}

extension Activation where Scalar == Double {
  /// Where the function or one of its derivatives jumps.
  public var kinks: [Double] {
    switch kind {
    case .relu, .leakyRelu, .elu, .softsign: [0]
    case .thresholdedRelu: [alpha]
    case .hardSigmoid: [-beta / alpha, (1 - beta) / alpha]
    default: []
    }
  }
}
