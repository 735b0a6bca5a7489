// A run in blocks of steps, by the engine: one session carries the states from block to block.

extension BlockwiseRun<Float> {
  /// Runs by the engine.
  ///
  /// - Parameters:
  ///   - engine: the model's.
  ///   - threads: how many may work.
  ///   - read: gives the input of some steps; it is asked for them in their order.
  ///   - write: takes what came out, in the same order.
  /// - Throws: ``NetworkError``, and what `read` and `write` throw.
  public func run(
    by engine: InferenceEngine, threads: Int,
    read: (Range<Int>) throws -> NetworkInput<Float>, write: (Block) throws -> Void
  ) throws {
    guard batch > 0, steps > blockSteps else {
      return try run(read: read, execute: { try engine.run($0, threads: threads) }, write: write)
    }
    let session = try engine.makeSession(
      batch: batch, threads: threads, startingFrom: state)
    try run(read: read, execute: { try session.run($0) }, write: write)
  }
}
