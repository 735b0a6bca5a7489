// How well a model foretells a text: the bits that each next token costs, read in streams side by
// side, each after a stretch of what stands before it.

import LSTMCore

/// How well a model foretells a text.
public struct TextEvaluation: Equatable, Sendable {
  /// The sum of −ln p over all tokens that were foretold.
  public private(set) var nats = 0.0
  /// How many tokens were foretold: all but the first.
  public private(set) var count = 0
  /// How many tokens the model does not know; they were left out.
  public private(set) var unknown = 0
  /// How many characters those tokens have that were foretold; bytes where text is read as bytes.
  public private(set) var characters = 0

  /// The mean of −ln p, in nats.
  public var meanNats: Double { nats / Double(max(1, count)) }
  /// Bits for each character.
  public var bitsPerCharacter: Double { nats / Double.log(2) / Double(max(1, characters)) }
  /// e to the mean: among how many tokens the model hesitates.
  public var perplexity: Double { .exp(meanNats) }

  /// Steps that a stream reads before what counts.
  static let warmUp = 256
  /// Tokens that are worth a stream of their own.
  static let streamLength = 4096

  /// Evaluates a network on tokens of a text.
  ///
  /// - Parameters:
  ///   - network: with a head over the vocabulary of the text.
  ///   - text: the text.
  ///   - range: which tokens of it are foretold, those before only read.
  ///   - limit: how many at most.
  ///   - threads: how many may compute.
  /// - Throws: `NetworkError` where the network does not fit the text.
  public init(
    _ network: LSTMNetwork<Float>, _ text: TextData, tokens range: Range<Int>? = nil,
    atMost limit: Int = .max, threads: Int = 1
  ) throws {
    let range = range ?? 0..<text.count
    let (first, total) = (max(1, range.lowerBound), min(range.count, limit))
    let last = min(range.upperBound, first + total)
    guard last > first else { return }
    let streams = max(1, min(32, (last - first) / Self.streamLength))
    let length = (last - first + streams - 1) / streams
    let begins = (0..<streams).map { first + $0 * length }
    // Each reads from here: at least the token before the first that counts.
    let reads = begins.map { max(0, $0 - 1 - Self.warmUp) }
    var offsets = text.offsets(ofTokens: reads)
    let engine = try InferenceEngine(network)
    let session = try engine.makeSession(batch: streams, threads: threads)
    guard let outputs = engine.logitCount else { throw EngineError.noHead }
    var current = [Int](repeating: -1, count: streams)
    var position = reads  // of the token that is read next
    let ends = begins.map { min($0 + length, last) }
    var logits = [Float](repeating: 0, count: streams * outputs)
    /// The next known token of a stream; −1 at its end.
    func next(_ stream: Int) -> Int {
      while position[stream] < ends[stream] {
        var id = -1
        text.forEachToken(from: &offsets[stream]) { found in
          id = found
          return false
        }
        position[stream] += 1
        if id >= 0 { return id }
        if position[stream] > begins[stream] { unknown += 1 }
      }
      return -1
    }
    for stream in 0..<streams { current[stream] = next(stream) }
    while current.contains(where: { $0 >= 0 }) {
      try session.step(tokens: current.map { max(0, $0) }, logits: &logits)
      for stream in 0..<streams where current[stream] >= 0 {
        let id = next(stream)
        current[stream] = id
        guard id >= 0, position[stream] > begins[stream] else { continue }
        nats += Self.nats(of: id, logits, stream * outputs, outputs)
        count += 1
        characters += text.characterCount(of: id)
      }
    }
  }

  /// −ln softmax at a token.
  static func nats(of id: Int, _ logits: [Float], _ start: Int, _ count: Int) -> Double {
    logits.withUnsafeBufferPointer { all in
      let scores = UnsafeBufferPointer(rebasing: all[start..<start + count])
      var largest = scores[0]
      for score in scores { largest = max(largest, score) }
      var sum: Float = 0
      for score in scores { sum += Float.exp(score - largest) }
      return Double(Float.log(sum)) - Double(scores[id] - largest)
    }
  }
}
