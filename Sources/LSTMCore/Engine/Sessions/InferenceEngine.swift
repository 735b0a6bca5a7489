// A model made ready to run fast: its weights packed once, for the processor at hand. The engine
// computes what the readable cell does; sessions (InferenceSession.swift) hold states and memory.

/// A model with its weights packed for the fastest kernels of this processor.
///
/// An engine is made once and shared by any number of sessions, on any threads:
///
///     let engine = try InferenceEngine(model)
///     let session = try engine.makeSession()
///     var output = [Float](repeating: 0, count: engine.outputSize)
///     try session.step([0.1, 0.2, 0.3], into: &output)  // as often as there is input
///
/// It computes what ``LSTMModel`` computes by the readable cell, in single precision with the sums in
/// another order of roundings, and follows the model's mask, first states and lengths. Unlike the
/// readable cell it does not look for infinities and NaN: they pass through as IEEE 754 has them.
public final class InferenceEngine: Sendable {
  /// How an engine is made.
  public struct Options: Equatable, Sendable {
    /// How the weights are held.
    public var weights: WeightPrecision
    /// The kernels; nil for the fastest that the processor has.
    public var kernels: KernelSet?

    /// Makes options.
    public init(weights: WeightPrecision = .float32, kernels: KernelSet? = nil) {
      (self.weights, self.kernels) = (weights, kernels)
    }
  }

  /// The kernels that compute.
  public var kernels: KernelSet { packed.kernels }
  /// The options it was made with.
  public let options: Options
  /// What rounding the weights to half precision changed; nothing in single precision.
  public var weightRounding: WeightRounding { packed.rounding }
  /// The cells whose activations no kernel knows, layers counted from 0: they run as the readable
  /// cell does, a hundred times slower.
  public var readableCells: [(layer: Int, direction: Direction)] { packed.readableCells }
  /// The number of features that the first layer reads, I (or E after an embedding).
  public var inputSize: Int { shape.inputSize }
  /// The width of the output of a step, D·P.
  public var outputSize: Int { shape.outputSize }
  /// The number of logits, O; nil without a head.
  public var logitCount: Int? { packed.head?.outputSize }

  let packed: PackedNetwork
  let shape: NetworkShape
  let front: NetworkFront<Float>?
  let settings: RunSettings<Float>

  /// Packs a model's network, and follows what the model says beside it.
  ///
  /// - Throws: ``EngineError/weightBeyondHalf(layer:_:largest:)`` where half precision is asked for
  ///   and a weight is beyond its range of ±65504; ``LSTMCoreError`` or ``NetworkError`` where the
  ///   model's numbers are float64 and one is beyond the range of a `Float`.
  public convenience init(_ model: LSTMModel, options: Options = .init()) throws {
    try self.init(LSTMNetwork<Float>(model), RunSettings(model), options)
  }

  /// Packs a network.
  ///
  /// - Throws: ``EngineError/weightBeyondHalf(layer:_:largest:)``.
  public convenience init(_ network: LSTMNetwork<Float>, options: Options = .init()) throws {
    try self.init(network, RunSettings(), options)
  }

  private init(_ network: LSTMNetwork<Float>, _ settings: RunSettings<Float>, _ options: Options)
    throws
  {
    packed = try PackedNetwork(
      network, kernels: options.kernels ?? .fastest, precision: options.weights)
    (front, shape) = (network.front, network.shape)
    (self.options, self.settings) = (options, settings)
  }

  /// Makes a session: the model's first states, else zeros, and the memory to run in.
  ///
  /// - Parameters:
  ///   - batch: the number of sequences, B, at least 1.
  ///   - threads: how many threads may work; fewer do where more would not pay. The result is the
  ///     same, bit for bit, for any number.
  /// - Throws: ``NetworkError/storedBatch(_:found:batch:)`` where the model stores the first states
  ///   of another number of sequences.
  public func makeSession(batch: Int = 1, threads: Int = 1) throws -> InferenceSession {
    try InferenceSession(engine: self, batch: batch, threads: threads)
  }

  /// Runs the model over a batch of sequences from the request's states, or the model's own.
  ///
  /// - Throws: ``NetworkError``.
  public func run(_ request: RunRequest<Float>, threads: Int = 1) throws -> NetworkOutput<Float> {
    guard request.input.batch > 0 else {
      return try InferenceSession(engine: self, batch: 1, threads: 1).emptyOutput(request)
    }
    let session = try makeSession(
      batch: request.input.batch, threads: threads, startingFrom: request.state)
    return try session.run(request)
  }

  /// Makes a session for a run that may bring its own states. Where it does, the model's are not
  /// read: they may be those of another number of sequences.
  func makeSession(batch: Int, threads: Int, startingFrom state: NetworkState<Float>?) throws
    -> InferenceSession
  {
    try InferenceSession(
      engine: self, batch: batch, threads: threads,
      start: state == nil ? nil : shape.zeroState(batch: batch))
  }
}

extension Computation {
  /// By an engine.
  public static func engine(_ engine: InferenceEngine) -> Computation {
    Computation(executor: .engine, precision: .float32, kernels: engine.kernels.name)
  }
}
