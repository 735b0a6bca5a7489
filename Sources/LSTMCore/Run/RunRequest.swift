// What is asked of a model: one value for every run, whoever computes it. It is checked once, against
// the sizes of the network, before anything is computed (ResolvedRun.swift).

import RealModule

/// A run over a batch of sequences: what goes in, and what to keep of it.
///
/// The readable cell (``LSTMModel``'s and ``LSTMNetwork``'s `run`) and the engine
/// (``InferenceEngine``'s and ``InferenceSession``'s) take the same request and give the same
/// ``NetworkOutput``:
///
///     let output = try model.run(RunRequest(.values(input), lengths: [5, 3]))
public struct RunRequest<Scalar: Real>: Equatable {
  /// Values `[T, B, I]`, or token ids `[T, B]` where the network has an embedding or one-hot.
  public var input: NetworkInput<Scalar>
  /// The states to start from, such as the ``NetworkOutput/finalState`` of the run before. Nil: the
  /// model's own, else zeros; in a session those that it carries.
  public var state: NetworkState<Scalar>?
  /// The number of valid steps of each sequence, `[B]`. What the input holds beyond is not read, and
  /// outputs there are zero. Nil: the model's own, else all.
  public var lengths: [Int]?
  /// What a length of 0 means.
  public var emptySequences: EmptySequences
  /// What to keep beside the outputs and the final states.
  public var recording: Recording
  /// What to put in place of what is computed; later ones go before earlier ones.
  public var holds: [Hold<Scalar>]
  /// Where the input stands in a longer one of which it is a block: its first step, and how many
  /// steps there are in all. The steps of ``holds`` count from the beginning of the whole.
  var block: (first: Int, steps: Int)?

  /// Makes a request; what is left out is the model's own, else all steps from zero.
  public init(
    _ input: NetworkInput<Scalar>, state: NetworkState<Scalar>? = nil, lengths: [Int]? = nil,
    emptySequences: EmptySequences = .refused, recording: Recording = [],
    holds: [Hold<Scalar>] = []
  ) {
    self.input = input
    self.state = state
    self.lengths = lengths
    self.emptySequences = emptySequences
    self.recording = recording
    self.holds = holds
  }

  /// Whether two requests ask the same.
  public static func == (one: RunRequest, other: RunRequest) -> Bool {
    one.input == other.input && one.state == other.state && one.lengths == other.lengths
      && one.emptySequences == other.emptySequences && one.recording == other.recording
      && one.holds == other.holds && one.block?.first == other.block?.first
      && one.block?.steps == other.block?.steps
  }
}

extension RunRequest: Sendable where Scalar: Sendable {}

extension RunRequest where Scalar: BinaryFloatingPoint {
  /// The same request in another precision, each number rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: RunRequest<Other>) {
    self.init(
      NetworkInput(other.input), state: other.state.map { NetworkState($0) },
      lengths: other.lengths, emptySequences: other.emptySequences, recording: other.recording,
      holds: other.holds.map { Hold($0) })
    block = other.block
  }
}

/// What a run keeps beside the outputs and the final states.
public struct Recording: OptionSet, Sendable {
  /// The bits.
  public let rawValue: Int
  /// Makes a set of its bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The outputs of every layer, not only of the last.
  public static let layerOutputs = Recording(rawValue: 1 << 0)
  /// The gates, the candidate and the cell states of every cell at every step.
  public static let cells = Recording(rawValue: 1 << 1)
  /// The pre-activations of every cell's gates at every step, beside ``cells``.
  public static let preactivations = Recording(rawValue: 1 << 2)
}
