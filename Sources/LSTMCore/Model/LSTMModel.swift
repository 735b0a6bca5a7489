// A network with everything that a file says of it, and all that changes the numbers it gives: the
// one thing that every reader of models returns, every writer takes and every run starts from.

/// A network and what is known of it.
public struct LSTMModel: Sendable {
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

  /// The network, in the precision in which it was read.
  public enum Weights: Equatable, Sendable {
    /// Numbers of float16, bfloat16 or float32, which all are exactly a `Float`.
    case single(LSTMNetwork<Float>)
    /// Numbers of float64.
    case double(LSTMNetwork<Double>)
  }

  /// The network, in the precision in which it was read.
  public var weights: Weights
  /// The type in which the numbers were stored, and in which they are written again.
  public var precision: StoredPrecision
  /// Whether the cells have biases. Where they have none, zeros stand in their place.
  public var hasBiases: Bool
  /// The steps that the model skips, where it skips any.
  public var mask: StepMask?
  /// The states to start from where a run is given none: a part for each direction of each layer,
  /// with a row for each sequence, or one row where every sequence starts alike. Nil: zeros.
  public var initialState: NetworkState<Double>?
  /// The number of valid steps of each sequence where a run is given none, `[B]`. Nil: all.
  public var lengths: [Int]?
  /// Which of the last layer's outputs a model without a head gives: every step, or the final state
  /// as Keras does with `return_sequences=False`. What a head reads, it says itself.
  public var gives: OutputSelection
  /// What the model's file takes as an input beside the sequence.
  public var graphInputs: Set<GraphInput> = []
  /// The plain layers that the input goes through before the network, the first first.
  public var frontLayers: [PlainLayer<Double>] = []
  /// A head that is more than one linear layer; the network has none of its own then.
  public var headLayers: PlainHead<Double>?
  /// What there is to know of how the file was read.
  public var readingNotes: [ReadingNote] = []
  /// Every LSTM of the file by name, with its sizes, where the file has several.
  public var listedLSTMs: [String] = []
  /// What audio programs say of the sound beside the network.
  public var audio: AudioDescription?
  /// What the tokens stand for, where the model reads or writes any.
  public var vocabulary: Vocabulary?
  /// What the numbers that it reads and gives are columns of, where it was trained on a table.
  public var columns: Columns?
  /// What each output stands for, where it tells classes apart.
  public var labels: [String]?
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
    weights: Weights, precision: StoredPrecision, hasBiases: Bool = true, mask: StepMask? = nil,
    initialState: NetworkState<Double>? = nil, lengths: [Int]? = nil,
    gives: OutputSelection = .everyStep, vocabulary: Vocabulary? = nil, task: String? = nil,
    provenance: Provenance = .init(), parts: [Part] = [], unused: [String] = []
  ) {
    self.weights = weights
    self.precision = precision
    self.hasBiases = hasBiases
    self.mask = mask
    self.initialState = initialState
    self.lengths = lengths
    self.gives = gives
    self.vocabulary = vocabulary
    self.task = task
    self.provenance = provenance
    self.parts = parts
    self.unused = unused
  }

  /// Makes a model of a network in Double.
  public init(
    network: LSTMNetwork<Double>, precision: StoredPrecision = .float64, hasBiases: Bool = true,
    mask: StepMask? = nil, initialState: NetworkState<Double>? = nil, lengths: [Int]? = nil,
    gives: OutputSelection = .everyStep, vocabulary: Vocabulary? = nil, task: String? = nil,
    provenance: Provenance = .init(), parts: [Part] = [], unused: [String] = []
  ) {
    self.init(
      weights: .double(network), precision: precision, hasBiases: hasBiases, mask: mask,
      initialState: initialState, lengths: lengths, gives: gives, vocabulary: vocabulary,
      task: task, provenance: provenance, parts: parts, unused: unused)
  }

  /// The network in Double, in which every number of a narrower type is exact. It is made anew each
  /// time where the model was read in a narrower type.
  public var network: LSTMNetwork<Double> {
    get {
      switch weights {
      case .double(let network): network
      case .single(let network): LSTMNetwork(widening: network)
      }
    }
    set { weights = .double(newValue) }
  }

  /// How many numbers the network has learned.
  public var parameterCount: ParameterCount {
    var count =
      switch weights {
      case .single(let network): network.parameterCount(countsBiases: hasBiases)
      case .double(let network): network.parameterCount(countsBiases: hasBiases)
      }
    count.front = frontLayers.reduce(0) { $0 + $1.parameterCount }
    count.head += headLayers?.parameterCount ?? 0
    return count
  }

  /// What goes into the first layer, one layer after the other, and what comes out: see
  /// ``LSTMNetwork``.
  package var shape: NetworkShape {
    var shape =
      switch weights {
      case .single(let network): network.shape
      case .double(let network): network.shape
      }
    if let headLayers {
      let sizes = try? headLayers.layers.sizes(after: .init(steps: 1, width: shape.outputSize))
      (shape.logitCount, shape.hasProbabilities) = (sizes?.width, headLayers.activation != nil)
    }
    return shape
  }

  /// Whether the network reads token ids, by an embedding or one-hot, and not numbers.
  public var readsTokens: Bool { shape.tokenCount != nil }

  /// Whether what comes out of a step never depends on later ones: no layer reads backward.
  public var readsForwardOnly: Bool { shape.cells.allSatisfy { $0.direction == .forward } }

  /// The head without its numbers; nil where there is none.
  package var headOutline: (outputSize: Int, source: OutputSelection, isActivated: Bool)? {
    if let headLayers {
      let sizes = try? headLayers.layers.sizes(after: .init(steps: 1, width: shape.outputSize))
      return (sizes?.width ?? 0, headLayers.source, headLayers.activation != nil)
    }
    return switch weights {
    case .single(let network):
      network.head.map { ($0.outputSize, $0.source, $0.activation != nil) }
    case .double(let network):
      network.head.map { ($0.outputSize, $0.source, $0.activation != nil) }
    }
  }
}

