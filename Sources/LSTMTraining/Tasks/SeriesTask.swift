// Series of numbers: foretell the next step.

import LSTMCore
import RealModule

/// The training of a model that foretells the next step of series.
public struct SeriesTask: TrainingTask {
  /// The task in the folder of a run.
  public static let name = "series"
  /// The file of data.
  public let file: String
  /// A number that is another for almost every other content of the file.
  public let fingerprint: UInt64
  /// What is made small.
  public let loss: TrainingLoss
  /// The series.
  public let data: SeriesData

  /// Opens the table.
  ///
  /// - Throws: as ``SeriesTable`` and ``SeriesData``, and ``TrainingError/data(_:reason:)`` where no
  ///   series has two rows to train on.
  public init(_ file: String, _ settings: TrainingSettings) throws {
    let table = try SeriesTable(contentsOf: file)
    (self.file, fingerprint) = (file, table.fingerprint)
    loss = settings.loss == .huber ? .huber() : .squaredError
    data = try SeriesData(
      table, targets: settings.target.columnNames, inputs: settings.inputs.columnNames,
      group: settings.group, validation: settings.validation,
      foretellsChange: settings.foretells == .change)
    guard data.series.contains(where: { $0.trainingCount > 1 }) else {
      throw TrainingError.data(
        file, reason: "has too few rows to train on. Give at least a few dozen.")
    }
  }

  /// The network to train.
  public func plan(_ settings: TrainingSettings) -> NetworkPlan {
    NetworkPlan(
      front: .values(data.columns.inputs.count), hiddenSize: settings.hiddenSize,
      layers: settings.layers, outputs: data.columns.targets.count)
  }

  /// What to train on.
  public func batches(_ settings: TrainingSettings) -> any TrainingBatches {
    SeriesWindows(data, settings)
  }

  /// The mean loss of what is held back.
  public func evaluate(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) throws
    -> Double?
  {
    let errors = try missed(network)
    let count = errors.reduce(0) { $0 + $1.count }
    guard count > 0 else { return nil }
    // In scaled units, as the loss is.
    return zip(errors, data.columns.targets).reduce(0) { sum, one in
      sum + one.0.reduce(0) { $0 + $1 * $1 } / (one.1.scale * one.1.scale)
    } / Double(count)
  }

  /// By how much each held-back step of each target is missed, foretold from the step before.
  private func missed(_ network: LSTMNetwork<Float>) throws -> [[Double]] {
    var errors = data.columns.targets.map { _ in [Double]() }
    let engine = try InferenceEngine(network)
    for one in data.series where one.trainingCount < one.count && one.count > 1 {
      let session = try engine.makeSession()
      var outputs = [Float](repeating: 0, count: data.columns.targets.count)
      for row in 0..<one.count - 1 {
        try session.step(data.columns.scaled(one.values[row]), logits: &outputs)
        guard row + 1 >= one.trainingCount else { continue }
        let foretold = data.columns.foretold(outputs, after: one.values[row])
        for (target, value) in one.targets[row + 1].enumerated() where !value.isNaN {
          errors[target].append(foretold[target] - value)
        }
      }
    }
    return errors
  }

  private static func rootMeanSquare(_ errors: [Double]) -> Double {
    (errors.reduce(0) { $0 + $1 * $1 } / Double(max(1, errors.count))).squareRoot()
  }

  /// A network as a model with all that goes with it.
  public func model(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) throws -> LSTMModel
  {
    var model = LSTMModel(
      weights: .single(network), precision: .float32, task: "the next step of series",
      provenance: .init(framework: "swift-lstm"))
    var columns = data.columns
    let errors = try missed(network)
    if errors.allSatisfy({ !$0.isEmpty }) { columns.errors = errors.map(Self.rootMeanSquare) }
    model.columns = columns
    return model
  }

  /// What is known before training.
  public func opening(_ settings: TrainingSettings) -> [String] {
    let rows = data.series.reduce(0) { $0 + $1.count }
    let names = data.columns.targets.map { "'\($0.name)'" }.joined(separator: ", ")
    let series = data.series.count == 1 ? "" : " in \(data.series.count) series"
    return ["\(rows) rows\(series), foretelling \(names) from \(data.columns.inputs.count) inputs"]
      + data.remarks
  }

