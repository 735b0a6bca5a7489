// A network with what its file said of it: the one thing that every reader of models returns and
// every writer takes.

import LSTMCore

/// A network and what is known of it.
public struct LSTMModel: Equatable, Sendable {
  /// What the tokens stand for.
  public struct Vocabulary: Equatable, Sendable {
    /// What an entry is.
    public enum Kind: String, CaseIterable, Sendable {
      /// One character: text is cut into characters.
      case characters
      /// A word or a piece of one.
      case words
    }

    /// What an entry is.
    public var kind: Kind
    /// The text of each token id, from 0 on.
    public var entries: [String]

    /// Makes a vocabulary.
    public init(_ kind: Kind, _ entries: [String]) { (self.kind, self.entries) = (kind, entries) }
  }

  /// Where a model comes from.
  public struct Provenance: Equatable, Sendable {
    /// The kind of file it was first read from, such as "PyTorch state dict".
    public var format: String?
    /// The name of that file.
    public var file: String?
    /// The framework, and its version where the file says it.
    public var framework: String?

    /// Makes a provenance of what is known.
    public init(format: String? = nil, file: String? = nil, framework: String? = nil) {
      (self.format, self.file, self.framework) = (format, file, framework)
    }
  }

  /// Where a part of the network was found.
  public struct Part: Equatable, Sendable {
    /// The part in words: "layer 1, forward", "embedding", "head".
    public let role: String
    /// The names in the file of the arrays it was made of.
    public let names: [String]

    /// Makes a part.
    public init(role: String, names: [String]) { (self.role, self.names) = (role, names) }
  }

  /// The network, in Double: every number of a narrower type is exactly a Double.
  public var network: LSTMNetwork<Double>
  /// The type in which the numbers were stored, and in which they are written again: float16,
  /// bfloat16, float32 or float64.
  public var precision: NumberType
  /// Whether the cells have biases. Where they have none, zeros stand in their place.
  public var hasBiases: Bool
  /// The steps that the model skips, where it skips any.
  public var mask: StepMask?
  /// The states to start from where a run is given none: a part for each direction of each layer,
  /// with a row for each sequence, or one row where every sequence starts alike. Nil: zeros.
  public var initialState: NetworkState<Double>?
  /// The number of valid steps of each sequence where a run is given none, `[B]`. Nil: all.
  public var lengths: [Int]?
  /// What the tokens stand for, where the model reads or writes any.
  public var vocabulary: Vocabulary?
  /// What the model is for, in words.
  public var task: String?
  /// Where it comes from.
  public var provenance: Provenance
  /// Where each part was found in its file.
  public var parts: [Part]
  /// What else the file holds and the network does without.
  public var unused: [String]

  /// Makes a model.
  public init(
    network: LSTMNetwork<Double>, precision: NumberType = .float64, hasBiases: Bool = true,
    mask: StepMask? = nil, initialState: NetworkState<Double>? = nil, lengths: [Int]? = nil,
    vocabulary: Vocabulary? = nil, task: String? = nil,
    provenance: Provenance = .init(),
    parts: [Part] = [], unused: [String] = []
  ) {
    self.network = network
    self.precision = precision
    self.hasBiases = hasBiases
    self.mask = mask
    self.initialState = initialState
    self.lengths = lengths
    self.vocabulary = vocabulary
    self.task = task
    self.provenance = provenance
    self.parts = parts
    self.unused = unused
  }

  /// How many numbers the network has learned.
  public var parameterCount: ParameterCount {
    network.parameterCount(countsBiases: hasBiases)
  }
}

extension LSTMModel {
  /// What a model says that changes no number, and that only the project's own forms hold.
  var notes: [String] {
    [vocabulary.map { _ in "the vocabulary" }, task.map { _ in "the task" }].compactMap { $0 }
  }
}
