// How numbers are written for reading: a chosen number of decimals at most, and the exact value
// where a machine will read it.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The precision a step was computed in.
public enum Precision: String, CaseIterable, Sendable {
  /// 64-bit floating point.
  case double
  /// 32-bit floating point.
  case float

  /// The shortest decimal that stands for exactly this value in this precision.
  package func exact(_ value: Double) -> String {
    var text = self == .float ? "\(Float(value))" : "\(value)"
    if text.hasSuffix(".0") { text.removeLast(2) }
    return text == "-0" ? "0" : text
  }
}

/// Numbers for reading.
public struct NumberFormat: Equatable, Sendable {
  /// The most decimals a number is written with.
  public var digits: Int

  /// Makes a format.
  public init(digits: Int = 8) {
    self.digits = digits
  }

  /// A number with at most ``digits`` decimals, without trailing zeros; in powers of ten where
  /// that would lose a small number or spell out a huge one.
  public func text(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    let size = abs(value)
    if size != 0, size < 0.5 * power(-digits) || size >= 1e9 {
      return Self.powerOfTen(Self.print("%.*e", max(0, min(digits, 3)), value))
    }
    let text = Self.withoutTrailingZeros(fixed(value))
    return text == "-0" ? "0" : text
  }

  /// A number above 0 with three digits that count, never less than the number itself.
  static func atMost(_ value: Double) -> String {
    let nearest = Self.print("%.*e", 2, value)
    let isBelow = Double(nearest).map { $0 < value } ?? false
    guard let shown = Double(isBelow ? Self.print("%.*e", 2, value * 1.005) : nearest) else {
      return "\(value)"
    }
    return NumberFormat(digits: shown < 1e-3 ? 2 : 8).text(shown)
  }

  /// "1.500e-09" as people write it: "1.5e-9".
  private static func powerOfTen(_ text: String) -> String {
    let parts = text.split(separator: "e")
    guard parts.count == 2, let power = Int(parts[1]) else { return text }
    return "\(withoutTrailingZeros(String(parts[0])))e\(power)"
  }

  private static func withoutTrailingZeros(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// A number with exactly ``digits`` decimals.
  public func fixed(_ value: Double) -> String {
    Self.print("%.*f", digits, value)
  }

  /// A share of one in per cent, "48 %"; with decimals where it is near 0 or 100 and not there,
  /// and in words where two decimals would say that it is.
  public static func percent(_ share: Double) -> String {
    let percent = 100 * share
    if percent > 0, percent < 0.01 { return "less than 0.01 %" }
    if percent > 99.99, percent < 100 { return "more than 99.99 %" }
    let nearEnd = (percent > 0 && percent < 1) || (percent > 99 && percent < 100)
    return NumberFormat(digits: nearEnd ? 2 : 0).text(percent) + " %"
  }

  private func power(_ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<abs(exponent) { result *= exponent < 0 ? 0.1 : 10 }
    return result
  }

  private static func print(_ format: String, _ digits: Int, _ value: Double) -> String {
    // The longest finite Double in full has 309 digits before the point.
    var buffer = [CChar](repeating: 0, count: 330 + digits)
    let length = withVaList([Int32(digits), value]) {
      vsnprintf(&buffer, buffer.count, format, $0)
    }
    return String(decoding: buffer.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
