// Whether the engine has become slower, without a stored time: its ratio to a plain loop in C, in
// the same process, on three small cases. For CI: `benchmark check`.

import CBenchmark
import LSTMCore

/// The engine against the plain loop.
package struct RegressionCheck {
  /// A case and what is expected of it.
  package struct Expectation: Sendable {
    /// What is computed.
    package let benchmarkCase: BenchmarkCase
    /// How many times as fast as the plain loop the engine has to be.
    package let floor: Double
  }

  /// How far the two may differ: both compute in float32.
  static let bound = 1e-5

  /// The three cases. The floors are half of what was measured: a machine's noise moves a ratio of
  /// two best times by less than that, a lost kernel by more.
  ///
  /// STAND-IN: measured with the readable network in the engine's place; raise them with it.
  package static let expectations = [
    Expectation(benchmarkCase: BenchmarkCase(.stream, hidden: 32, steps: 100), floor: 0.01),
    Expectation(benchmarkCase: BenchmarkCase(.sequence, hidden: 64, steps: 100), floor: 0.01),
    Expectation(
      benchmarkCase: BenchmarkCase(.sequence, hidden: 128, batch: 8, steps: 20), floor: 0.01),
  ]

  /// What was found of a case.
  package struct Finding: Sendable {
    /// What was computed.
    package let benchmarkCase: BenchmarkCase
    /// The best times, in ns a repetition.
    package let engine, loop: Double
    /// How many times as fast as the plain loop the engine was.
    package var ratio: Double { loop / engine }
  }

  /// Times one case, one thread: the best of interleaved runs.
  ///
  /// - Throws: ``BenchmarkError/loopDisagrees(caseID:difference:bound:)``, or
  ///   ``BenchmarkError/slowerThanAllowed(caseID:ratio:floor:)``.
  package static func run(_ expectation: Expectation, rounds: Int = 60) throws -> Finding {
    let one = expectation.benchmarkCase
    let data = try CaseData(one)
    guard case .values(let values) = data.input,
      let work = try OurWork(data, weights: .float32, threads: 1)
    else { preconditionFailure("a check's case is a stream or a sequence") }
    var loop = PlainLoop(data, values)
    loop.run()
    let right = try work.outputs()["output"]?.doubles() ?? []
    let difference = zip(loop.output, right).map { abs(Double($0) - $1) }.max() ?? .infinity
    guard difference <= bound else {
      throw BenchmarkError.loopDisagrees(
        caseID: one.id, difference: difference, bound: bound)
    }
    var (engineBest, loopBest) = (Double.infinity, Double.infinity)
    for _ in 0..<rounds {
      engineBest = min(engineBest, try work.times(2).min() ?? .infinity)
      for _ in 0..<2 {
        let start = ContinuousClock.now
        loop.run()
        loopBest = min(loopBest, (ContinuousClock.now - start) / .nanoseconds(1))
      }
    }
    let finding = Finding(benchmarkCase: one, engine: engineBest, loop: loopBest)
    guard finding.ratio >= expectation.floor else {
      throw BenchmarkError.slowerThanAllowed(
        caseID: one.id, ratio: finding.ratio, floor: expectation.floor)
    }
    return finding
  }
}

/// The plain loop with its arrays.
private struct PlainLoop {
  private(set) var output: [Float]  // [T, B, H]
  private let one: BenchmarkCase
  private let inputWeights: [Float]  // [I, 4H]
  private let hiddenWeights: [Float]  // [H, 4H]
  private let bias: [Float]  // [4H]
  private let input: [Float]  // [T, B, I]
  private let start: (hidden: [Float], cell: [Float])  // [B, H]
  private var scratch: [Float]  // [4H]

  init(_ data: CaseData, _ values: Array3<Double>) {
    one = data.benchmarkCase
    let size = one.hiddenSize
    let gates = data.network.cells[0].cell.parameters.gates
    let order = [gates.input, gates.forget, gates.candidate, gates.output]
    func stacked(_ part: (GateParameters<Double>) -> Matrix<Double>) -> [Float] {
      (0..<size).flatMap { column in
        order.flatMap { gate in (0..<size).map { Float(part(gate)[$0, column]) } }
      }
    }
    inputWeights = stacked(\.inputWeights)
    hiddenWeights = stacked(\.hiddenWeights)
    bias = order.flatMap { gate in
      (0..<size).map { Float(gate.bias[$0] + (gate.recurrentBias?[$0] ?? 0)) }
    }
    input = values.values.map { Float($0) }
    let part = data.state.parts[0]
    start = (part.hidden.values.map { Float($0) }, part.cell.values.map { Float($0) })
    output = [Float](repeating: 0, count: one.steps * one.batch * size)
    scratch = [Float](repeating: 0, count: 4 * size)
  }

  mutating func run() {
    var (hidden, cell) = start
    benchmark_reference_lstm(
      Int32(one.hiddenSize), Int32(one.hiddenSize), Int32(one.batch), Int32(one.steps),
      inputWeights, hiddenWeights, bias, input, &hidden, &cell, &output, &scratch)
  }
}
