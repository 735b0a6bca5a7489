// Whether a stream of steps keeps its memory: ten million of them, tokens and the head among them, and
// what the process has in memory before and after. For CI: `benchmark check`.

import Foundation
import LSTMCore

/// Memory over a long stream.
package enum MemoryCheck {
  /// How many bytes more a stream may leave: some pages, which the system counts as it likes. A byte a
  /// step would be ten times as much.
  package static let bound = 1 << 20

  /// Takes steps of a small network with an embedding and a head.
  ///
  /// - Returns: how many bytes the process has in memory more than after the first thousand steps.
  /// - Throws: ``BenchmarkError/memoryGrows(steps:bytes:)``.
  package static func run(steps: Int = 10_000_000, bound: Int = bound) throws -> Int {
    func cell(_ inputs: Int, _ seed: UInt64) throws -> ReadableCell<Double> {
      ReadableCell(
        parameters: try CellParameters(
          .pytorch, shape: CellShape(inputSize: inputs, hiddenSize: 8), seed: seed))
    }
    let model = LSTMModel(
      network: try LSTMNetwork(
        front: .embedding(Matrix(zeros: 16, 4)),
        layers: [NetworkLayer(forward: cell(4, 1)), NetworkLayer(forward: cell(8, 2))],
        head: LinearHead(weights: Matrix(zeros: 16, 8))))
    let session = try InferenceEngine(model).makeSession()
    var logits = [Float](repeating: 0, count: 16)
    var tokens = [0]
    func take(_ count: Int) throws {
      for step in 0..<count {
        tokens[0] = step & 15
        try session.step(tokens: tokens, logits: &logits)
      }
    }
    try take(1000)
    _ = residentBytes()  // what asking itself brings into memory is there from now on
    let before = residentBytes()
    try take(steps)
    let grown = residentBytes() - before
    guard grown <= bound else { throw BenchmarkError.memoryGrows(steps: steps, bytes: grown) }
    return grown
  }

  /// What the process has in memory; 0 where the system does not say so in /proc.
  private static func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
      let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return pages * Int(getpagesize())
  }
}
