// What a team does together that is no layer: a range of things in parts, and the products of the
// head.

import CLSTMKernels

/// A range of things, done in parts by the threads of a team.
private final class SharedRange: TeamWork {
  private let count: Int
  private let threads: Int
  private let body: (Range<Int>, Int) -> Void

  init(_ count: Int, threads: Int, _ body: @escaping (Range<Int>, Int) -> Void) {
    (self.count, self.threads, self.body) = (count, threads, body)
  }

  func work(thread: Int) { body(share(of: count, thread: thread, threads: threads), thread) }
}

extension WorkerTeam {
  /// Has every thread do its part of `count` things.
  ///
  /// - Parameter body: is called on each thread, with the part and the number of the thread.
  func share(_ count: Int, _ body: (_ part: Range<Int>, _ thread: Int) -> Void) {
    withoutActuallyEscaping(body) { run(SharedRange(count, threads: threads, $0)) }
  }

  /// Computes a product, its rows shared among the threads.
  func product(_ job: lstm_product, _ kernels: KernelSet) {
    share(job.rows) { rows, _ in
      guard !rows.isEmpty else { return }
      var part = job
      part.rows = rows.count
      part.a += rows.lowerBound * job.a_row
      part.out += rows.lowerBound * job.out_row
      kernels.functions.pointee.product(&part)
    }
  }
}
