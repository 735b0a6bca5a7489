// What the benchmark asks its workers and what they answer: a JSON object a line, each with one
// key. Peers/worker.py is the other side of the same protocol.
//
//   {"prepare": {"case": …, "arrays": "in.npz", "outputs": "out.npz"}}
//                      → {"ready": "its name and version"} or {"cannot": "why"}
//   {"time": {"repetitions": 20}}     → {"nanoseconds": [ … ]}, one a repetition, after one more
//                                       that is not counted
//   {"memory": {}}                    → {"bytes": 123456}, the most it ever held
//   {"limits": {"threads": 1}}        → {"limits": …}; ours alone is asked
//   {"quit": {}}                      → it ends
//
// Instead of any answer: {"failed": "what went wrong"}.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a worker is asked.
package enum WorkerRequest: Codable, Equatable, Sendable {
  /// Load the arrays of a case, compute it once, write the outputs to a file.
  case prepare(case: BenchmarkCase, arrays: String, outputs: String)
  /// Time the case that was prepared last.
  case time(repetitions: Int)
  /// Say how much memory was held at most.
  case memory
  /// Measure the processor's limits.
  case limits(threads: Int)
  /// End.
  case quit

  /// What the request is called in errors.
  package var name: String {
    switch self {
    case .prepare(let benchmarkCase, _, _): "prepare \(benchmarkCase.id)"
    case .time(let repetitions): "time \(repetitions)"
    case .memory: "memory"
    case .limits: "limits"
    case .quit: "quit"
    }
  }
}

/// What a worker answers; one of these is there.
package struct WorkerAnswer: Codable, Equatable, Sendable {
  /// Prepared; the name and version of what computes.
  package var ready: String?
  /// There is no way to compute the case: why.
  package var cannot: String?
  /// Something went wrong: what.
  package var failed: String?
  /// The time of each repetition, in ns.
  package var nanoseconds: [Double]?
  /// The most memory held at once, in bytes.
  package var bytes: Int?
  /// The processor's limits.
  package var limits: MachineLimits?
}

/// Requests and answers as lines.
package enum WorkerLine {
  /// One message as a line, its end included.
  package static func encode(_ message: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(message) + [UInt8(ascii: "\n")]
  }

  /// A message out of a line, with or without its end.
  package static func decode<Message: Decodable>(_ type: Message.Type, from line: Data) throws
    -> Message
  {
    try JSONDecoder().decode(type, from: line)
  }
}
