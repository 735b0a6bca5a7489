// How the cost of a step grows with the number of units: ours from H = 8 to 2048, one thread. It
// should grow as H²; what departs from that, the caches have to explain.

import Foundation
import LSTMFormats

/// The cost of ours over many sizes.
package struct Scaling {
  /// One size.
  package struct Point: Codable, Equatable, Sendable {
    /// H.
    package let hiddenSize: Int
    /// B.
    package let batch: Int
    /// The best time of a step of one sequence, in ns.
    package let nanoseconds: Double

    /// The cost of one of the H² places of a weight matrix, in ns.
    package var perSquare: Double { nanoseconds / Double(hiddenSize * hiddenSize) }
  }

  /// Sizes from 8 to 2048: powers of two, the middles between them, and some that are multiples
  /// of nothing.
  package static let sizes = [
    8, 12, 16, 24, 32, 48, 50, 64, 96, 100, 128, 192, 200, 256, 300, 384, 500, 512, 650, 768, 1000,
    1024, 1536, 2048,
  ]

  /// Times ours: single steps of one sequence, and batches of 32. Each size's outputs are checked
  /// before it is timed where that takes no more than some seconds.
  ///
  /// - Throws: ``BenchmarkError``.
  package static func measure(
    _ programs: WorkerPrograms, sizes: [Int], rounds: Int, report: (String) -> Void
  ) throws -> (points: [Point], limits: MachineLimits?) {
    let worker = try programs.start(.ours, threads: 1)
    defer { worker.end() }
    var points: [Point] = []
    for size in sizes {
      for one in [
        BenchmarkCase(.stream, hidden: size, steps: size < 256 ? 100 : 10),
        BenchmarkCase(.sequence, hidden: size, batch: 32, steps: size < 256 ? 20 : 4),
      ] {
        report(one.id)
        let data = try CaseData(one)
        let arrays = programs.folder.appending(path: "arrays.npz").path
        let outputs = programs.folder.appending(path: "outputs.npz").path
        try NpzFile(data.archive()).write(to: arrays)
        let answer = try worker.ask(.prepare(case: one, arrays: arrays, outputs: outputs))
        guard answer.ready != nil else {
          throw BenchmarkError.failed(
            worker: worker.name, caseID: one.id, reason: answer.failed ?? "",
            log: worker.lastLines())
        }
        if one.operations < 4e9 {
          var expected = try ExpectedOutputs(data)
          _ = try expected.check(
            NpzFile(contentsOf: outputs).archive(), worker: worker.name,
            bound: ExpectedOutputs.float32Bound)
        }
        var best = Double.infinity
        for _ in 0..<rounds {
          let times = try worker.ask(.time(repetitions: 3)).nanoseconds ?? []
          best = min(best, times.min() ?? best)
        }
        points.append(
          Point(
            hiddenSize: size, batch: one.batch,
            nanoseconds: best / Double(one.steps * one.batch)))
      }
    }
    return (points, try worker.ask(.limits(threads: 1)).limits)
  }
}
