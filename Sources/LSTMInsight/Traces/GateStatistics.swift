// How the gates of a cell behave over a run: how long units remember, and how often gates are shut or open.

import LSTMCore

/// What the gates of one cell did over all steps and sequences of a run.
public struct GateStatistics: Equatable, Sendable {
  /// How often a gate was nearly shut, and nearly open, by unit: shares of all steps.
  public struct Saturation: Equatable, Sendable {
    /// The share of steps below 0.1, `[H]` (Karpathy, Johnson and Fei-Fei 2016 draw these shares
    /// against each other).
    public let shut: [Double]
    /// The share of steps above 0.9, `[H]`.
    public let open: [Double]
  }

  /// The place of the cell in the trace's `cells`.
  public let cell: Int
  /// How many steps of all sequences were looked at.
  public let count: Int
  /// The mean of each gate, `[H]`.
  public let means: PerGate<[Double]>
  /// How often each of the three gates was shut and open.
  public let saturation: [Gate: Saturation]
  /// In how many steps a unit's memory falls to 1/e, -1 over the mean of ln f, `[H]`; infinite where
  /// nothing is ever forgotten.
  public let timescale: [Double]
  /// The same from the forget gate's bias alone, as it would be if nothing else were read; nil where
  /// the gate does not follow from a bias.
  public let timescaleOfBias: [Double]?

  /// Goes through a run; nil where the cell took no step.
  public init?(_ trace: RunTrace<Double>, cell: Int) {
    let readable = trace.cells[cell].cell
    let size = readable.parameters.hiddenSize
    let zeros = [Double](repeating: 0, count: size)
    var (count, logarithms) = (0, zeros)
    var sums = PerGate(all: zeros)
    var (shut, open) = (PerGate(all: zeros), PerGate(all: zeros))
    let record = trace.output.cells[cell]
    for sequence in 0..<trace.batch {
      for time in trace.order(cell, sequence: sequence) {
        count += 1
        for gate in Gate.allCases {
          for (unit, value) in record.gates[gate].row(time, sequence).enumerated() {
            sums[gate][unit] += value
            if value < 0.1 { shut[gate][unit] += 1 }
            if value > 0.9 { open[gate][unit] += 1 }
            if gate == .forget { logarithms[unit] += .log(abs(value)) }
          }
        }
      }
    }
    guard count > 0 else { return nil }
    func share(_ values: [Double]) -> [Double] { values.map { $0 / Double(count) } }
    (self.cell, self.count, means) = (cell, count, sums.map(share))
    saturation = Dictionary(
      uniqueKeysWithValues: Gate.scaling.map {
        ($0, Saturation(shut: share(shut[$0]), open: share(open[$0])))
      })
    timescale = share(logarithms).map { -1 / $0 }
    timescaleOfBias = Self.timescale(ofBias: readable)
  }

  private static func timescale(ofBias cell: ReadableCell<Double>) -> [Double]? {
    guard cell.variant.source(of: .forget) == .weights else { return nil }
    let learned = cell.parameters.gates.forget
    return learned.bias.enumerated().map { unit, bias in
      let sum = bias + (learned.recurrentBias?[unit] ?? 0)
      return -1 / .log(abs(cell.value(of: .forget, preactivation: sum)))
    }
  }
}
