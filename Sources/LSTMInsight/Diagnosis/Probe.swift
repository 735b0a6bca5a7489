// Inputs that hide nothing: the same shape as somebody's, with weights, biases and an old cell
// state drawn so that every mistake of the catalogue changes the result.

import LSTMCore

/// Inputs of a given shape under which every mistake of the catalogue shows.
public struct Probe: Sendable {
  /// Weights, biases and the rest, drawn evenly from -1 to 1 with ``seed``.
  public let parameters: CellParameters<Double>
  /// The seed of the weights.
  public let seed: UInt64
  /// x(t), `[I]`.
  public let input: [Double]
  /// h(t-1), `[P]`.
  public let hidden: [Double]
  /// c(t-1), `[H]`.
  public let cell: [Double]
  /// The mistakes that even these inputs hide: none, but for variants that leave nothing to see
  /// (a pinned forget gate, say, has no bias to forget).
  public let stillHidden: [String]

  /// Where the weights come from.
  static let weights = WeightInitialization.uniform(low: -1, high: 1)

  /// Finds inputs for the shape and variant of a cell.
  init(for cell: ReadableCell<Double>) throws {
    var best: Probe?
    for seed in 1...16 {
      let probe = try Probe(for: cell, seed: UInt64(seed))
      if probe.stillHidden.count < best?.stillHidden.count ?? .max { best = probe }
      if probe.stillHidden.isEmpty { break }
    }
    self = try best ?? Probe(for: cell, seed: 1)
  }

  private init(for cell: ReadableCell<Double>, seed: UInt64) throws {
    let shape = cell.parameters.shape
    var generator = SplitMix64(seed: seed)
    /// Numbers of two decimals between 0.1 and `most`, of either sign, easy to type.
    func draw(_ count: Int, most: Double) -> [Double] {
      (0..<count).map { _ in
        let size = (0.1 + (most - 0.1) * generator.nextUnit()) * 100
        return (generator.nextUnit() < 0.5 ? -size : size).rounded() / 100
      }
    }
    self.seed = seed
    parameters = try CellParameters<Double>(Self.weights, shape: shape, seed: seed)
    input = draw(shape.inputSize, most: 1)
    hidden = draw(parameters.outputSize, most: 1)
    self.cell = draw(shape.hiddenSize, most: 1.5)
    let probed = ReadableCell(parameters: parameters, variant: cell.variant)
    let step = try probed.step(input: input, hidden: hidden, cell: self.cell)
    let hidden = DiagnosisSearch(cell: probed, step: step, claims: Claims(tolerance: 1e-4))
      .unseen().hidden
    stillHidden = hidden.map(\.id)
  }

  /// The inputs and what to draw the weights from, a line each.
  public var lines: [String] {
    func list(_ values: [Double]) -> String {
      "[" + values.map(Precision.double.exact).joined(separator: ", ") + "]"
    }
    return [
      "x(t) = \(list(input))", "h(t-1) = \(list(hidden))", "c(t-1) = \(list(cell))",
      "weights drawn evenly from -1 to 1, seed \(seed)",
    ]
  }
}
