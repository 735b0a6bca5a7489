// The comparison itself: everyone prepared, checked, and then timed in turns.

import Foundation
import LSTMFormats

/// A run of ours against the peers.
package struct Comparison {
  /// What is to be done.
  package struct Settings: Sendable {
    /// The cases.
    package var cases: [BenchmarkCase]
    /// The peers.
    package var peers: [Competitor]
    /// The numbers of threads.
    package var threads: [Int]
    /// How often each competitor is at turn, in each case.
    package var rounds: Int
    /// About how long a turn is, in ms; one repetition at least.
    package var turnMilliseconds: Double
    /// How often fresh processes are started for their first answers; 0 leaves them out.
    package var freshRounds: Int

    package init(
      cases: [BenchmarkCase], peers: [Competitor], threads: [Int], rounds: Int,
      turnMilliseconds: Double, freshRounds: Int
    ) {
      self.cases = cases
      self.peers = peers
      self.threads = threads
      self.rounds = rounds
      self.turnMilliseconds = turnMilliseconds
      self.freshRounds = freshRounds
    }
  }

  private let settings: Settings
  private let programs: WorkerPrograms
  private let report: (String) -> Void

  /// Makes a comparison.
  ///
  /// - Parameters:
  ///   - settings: what is to be done.
  ///   - programs: how workers are started.
  ///   - report: is told what is being done, a line each.
  package init(
    _ settings: Settings, programs: WorkerPrograms, report: @escaping (String) -> Void
  ) {
    self.settings = settings
    self.programs = programs
    self.report = report
  }

  private var competitors: [Competitor] { [.ours, .oursFloat16] + settings.peers }

  /// Runs the comparison.
  ///
  /// - Parameters:
  ///   - figures: what the figures are added to.
  ///   - save: is given the figures after each case, so that a run that ends early is not lost.
  /// - Throws: ``BenchmarkError``; in particular where anybody's outputs are not right.
  package func run(into figures: Figures, save: (Figures) throws -> Void) throws {
    var figures = figures
    try programs.check(competitors)
    var teams: [Int: [WorkerProcess]] = [:]
    for threads in settings.threads {
      teams[threads] = try competitors.map { try programs.start($0, threads: threads) }
    }
    // Any answer shows that a framework is loaded; from then on only who is at turn runs.
    for worker in teams.values.joined() { _ = try asked(worker, .memory) }
    report("the machine's limits")
    try measureLimits(teams, into: &figures)
    for one in settings.cases {
      let data = try CaseData(one)
      let arrays = programs.folder.appending(path: "\(one.id).npz").path
      try NpzFile(data.archive()).write(to: arrays)
      var expected = try ExpectedOutputs(data)
      for threads in settings.threads {
        guard let team = teams[threads] else { continue }
        let row = try measure(one, arrays: arrays, &expected, team, threads, &figures)
        figures.rows.append(row)
        try save(figures)
      }
      try FileManager.default.removeItem(atPath: arrays)
      try measureLimits(teams, into: &figures)
    }
    for team in teams.values { team.forEach { $0.end() } }
    if settings.freshRounds > 0 {
      figures.freshProcesses += try freshProcesses(.firstAnswer, rounds: settings.freshRounds)
      figures.freshProcesses += try freshProcesses(.memory, rounds: 1)
    }
    try save(figures)
  }

  /// Has ours measure the limits, and keeps the better of this and what was found before. What the
  /// rows can reach at best follows.
  private func measureLimits(_ teams: [Int: [WorkerProcess]], into figures: inout Figures) throws {
    for (threads, team) in teams.sorted(by: { $0.key < $1.key }) {
      let answer = try asked(team[0], .limits(threads: threads))
      guard let found = answer.limits else { continue }
      if let place = figures.limits.firstIndex(where: { $0.threads == threads }) {
        figures.limits[place] = figures.limits[place].best(with: found)
      } else {
        figures.limits.append(found)
      }
    }
    figures.updateLowerBounds()
  }

  /// Prepares, checks and times one case with one number of threads.
  private func measure(
    _ one: BenchmarkCase, arrays: String, _ expected: inout ExpectedOutputs,
    _ team: [WorkerProcess], _ threads: Int, _ figures: inout Figures
  ) throws -> Figures.Row {
    report("\(one.id), \(threads) thread\(threads == 1 ? "" : "s")")
    let outputs = programs.folder.appending(path: "outputs.npz").path
    var turns: [Turn] = []
    for (competitor, worker) in zip(competitors, team) {
      let request = WorkerRequest.prepare(case: one, arrays: arrays, outputs: outputs)
      let answer = try asked(worker, request)
      if let failed = answer.failed {
        throw BenchmarkError.failed(
          worker: worker.name, caseID: one.id, reason: failed, log: worker.lastLines())
      }
      guard let version = answer.ready else { continue }
      figures.versions[competitor.id] = version
      let difference = try expected.check(
        NpzFile(contentsOf: outputs).archive(), worker: worker.name, bound: competitor.bound)
      turns.append(Turn(competitor, worker, difference))
    }
    for place in turns.indices {
      // The first repetitions tell how many fit into a turn.
      let first = try times(turns[place].worker, repetitions: 2).min() ?? 1
      let fitting = settings.turnMilliseconds * 1e6 / max(first, 1)
      turns[place].repetitions = Int(min(max(fitting, 1), 2000))
    }
    for round in 0..<settings.rounds {
      for place in Self.order(of: turns.count, round: round) {
        turns[place].rounds.append(
          try times(turns[place].worker, repetitions: turns[place].repetitions))
      }
    }
    let limits = figures.limits.first { $0.threads == threads }
    return Figures.Row(
      benchmarkCase: one, threads: threads,
      results: turns.compactMap { $0.result(one, limits) })
  }

  /// Who is at turn in a round: another one first each time, and every other round backwards, so
  /// that nobody is always behind the same other.
  static func order(of count: Int, round: Int) -> [Int] {
    let order = (0..<count).map { ($0 + round / 2) % count }
    return round.isMultiple(of: 2) ? order : order.reversed()
  }

  private func asked(_ worker: WorkerProcess, _ request: WorkerRequest) throws -> WorkerAnswer {
    worker.resume()
    defer { worker.stop() }
    return try worker.ask(request)
  }

  private func times(_ worker: WorkerProcess, repetitions: Int) throws -> [Double] {
    let request = WorkerRequest.time(repetitions: repetitions)
    let answer = try asked(worker, request)
    guard let times = answer.nanoseconds, !times.isEmpty else {
      throw BenchmarkError.noAnswer(
        worker: worker.name, question: request.name, found: answer.failed ?? "",
        log: worker.lastLines())
    }
    return times
  }
}

