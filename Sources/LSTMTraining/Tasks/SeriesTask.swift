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
    let errors = try SeriesEvaluation.errors(network, data.columns, data)
    let count = errors.reduce(0) { $0 + $1.count }
    guard count > 0 else { return nil }
    // In scaled units, as the loss is.
    return zip(errors, data.columns.targets).reduce(0) { sum, one in
      sum + one.0.reduce(0) { $0 + $1 * $1 } / (one.1.scale * one.1.scale)
    } / Double(count)
  }

  /// A network as a model with all that goes with it.
  public func model(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) throws -> LSTMModel
  {
    var model = LSTMModel(
      weights: .single(network), precision: .float32, task: "the next step of series",
      provenance: .init(framework: "swift-lstm"))
    var columns = data.columns
    let targets = try SeriesEvaluation(network, columns, data).targets
    if targets.allSatisfy({ !$0.errors.isEmpty }) { columns.errors = targets.map(\.error) }
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
    return "\(SeriesEvaluation.short(error)) off, root of the mean square"
  }

  /// What came of it, beside what simpler means reach.
  public func closing(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) throws
    -> [String]
  {
    try SeriesEvaluation(network, data.columns, data, period: settings.period).words
      .map { $0.replacing(" off (", with: " off, held back (") }
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
