// Ours as a worker: it answers the same requests as the peers' scripts, in the same way.

import Foundation
import LSTMCore
import LSTMFormats

/// The loop of our worker.
package struct OurWorker {
  private let weights: WeightPrecision
  private let threads: Int
  private var current: OurWork?

  /// Makes a worker.
  ///
  /// - Parameters:
  ///   - weights: how the weights are held.
  ///   - threads: how many threads may compute.
  package init(weights: WeightPrecision, threads: Int) {
    self.weights = weights
    self.threads = threads
  }

  /// Answers requests, a line each, until the last.
  ///
  /// - Parameters:
  ///   - nextLine: the next request, nil after the last.
  ///   - answer: where an answer goes, its end of line included.
  package mutating func serve(nextLine: () -> String?, answer: (Data) throws -> Void) throws {
    while let line = nextLine() {
      let reply: WorkerAnswer
      do {
        let request = try WorkerLine.decode(WorkerRequest.self, from: Data(line.utf8))
        if request == .quit { return }
        reply = try self.reply(to: request)
      } catch {
        reply = WorkerAnswer(failed: "\(error)")
      }
      try answer(WorkerLine.encode(reply))
    }
  }

  private mutating func reply(to request: WorkerRequest) throws -> WorkerAnswer {
    switch request {
    case .prepare(let benchmarkCase, let arrays, let outputs):
      current = nil  // before the next is made, so that memory never holds two
      let data = try CaseData(benchmarkCase, readingFrom: arrays)
      guard let work = try OurWork(data, weights: weights, threads: threads) else {
        return WorkerAnswer(cannot: "it trains in single precision only")
      }
      try NpzFile(work.outputs()).write(to: outputs)
      current = work
      return WorkerAnswer(ready: "swift-lstm with the kernels \(KernelSet.fastest)")
    case .time(let repetitions):
      return WorkerAnswer(nanoseconds: try current?.times(repetitions))
    case .memory: return WorkerAnswer(bytes: PeakMemory.bytes)
    case .limits(let threads): return WorkerAnswer(limits: MachineLimits(threads: threads))
    case .quit: return WorkerAnswer()
    }
  }
}

extension OurWork {
  /// The nanoseconds of each repetition, after one that is not counted: it brings back to the
  /// caches what the other workers drove out.
  func times(_ repetitions: Int) throws -> [Double] {
    try work()
    return try (0..<repetitions).map { _ in
      let start = ContinuousClock.now
      try work()
      return (ContinuousClock.now - start) / .nanoseconds(1)
    }
  }
}

/// The most memory that this process has held at once.
enum PeakMemory {
  /// In bytes.
  static var bytes: Int {
    // Not getrusage where it can be helped: there the peak of whoever started the process counts
    // too.
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.count > 1, let kibibytes = Int(words[1]) { return kibibytes * 1024 }
    }
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return Int(usage.ru_maxrss)
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return Int(usage.ru_maxrss) * 1024
    #endif
  }
}
