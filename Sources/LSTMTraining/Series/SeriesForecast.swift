// Many steps ahead: what a model foretells is read again, along many paths with the errors it makes, so
// that the spread of the paths is the interval.

import LSTMCore

/// A forecast of many steps.
public struct SeriesForecast: Sendable {
  /// One target of one step ahead.
  public struct Value: Equatable, Sendable {
    /// The forecast.
    public let value: Double
    /// Between these lie the paths but for a tenth at each end; nil where the model does not know its
    /// errors.
    public let interval: ClosedRange<Double>?
  }

  /// The names of the targets.
  public let targets: [String]
  /// The forecast of each step: `[steps][targets]`.
  public let steps: [[Value]]
  /// The step from which on nothing changes any more, from 1; nil where something does.
  public let fixedPoint: Int?
  /// The inputs that are no targets, and so keep their last values.
  public let kept: [String]

  /// How many paths are drawn.
  private static let paths = 200

  /// Foretells what follows a table.
  ///
  /// - Parameters:
  ///   - model: trained on series.
  ///   - file: its name, for errors.
  ///   - table: what was there: the model reads all of it first.
  ///   - count: how many steps.
  ///   - seed: of the paths.
  /// - Throws: ``TrainingError``.
  public init(
    _ model: LSTMModel, file: String, after table: SeriesTable, steps count: Int, seed: Int
  ) throws {
    guard let columns = model.columns, !columns.targets.isEmpty else {
      throw TrainingError.unfit(
        model: file, reason: "does not foretell series. Take a model that was trained on series.")
    }
    let data = try SeriesData(
      table, targets: columns.targets.map(\.name), inputs: columns.inputs.map(\.name), group: "",
      validation: 0, foretellsChange: columns.foretellsChange)
    let rows = data.series[0].values
    let session = try InferenceEngine(model).makeSession(batch: 1 + Self.paths)
    var outputs = [Float](repeating: 0, count: (1 + Self.paths) * columns.targets.count)
    var current = [[Double]](repeating: rows.last ?? [], count: 1 + Self.paths)
    for row in rows {
      let scaled = columns.scaled(row)
      try session.step((0...Self.paths).flatMap { _ in scaled }, logits: &outputs)
    }
    var draws = generator(seed: seed, epoch: 0, place: 0)
    var steps: [[Value]] = []
    var (fixed, last): (Int?, [Double]) = (nil, rows.last ?? [])
    let width = columns.targets.count
    for step in 0..<count {
      for path in 0...Self.paths {
        let slice = outputs[path * width..<(path + 1) * width]
        for (target, value) in columns.foretold(slice, after: current[path]).enumerated() {
          let error = path == 0 || columns.errors.isEmpty ? 0 : columns.errors[target]
          current[path][target] = value + (error > 0 ? error * draws.nextNormal() : 0)
        }
      }
      steps.append(
        columns.targets.indices.map { target in
          let sorted = current.dropFirst().map { $0[target] }.sorted()
          let value = current[0][target]
          return Value(
            value: value,
            interval: columns.errors.isEmpty
              ? nil
              : min(
                value, sorted[Self.paths / 10])...max(
                  value, sorted[Self.paths - 1 - Self.paths / 10]))
        })
      let moved = columns.targets.indices.contains { target in
        abs(current[0][target] - last[target]) > 1e-3 * columns.targets[target].scale
      }
      fixed = moved ? nil : fixed ?? step + 1
      last = current[0]
      if step + 1 < count {
        try session.step(current.flatMap { columns.scaled($0) }, logits: &outputs)
      }
    }
    targets = columns.targets.map(\.name)
    self.steps = steps
    fixedPoint = fixed
    kept = columns.inputs.map(\.name).filter { name in !columns.targets.contains { $0.name == name }
    }
  }
}
