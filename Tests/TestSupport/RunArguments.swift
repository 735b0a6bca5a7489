// Requests written as arguments, as tests read best.

import LSTMCore

extension LSTMNetwork where Scalar: BinaryFloatingPoint {
  /// Runs the network over a request made of the arguments.
  public func run(
    _ input: NetworkInput<Scalar>, state: NetworkState<Scalar>? = nil, lengths: [Int]? = nil,
    emptySequences: EmptySequences = .refused, recording: Recording = []
  ) throws -> NetworkOutput<Scalar> {
    try run(
      RunRequest(
        input, state: state, lengths: lengths, emptySequences: emptySequences,
        recording: recording))
  }
}

extension LSTMModel {
  /// Runs the model over a request made of the arguments.
  public func run(
    _ input: NetworkInput<Double>, state: NetworkState<Double>? = nil, lengths: [Int]? = nil,
    emptySequences: EmptySequences = .refused
  ) throws -> NetworkOutput<Double> {
    try run(RunRequest(input, state: state, lengths: lengths, emptySequences: emptySequences))
  }
}

extension InferenceSession {
  /// Runs the session over a request made of the arguments.
  public func run(
    _ input: NetworkInput<Float>, lengths: [Int]? = nil,
    emptySequences: EmptySequences = .refused, recording: Recording = []
  ) throws -> NetworkOutput<Float> {
    try run(
      RunRequest(
        input, lengths: lengths, emptySequences: emptySequences, recording: recording))
  }
}

extension TrainingSession {
  /// Runs the session over a request made of the arguments.
  public func forward(
    _ input: NetworkInput<Float>, lengths: [Int]? = nil, state: NetworkState<Float>? = nil
  ) throws -> NetworkOutput<Float> {
    try forward(RunRequest(input, state: state, lengths: lengths))
  }
}
