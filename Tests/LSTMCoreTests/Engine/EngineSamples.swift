// Networks for the engine's tests, and their outputs as the readable cell has them in double
// precision.

import TestSupport
import Testing

@testable import LSTMCore

/// A network in single precision, the same in double precision, and a batch to run.
struct EngineSample {
  let network: LSTMNetwork<Float>
  let exact: LSTMNetwork<Double>
  let input: Array3<Float>
  let lengths: [Int]
  /// What the readable cell made of the batch in ``check(_:kernels:threads:threadWork:within:)``: it
  /// takes many times as long as the engine, so that it is asked once for all sets of kernels.
  private let checked = Remembered()

  private final class Remembered {
    var output: NetworkOutput<Double>?
  }

  /// Makes a network of a kind of cell.
  ///
  /// - Parameters:
  ///   - directions: of every layer.
  ///   - lengths: of the sequences.
  init(
    _ kind: RandomCellCase, layers: Int = 1, directions: [Direction] = [.forward],
    order: NetworkLayer<Double>.ReverseOrder = .steps, lengths: [Int], seed: UInt64
  ) throws {
    var width = kind.shape.inputSize
    let made = try (0..<layers).map { layer in
      var shape = kind.shape
      shape.inputSize = width
      func cell(_ direction: Direction) throws -> ReadableCell<Double>? {
        guard directions.contains(direction) else { return nil }
        // Larger weights would make a chaotic network, in which every rounding grows from step to
        // step.
        let bound = min(0.6, 1.5 / Double(shape.hiddenSize).squareRoot())
        let seed = seed &* 1000 &+ UInt64(2 * layer + (direction == .forward ? 0 : 1))
        return ReadableCell(
          parameters: try CellParameters(
            .uniform(low: -bound, high: bound), shape: shape, seed: seed),
          variant: kind.variant)
      }
      let made: NetworkLayer<Double>
      if let forward = try cell(.forward) {
        made = NetworkLayer(forward: forward, reverse: try cell(.reverse))
      } else {
        made = NetworkLayer(reverse: try #require(try cell(.reverse)), order: order)
      }
      width = made.outputSize
      return made
    }
    network = try LSTMNetwork<Float>(LSTMNetwork<Double>(layers: made))
    exact = try LSTMNetwork<Double>(network)
    self.lengths = lengths
    var generator = SplitMix64(seed: seed)
    let steps = lengths.max() ?? 0
    input = Array3(
      planes: steps, rows: lengths.count, columns: kind.shape.inputSize,
      values: (0..<steps * lengths.count * kind.shape.inputSize).map { _ in
        Float(2 * generator.nextUnit() - 1)
      })
  }

  /// The sets of kernels to run a kind of cell on, where what it is compared with takes long: one of
  /// them, each in its turn along the table of kinds, or all where long tests are asked for.
  static func kernels(inTurnFor kind: RandomCellCase) -> [KernelSet] {
    let all = KernelSet.available
    guard !LongTests.isOn,
      let place = RandomCellCase.all.firstIndex(where: { $0.name == kind.name })
    else { return all }
    return [all[place % all.count]]
  }

  /// The same network with an embedding of five tokens before it, random ids of them, and the rows
  /// that they stand for as values.
  func tokens(seed: UInt64) throws -> (
    network: LSTMNetwork<Float>, ids: [Int], input: NetworkInput<Float>, values: Array3<Float>
  ) {
    var generator = SplitMix64(seed: seed)
    let width = network.inputSize
    let matrix = Matrix<Float>(
      rows: 5, columns: width,
      values: (0..<5 * width).map { _ in Float(generator.nextUnit() - 0.5) }
    )
    let ids = (0..<input.planes * input.rows).map { _ in Int(generator.next() % 5) }
    return (
      try LSTMNetwork(front: .embedding(matrix), layers: network.layers), ids,
      .tokens(ids: ids, steps: input.planes, batch: input.rows),
      Array3(
        planes: input.planes, rows: input.rows, columns: width,
        values: ids.flatMap { matrix.row($0) })
    )
  }

  /// States that are not zero.
  func state(seed: UInt64) -> NetworkState<Float> {
    var generator = SplitMix64(seed: seed)
    var state = network.zeroState(batch: lengths.count)
    for part in state.parts.indices {
      for index in state.parts[part].hidden.values.indices {
        state.parts[part].hidden.values[index] = Float(generator.nextUnit() - 0.5)
      }
      for index in state.parts[part].cell.values.indices {
        state.parts[part].cell.values[index] = Float(generator.nextUnit() - 0.5)
      }
    }
    return state
  }

  /// What the readable cell makes of the batch in double precision.
  func expected(from state: NetworkState<Float>) throws -> NetworkOutput<Double> {
    try exact.run(
      .values(Array3<Double>(input)),
      state: NetworkState(
        parts: state.parts.map {
          .init(hidden: Matrix<Double>($0.hidden), cell: Matrix<Double>($0.cell))
        }), lengths: lengths, emptySequences: .keepInitialState)
  }

  /// Compares the engine with the readable cell on this batch: outputs and final states.
  func check(
    _ name: String, kernels: KernelSet, threads: Int = 1, threadWork: Int = 1,
    within tolerance: Tolerance
  ) throws {
    let engine = try InferenceEngine(network, options: .init(kernels: kernels))
    let session = try InferenceSession(
      engine: engine, batch: lengths.count, threads: threads, threadWork: threadWork)
    try session.setState(state(seed: 77))
    let expected = try checked.output ?? expected(from: session.state)
    checked.output = expected
    let found = try session.run(
      .values(input), lengths: lengths, emptySequences: .keepInitialState)
    let place = "\(name), \(kernels), \(threads) threads"
    expectClose(
      "output of \(place)", found.output.values, expected.output.values, within: tolerance)
    for (part, (found, wanted)) in zip(found.finalState.parts, expected.finalState.parts)
      .enumerated()
    {
      expectClose(
        "h\(part) of \(place)", found.hidden.values, wanted.hidden.values, within: tolerance)
      expectClose("c\(part) of \(place)", found.cell.values, wanted.cell.values, within: tolerance)
    }
    #expect(session.state == found.finalState)
  }
}
