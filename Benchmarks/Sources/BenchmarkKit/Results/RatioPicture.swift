// The picture of a comparison: each peer's time over ours, a row a case, on a logarithmic scale.

import LSTMCore

/// Draws how many times as long the peers take as ours.
package struct RatioPicture {
  private let rows: [Figures.Row]
  private let threads: Int
  private let peers: [Competitor]

  private static let width = 860.0
  private static let left = 210.0
  private static let right = 790.0
  private static let top = 104.0
  private static let rowHeight = 24.0
  private static let headingHeight = 30.0

  /// A picture of the rows with a number of threads; nil where ours is in none of them.
  package init?(_ figures: Figures, threads: Int) {
    rows = figures.rows(threads: threads).filter { $0.ours != nil && !$0.peers.isEmpty }
    guard !rows.isEmpty else { return nil }
    self.threads = threads
    let found = Set(rows.flatMap { $0.peers.map(\.competitor) })
    peers = Competitor.peers.filter { found.contains($0) }
  }

  /// Each peer's ratio in a row, by its place among the peers.
  private func ratios(_ row: Figures.Row) -> [(peer: Int, ratio: Double)] {
    guard let ours = row.ours else { return [] }
    return peers.indices.compactMap { place in
      row.peers.first { $0.competitor == peers[place] }.map {
        (place, $0.time.median / ours.time.median)
      }
    }
  }

  /// The picture as SVG.
  package var svg: String {
    let all = rows.flatMap { ratios($0).map(\.ratio) }
    let low = min(0.5, (all.min() ?? 1) / 1.2)
    let high = max(4, (all.max() ?? 1) * 1.2)
    func x(_ ratio: Double) -> Double {
      let share = Double.log(ratio / low) / Double.log(high / low)
      return Self.left + (Self.right - Self.left) * share
    }
    let groups = ResultTable.Section.all.compactMap { section in
      let rows = self.rows.filter { $0.benchmarkCase.kind == section.kind }
      return rows.isEmpty ? nil : (section, rows)
    }
    let bottom =
      Self.top + Double(groups.count) * Self.headingHeight + Double(rows.count) * Self.rowHeight
    var picture = Picture(width: Self.width, height: bottom + 52)
    picture.text("How many times as long the peers take", x: 16, y: 28, .title)
    picture.text(
      "\(threads == 1 ? "one thread" : "\(threads) threads"), medians of interleaved runs",
      x: Self.width - 16, y: 28, .small, anchor: .end)
    legend(&picture)
    for tick in Self.ticks(low, high) {
      picture.line(
        from: (x(tick), Self.top - 6), to: (x(tick), bottom), style: tick == 1 ? "axis" : "grid")
      picture.text(
        "\(tick < 1 ? "\(tick)" : "\(Int(tick))")x", x: x(tick), y: bottom + 18, .small,
        anchor: .middle)
    }
    picture.text("swift-lstm", x: x(1), y: Self.top - 12, .small, anchor: .middle)
    picture.text(
      "the bar reaches to the fastest peer; its ratio is on the right", x: Self.right,
      y: bottom + 40, .small, anchor: .end)
    var y = Self.top
    for (section, rows) in groups {
      picture.text("\(section.title) (\(section.sizes))", x: 16, y: y + 20, .small)
      y += Self.headingHeight
      for row in rows {
        let middle = y + Self.rowHeight / 2
        picture.text(row.benchmarkCase.title, x: 24, y: middle + 4.5)
        let ratios = self.ratios(row)
        let nearest = ratios.map(\.ratio).min() ?? 1
        let ends = [x(1), x(nearest)].sorted()
        picture.bar(
          x: ends[0], y: middle - 6, width: ends[1] - ends[0], height: 12, style: "bar")
        for (peer, ratio) in ratios { picture.mark(peer, x: x(ratio), y: middle) }
        picture.text(
          NumberText.ratio(nearest), x: Self.width - 16, y: middle + 4.5, anchor: .end)
        y += Self.rowHeight
      }
    }
    return picture.svg(
      title: "How many times as long the peers take as swift-lstm",
      description: "A row for each case, a mark for each peer, on a logarithmic scale. "
        + rows.map { row in
          "\(row.benchmarkCase.id): fastest peer \(row.fastestPeer?.competitor.title ?? "") at "
            + "\(NumberText.ratio(ratios(row).map(\.ratio).min()))"
        }.joined(separator: "; ") + ".")
  }

  private func legend(_ picture: inout Picture) {
    for (place, peer) in peers.enumerated() {
      let x = 24 + Double(place) * 136
      picture.mark(place, x: x, y: 56)
      picture.text(peer.title, x: x + 11, y: 60.5)
    }
  }

  /// Powers of ten with their double and fivefold, within a range.
  static func ticks(_ low: Double, _ high: Double) -> [Double] {
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]
      .filter { (low...high).contains($0) }
  }
}
