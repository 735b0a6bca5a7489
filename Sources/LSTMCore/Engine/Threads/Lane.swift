// Who works on what: threads share a cell's work in lanes.

/// Which of the threads that share a cell's work this is, and where they meet.
struct Lane {
  let thread: Int
  let threads: Int
  let barrier: Barrier

  /// This thread's part of `count` things.
  func share(of count: Int) -> Range<Int> {
    LSTMCore.share(of: count, thread: thread, threads: threads)
  }
}

/// A thread's part of `count` things.
func share(of count: Int, thread: Int, threads: Int) -> Range<Int> {
  count * thread / threads..<count * (thread + 1) / threads
}

/// Which threads of a team work on one direction of a layer.
struct LaneAssignment {
  private let threads: Range<Int>
  private let barrier: Barrier

  /// Shares the threads among the directions of a layer.
  ///
  /// - Parameter useful: for each direction how many threads pay.
  static func assign(_ useful: [Int], threads: Int) -> [LaneAssignment] {
    // Two directions with a thread each never have to meet within a layer.
    let isSplit = useful.count == 2 && threads >= 2
    return useful.enumerated().map { index, useful in
      let first = isSplit ? index * (threads / 2) : 0
      let size = min(isSplit ? threads / 2 : threads, useful)
      return LaneAssignment(threads: first..<first + size, barrier: Barrier(threads: size))
    }
  }

  /// The part of a thread in the lane; nil where it has none.
  func lane(of thread: Int) -> Lane? {
    guard threads.contains(thread) else { return nil }
    return Lane(
      thread: thread - threads.lowerBound, threads: threads.count, barrier: barrier)
  }
}
