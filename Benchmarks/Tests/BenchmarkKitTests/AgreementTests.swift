// Whether outputs that are right pass and others do not, and that ours are right.

import LSTMCore
import LSTMFormats
import Testing

@testable import BenchmarkKit

@Suite("Agreement")
struct AgreementTests {
  private let one = BenchmarkCase(.sequence, hidden: 2, batch: 2, steps: 3)

  /// Right outputs, with something done to one of the arrays.
  private func outputs(
    _ name: String = "output", _ change: (inout [Double]) -> Void = { _ in }
  ) throws -> TensorArchive {
    let expected = try ExpectedOutputs(CaseData(one))
    return TensorArchive(
      expected.arrays.map { array in
        var values = array.values
        if array.name == name { change(&values) }
        return (array.name, Tensor(values, shape: array.shape))
      })
  }

  private func check(_ found: TensorArchive) throws -> Double {
    var expected = try ExpectedOutputs(CaseData(one))
    return try expected.check(found, worker: "numpy", bound: 1e-5)
  }

  @Test("What is within the bound passes, and its largest difference is told")
  func passes() throws {
    #expect(try check(outputs()) == 0)
    let difference = try check(outputs("cell") { $0[3] += 8e-6 })
    #expect(abs(difference - 8e-6) < 1e-12)
  }

  @Test("What is beyond the bound fails with its place, in every array")
  func disagrees() throws {
    for (name, place, index) in [("output", 7, [1, 1, 1]), ("hidden", 1, [0, 0, 1])] {
      let found = try outputs(name) { $0[place] += 0.5 }
      let error = #expect(throws: BenchmarkError.self) { try check(found) }
      guard case .disagrees("numpy", one.id, name, index, let value, let right, 1e-5) = error
      else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(abs(value - right - 0.5) < 1e-12)
    }
  }

  @Test("NaN is never right")
  func nan() throws {
    let found = try outputs { $0[0] = .nan }
    #expect(throws: BenchmarkError.self) { try check(found) }
  }

  @Test("An array that is missing or of another shape fails")
  func shapes() throws {
    let right = try outputs()
    var missing = right
    missing.entries.removeLast()
    #expect(
      throws: BenchmarkError.wrongShape(
        worker: "numpy", caseID: one.id, array: "cell", found: nil, expected: [1, 2, 2])
    ) { try check(missing) }
    let turned = TensorArchive([("output", Tensor([Double](repeating: 0, count: 12), shape: [12]))])
    #expect(
      throws: BenchmarkError.wrongShape(
        worker: "numpy", caseID: one.id, array: "output", found: [12], expected: [3, 2, 2])
    ) { try check(turned) }
  }

  @Test("The first loss is the readable network's, the others are those of the first who passes")
  func losses() throws {
    let training = BenchmarkCase(.training, hidden: 3, batch: 2, steps: 4, vocabulary: 5)
    var expected = try ExpectedOutputs(CaseData(training))
    let first = expected.arrays[0].values[0]
    func check(_ losses: [Double]) throws {
      let archive = TensorArchive([("losses", Tensor(losses, shape: [3]))])
      _ = try expected.check(archive, worker: "jax", bound: 1e-5)
    }
    #expect(throws: BenchmarkError.self) { try check([first + 0.01, 1.5, 1.4]) }
    try check([first, 1.5, 1.4])
    try check([first, 1.5001, 1.4002])
    #expect(throws: BenchmarkError.self) { try check([first, 1.5, 1.41]) }
  }

  @Test("Cross-entropy of equal logits is the logarithm of their number")
  func crossEntropy() {
    let logits = Array3<Double>(zeros: 2, 1, 5)
    #expect(abs(ExpectedOutputs.crossEntropy(logits, [0, 4]) - Double.log(5)) < 1e-12)
    // Large logits do not overflow.
    let large = Array3<Double>(planes: 1, rows: 1, columns: 2, values: [2000, 1990])
    #expect(abs(ExpectedOutputs.crossEntropy(large, [1]) - 10) < 1e-4)
  }

  @Test(
    "Ours computes what the readable network computes in double precision",
    arguments: [
      BenchmarkCase(.stream, hidden: 5, batch: 2, steps: 7),
      BenchmarkCase(.sequence, hidden: 9, batch: 3, steps: 6),
      BenchmarkCase(.sequence, hidden: 4, steps: 5, layers: 2, directions: 2),
    ])
  func ours(one: BenchmarkCase) throws {
    let data = try CaseData(one)
    var expected = try ExpectedOutputs(data)
    for (weights, bound) in [
      (WeightPrecision.float32, ExpectedOutputs.float32Bound),
      (.float16, ExpectedOutputs.float16Bound),
    ] {
      for threads in [1, 2] {
        let work = try #require(try OurWork(data, weights: weights, threads: threads))
        for _ in 0..<2 {
          // After it was timed it still computes the case from its start.
          _ = try expected.check(work.outputs(), worker: "ours", bound: bound)
          #expect(try work.times(2).count == 2)
        }
      }
    }
  }

  @Test("The plain loop computes what ours computes with every set of kernels")
  func plainLoop() throws {
    for expectation in RegressionCheck.expectations {
      let floors = expectation.floors.mapValues { _ in 0.0 }
      let findings = try RegressionCheck.run(
        .init(benchmarkCase: expectation.benchmarkCase, floors: floors), rounds: 1)
      #expect(findings.count == KernelSet.available.count)
      #expect(findings.allSatisfy { $0.ratio > 0 })
    }
  }

  @Test("A stream that takes more memory than is allowed is an error")
  func memory() throws {
    #expect(try MemoryCheck.run(steps: 1000) <= MemoryCheck.bound)
    let error = #expect(throws: BenchmarkError.self) {
      try MemoryCheck.run(steps: 1000, bound: -(1 << 40))
    }
    guard case .memoryGrows(1000, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(
      BenchmarkError.memoryGrows(steps: 1000, bytes: 2048).description
        == "after 1000 steps the process has 2 KiB more in memory than after the first thousand.\n"
        + "A step has to allocate nothing: look for what is kept.")
  }

  @Test("A floor that is not reached is an error")
  func floor() throws {
    let error = #expect(throws: BenchmarkError.self) {
      try RegressionCheck.run(
        .init(
          benchmarkCase: BenchmarkCase(.stream, hidden: 8, steps: 2),
          floors: ["portable": .infinity]), rounds: 1)
    }
    guard case .slowerThanAllowed("stream-h8-b1, portable", _, .infinity) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
