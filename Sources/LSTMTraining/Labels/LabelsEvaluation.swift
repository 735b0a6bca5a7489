// How many sequences a network tells right, beside the most frequent class.

import LSTMCore

/// How well a network tells the classes of sequences.
public struct LabelsEvaluation: Equatable, Sendable {
  /// The mean of −ln p of the right class.
  public let meanNats: Double
  /// How many are told right.
  public let right: Int
  /// How many there are.
  public let count: Int
  /// The most frequent class, and how many are of it.
  public let commonest: Class

  /// A class, and how many are of it.
  public struct Class: Equatable, Sendable {
    /// Its name.
    public let label: String
    /// How many are of it.
    public let count: Int
  }

  /// Whether more are told right than are of the most frequent class.
  public var isWorthIt: Bool { right > commonest.count }

  /// Evaluates a network.
  ///
  /// - Parameters:
  ///   - network: tells the classes.
  ///   - columns: the inputs with their scaling.
  ///   - labels: the classes, in the order of the network's outputs.
  ///   - sequences: with classes among these.
  ///   - commonest: the class to hold it against; nil for the most frequent one of the sequences.
  /// - Throws: `NetworkError` where the network does not fit.
  public init(
    _ network: LSTMNetwork<Float>, _ columns: LSTMModel.Columns, _ labels: [String],
    _ sequences: [LabelledSequences.Sequence], commonest: String? = nil
  ) throws {
    func count(_ label: String) -> Int { sequences.count { $0.label == label } }
    let common = commonest ?? labels.max { count($0) < count($1) } ?? ""
    var (nats, right) = (0.0, 0)
    let engine = try InferenceEngine(network)
    for first in stride(from: 0, to: sequences.count, by: 64) {
      let part = Array(sequences[first..<min(first + 64, sequences.count)])
      let batch = columns.batch(part, labels)
      let logits = try engine.run(RunRequest(batch.input, lengths: batch.lengths)).logits
      guard let logits, case .classes(let classes) = batch.targets else {
        throw EngineError.noHead
      }
      for (row, label) in classes.enumerated() {
        let scores = logits.row(0, row)
        nats += TextEvaluation.nats(of: label, scores, 0, scores.count)
        if scores.indices.max(by: { scores[$0] < scores[$1] }) == label { right += 1 }
      }
    }
    (meanNats, self.right) = (nats / Double(max(1, sequences.count)), right)
    (self.count, self.commonest) = (sequences.count, Class(label: common, count: count(common)))
  }

  /// The evaluation in words.
  public var words: [String] {
    func percent(_ number: Int) -> String {
      "\((1000 * Double(number) / Double(max(1, count))).rounded() / 10) %"
    }
    return [
      "\(right) of \(count) right (\(percent(right))). Always '\(commonest.label)', the most frequent "
        + "class: \(percent(commonest.count)).",
      isWorthIt
        ? "The LSTM is worth it."
        : "The LSTM is not worth it: train it longer, or give it more sequences.",
    ]
  }
}

extension LSTMModel.Columns {
  /// Labelled sequences as a batch; a gap is the mean, which is 0 to the network.
  func batch(_ sequences: [LabelledSequences.Sequence], _ labels: [String]) -> TrainingBatch {
    let lengths = sequences.map(\.rows.count)
    let steps = lengths.max() ?? 0
    var input = Array3<Float>(zeros: steps, sequences.count, inputs.count)
    for (place, sequence) in sequences.enumerated() {
      for (step, row) in sequence.rows.enumerated() {
        input.setRow(step, place, to: scaled(row).map { $0.isNaN ? 0 : $0 })
      }
    }
    return TrainingBatch(
      input: .values(input), lengths: lengths.allSatisfy { $0 == steps } ? nil : lengths,
      targets: .classes(sequences.map { labels.firstIndex(of: $0.label) ?? -1 }),
      carriesState: false)
  }
}
