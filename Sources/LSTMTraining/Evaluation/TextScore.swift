// The probability of a text, token by token.

import LSTMCore

/// What a model thought of each token of a text.
public struct TextScore: Equatable, Sendable {
  /// A token and what it cost.
  public struct Token: Equatable, Sendable {
    /// The token as text.
    public let text: String
    /// ln p given all before; nil for the first, which nothing foretells.
    public let logProbability: Double?
  }

  /// All tokens of the text.
  public let tokens: [Token]

  /// ln p of the text after its first token.
  public var logProbability: Double { tokens.reduce(0) { $0 + ($1.logProbability ?? 0) } }

  /// Scores a text.
  ///
  /// - Parameters:
  ///   - model: reads tokens and has a head over its vocabulary.
  ///   - file: its name, for errors.
  ///   - text: the text.
  /// - Throws: ``TrainingError/unfit(model:reason:)``, `VocabularyError`.
  public init(_ model: LSTMModel, file: String, _ text: String) throws {
    let vocabulary = try model.textVocabulary(file: file)
    let ids = try vocabulary.ids(of: text)
    let engine = try InferenceEngine(model)
    let session = try engine.makeSession()
    var logits = [Float](repeating: 0, count: engine.logitCount ?? 0)
    var tokens: [Token] = []
    for (index, id) in ids.enumerated() {
      let cost =
        index == 0 ? nil : TextEvaluation.nats(of: id, logits, 0, logits.count)
      tokens.append(
        Token(text: vocabulary.text(of: [id]), logProbability: cost.map { -$0 }))
      try session.step(tokens: [id], logits: &logits)
    }
    self.tokens = tokens
  }
}
