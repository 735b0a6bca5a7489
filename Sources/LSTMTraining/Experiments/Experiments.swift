// The experiments, each as its paper describes it but for the optimiser, which is Adam.

import LSTMCore

extension Experiment {
  /// Every experiment.
  public static let all: [Experiment] = [
    .reber, .continualReber, .adding, .multiplication, .temporalOrder4, .temporalOrder8, .copy,
    .counting, .countingThree, .brackets, .parity,
  ]

  /// The experiment of a name.
  public static func named(_ name: String) -> Experiment? { all.first { $0.name == name } }

  private static let hochreiter = "Hochreiter and Schmidhuber 1997"

  static let reber = Experiment(
    name: "reber", summary: "foretell the next symbols of embedded Reber strings",
    paper: "\(hochreiter), experiment 1: 97 to 100 % of trials, after 8,440 to 39,740 sequences, "
      + "without forget gates",
    inputs: 7, outputs: 7, loss: .binaryCrossEntropy, criterion: .mostActive,
    setUp: .init(hiddenSize: 12, batch: 16, steps: 3000, learningRate: 0.01, lag: 12),
    make: { ReberGrammar.sequence(strings: 1, &$0) }, makeTest: nil)

  static let continualReber = Experiment(
    name: "continual-reber",
    summary: "foretell the next symbols of Reber strings that follow one another without a mark",
    paper:
      "Gers, Schmidhuber and Cummins 2000: 0 % perfect without forget gates, 18 % with them, 62 % "
      + "with a decaying rate; streams of 100,000 symbols, here 16 of 60 strings",
    inputs: 7, outputs: 7, loss: .binaryCrossEntropy, criterion: .mostActive,
    setUp: .init(
      hiddenSize: 16, batch: 16, steps: 4000, learningRate: 0.01, lag: 12, tests: 16),
    make: { ReberGrammar.sequence(strings: 8, &$0) },
    makeTest: { ReberGrammar.sequence(strings: 60, &$0) })

  /// Pairs of a value and a mark; two values are marked, one among the first ten, the other before the
  /// middle.
  private static func marked(
    _ draws: inout SplitMix64, low: Double, neutral: Double, _ goal: (Double, Double) -> Double
  ) -> MadeSequence {
    let length = 100 + draws.next(below: 11)
    let first = draws.next(below: 10)
    var second = draws.next(below: 49)
    while second == first { second = draws.next(below: 49) }
    let values = (0..<length).map { _ in low + (1 - low) * draws.nextUnit() }
    let rows = values.indices.map { step in
      let mark: Float =
        step == first || step == second ? 1 : step == 0 || step == length - 1 ? -1 : 0
      return [Float(values[step]), mark]
    }
    // As in the paper, a first pair that is marked counts as neutral.
    func value(_ step: Int) -> Double { step == 0 ? neutral : values[step] }
    return .atEnd(rows, [Float(goal(value(first), value(second)))])
  }

  static let adding = Experiment(
    name: "adding", summary: "add the two marked ones of 100 to 110 numbers",
    paper: "\(hochreiter), experiment 4: solved after 74,000 sequences",
    inputs: 2, outputs: 1, loss: .squaredError, criterion: .within(0.04),
    setUp: .init(
      hiddenSize: 24, batch: 32, steps: 6000, learningRate: 0.005, lag: 100, startsForLag: true),
    make: { marked(&$0, low: -1, neutral: 0) { 0.5 + ($0 + $1) / 4 } }, makeTest: nil)

  static let multiplication = Experiment(
    name: "multiplication", summary: "multiply the two marked ones of 100 to 110 numbers",
    paper: "\(hochreiter), experiment 5: 14 of 2,560 wrong after 1,273,000 sequences",
    inputs: 2, outputs: 1, loss: .squaredError, criterion: .within(0.04),
    setUp: .init(
      hiddenSize: 24, batch: 32, steps: 8000, learningRate: 0.005, lag: 100, startsForLag: true),
    make: { marked(&$0, low: 0, neutral: 1) { $0 * $1 } }, makeTest: nil)

  /// Among random letters a few of two kinds; which ones, in their order, is the class.
  private static func order(_ draws: inout SplitMix64, _ places: [ClosedRange<Int>]) -> MadeSequence
  {
    let length = 100 + draws.next(below: 11)
    var symbols = (0..<length).map { _ in 2 + draws.next(below: 4) }
    (symbols[0], symbols[length - 1]) = (0, 1)
    var label = 0
    for range in places {
      let kind = draws.next(below: 2)
      symbols[range.lowerBound + draws.next(below: range.count)] = 6 + kind
      label = 2 * label + kind
    }
    var goals = [Int](repeating: -1, count: length)
    goals[length - 1] = label
    return .symbols(symbols, of: 8, .classes(goals))
  }

  static let temporalOrder4 = Experiment(
    name: "temporal-order-4", summary: "tell in which order two letters of two kinds came",
    paper: "\(hochreiter), experiment 6a: 31,390 sequences, 1 of 2,560 wrong",
    inputs: 8, outputs: 4, loss: .crossEntropy, criterion: .likeliest,
    setUp: .init(
      hiddenSize: 16, batch: 32, steps: 3000, learningRate: 0.01, lag: 90, startsForLag: true),
    make: { order(&$0, [10...20, 50...60]) }, makeTest: nil)

