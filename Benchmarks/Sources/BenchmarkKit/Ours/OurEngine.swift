// The one place where the benchmark meets our engine.
//
// STAND-IN: the engine is not there yet, and the readable network stands in its place. When
// `InferenceEngine` is there, this file alone changes: `init` packs, makes a session and sets its
// state; `step` and `run` are the session's; `weights` gains `.float16`.

import LSTMCore

/// Our engine with a session, as the benchmark uses them.
struct OurEngine {
  /// The kinds of weights that the engine has.
  enum Weights: String, CaseIterable {
    case float32
    case float16
  }

  /// Those that can be timed now.
  static let weights: [Weights] = [.float32]

  /// The states after what was run last.
  private(set) var state: NetworkState<Float>
  private let network: LSTMNetwork<Float>
  private let batch: Int

  /// Packs the weights and starts a session.
  ///
  /// - Parameters:
  ///   - network: the network, without front and head.
  ///   - state: where to start.
  ///   - threads: how many threads may compute.
  init(
    _ network: LSTMNetwork<Float>, weights: Weights, state: NetworkState<Float>, batch: Int,
    threads: Int
  ) throws {
    self.network = network
    self.state = state
    self.batch = batch
  }

  /// Goes back to a state.
  mutating func reset(to state: NetworkState<Float>) throws { self.state = state }

  /// One step, the state carried: `[B, I]` to `[B, D·H]`.
  mutating func step(
    _ input: UnsafeBufferPointer<Float>, _ output: UnsafeMutableBufferPointer<Float>
  ) throws {
    try run(input, steps: 1, output)
  }

  /// A sequence, the state carried: `[T, B, I]` to `[T, B, D·H]`.
  mutating func run(
    _ input: UnsafeBufferPointer<Float>, steps: Int,
    _ output: UnsafeMutableBufferPointer<Float>
  ) throws {
    let found = try network.run(
      .values(
        Array3(planes: steps, rows: batch, columns: network.inputSize, values: Array(input))),
      state: state)
    _ = output.update(fromContentsOf: found.output.values)
    state = found.finalState
  }
}
