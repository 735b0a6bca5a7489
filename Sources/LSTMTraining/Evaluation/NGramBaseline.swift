// What a table of counts makes of the same text: the baseline that a network has to beat.

import LSTMCore

/// Interpolated n-grams of all orders up to one, after Witten and Bell (1991). They learn while they
/// foretell: each token is counted after it was foretold.
struct NGramBaseline {
  /// Orders that are told of: 1 looks at nothing, 2 at one token before.
  let orders: [Int]
  /// The sum of −ln p for each order.
  private(set) var nats: [Double]
  /// How many tokens were foretold.
  private(set) var count = 0

  private struct Key: Hashable {
    let context: UInt64
    let next: Int32
  }
  private struct Seen {
    var total: Int32 = 0
    var kinds: Int32 = 0
  }

  private let tokens: Int
  private var contexts: [UInt64: Seen] = [:]
  private var counts: [Key: Int32] = [:]
  /// The last tokens, the latest first.
  private var last: [Int] = []

  init(tokens: Int, orders: [Int]) {
    (self.tokens, self.orders) = (tokens, orders)
    nats = orders.map { _ in 0 }
  }

  /// Takes a token: foretells it where that is asked for, and counts it.
  mutating func take(_ id: Int, foretells: Bool) {
    var probability = 1 / Double(max(1, tokens))
    var context: UInt64 = 0xCBF2_9CE4_8422_2325
    for order in 1...(orders.last ?? 1) {
      if order > 1 {
        guard last.count >= order - 1 else { break }
        // Different for each length: the hash of all tokens so far.
        context = (context ^ UInt64(last[order - 2] + 1)) &* 0x9E37_79B9_7F4A_7C15
        context ^= context >> 31
      }
      let key = Key(context: context, next: Int32(id))
      var seen = contexts[context] ?? Seen()
      let times = counts[key] ?? 0
      if foretells, seen.total > 0 {
        let (total, kinds) = (Double(seen.total), Double(seen.kinds))
        probability = (Double(times) + kinds * probability) / (total + kinds)
      }
      if foretells, let index = orders.firstIndex(of: order) { nats[index] -= .log(probability) }
      seen.total += 1
      if times == 0 { seen.kinds += 1 }
      contexts[context] = seen
      counts[key] = times + 1
    }
    if foretells {
      count += 1
      // Orders that have not enough before them yet foretell as the longest that has.
      for (index, order) in orders.enumerated() where order - 1 > last.count {
        nats[index] -= .log(probability)
      }
    }
    last.insert(id, at: 0)
    if last.count >= (orders.last ?? 1) { last.removeLast() }
  }
}

/// The baselines of a text: what the bits of an evaluation are to be held against.
public struct TextBaselines: Equatable, Sendable {
  /// A baseline.
  public struct Baseline: Equatable, Sendable {
    /// Its name: "uniform", "unigram", "2-gram".
    public let name: String
    /// The mean of −ln p, in nats.
    public let meanNats: Double
  }

  /// From the simplest on.
  public let baselines: [Baseline]
  /// How many tokens of the training text were counted before.
  public let learnedFrom: Int

  /// Evaluates baselines on a text.
  ///
  /// - Parameters:
  ///   - text: the text, read through the model's vocabulary.
  ///   - start: the byte from which on it is foretold.
  ///   - learned: tokens that the model was trained on, counted first.
  ///   - limit: how many tokens are foretold at most.
  public init(
    _ text: TextData, from start: Int = 0, learned: [Int] = [], atMost limit: Int = 1_000_000
  ) {
    let tokens = text.vocabulary.entries.count
    let orders = text.vocabulary.kind == .words ? [1, 2, 3] : [1, 2, 3, 5]
    var grams = NGramBaseline(tokens: tokens, orders: orders)
    for id in learned { grams.take(id, foretells: false) }
    for (index, id) in text.ids(from: start, atMost: limit).enumerated() {
      grams.take(id, foretells: index > 0 || !learned.isEmpty)
    }
    let count = Double(max(1, grams.count))
    baselines =
      [Baseline(name: "uniform", meanNats: .log(Double(max(1, tokens))))]
      + zip(orders, grams.nats).map { order, nats in
        Baseline(name: order == 1 ? "unigram" : "\(order)-gram", meanNats: nats / count)
      }
    learnedFrom = learned.count
  }

  /// The best one.
  public var best: Baseline? { baselines.min { $0.meanNats < $1.meanNats } }

  /// Whether a model does better than each.
  public func isBeaten(by meanNats: Double) -> Bool { best.map { meanNats < $0.meanNats } ?? true }

  /// Whether a model is worth it, in words.
  public func verdict(_ meanNats: Double) -> String {
    guard let best else { return "" }
    let bits = abs(best.meanNats - meanNats) / Double.log(2)
    let much = "\((bits * 1000).rounded() / 1000) bits"
    return isBeaten(by: meanNats)
      ? "The LSTM is worth it: the best table, \(best.name), needs \(much) a token more."
      : "The LSTM is not worth it: a table, \(best.name), needs \(much) a token less. "
        + "Train it longer, on more text, or take more units."
  }
}
