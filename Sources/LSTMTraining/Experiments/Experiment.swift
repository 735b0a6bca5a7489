// An experiment of the literature: sequences that are made up, what a network should give, and when it
// has it.

import LSTMCore

/// A made-up sequence and what a network should give on reading it.
public struct MadeSequence: Sendable {
  /// A row a step: `[T][I]`.
  var inputs: [[Float]]
  /// What each step should give: a class, −1 where nothing is asked; or numbers, NaN where not.
  var goals: Goals

  enum Goals {
    case classes([Int])
    case values([[Float]])
  }

  /// A sequence of symbols with a single one each.
  static func symbols(_ ids: [Int], of count: Int, _ goals: Goals) -> MadeSequence {
    MadeSequence(
      inputs: ids.map { id in (0..<count).map { $0 == id ? 1 : 0 } }, goals: goals)
  }

  /// Numbers that are asked for after the last step only.
  static func atEnd(_ inputs: [[Float]], _ goal: [Float]) -> MadeSequence {
    let nothing = goal.map { _ in Float.nan }
    return MadeSequence(
      inputs: inputs, goals: .values(inputs.dropLast().map { _ in nothing } + [goal]))
  }
}

/// An experiment.
public struct Experiment: Sendable {
  /// When what comes out of a step is right.
  public enum Criterion: Equatable, Sendable {
    /// The likeliest class is the right one.
    case likeliest
    /// Each number is off by less than this.
    case within(Double)
    /// Whatever is allowed is more active than whatever is not.
    case mostActive
    /// What is allowed is above one half, and nothing else.
    case exactly
  }

  /// Its name.
  public let name: String
  /// What is asked, in a sentence.
  public let summary: String
  /// What the paper did and found.
  public let paper: String
  /// The width of a step, and of what comes out.
  let (inputs, outputs): (Int, Int)
  /// What is made small.
  let loss: TrainingLoss
  /// When a step is right.
  public let criterion: Criterion
  /// Our set-up: hidden units, sequences of a step, steps at most, learning rate.
  public let setUp: SetUp
  /// Makes a sequence to train on.
  let make: @Sendable (inout SplitMix64) -> MadeSequence
  /// Makes a sequence to test with; nil where they are made alike.
  let makeTest: (@Sendable (inout SplitMix64) -> MadeSequence)?

  /// What an experiment is run with.
  public struct SetUp: Equatable, Sendable {
    /// Hidden units.
    public var hiddenSize: Int
    /// Sequences of a step.
    public var batch: Int
    /// Steps at most.
    public var steps: Int
    /// The learning rate of Adam.
    public var learningRate: Double
    /// The longest time that something has to be remembered, for chrono initialisation.
    public var lag: Int
    /// Whether gates start for that time where nobody says how; else forget gates' biases are 1.
    public var startsForLag = false
    /// How many sequences are tested.
    public var tests = 256

    /// How many of the tests may be wrong in an experiment that is solved.
    public var mayBeWrong: Int { tests / 256 }
    /// How networks start where nobody says it.
    public var start: NetworkStart {
      startsForLag ? .init(.pytorch, chronoSteps: lag) : .init(.pytorch, forgetBias: 1)
    }
  }

  /// Sequences as a batch.
  func batch(_ sequences: [MadeSequence]) -> TrainingBatch {
    let lengths = sequences.map(\.inputs.count)
    let (steps, count) = (lengths.max() ?? 0, sequences.count)
    var input = Array3<Float>(zeros: steps, count, inputs)
    let isClasses = loss == .crossEntropy
    var classes = [Int](repeating: -1, count: isClasses ? steps * count : 0)
    var values = [Float](repeating: .nan, count: isClasses ? 0 : steps * count * outputs)
    for (index, sequence) in sequences.enumerated() {
      for (step, row) in sequence.inputs.enumerated() {
        input.setRow(step, index, to: row)
        switch sequence.goals {
        case .classes(let goals): classes[step * count + index] = goals[step]
        case .values(let goals):
          for (output, goal) in goals[step].enumerated() {
            values[(step * count + index) * outputs + output] = goal
          }
        }
      }
    }
    return TrainingBatch(
      input: .values(input), lengths: lengths.allSatisfy { $0 == steps } ? nil : lengths,
      targets: isClasses ? .classes(classes) : .values(values), carriesState: false)
  }

  /// Whether every step of a sequence is right.
  ///
  /// - Parameter logits: what came out at a step, `[O]`.
  func isRight(_ sequence: MadeSequence, _ logits: (_ step: Int) -> [Float]) -> Bool {
    sequence.inputs.indices.allSatisfy { step in
      switch sequence.goals {
      case .classes(let goals):
        guard goals[step] >= 0 else { return true }
        let scores = logits(step)
        return scores.indices.allSatisfy { $0 == goals[step] || scores[$0] < scores[goals[step]] }
      case .values(let goals):
        let goal = goals[step]
        guard !goal[0].isNaN else { return true }
        let scores = logits(step)
        switch criterion {
        case .likeliest: return false
        case .within(let bound):
          return zip(scores, goal).allSatisfy { abs(Double($0 - $1)) < bound }
        case .mostActive:
          let allowed = zip(scores, goal).filter { $0.1 > 0.5 }.map(\.0).min() ?? -.infinity
          let other = zip(scores, goal).filter { $0.1 <= 0.5 }.map(\.0).max() ?? -.infinity
          return allowed > other
        case .exactly: return zip(scores, goal).allSatisfy { ($0 > 0) == ($1 > 0.5) }
        }
      }
    }
  }
}