/// One competitor in one case, and what it has needed so far.
private struct Turn {
  let competitor: Competitor
  let worker: WorkerProcess
  let largestDifference: Double
  var repetitions = 1
  /// Each round's times, in ns a repetition.
  var rounds: [[Double]] = []

  init(_ competitor: Competitor, _ worker: WorkerProcess, _ largestDifference: Double) {
    (self.competitor, self.worker) = (competitor, worker)
    self.largestDifference = largestDifference
  }

  func result(_ one: BenchmarkCase, _ limits: MachineLimits?) -> Figures.Result? {
    let units = Double(one.unitsInRepetition)
    let medians = rounds.compactMap { Spread($0)?.median }
    guard let spread = Spread(medians), let best = rounds.joined().min(), let limits else {
      return nil
    }
    return Figures.Result(
      competitor: competitor, time: spread.divided(by: units, best: best),
      rounds: medians.map { $0 / units }, repetitions: repetitions,
      largestDifference: largestDifference,
      lowerBound: LowerBound(one, limits, weightBytes: competitor.weightBytes))
  }
}

// MARK: - First answers

extension Comparison {
  /// How long fresh processes take to their first answer, one thread each, in turns. Their files
  /// have been read before: it is the processes that are cold, not the disk.
  private func freshProcesses(_ one: BenchmarkCase, rounds: Int) throws
    -> [Figures.FreshProcess]
  {
    let arrays = programs.folder.appending(path: "\(one.id).npz").path
    let outputs = programs.folder.appending(path: "outputs.npz").path
    try NpzFile(CaseData(one).archive()).write(to: arrays)
    let competitors = self.competitors
    var found = competitors.map { _ in (times: [Double](), bytes: 0) }
    for round in 0..<rounds {
      report("first answers of fresh processes, \(one.id), round \(round + 1) of \(rounds)")
      for place in Self.order(of: competitors.count, round: round) {
        let start = ContinuousClock.now
        let worker = try programs.start(competitors[place], threads: 1)
        let request = WorkerRequest.prepare(case: one, arrays: arrays, outputs: outputs)
        let answer = try worker.ask(request)
        let time = (ContinuousClock.now - start) / .nanoseconds(1)
        guard answer.ready != nil else {
          throw BenchmarkError.failed(
            worker: worker.name, caseID: one.id, reason: answer.failed ?? answer.cannot ?? "",
            log: worker.lastLines())
        }
        found[place].times.append(time)
        found[place].bytes = max(found[place].bytes, try worker.ask(.memory).bytes ?? 0)
        worker.end()
      }
    }
    try FileManager.default.removeItem(atPath: arrays)
    return zip(competitors, found).compactMap { competitor, found in
      Spread(found.times).map {
        .init(
          benchmarkCase: one, competitor: competitor, time: $0, peakBytes: found.bytes)
      }
    }
  }
}