extension LSTMModel.Weights {
  /// The weights of a network that was read in Double, held as narrow as the type of its numbers,
  /// if that has the settings of its cells exactly too.
  ///
  /// - Throws: ``LSTMCoreError`` or ``NetworkError`` where a number is beyond that type's range.
  package init(_ network: LSTMNetwork<Double>, of precision: StoredPrecision) throws {
    self =
      precision.fitsFloat && network.cells.allSatisfy { $0.cell.variant.fitsFloat }
      ? .single(try LSTMNetwork(network)) : .double(network)
  }
}

extension LSTMNetwork<Float> {
  /// The network that a model runs in single precision.
  ///
  /// - Throws: ``LSTMCoreError`` or ``NetworkError`` where the model's numbers are float64 and one
  ///   of them is beyond the range of a `Float`.
  public init(_ model: LSTMModel) throws {
    switch model.weights {
    case .single(let network): self = network
    case .double(let network): try self.init(network)
    }
  }
}

extension LSTMNetwork<Double> {
  /// A network in Double: nothing is rounded, and so nothing can be out of range.
  init(widening network: LSTMNetwork<Float>) {
    do {
      try self.init(network)
    } catch {
      preconditionFailure("a network of Floats that was checked is one of Doubles: \(error)")
    }
  }
}

extension LSTMModel: Equatable {
  /// Whether two models say the same. How their numbers are held in memory makes no difference.
  public static func == (one: LSTMModel, other: LSTMModel) -> Bool {
    (one.weights == other.weights || one.network == other.network)
      && one.precision == other.precision && one.hasBiases == other.hasBiases
      && one.mask == other.mask && one.initialState == other.initialState
      && one.lengths == other.lengths && one.gives == other.gives
      && one.graphInputs == other.graphInputs && one.frontLayers == other.frontLayers
      && one.headLayers == other.headLayers && one.readingNotes == other.readingNotes
      && one.audio == other.audio && one.vocabulary == other.vocabulary
      && one.columns == other.columns && one.labels == other.labels && one.task == other.task
      && one.provenance == other.provenance && one.parts == other.parts
      && one.unused == other.unused
  }
}
