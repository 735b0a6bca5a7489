// What several suites need: a folder of their own, and figures made up.

import Foundation

@testable import BenchmarkKit

/// Calls `body` with a folder that is there as long.
func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "benchmark-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

extension MachineLimits {
  /// 100 GFLOP/s; 64 GB/s up to 1 KiB, 16 GB/s from 4 KiB on.
  static let example = MachineLimits(
    threads: 1, instructions: "AVX2 and FMA", multiplyAdd: 100,
    reads: [.init(bytes: 1024, rate: 64), .init(bytes: 4096, rate: 16)])
}

extension Figures.Result {
  /// A result of which three rounds took so long, in ns; the best is a tenth less than the first.
  static func example(_ competitor: Competitor, _ one: BenchmarkCase, _ times: [Double])
    -> Figures.Result
  {
    let sorted = times.sorted()
    return Figures.Result(
      competitor: competitor,
      time: Spread(
        best: sorted[0] * 0.9, lowerQuartile: sorted[0], median: sorted[1],
        upperQuartile: sorted[2]),
      rounds: times, repetitions: 10, largestDifference: 1e-7,
      lowerBound: LowerBound(one, .example, weightBytes: competitor.weightBytes))
  }
}

extension Figures {
  /// Two cases on a machine that there is not.
  static var example: Figures {
    var figures = Figures(machine: "A processor, 2 cores", date: "2026-01-31")
    let (pytorch, onnx) = (Competitor.peers[0], Competitor.peers[1])
    let step = BenchmarkCase(.stream, hidden: 16, steps: 100)
    let training = BenchmarkCase(.training, hidden: 16, batch: 2, steps: 5, vocabulary: 9)
    figures.versions = ["pytorch": "PyTorch 2.13.0", "swift-lstm": "swift-lstm"]
    figures.limits = [.example]
    figures.rows = [
      Row(
        benchmarkCase: step, threads: 1,
        results: [
          .example(.ours, step, [1000, 1100, 1300]),
          .example(.oursFloat16, step, [500, 600, 700]),
          .example(pytorch, step, [40000, 44000, 50000]),
          .example(onnx, step, [20000, 22000, 23000]),
        ]),
      Row(
        benchmarkCase: training, threads: 1,
        results: [.example(pytorch, training, [2e6, 2.5e6, 3e6])]),
    ]
    figures.freshProcesses = [
      FreshProcess(
        benchmarkCase: .firstAnswer, competitor: .ours,
        time: Spread(best: 9e6, lowerQuartile: 1e7, median: 1.1e7, upperQuartile: 1.25e7),
        peakBytes: 20 << 20)
    ]
    return figures
  }
}