  static let temporalOrder8 = Experiment(
    name: "temporal-order-8", summary: "tell in which order three letters of two kinds came",
    paper: "\(hochreiter), experiment 6b: 571,100 sequences, 2 of 2,560 wrong",
    inputs: 8, outputs: 8, loss: .crossEntropy, criterion: .likeliest,
    setUp: .init(
      hiddenSize: 24, batch: 32, steps: 6000, learningRate: 0.01, lag: 90, startsForLag: true),
    make: { order(&$0, [10...20, 33...43, 66...76]) }, makeTest: nil)

  static let copy = Experiment(
    name: "copy", summary: "repeat 10 symbols after 40 steps; without memory the loss is ln 8",
    paper:
      "Arjovsky, Shah and Bengio 2016 and Tallec and Ollivier 2018: chrono initialisation makes "
      + "the difference",
    inputs: 10, outputs: 8, loss: .crossEntropy, criterion: .likeliest,
    setUp: .init(
      hiddenSize: 64, batch: 32, steps: 4000, learningRate: 0.004, lag: 60, startsForLag: true),
    make: { draws in
      let symbols = (0..<10).map { _ in draws.next(below: 8) }
      let rest = [Int](repeating: 8, count: 39) + [9] + [Int](repeating: 8, count: 10)
      let goals = [Int](repeating: -1, count: 50) + symbols
      return .symbols(symbols + rest, of: 10, .classes(goals))
    }, makeTest: nil)

  /// A start, n of each letter in turn, and what may come next at each step.
  private static func counted(_ count: Int, letters: Int) -> MadeSequence {
    // Inputs: the start, then the letters. Outputs: the letters, then the end.
    let symbols = [0] + (1...letters).flatMap { [Int](repeating: $0, count: count) }
    let goals = symbols.indices.map { step -> [Float] in
      var allowed = [Float](repeating: 0, count: letters + 1)
      if step == 0 {
        allowed[0] = 1
      } else if step <= count {
        (allowed[0], allowed[1]) = (1, 1)
      } else {
        allowed[step / count] = 1
      }
      return allowed
    }
    return .symbols(symbols, of: letters + 1, .values(goals))
  }

  private static func counting(_ name: String, letters: Int, _ paper: String) -> Experiment {
    Experiment(
      name: name, summary: "foretell strings of \(letters) letters, each as often as the others",
      paper: paper, inputs: letters + 1, outputs: letters + 1, loss: .binaryCrossEntropy,
      criterion: .exactly,
      setUp: .init(hiddenSize: 8, batch: 10, steps: 6000, learningRate: 0.01, lag: 10 * letters),
      make: { counted(1 + $0.next(below: 10), letters: letters) },
      makeTest: { counted(1 + $0.next(below: 12), letters: letters) })
  }

  static let counting = counting(
    "anbn", letters: 2,
    "Gers and Schmidhuber 2001: trained on n up to 10, right far beyond; here tested up to 12")
  static let countingThree = counting(
    "anbncn", letters: 3,
    "Gers and Schmidhuber 2001: the first network to learn it; here tested up to 12")

  static let brackets = Experiment(
    name: "dyck-2", summary: "foretell which brackets of two kinds may come next",
    paper: "Suzgun et al. 2019: an LSTM learns shallow strings only",
    inputs: 5, outputs: 4, loss: .binaryCrossEntropy, criterion: .exactly,
    setUp: .init(hiddenSize: 32, batch: 16, steps: 5000, learningRate: 0.01, lag: 20),
    make: { draws in
      var (symbols, open, goals): ([Int], [Int], [[Float]]) = ([4], [], [])
      for _ in 0..<20 {
        let closes = !open.isEmpty && (open.count == 3 || draws.next(below: 2) == 0)
        goals.append(Self.allowed(open))
        if closes {
          symbols.append(2 + open.removeLast())
        } else {
          open.append(draws.next(below: 2))
          symbols.append(open[open.count - 1])
        }
      }
      goals.append(Self.allowed(open))
      return .symbols(symbols, of: 5, .values(goals))
    }, makeTest: nil)

  /// Brackets may open while three are not, and the last one may close.
  private static func allowed(_ open: [Int]) -> [Float] {
    var allowed: [Float] = open.count < 3 ? [1, 1, 0, 0] : [0, 0, 0, 0]
    if let last = open.last { allowed[2 + last] = 1 }
    return allowed
  }

  static let parity = Experiment(
    name: "parity", summary: "tell at each step whether the ones so far are odd",
    paper:
      "\(hochreiter), section 6: parity of 500 steps is beyond truncated gradients; here of 50, "
      + "asked at each step",
    inputs: 1, outputs: 2, loss: .crossEntropy, criterion: .likeliest,
    setUp: .init(hiddenSize: 8, batch: 32, steps: 4000, learningRate: 0.01, lag: 50),
    make: { draws in
      let bits = (0..<50).map { _ in draws.next(below: 2) }
      var sum = 0
      let goals = bits.map { bit in
        sum ^= bit
        return sum
      }
      return MadeSequence(inputs: bits.map { [Float($0)] }, goals: .classes(goals))
    }, makeTest: nil)
}
