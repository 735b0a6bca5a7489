// A text: foretell its next token.

import LSTMCore

/// The training of a model that foretells the next token of a text.
public struct TextTask: TrainingTask {
  /// The task in the folder of a run.
  public static let name = "text"
  /// The text.
  public let text: TextData
  /// What is made small.
  public var loss: TrainingLoss { .crossEntropy }
  /// The file of data.
  public var file: String { text.file }
  /// A number that is another for almost every other content of the file.
  public var fingerprint: UInt64 { text.fingerprint }

  /// Tokens that are looked at while the network is trained, to see how good it is.
  private static let evaluated = 20_000
  /// Tokens whose tables the network is held against.
  private static let counted = 300_000

  /// Opens the text.
  ///
  /// - Throws: as ``TextData``.
  public init(_ file: String, _ settings: TrainingSettings) throws {
    text = try TextData(
      contentsOf: file, kind: settings.unit, mostWords: settings.vocabularySize)
  }

  /// The network to train.
  public func plan(_ settings: TrainingSettings) -> NetworkPlan {
    let tokens = text.vocabulary.entries.count
    return NetworkPlan(
      front: settings.embeddingSize > 0
        ? .embedding(tokens: tokens, size: settings.embeddingSize) : .oneHot(tokens),
      hiddenSize: settings.hiddenSize, layers: settings.layers, outputs: tokens)
  }

  /// How many tokens are trained on; what is held back is at the end, unless it is too little.
  private func trainingCount(_ settings: TrainingSettings) -> Int {
    let held = Int(Double(text.count) * settings.validation)
    return held > settings.sequenceLength ? text.count - held : text.count
  }

  /// What to train on.
  public func batches(_ settings: TrainingSettings) throws -> any TrainingBatches {
    try TextStreams(
      text, count: trainingCount(settings), batch: settings.batch,
      sequenceLength: settings.sequenceLength)
  }

  /// The mean loss of what is held back.
  public func evaluate(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) throws
    -> Double?
  {
    let first = trainingCount(settings)
    guard first < text.count else { return nil }
    return try TextEvaluation(
      network, text, tokens: first..<text.count, atMost: Self.evaluated
    ).meanNats
  }

  /// A network as a model with all that goes with it.
  public func model(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) -> LSTMModel {
    LSTMModel(
      weights: .single(network), precision: .float32, vocabulary: text.vocabulary,
      task: "the next token of a text", provenance: .init(framework: "swift-lstm"))
  }

  /// What is known before training.
  public func opening(_ settings: TrainingSettings) -> [String] {
    ["\(text.count) \(text.vocabulary.kind.rawValue), \(text.vocabulary.entries.count) different"]
  }

  /// A loss in the words of the task.
  public func words(loss: Double) -> String {
    let unit = text.vocabulary.kind.rawValue.dropLast()
    return "\((loss / Double.log(2) * 1000).rounded() / 1000) bits a \(unit)"
  }

  /// What came of it, beside what simpler means reach.
  public func closing(_ network: LSTMNetwork<Float>, _ settings: TrainingSettings) throws
    -> [String]
  {
    var lines: [String] = []
    let first = trainingCount(settings)
    if let loss = try evaluate(network, settings) {
      let baselines = TextBaselines(
        text, from: text.offsets(ofTokens: [first])[0],
        learned: text.ids(atMost: min(first, Self.counted)), atMost: Self.evaluated)
      lines.append("Held back: \(words(loss: loss)). \(baselines.verdict(loss))")
    }
    let count = min(200, text.count)
    let ids = text.ids(from: text.offsets(ofTokens: [text.count - count])[0], atMost: count)
    guard ids.count > 2 else { return lines }
    return lines
      + (try MemoryReport(network, ids: ids).words(window: settings.sequenceLength))
  }
}
