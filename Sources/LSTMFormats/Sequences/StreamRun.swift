// A model that takes one line of input after the other and carries its states: what a stream of numbers,
// tokens or text is led through.

import LSTMCore

/// A model with its states, between two lines of a stream.
public final class StreamRun {
  /// The model.
  public let model: LSTMModel
  /// Who computes.
  public let computation: Computation
  /// How many lines were read, those before the states that it began with among them.
  public private(set) var lines: Int
  /// The states after the last line.
  public private(set) var state: NetworkState<Double>
  private let engine: InferenceSession?
  private let network: LSTMNetwork<Double>?
  private let tracing: LSTMNetwork<Float>?

  /// Makes a model ready for a stream of one sequence.
  ///
  /// - Parameters:
  ///   - model: the model; it reads forward only.
  ///   - executor: who computes; nil for the model's `usualExecutor`.
  ///   - state: where to begin; nil for the model's own states, else zeros.
  ///   - isTraced: whether what happens will be asked for.
  /// - Throws: ``StreamError/readsBackward`` or ``StreamError/wholeSequence``, and what making an engine throws.
  public init(
    _ model: LSTMModel, by executor: Executor? = nil, from state: StateFile? = nil,
    isTraced: Bool = false
  ) throws {
    guard model.readsForwardOnly else { throw StreamError.readsBackward }
    guard model.hasStepwiseLayers else { throw StreamError.wholeSequence }
    var endless = model
    endless.lengths = nil
    self.model = endless
    lines = state?.steps ?? 0
    self.state = try state?.state ?? model.startingState(batch: 1)
    switch executor ?? model.usualExecutor {
    case .engine:
      let engine = try InferenceEngine(endless)
      (self.engine, network, computation) = (
        try engine.makeSession(), nil, .engine(engine)
      )
      tracing = isTraced ? try LSTMNetwork<Float>(endless) : nil
    case .readable:
      (engine, network, computation) = (nil, endless.network, .readable)
      tracing = nil
    }
  }

  /// Leads one line through the model.
  ///
  /// - Parameters:
  ///   - input: a step, or the tokens of a line: `[T, 1, I]` or `[T, 1]`.
  ///   - arrays: what to record of it.
  /// - Returns: the logits after the last step, without a head the output; and what was recorded.
  /// - Throws: `NetworkError`, `TraceError`.
  public func step(_ input: NetworkInput<Double>, recording arrays: TraceArrays? = nil) throws
    -> (output: [Double], recorded: [Array3<Double>?])
  {
    let recording = arrays?.recording ?? []
    let output: NetworkOutput<Double>
    var recorded: [Array3<Double>?] = []
    if let engine {
      let request = RunRequest(
        NetworkInput<Float>(input), state: NetworkState<Float>(state), recording: recording)
      try request.checkFinite(nil)
      let found = try engine.run(request)
      if let arrays, let tracing {
        let trace = try RunTrace(tracing, of: model, request, found)
        recorded = try arrays.arrays(of: trace, block: 0..<input.steps).map {
          $0.map { Array3($0) }
        }
      }
      output = NetworkOutput(found)
    } else if let network {
      let request = RunRequest(input, state: state, recording: recording)
      output = try model.run(request, by: network)
      if let arrays {
        let trace = try RunTrace(network, of: model, request, output)
        recorded = try arrays.arrays(of: trace, block: 0..<input.steps)
      }
    } else {
      preconditionFailure("somebody computes")
    }
    state = output.finalState
    lines += 1
    let rows = output.logits ?? output.output
    return (rows.planes > 0 ? rows.row(rows.planes - 1, 0) : [], recorded)
  }

  /// The states, to be written.
  public var stateFile: StateFile { StateFile(state: state, steps: lines) }
}

/// What can be wrong with a stream.
public enum StreamError: LSTMFailure, Equatable {
  /// The network reads its last step first, and a stream has none.
  case readsBackward
  /// A layer around the LSTM reads several steps at once.
  case wholeSequence
  /// A line is none of numbers.
  case numbers(line: Int, found: String, expected: Int)
  /// A line has other than whole numbers, for a network that reads tokens.
  case tokens(line: Int, found: String)
  /// A line is wrong.
  case line(Int, String)

  /// Wrong data.
  public var kind: FailureKind { .data }

  /// What is wrong, and what to do.
  public var message: String {
    switch self {
    case .readsBackward:
      return
        "a layer of this model reads backward, from the last step to the first, and a stream has no "
        + "last step. Collect the whole sequence and run that."
    case .wholeSequence:
      return
        "a layer before or after the LSTM reads several steps at once (a convolution, a pool), and a "
        + "stream has one at a time. Collect the whole sequence and run that."
    case .numbers(let line, let found, let expected):
      return
        "line \(line): '\(found)' is not \(expected) number\(expected == 1 ? "" : "s") with commas "
        + "between, as this model reads."
    case .tokens(let line, let found):
      return "line \(line): '\(found)' is no token id. This model reads whole numbers, with commas "
        + "between where a line has several."
    case .line(let line, let message): return "line \(line): \(message)"
    }
  }
}
