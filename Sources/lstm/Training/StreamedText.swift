// Text that is written as it comes: whole characters at a time, and without a call to the system for
// each.

import LSTMFormats

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard output, a few characters at a time.
final class StreamedText {
  private let output = AppendedFile(descriptor: STDOUT_FILENO, name: "standard output")
  private var pending: [UInt8] = []
  private var last: UInt8 = 10
  private var flushed = ContinuousClock.now

  /// Adds bytes.
  func add(_ bytes: [UInt8]) throws {
    pending += bytes
    guard pending.count >= 16 else { return }
    let now = ContinuousClock.now
    guard flushed.duration(to: now) >= .milliseconds(20) else { return }
    try flush()
    flushed = now
  }

  /// Ends the text with a line break.
  func end() throws {
    if pending.last ?? last != 10 { pending.append(10) }
    try flush(isEnding: true)
  }

  private func flush(isEnding: Bool = false) throws {
    // Not in the middle of a character: what it begins with stays.
    var whole = pending.count
    if let start = pending.lastIndex(where: { $0 & 0xC0 != 0x80 }), pending[start] >= 0xC0,
      !isEnding, pending.count - start < (pending[start] < 0xE0 ? 2 : pending[start] < 0xF0 ? 3 : 4)
    {
      whole = start
    }
    guard whole > 0 else { return }
    last = pending[whole - 1]
    try output.add(pending[..<whole])
    pending.removeFirst(whole)
  }
}
