// What becomes of a run that comes in blocks of steps.

import LSTMCore

/// Something that takes what a run gives, a block of steps at a time.
protocol BlockSink: AnyObject {
  /// Takes what a block of steps gave.
  func write<Scalar>(_ block: BlockwiseRun<Scalar>.Block) throws
  /// Takes note that there are no more.
  func finish() throws
}

/// Keeps what a run that is made in one block gave, as Doubles.
final class WholeRun: BlockSink {
  private(set) var request: RunRequest<Double>?
  private(set) var output: NetworkOutput<Double>?

  func write<Scalar>(_ block: BlockwiseRun<Scalar>.Block) {
    request = RunRequest<Double>(block.request)
    output = NetworkOutput<Double>(block.output)
  }

  func finish() {}
}
