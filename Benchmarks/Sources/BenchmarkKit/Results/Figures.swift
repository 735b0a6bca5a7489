// Everything that a comparison measured, as it goes to the JSON file and from there to tables and
// pictures.

/// The figures of one run.
package struct Figures: Codable, Equatable, Sendable {
  /// What one competitor needed for one case.
  package struct Result: Codable, Equatable, Sendable {
    /// Who.
    package let competitor: Competitor
    /// The time of a unit (a call of a stream, a whole sequence, a training step) in ns: the
    /// spread of the rounds' medians, with the best of all repetitions.
    package let time: Spread
    /// The median of each round, in ns a unit.
    package let rounds: [Double]
    /// How many repetitions a round had.
    package let repetitions: Int
    /// How far its outputs were from the right ones, at most.
    package let largestDifference: Double
    /// What the machine's limits allow.
    package var lowerBound: LowerBound

    /// Which share of the limit that bounds it this reaches, by the best time: 1 is all of it.
    package var shareOfLimit: Double { lowerBound.nanoseconds / time.best }
  }

  /// One case with some number of threads.
  package struct Row: Codable, Equatable, Sendable {
    /// What was computed.
    package let benchmarkCase: BenchmarkCase
    /// The number of threads, each on a core of its own.
    package let threads: Int
    /// Those that could compute it.
    package var results: [Result]
  }

  /// What a fresh process of a competitor needed for its first answer.
  package struct FreshProcess: Codable, Equatable, Sendable {
    /// What was computed.
    package let benchmarkCase: BenchmarkCase
    /// Who.
    package let competitor: Competitor
    /// From before the process was started until its outputs were in a file, in ns.
    package let time: Spread
    /// The most memory it held until then, in bytes.
    package let peakBytes: Int
  }

  /// The processor, such as its name, and the number of cores.
  package let machine: String
  /// The day, such as 2026-01-31.
  package let date: String
  /// The names and versions that competitors gave, by their ids.
  package var versions: [String: String]
  /// The machine's limits, one for each number of threads.
  package var limits: [MachineLimits]
  /// The rows in the order in which they were measured.
  package var rows: [Row]
  /// The first answers.
  package var freshProcesses: [FreshProcess]

  package init(machine: String, date: String) {
    self.machine = machine
    self.date = date
    (versions, limits, rows, freshProcesses) = ([:], [], [], [])
  }

  /// The rows of a number of threads, in the order of the grid.
  package func rows(threads: Int) -> [Row] { rows.filter { $0.threads == threads } }

  /// Finds the rows' lower bounds again, after better limits were measured.
  mutating func updateLowerBounds() {
    for row in rows.indices {
      guard let limits = limits.first(where: { $0.threads == rows[row].threads }) else { continue }
      for result in rows[row].results.indices {
        rows[row].results[result].lowerBound = LowerBound(
          rows[row].benchmarkCase, limits,
          weightBytes: rows[row].results[result].competitor.weightBytes)
      }
    }
  }

  /// The numbers of threads that were measured.
  package var threadCounts: [Int] { Set(rows.map(\.threads)).sorted() }
}

extension Figures.Row {
  /// Ours with float32 weights, where it was there.
  package var ours: Figures.Result? { results.first { $0.competitor == .ours } }

  /// Everybody else.
  package var peers: [Figures.Result] { results.filter { !$0.competitor.isOurs } }

  /// The peer with the smallest median.
  package var fastestPeer: Figures.Result? { peers.min { $0.time.median < $1.time.median } }

  /// How many times as fast as the fastest peer a result of ours is, median by median.
  package func ratioByMedian(_ result: Figures.Result) -> Double? {
    fastestPeer.map { $0.time.median / result.time.median }
  }

  /// How many times as fast as the fastest peer a result of ours is, best by best.
  package func ratioByBest(_ result: Figures.Result) -> Double? {
    peers.map(\.time.best).min().map { $0 / result.time.best }
  }
}

extension Spread {
  /// The same with every number divided, and with another best.
  package func divided(by count: Double, best: Double) -> Spread {
    Spread(
      best: best / count, lowerQuartile: lowerQuartile / count, median: median / count,
      upperQuartile: upperQuartile / count)
  }

  init(best: Double, lowerQuartile: Double, median: Double, upperQuartile: Double) {
    self.best = best
    self.lowerQuartile = lowerQuartile
    self.median = median
    self.upperQuartile = upperQuartile
  }
}
