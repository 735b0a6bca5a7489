// Threads that work on one thing together and wait for one another at barriers. They stay awake a
// little after their work, since the next step of a sequence mostly follows at once.

import CLSTMKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Something that a team of threads does together.
protocol TeamWork: AnyObject {
  /// Does one thread's part; called on every thread of the team at the same time.
  func work(thread: Int)
}

/// A point that all of a number of threads must reach before one of them goes on.
///
/// The threads spin: a barrier costs a tenth of a microsecond where each has a core of its own.
final class Barrier: Sendable {
  private let threads: Int
  private let arrived = Atomic<Int>(0)
  private let round = Atomic<Int>(0)

  init(threads: Int) { self.threads = threads }

  /// Waits until every thread is here.
  @inline(__always)
  func wait() {
    if threads == 1 { return }
    let now = round.load(ordering: .acquiring)
    if arrived.add(1, ordering: .acquiringAndReleasing).newValue == threads {
      arrived.store(0, ordering: .relaxed)
      round.store(now + 1, ordering: .releasing)
      return
    }
    spin { round.load(ordering: .acquiring) != now }
  }
}

/// Waits for a condition that another thread brings about soon; gives the core away every few
/// microseconds, for where there are more threads than cores.
@inline(__always)
private func spin(until isReached: () -> Bool) {
  var turns = 0
  while !isReached() {
    turns += 1
    if turns & 0x3f == 0 { sched_yield() } else { lstm_wait_hint() }
  }
}

/// The threads of a session: the caller's own and some more, which end with the team.
final class WorkerTeam {
  /// How many threads work, the caller's among them.
  let threads: Int
  private let shared: Shared
  private var handles: [pthread_t] = []

  /// What the threads look at.
  private final class Shared: @unchecked Sendable {
    // Unchecked: `job` is written before `round` is released, read after it is acquired, and lives
    // until every thread has finished with it.
    unowned(unsafe) var job: (any TeamWork)?
    let round = Atomic<Int>(0)
    let finished = Atomic<Int>(0)
    let sleeping = Atomic<Int>(0)
    let isEnding = Atomic<Bool>(false)
    let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
      pthread_mutex_init(mutex, nil)
      pthread_cond_init(wake, nil)
    }

    deinit {
      pthread_mutex_destroy(mutex)
      pthread_cond_destroy(wake)
      mutex.deallocate()
      wake.deallocate()
    }

    /// Waits for another round than `seen`, at first awake, then asleep.
    func next(after seen: Int) -> Int {
      for turn in 1...20_000 {
        let now = round.load(ordering: .acquiring)
        if now != seen { return now }
        if turn & 0x3f == 0 { sched_yield() } else { lstm_wait_hint() }
      }
      pthread_mutex_lock(mutex)
      sleeping.add(1, ordering: .sequentiallyConsistent)
      while round.load(ordering: .sequentiallyConsistent) == seen { pthread_cond_wait(wake, mutex) }
      sleeping.subtract(1, ordering: .sequentiallyConsistent)
      pthread_mutex_unlock(mutex)
      return round.load(ordering: .acquiring)
    }

    /// Begins a round.
    func begin() {
      round.add(1, ordering: .sequentiallyConsistent)
      guard sleeping.load(ordering: .sequentiallyConsistent) > 0 else { return }
      pthread_mutex_lock(mutex)
      pthread_cond_broadcast(wake)
      pthread_mutex_unlock(mutex)
    }
  }

  /// What a new thread is handed.
  private final class Start {
    let shared: Shared
    let thread: Int
    init(_ shared: Shared, _ thread: Int) { (self.shared, self.thread) = (shared, thread) }
  }

  /// Starts the threads; fewer than asked for where the system grants no more.
  init(threads: Int) {
    let shared = Shared()
    self.shared = shared
    var started = 1
    while started < threads {
      let start = Unmanaged.passRetained(Start(shared, started))
      #if canImport(Darwin)
        var handle: pthread_t?
      #else
        var handle = pthread_t()
      #endif
      let status = pthread_create(&handle, nil, WorkerTeam.main, start.toOpaque())
      guard status == 0 else {
        start.release()
        break
      }
      #if canImport(Darwin)
        if let handle { handles.append(handle) }
      #else
        handles.append(handle)
      #endif
      started += 1
    }
    self.threads = started
  }

  deinit {
    shared.isEnding.store(true, ordering: .releasing)
    shared.begin()
    for handle in handles { pthread_join(handle, nil) }
  }

  #if canImport(Darwin)
    private static let main: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? =
      {
        WorkerTeam.live($0)
        return nil
      }
  #else
    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? =
      {
        if let start = $0 { WorkerTeam.live(start) }
        return nil
      }
  #endif

  private static func live(_ argument: UnsafeMutableRawPointer) {
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    let shared = start.shared
    var seen = 0
    while true {
      seen = shared.next(after: seen)
      if shared.isEnding.load(ordering: .acquiring) { return }
      shared.job?.work(thread: start.thread)
      shared.finished.add(1, ordering: .releasing)
    }
  }

  /// Has every thread do its part of `job`, and returns when all have.
  func run(_ job: any TeamWork) {
    if threads == 1 {
      job.work(thread: 0)
      return
    }
    shared.job = job
    shared.finished.store(0, ordering: .relaxed)
    shared.begin()
    job.work(thread: 0)
    spin { shared.finished.load(ordering: .acquiring) == threads - 1 }
  }
}
