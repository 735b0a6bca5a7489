// How figures are written: three digits that count, and a unit that fits.

import LSTMCore

/// Figures as text.
enum NumberText {
  /// A time in a unit, with three digits that count: "0.823", "12.3", "1640".
  static func short(_ value: Double) -> String {
    let magnitude = abs(value)
    if magnitude >= 100 { return decimals(value, 0) }
    if magnitude >= 10 { return decimals(value, 1) }
    return decimals(value, magnitude >= 1 ? 2 : 3)
  }

  /// A number with so many decimals.
  static func decimals(_ value: Double, _ count: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    var scale = 1
    for _ in 0..<count { scale *= 10 }
    let whole = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard count > 0 else { return "\(sign)\(whole)" }
    let fraction = "\(whole % scale)"
    let zeros = String(repeating: "0", count: count - fraction.count)
    return "\(sign)\(whole / scale).\(zeros)\(fraction)"
  }

  /// A ratio: "2.31x", "24.6x".
  static func ratio(_ value: Double?) -> String {
    value.map { "\(decimals($0, $0 < 10 ? 2 : $0 < 100 ? 1 : 0))x" } ?? "–"
  }

  /// A small number with two digits: "3.4e-7".
  static func scientific(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return decimals(value, 0) }
    var exponent = Int(Double.log10(abs(value)).rounded(.down))
    var digits = decimals(value / Double.pow(10, Double(exponent)), 1)
    if digits.hasSuffix("10.0") {
      // 9.97 was rounded up.
      exponent += 1
      digits = decimals(value / Double.pow(10, Double(exponent)), 1)
    }
    return "\(digits)e\(exponent)"
  }

  /// A share in per cent.
  static func percent(_ share: Double) -> String { "\(decimals(100 * share, 0)) %" }

  /// A size in memory: "16 KiB", "4 MiB", "1.2 GiB".
  static func size(_ bytes: Double) -> String {
    for (unit, name) in [(0x1p30, "GiB"), (0x1p20, "MiB"), (0x1p10, "KiB")] where bytes >= unit {
      let value = bytes / unit
      let isWhole = value == value.rounded() || value >= 100
      return "\(isWhole ? decimals(value, 0) : short(value)) \(name)"
    }
    return "\(decimals(bytes, 0)) bytes"
  }
}
