// By how much a model misses the steps of series, each foretold from all before it, beside what
// simpler means miss.

import LSTMCore
import RealModule

/// How well a network foretells the ends of series.
public struct SeriesEvaluation: Sendable {
  /// One target.
  public struct Target: Sendable {
    /// The column.
    public let column: LSTMModel.Column
    /// By how much each step was missed.
    public let errors: [Double]
    /// What simpler means miss.
    public let baselines: SeriesBaselines

    /// The root of the mean square of the errors.
    public var error: Double {
      (errors.reduce(0) { $0 + $1 * $1 } / Double(max(1, errors.count))).squareRoot()
    }

    /// Whether the network misses by less than each of them.
    public var isWorthIt: Bool { baselines.best.map { error < $0.error } ?? true }
  }

  /// The targets, in the order of the columns.
  public let targets: [Target]

  /// Evaluates a network on what is not trained on.
  ///
  /// - Parameters:
  ///   - network: foretells the columns.
  ///   - columns: with the scaling that the network was trained with.
  ///   - data: series of these columns.
  ///   - period: the steps of a season; 0 to find it.
  /// - Throws: `NetworkError` where the network does not fit the columns.
  public init(
    _ network: LSTMNetwork<Float>, _ columns: LSTMModel.Columns, _ data: SeriesData, period: Int = 0
  ) throws {
    let errors = try Self.errors(network, columns, data)
    targets = zip(columns.targets, errors).enumerated().map { index, one in
      Target(
        column: one.0, errors: one.1,
        baselines: SeriesBaselines(
          data.series.map { series in (series.values.map { $0[index] }, series.trainingCount) },
          period: period))
    }
  }

  /// By how much each step that is not trained on is missed, for each target.
  static func errors(
    _ network: LSTMNetwork<Float>, _ columns: LSTMModel.Columns, _ data: SeriesData
  ) throws -> [[Double]] {
    var errors = columns.targets.map { _ in [Double]() }
    let engine = try InferenceEngine(network)
    for one in data.series where one.trainingCount < one.count && one.count > 1 {
      let session = try engine.makeSession()
      var outputs = [Float](repeating: 0, count: columns.targets.count)
      for row in 0..<one.count - 1 {
        try session.step(columns.scaled(one.values[row]), logits: &outputs)
        guard row + 1 >= one.trainingCount else { continue }
        let foretold = columns.foretold(outputs, after: one.values[row])
        for (target, value) in one.targets[row + 1].enumerated() where !value.isNaN {
          errors[target].append(foretold[target] - value)
        }
      }
    }
    return errors
  }

  /// The evaluation in words, a few lines a target.
  public var words: [String] {
    targets.filter { !$0.errors.isEmpty }.flatMap { target -> [String] in
      let season = target.baselines.period.map { " (a season has \($0) steps)" } ?? ""
      let best = target.baselines.best.map { best in
        target.isWorthIt
          ? "The LSTM is worth it: the best of them misses by \(Self.short(best.error))."
          : "The LSTM is not worth it: \(best.name) misses by \(Self.short(best.error)). "
            + "Give it more data or more inputs, or train it longer."
      }
      return [
        "'\(target.column.name)', one step ahead: \(Self.short(target.error)) off "
          + "(root of the mean square of \(target.errors.count) steps). Simpler means\(season):"
      ] + target.baselines.baselines.map { "  \(Self.short($0.error))  \($0.name)" }
        + [best].compactMap { $0 }
    }
  }

  /// A number of three decimals.
  static func short(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
}
