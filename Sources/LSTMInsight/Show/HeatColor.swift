// The colours of numbers: white at zero, blue above, orange below. Nearly everybody tells blue from orange,
// and both darken evenly, so that a copy without colour still has the sizes.

/// A colour.
struct HeatColor: Equatable {
  let red: Int
  let green: Int
  let blue: Int

  /// The colour of a number that stands at a share of its scale.
  init(_ share: Double, _ scale: HeatMap.Scale) {
    guard share.isFinite else {
      (red, green, blue) = (255, 0, 255)  // magenta: no number at all
      return
    }
    let stops = share < 0 ? Self.below : Self.above
    let place = min(abs(share), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    let part = place - Double(index)
    func mix(_ from: Int, _ to: Int) -> Int {
      Int((Double(from) + Double(to - from) * part).rounded())
    }
    let (low, high) = (stops[index], stops[index + 1])
    (red, green, blue) = (mix(low.0, high.0), mix(low.1, high.1), mix(low.2, high.2))
  }

  /// From zero up, and from zero down.
  static let above = [(250, 250, 250), (146, 197, 222), (33, 102, 172), (5, 48, 97)]
  static let below = [(250, 250, 250), (253, 184, 99), (204, 84, 16), (110, 37, 6)]

  /// "#92c5de".
  var hexadecimal: String {
    "#"
      + [red, green, blue].map { part in
        let digits = String(part, radix: 16)
        return digits.count == 1 ? "0\(digits)" : digits
      }.joined()
  }
}
