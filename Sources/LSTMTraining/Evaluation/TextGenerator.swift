// A model that writes: each token is drawn from what the model expects, and read again.

import LSTMCore

/// How tokens are drawn.
public struct Sampling: Equatable, Sendable {
  /// What logits are divided by: below 1 more certain, above 1 more daring; 0 takes the likeliest.
  public var temperature: Double
  /// Only among so many of the likeliest; nil for all.
  public var topK: Int?
  /// Only among the likeliest that together have this probability (Holtzman et al. 2020); nil for all.
  public var topP: Double?

  /// Makes settings.
  ///
  /// - Throws: ``TrainingError/setting(_:value:expected:)`` where one is out of range.
  public init(temperature: Double = 1, topK: Int? = nil, topP: Double? = nil) throws {
    guard temperature >= 0, temperature.isFinite else {
      throw TrainingError.setting("temperature", value: "\(temperature)", expected: "0 or more")
    }
    guard topK.map({ $0 > 0 }) ?? true else {
      throw TrainingError.setting("top k", value: "\(topK ?? 0)", expected: "1 or more")
    }
    guard topP.map({ $0 > 0 && $0 <= 1 }) ?? true else {
      throw TrainingError.setting(
        "top p", value: "\(topP ?? 0)", expected: "a probability above 0, at most 1")
    }
    (self.temperature, self.topK, self.topP) = (temperature, topK, topP)
  }

  /// Draws a token.
  ///
  /// - Parameters:
  ///   - logits: `[V]`.
  ///   - draw: evenly from 0 up to below 1.
  public func token(_ logits: [Float], draw: Double) -> Int {
    var largest = 0
    for index in logits.indices where logits[index] > logits[largest] { largest = index }
    guard temperature > 0, topK != 1 else { return largest }
    let (scale, top) = (Float(1 / temperature), logits[largest])
    var powers = logits.map { Float.exp(($0 - top) * scale) }
    if topK != nil || topP != nil { keepLikeliest(&powers) }
    let sum = powers.reduce(0.0) { $0 + Double($1) }
    var rest = draw * sum
    for (index, power) in powers.enumerated() where power > 0 {
      rest -= Double(power)
      if rest < 0 { return index }
    }
    return largest
  }

  /// Sets to zero what is not among the likeliest.
  private func keepLikeliest(_ powers: inout [Float]) {
    let order = powers.indices.sorted {
      powers[$0] != powers[$1] ? powers[$0] > powers[$1] : $0 < $1
    }
    let sum = powers.reduce(0.0) { $0 + Double($1) }
    var kept = min(topK ?? order.count, order.count)
    if let topP {
      var (total, count) = (0.0, 0)
      while count < kept, total < topP * sum {
        total += Double(powers[order[count]])
        count += 1
      }
      kept = max(1, count)
    }
    for index in order[kept...] { powers[index] = 0 }
  }
}

/// A model that writes.
public final class TextGenerator {
  /// What the tokens stand for.
  public let vocabulary: LSTMModel.Vocabulary
  private let session: InferenceSession
  private var logits: [Float]
  private var generator: SplitMix64
  private let sampling: Sampling

  /// Makes a generator.
  ///
  /// - Parameters:
  ///   - model: reads tokens and has a head over its vocabulary.
  ///   - file: its name, for errors.
  ///   - sampling: how tokens are drawn.
  ///   - seed: the same seed gives the same text.
  /// - Throws: ``TrainingError/unfit(model:reason:)`` where it is no such model.
  public init(_ model: LSTMModel, file: String, _ sampling: Sampling, seed: UInt64) throws {
    vocabulary = try model.textVocabulary(file: file)
    let engine = try InferenceEngine(model)
    session = try engine.makeSession()
    logits = [Float](repeating: 0, count: engine.logitCount ?? 0)
    generator = SplitMix64(seed: seed)
    self.sampling = sampling
  }

  /// Reads a text; what is written next goes on from it.
  ///
  /// - Throws: `VocabularyError` where the model does not know a piece of it.
  public func read(_ text: String) throws {
    for id in try vocabulary.ids(of: text) { try read(id) }
  }

  /// What a text may begin with where nobody says it: a line break, else the first entry.
  public var opening: String {
    let lineBreak = vocabulary.entries.first { $0 == "\n" }
    return lineBreak ?? vocabulary.text(of: [0])
  }

  private func read(_ id: Int) throws { try session.step(tokens: [id], logits: &logits) }

  /// Writes a token: draws it and reads it.
  ///
  /// - Returns: its id.
  public func next() throws -> Int {
    let id = sampling.token(logits, draw: generator.nextUnit())
    try read(id)
    return id
  }
}

extension LSTMModel {
  /// The vocabulary of a model that foretells the next token of a text.
  ///
  /// - Throws: ``TrainingError/unfit(model:reason:)`` where it is none.
  public func textVocabulary(file: String) throws -> Vocabulary {
    guard let vocabulary else {
      throw TrainingError.unfit(
        model: file, reason: "has no vocabulary, and so no text. Give one in a file of its own.")
    }
    guard readsTokens, shape.tokenCount == vocabulary.entries.count,
      headOutline?.outputSize == vocabulary.entries.count, readsForwardOnly
    else {
      throw TrainingError.unfit(
        model: file,
        reason: "does not foretell the next token of a text: it would need to read tokens, forward "
          + "only, and a head with an output for each of the \(vocabulary.entries.count) entries "
          + "of its vocabulary. Take a model that was trained on text.")
    }
    return vocabulary
  }
}
