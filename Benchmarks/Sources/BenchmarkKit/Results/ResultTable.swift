// The figures as Markdown: ours against the fastest peer of each row, then everybody.

/// Writes figures as Markdown tables.
package struct ResultTable {
  private let figures: Figures

  package init(_ figures: Figures) { self.figures = figures }

  /// What the rows of a kind of case are called, and in which unit their times are.
  struct Section {
    let kind: BenchmarkCase.Kind
    let title: String
    let sizes: String
    let unit: String
    let nanoseconds: Double

    static let all = [
      Section(
        kind: .stream, title: "One step, the state carried from call to call", sizes: "H, B",
        unit: "µs", nanoseconds: 1e3),
      Section(
        kind: .sequence, title: "Sequences, every output kept", sizes: "H, B, T", unit: "ms",
        nanoseconds: 1e6),
      Section(
        kind: .training, title: "One training step", sizes: "H, B, T", unit: "ms",
        nanoseconds: 1e6),
    ]
  }

  /// The whole document.
  package var text: String {
    var parts = ["# Ours and the peers, side by side", about]
    for threads in figures.threadCounts {
      parts.append(
        "## \(threads == 1 ? "One thread" : threads == 2 ? "Two threads" : "\(threads) threads")")
      parts += summary(threads)
      for section in Section.all {
        let rows = figures.rows(threads: threads).filter { $0.benchmarkCase.kind == section.kind }
        if !rows.isEmpty { parts += tables(section, rows) }
      }
    }
    parts += freshProcesses
    return parts.joined(separator: "\n\n") + "\n"
  }

  private var about: String {
    var lines = ["\(figures.machine); \(figures.date)."]
    let names = Set(figures.versions.values).sorted()
    if !names.isEmpty { lines.append("\(names.joined(separator: "; ")).") }
    for limits in figures.limits {
      let reads = limits.reads.map { "\(NumberText.size($0.bytes)) \(NumberText.short($0.rate))" }
      lines.append(
        "Limits with \(limits.threads) thread\(limits.threads == 1 ? "" : "s"): "
          + "\(NumberText.short(limits.multiplyAdd)) GFLOP/s (\(limits.instructions)); "
          + "reads in GB/s by size: \(reads.joined(separator: ", ")).")
    }
    if !differences.isEmpty {
      lines.append("Largest difference from double precision: \(differences).")
    }
    return lines.joined(separator: "\n\n")
  }

  /// How far each competitor's outputs were from the right ones; losses are not among them.
  private var differences: String {
    var largest: [(competitor: Competitor, difference: Double)] = []
    for row in figures.rows where row.benchmarkCase.kind != .training {
      for result in row.results {
        if let place = largest.firstIndex(where: { $0.competitor == result.competitor }) {
          largest[place].difference = max(largest[place].difference, result.largestDifference)
        } else {
          largest.append((result.competitor, result.largestDifference))
        }
      }
    }
    return largest.map { "\($0.competitor.title) \(NumberText.scientific($0.difference))" }
      .joined(separator: "; ")
  }

  /// The geometric mean over the rows, and the row where ours is nearest to being overtaken.
  private func summary(_ threads: Int) -> [String] {
    let ratios = figures.rows(threads: threads).compactMap { row in
      row.ours.flatMap { ours in row.ratioByMedian(ours).map { (row.benchmarkCase, $0) } }
    }
    guard let mean = geometricMean(ratios.map(\.1)), let least = ratios.min(by: { $0.1 < $1.1 })
    else { return [] }
    return [
      "Geometric mean over \(ratios.count) rows against the fastest peer of each: "
        + "**\(NumberText.ratio(mean))**; the smallest is \(NumberText.ratio(least.1)) "
        + "(`\(least.0.id)`)."
    ]
  }

  private func tables(_ section: Section, _ rows: [Figures.Row]) -> [String] {
    [
      "### \(section.title)",
      Self.table(
        [
          section.sizes, "swift-lstm, \(section.unit)", "fastest peer, \(section.unit)",
          "by median", "by best", "of the limit",
        ],
        rows.flatMap { ratios(section, $0) }),
      everybody(section, rows),
    ]
  }

  /// The rows of ours, one for each width of weights; one that says so where ours is missing.
  private func ratios(_ section: Section, _ row: Figures.Row) -> [[String]] {
    let ours = row.results.filter(\.competitor.isOurs)
    let peer =
      row.fastestPeer.map {
        "\($0.competitor.title) \(time($0, section))"
      } ?? "–"
    guard !ours.isEmpty else { return [[row.benchmarkCase.title, "–", peer, "–", "–", "–"]] }
    return ours.map { result in
      let isHalf = result.competitor.weightBytes == 2
      let share = NumberText.percent(result.shareOfLimit)
      return [
        row.benchmarkCase.title + (isHalf ? ", float16 weights" : ""), time(result, section), peer,
        NumberText.ratio(row.ratioByMedian(result)), NumberText.ratio(row.ratioByBest(result)),
        "\(share) (\(result.lowerBound.limit.rawValue))",
      ]
    }
  }

  private func everybody(_ section: Section, _ rows: [Figures.Row]) -> String {
    var competitors: [Competitor] = []
    for result in rows.flatMap(\.results) where !competitors.contains(result.competitor) {
      competitors.append(result.competitor)
    }
    return Self.table(
      ["\(section.sizes): \(section.unit)"] + competitors.map(\.title),
      rows.map { row in
        [row.benchmarkCase.title]
          + competitors.map { competitor in
            row.results.first { $0.competitor == competitor }.map { time($0, section) } ?? "–"
          }
      })
  }

  /// Median, quartiles and best: "12.3 [12.1, 12.9] 11.8".
  private func time(_ result: Figures.Result, _ section: Section) -> String {
    let time = result.time
    func text(_ value: Double) -> String { NumberText.short(value / section.nanoseconds) }
    return "\(text(time.median)) [\(text(time.lowerQuartile)), \(text(time.upperQuartile))] "
      + text(time.best)
  }

  private var freshProcesses: [String] {
    guard !figures.freshProcesses.isEmpty else { return [] }
    var cases: [BenchmarkCase] = []
    for fresh in figures.freshProcesses where !cases.contains(fresh.benchmarkCase) {
      cases.append(fresh.benchmarkCase)
    }
    return ["## First answer of a fresh process, one thread"]
      + cases.map { one in
        Self.table(
          ["H, B, T: \(one.title)", "ms", "peak memory"],
          figures.freshProcesses.filter { $0.benchmarkCase == one }.map { fresh in
            func text(_ value: Double) -> String { NumberText.short(value / 1e6) }
            return [
              fresh.competitor.title,
              "\(text(fresh.time.median)) [\(text(fresh.time.lowerQuartile)), "
                + "\(text(fresh.time.upperQuartile))] \(text(fresh.time.best))",
              NumberText.size(Double(fresh.peakBytes)),
            ]
          })
      } + [
        "Times are the median, the quartiles in brackets and the best, over the rounds; the best "
          + "is over all repetitions."
      ]
  }

  private static func table(_ head: [String], _ rows: [[String]]) -> String {
    func line(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
    return ([line(head), line(head.map { _ in "---" })] + rows.map(line))
      .joined(separator: "\n")
  }
}
