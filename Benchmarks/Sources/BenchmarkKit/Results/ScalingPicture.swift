// The picture of how cost grows: time over H², which is level where the cost grows as H² does.

import LSTMCore

/// Draws the cost of a step over H².
package struct ScalingPicture {
  private let points: [Scaling.Point]
  private let limits: MachineLimits?

  private static let (left, right, top, bottom) = (84.0, 830.0, 84.0, 420.0)

  package init(_ points: [Scaling.Point], limits: MachineLimits?) {
    self.points = points
    self.limits = limits
  }

  /// The picture as SVG.
  package var svg: String {
    let sizes = points.map { Double($0.hiddenSize) }
    let costs = points.map { $0.perSquare * 1000 }  // ps
    let (least, most) = ((sizes.min() ?? 1) / 1.1, (sizes.max() ?? 2) * 1.1)
    let (low, high) = ((costs.min() ?? 1) / 1.5, (costs.max() ?? 2) * 1.5)
    func x(_ size: Double) -> Double {
      Self.left
        + (Self.right - Self.left) * Double.log(size / least) / Double.log(most / least)
    }
    func y(_ cost: Double) -> Double {
      Self.bottom
        - (Self.bottom - Self.top) * Double.log(cost / low) / Double.log(high / low)
    }
    var picture = Picture(width: 860, height: 480)
    picture.text("A step of swift-lstm, its time over H²", x: 16, y: 28, .title)
    picture.text(
      "one thread, the best of many; level: the cost grows as H² does", x: 844, y: 28, .small,
      anchor: .end)
    for tick in Self.ticks(low, high) {
      picture.line(from: (Self.left, y(tick)), to: (Self.right, y(tick)), style: "grid")
      picture.text(
        "\(tick < 1 ? "\(tick)" : "\(Int(tick))") ps", x: Self.left - 8, y: y(tick) + 4, .small,
        anchor: .end)
    }
    for size in [8.0, 16, 32, 64, 128, 256, 512, 1024, 2048] where (least...most).contains(size) {
      picture.line(from: (x(size), Self.top), to: (x(size), Self.bottom), style: "grid")
      picture.text("\(Int(size))", x: x(size), y: Self.bottom + 18, .small, anchor: .middle)
      picture.text(
        NumberText.size(32 * size * size), x: x(size), y: Self.bottom + 36, .small,
        anchor: .middle)
    }
    picture.text("H", x: 16, y: Self.bottom + 18, .small)
    picture.text("weights", x: 16, y: Self.bottom + 36, .small)
    if let limits { limit(limits, &picture, x, y, least, most, low, high) }
    for (batch, style, mark) in [(1, "lineA", 1), (32, "lineB", 0)] {
      let line = points.filter { $0.batch == batch }.map {
        (x(Double($0.hiddenSize)), y($0.perSquare * 1000))
      }
      guard !line.isEmpty else { continue }
      picture.path(line, style: style)
      for point in line { picture.mark(mark, x: point.0, y: point.1) }
      let place = batch == 1 ? 24.0 : 250
      picture.mark(mark, x: place, y: 56)
      picture.text(
        batch == 1 ? "one sequence, step by step" : "each of a batch of \(batch)", x: place + 11,
        y: 60.5)
    }
    return picture.svg(
      title: "A step of swift-lstm, its time over the square of the number of units",
      description: points.map {
        "H \($0.hiddenSize), B \($0.batch): \(NumberText.short($0.perSquare * 1000)) ps"
      }.joined(separator: "; ") + ".")
  }

  /// What reading all weights once takes at the rate that was measured for their size.
  private func limit(
    _ limits: MachineLimits, _ picture: inout Picture, _ x: (Double) -> Double,
    _ y: (Double) -> Double, _ least: Double, _ most: Double, _ low: Double, _ high: Double
  ) {
    let line = stride(from: Double.log(least), to: Double.log(most), by: 0.05).compactMap {
      logarithm -> (Double, Double)? in
      let size = Double.exp(logarithm)
      let cost = 32 / limits.readRate(bytes: 32 * size * size) * 1000
      return (low...high).contains(cost) ? (x(size), y(cost)) : nil
    }
    guard line.count > 1 else { return }
    picture.path(line, style: "limit")
    picture.path([(438, 56), (462, 56)], style: "limit")
    picture.text("all weights read once, at this machine's rate", x: 470, y: 60.5)
  }

  /// Ticks from 1 ps to 1 µs.
  private static func ticks(_ low: Double, _ high: Double) -> [Double] {
    [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000]
      .filter { (low...high).contains($0) }
  }
}
