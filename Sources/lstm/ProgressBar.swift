// How far a long run is: one line on standard error, for somebody who sits at a terminal.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A bar that grows with the steps that are done, with the pace and the time left.
///
/// It is shown from the first second on and only where standard error is a terminal.
struct ProgressBar {
  private let steps: Int
  /// Steps that were done before.
  private let before: Int
  private let isWanted: Bool
  private let start = ContinuousClock.now
  private var shown: ContinuousClock.Instant?

  /// A bar for so many steps, of which some may be done.
  init(steps: Int, done: Int = 0) {
    (self.steps, before) = (steps, done)
    isWanted = isatty(STDERR_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
  }

  /// Says how many steps are done, and what else; a few times a second at most.
  mutating func show(_ done: Int, _ words: @autoclosure () -> String = "") {
    guard isWanted else { return }
    let now = ContinuousClock.now
    let since = start.duration(to: now)
    guard since >= .seconds(1), shown.map({ $0.duration(to: now) >= .milliseconds(200) }) ?? true
    else { return }
    shown = now
    let line = Self.line(done: done, of: steps, before: before, seconds: since / .seconds(1))
    let more = words()
    write("\r\(line)\(more.isEmpty ? "" : ", \(more)")\u{1B}[K")
  }

  /// Takes the bar away.
  mutating func erase() {
    guard shown != nil else { return }
    shown = nil
    write("\r\u{1B}[K")
  }

  /// "[=====>              ]  5000 of 20000 steps, 1234 a second, 0:12 left".
  static func line(done: Int, of steps: Int, before: Int = 0, seconds: Double) -> String {
    let width = 20
    let filled = steps > 0 ? min(width, done * width / steps) : width
    let bar =
      String(repeating: "=", count: filled) + (filled < width ? ">" : "")
      + String(repeating: " ", count: max(0, width - filled - 1))
    let pace = Double(done - before) / max(seconds, 1e-9)
    let left = pace > 0 ? Int((Double(steps - done) / pace).rounded(.up)) : 0
    let (minutes, rest) = left.quotientAndRemainder(dividingBy: 60)
    let speed = pace >= 10 ? "\(Int(pace))" : "\((pace * 10).rounded() / 10)"
    return "[\(bar)] \(done) of \(steps) steps, \(speed) a second, "
      + "\(minutes):\(rest < 10 ? "0" : "")\(rest) left"
  }

  private func write(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { bytes in
      #if canImport(Glibc)
        Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
      #elseif canImport(Musl)
        Musl.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
      #else
        Darwin.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
      #endif
    }
  }
}