  /// A loss in the words of the task.
  public func words(loss: Double) -> String {
    guard data.columns.targets.count == 1 else { return "in units of the usual step" }
    let error = loss.squareRoot() * data.columns.targets[0].scale
    return "\(Self.short(error)) off, root of the mean square"
  }

  private static func short(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }

  /// What came of it, beside what simpler means reach.
  public func closing(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) throws
    -> [String]
  {
    let errors = try missed(network)
    return data.columns.targets.enumerated().flatMap { target, column -> [String] in
      guard !errors[target].isEmpty else { return [] }
      let ours = Self.rootMeanSquare(errors[target])
      let baselines = SeriesBaselines(
        data.series.map { one in (one.values.map { $0[target] }, one.trainingCount) },
        period: settings.period)
      var lines = [
        "'\(column.name)', one step ahead, held back: \(Self.short(ours)) off "
          + "(root of the mean square). Simpler means:"
      ]
      if let period = baselines.period, settings.period == 0 {
        lines[0] += " (a season has \(period) steps)"
      }
      lines += baselines.baselines.map { "  \(Self.short($0.error))  \($0.name)" }
      if let best = baselines.best {
        lines.append(
          ours < best.error
            ? "The LSTM is worth it: the best of them misses by \(Self.short(best.error))."
            : "The LSTM is not worth it: \(best.name) misses by \(Self.short(best.error)). "
              + "Give it more data or more inputs, or train it longer.")
      }
      return lines
    }
  }
}

/// Windows of series, drawn by chance: the same ones at the same place of a training.
struct SeriesWindows: TrainingBatches {
  private(set) var place = DataPlace()
  private let data: SeriesData
  private let steps: Int
  private let batch: Int
  private let seed: Int
  /// The windows that each series has room for, added up.
  private let rooms: [Int]

  init(_ data: SeriesData, _ settings: TrainingSettings) {
    (self.data, batch, seed) = (data, settings.batch, settings.seed)
    let longest = data.series.map(\.trainingCount).max() ?? 2
    let steps = min(settings.sequenceLength, max(1, longest - 1))
    self.steps = steps
    var total = 0
    rooms = data.series.map { one in
      total += max(one.trainingCount > 1 ? 1 : 0, one.trainingCount - steps)
      return total
    }
  }

  mutating func next() -> TrainingBatch {
    var draws = generator(seed: seed, epoch: place.epoch, place: place.batch)
    let (width, outputs) = (data.columns.inputs.count, data.columns.targets.count)
    var input = Array3<Float>(zeros: steps, batch, width)
    var targets = [Float](repeating: .nan, count: steps * batch * outputs)
    var lengths = [Int](repeating: 0, count: batch)
    for sequence in 0..<batch {
      let drawn = draws.next(below: rooms.last ?? 1)
      let index = rooms.firstIndex { drawn < $0 } ?? 0
      let one = data.series[index]
      let start = drawn - (index > 0 ? rooms[index - 1] : 0)
      let length = min(steps, one.trainingCount - 1 - start)
      lengths[sequence] = length
      for step in 0..<length {
        let row = one.values[start + step]
        input.setRow(step, sequence, to: data.columns.scaled(row))
        let goal = data.columns.goal(one.targets[start + step + 1], after: row)
        let first = (step * batch + sequence) * outputs
        for (target, value) in goal.enumerated() { targets[first + target] = value }
      }
    }
    place.batch += 1
    if place.batch * batch >= rooms.last ?? 1 { place = DataPlace(epoch: place.epoch + 1) }
    let isRagged = lengths.contains { $0 != steps }
    return TrainingBatch(
      input: .values(input), lengths: isRagged ? lengths : nil, targets: .values(targets),
      carriesState: false)
  }

  mutating func go(to place: DataPlace) -> Bool {
    guard place.epoch >= 0, place.batch >= 0, place.offsets.isEmpty else { return false }
    self.place = place
    return true
  }
}

extension String {
  /// The names in a list with commas.
  var columnNames: [String] {
    split(separator: ",").map { name in
      var name = name
      while name.first == " " { name.removeFirst() }
      while name.last == " " { name.removeLast() }
      return String(name)
    }
  }
}
