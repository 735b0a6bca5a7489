// Sequences with a class each: tell the class.

import LSTMCore
import RealModule

/// The training of a model that tells the class of a sequence.
public struct LabelsTask: TrainingTask {
  /// The task in the folder of a run.
  public static let name = "labels"
  /// The file of data.
  public let file: String
  /// The sequences.
  public let data: LabelledSequences
  /// Which of them are trained on, and which are held back.
  let (training, held): ([Int], [Int])
  private let columns: LSTMModel.Columns
  /// A number that is another for almost every other content of the file.
  public var fingerprint: UInt64 { data.fingerprint }
  /// What is made small.
  public var loss: TrainingLoss { .crossEntropy }

  /// Opens the file.
  ///
  /// - Throws: as ``LabelledSequences``.
  public init(_ file: String, _ settings: TrainingSettings) throws {
    self.file = file
    let data = try LabelledSequences(
      contentsOf: file, label: settings.label, group: settings.group,
      inputs: settings.inputs.columnNames)
    self.data = data
    // Of each class its part, drawn by chance.
    var (training, held): ([Int], [Int]) = ([], [])
    for (place, label) in data.labels.enumerated() {
      let members = data.sequences.indices.filter { data.sequences[$0].label == label }
      var draws = generator(seed: settings.seed, epoch: -1, place: place)
      let order = draws.permutation(members.count).map { members[$0] }
      let count = Int((Double(members.count) * settings.validation).rounded())
      held += order[..<count]
      training += order[count...]
    }
    guard !training.isEmpty else {
      throw TrainingError.data(file, reason: "has no sequence left to train on. Hold less back.")
    }
    (self.training, self.held) = (training.sorted(), held.sorted())
    let rows = training.flatMap { data.sequences[$0].rows }
    let means = (0..<data.inputs.count).map { input in
      let values = rows.map { $0[input] }.filter { !$0.isNaN }
      let count = Double(max(1, values.count))
      let mean = values.reduce(0, +) / count
      let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      return (mean, square.squareRoot())
    }
    columns = .init(
      inputs: zip(data.inputs, means).map { name, one in
        .init(name: name, mean: one.0, scale: one.1 > 1e-12 * abs(one.0) ? one.1 : 1)
      })
  }

  /// The network to train.
  public func plan(_ settings: TrainingSettings) -> NetworkPlan {
    NetworkPlan(
      front: .values(data.inputs.count), hiddenSize: settings.hiddenSize, layers: settings.layers,
      isBidirectional: settings.directions == 2, outputs: data.labels.count, source: .finalState)
  }

  /// What to train on.
  public func batches(_ settings: TrainingSettings) -> any TrainingBatches {
    LabelledBatches(self, settings)
  }

  /// Sequences as a batch.
  func batch(_ indices: [Int]) -> TrainingBatch {
    columns.batch(indices.map { data.sequences[$0] }, data.labels)
  }

  /// How well what is held back is told; nil where nothing is.
  private func test(_ network: LSTMNetwork<Float>) throws -> LabelsEvaluation? {
    guard !held.isEmpty else { return nil }
    func count(_ label: String) -> Int { training.count { data.sequences[$0].label == label } }
    return try LabelsEvaluation(
      network, columns, data.labels, held.map { data.sequences[$0] },
      commonest: data.labels.max { count($0) < count($1) })
  }

  /// The mean loss of what is held back.
  public func evaluate(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) throws
    -> Double?
  {
    try test(network)?.meanNats
  }

  /// A network as a model with all that goes with it.
  public func model(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) -> LSTMModel {
    var model = LSTMModel(
      weights: .single(network), precision: .float32, task: "the class of a sequence",
      provenance: .init(framework: "swift-lstm"))
    (model.columns, model.labels) = (columns, data.labels)
    return model
  }

  /// What is known before training.
  public func opening(_ settings: TrainingSettings) -> [String] {
    let lengths = data.sequences.map(\.rows.count)
    let (shortest, longest) = (lengths.min() ?? 0, lengths.max() ?? 0)
    let steps = shortest == longest ? "\(shortest)" : "\(shortest) to \(longest)"
    var lines = [
      "\(data.sequences.count) sequences of \(steps) steps, \(data.inputs.count) inputs, "
        + "\(data.labels.count) classes; \(held.count) held back"
    ]
    let missing = data.sequences.reduce(0) { sum, one in
      sum + one.rows.reduce(0) { $0 + $1.count { $0.isNaN } }
    }
    if missing > 0 {
      lines.append("\(missing) entries are missing: the mean stands in their place.")
    }
    let trained = Set(training.map { data.sequences[$0].label })
    for label in data.labels where !trained.contains(label) {
      lines.append("class '\(label)' is only among what is held back.")
    }
    return lines
  }

  /// A loss in the words of the task.
  public func words(loss: Double) -> String {
    "\((100 * Double.exp(-loss)).rounded()) % for the right class, in the geometric mean"
  }

  /// What came of it, beside what simpler means reach.
  public func closing(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) throws
    -> [String]
  {
    guard let test = try test(network) else { return [] }
    return ["Held back: \(test.words[0])"] + test.words.dropFirst()
  }
}

/// Labelled sequences in an order of chance, another one each epoch.
struct LabelledBatches: TrainingBatches {
  private(set) var place = DataPlace()
  private let task: LabelsTask
  private let size: Int
  private let seed: Int

  init(_ task: LabelsTask, _ settings: TrainingSettings) {
    (self.task, size, seed) = (task, settings.batch, settings.seed)
  }

  mutating func next() -> TrainingBatch {
    let count = task.training.count
    var draws = generator(seed: seed, epoch: place.epoch, place: 0)
    let order = draws.permutation(count)
    let first = place.batch * size
    // The last batch of an epoch is filled up from its beginning.
    let indices = (first..<first + size).map { task.training[order[$0 % count]] }
    place.batch += 1
    if place.batch * size >= count { place = DataPlace(epoch: place.epoch + 1) }
    return task.batch(indices)
  }

  mutating func go(to place: DataPlace) -> Bool {
    guard place.epoch >= 0, place.offsets.isEmpty,
      (0...task.training.count / size).contains(place.batch)
    else { return false }
    self.place = place
    return true
  }
}
