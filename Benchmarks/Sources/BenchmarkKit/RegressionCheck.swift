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
    /// How many times as fast as the plain loop the engine has to be, by the kernels that compute.
    /// Kernels that are not named here are not held to anything.
    package let floors: [String: Double]
  }

  /// How far the two may differ: both compute in float32.
  static let bound = 1e-5

  /// The three cases. The floors are about 0.65 of the smallest ratio of three runs on an Ice Lake
  /// Xeon (portable 4.9, 3.9, 2.1; AVX2 9.0, 6.6, 2.3; AVX-512 11.9, 6.5, 2.1, largest first) and on
  /// a Zen 4 EPYC (portable 1.96, 1.64, 2.10; AVX2 2.88, 4.18, 5.87, in the order below), both of
  /// them busy: noise moved the ratios of best times by a fifth, a lost kernel moves them by more. A
  /// Zen 1, whose AVX2 goes through in two halves, reaches 2.8, 4.2 and 3.9 with it.
  package static let expectations = [
    Expectation(
      benchmarkCase: BenchmarkCase(.stream, hidden: 32, steps: 100),
      floors: ["portable": 1.3, "avx2": 1.9, "avx512": 3]),
    Expectation(
      benchmarkCase: BenchmarkCase(.sequence, hidden: 64, steps: 100),
      floors: ["portable": 1.1, "avx2": 2.7, "avx512": 5.5]),
    Expectation(
      benchmarkCase: BenchmarkCase(.sequence, hidden: 128, batch: 8, steps: 20),
      floors: ["portable": 1.3, "avx2": 3.8, avx2InHalves: 3.2, "avx512": 7]),
  ]

  /// What was found of a case with one set of kernels.
  package struct Finding: Sendable {
    /// What was computed, and by which kernels: "stream-h32-b1, avx2".
    package let name: String
    /// The best times, in ns a repetition.
    package let engine, loop: Double
    /// How many times as fast as the plain loop the engine has to be.
    package let floor: Double
    /// How many times as fast as the plain loop the engine was.
    package var ratio: Double { loop / engine }
  }

  /// Times one case with every set of kernels that this processor can run and of which something
  /// is expected, one thread: the best of interleaved runs.
  ///
  /// - Throws: ``BenchmarkError/loopDisagrees(caseID:difference:bound:)``, or
  ///   ``BenchmarkError/slowerThanAllowed(caseID:ratio:floor:)``.
  package static func run(_ expectation: Expectation, rounds: Int = 60) throws -> [Finding] {
    let data = try CaseData(expectation.benchmarkCase)
    return try KernelSet.available.compactMap { kernels in
      try floor(expectation, kernels).map { try run(data, kernels, floor: $0, rounds: rounds) }
    }
  }

  /// What is expected of a set of kernels on this processor.
  private static func floor(_ expectation: Expectation, _ kernels: KernelSet) -> Double? {
    let floors = expectation.floors
    switch kernels.name {
    case "avx512" where isHalved("AVX-512", by: "AVX2"): return floors["avx2"]
    case "avx2" where isHalved("AVX2", by: "SSE2"): return floors[avx2InHalves] ?? floors["avx2"]
    case let name: return floors[name]
    }
  }

  /// The name of the floor of AVX2 where it is halved.
  private static let avx2InHalves = "avx2 in halves"

  /// Whether this processor multiplies hardly faster with one set of instructions than with another of
  /// half the width, as a Zen 4 does with AVX-512 and a Zen 1 with AVX2: wide vectors go through in two
  /// halves there.
  private static func isHalved(_ wide: String, by narrow: String) -> Bool {
    func rate(_ name: String) -> Double {
      let set = (0..<benchmark_set_count()).first {
        benchmark_set_name($0).map { String(cString: $0).hasPrefix(name) } ?? false
      }
      return set.map { benchmark_multiply_add_rate($0, 1, 0.02) } ?? 0
    }
    return rate(wide) < 1.4 * rate(narrow)
  }

  private static func run(
    _ data: CaseData, _ kernels: KernelSet, floor: Double, rounds: Int
  ) throws -> Finding {
    let name = "\(data.benchmarkCase.id), \(kernels.name)"
    guard case .values(let values) = data.input,
      let work = try OurWork(data, weights: .float32, threads: 1, kernels: kernels)
    else { preconditionFailure("a check's case is a stream or a sequence") }
    var loop = PlainLoop(data, values)
    loop.run()
    let right = try work.outputs()["output"]?.doubles() ?? []
    let difference = zip(loop.output, right).map { abs(Double($0) - $1) }.max() ?? .infinity
    guard difference <= bound else {
      throw BenchmarkError.loopDisagrees(caseID: name, difference: difference, bound: bound)
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
    let finding = Finding(name: name, engine: engineBest, loop: loopBest, floor: floor)
    guard finding.ratio >= floor else {
      throw BenchmarkError.slowerThanAllowed(caseID: name, ratio: finding.ratio, floor: floor)
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
    let order = GateOrder.pytorch.blocks(gates)
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
