// How fast this machine can be at best: multiply-adds, and reads from memory of every size. What a
// case could cost at that speed is in LowerBound.swift.

import CBenchmark
import LSTMCore

/// What was measured of the processor, for some number of threads together.
package struct MachineLimits: Codable, Equatable, Sendable {
  /// How fast an amount of memory was read over and over.
  package struct Read: Codable, Equatable, Sendable {
    /// The size of the memory, of all threads together.
    package let bytes: Double
    /// Bytes a nanosecond, which is GB/s, of all threads together.
    package var rate: Double
  }

  /// How many threads measured at the same time.
  package let threads: Int
  /// The instructions that were the fastest, such as "AVX2 and FMA".
  package var instructions: String
  /// float32 operations a nanosecond, which is GFLOP/s, a multiply-add counting as two.
  package var multiplyAdd: Double
  /// Reads by size, the smallest first.
  package var reads: [Read]

  package init(threads: Int, instructions: String, multiplyAdd: Double, reads: [Read]) {
    self.threads = threads
    self.instructions = instructions
    self.multiplyAdd = multiplyAdd
    self.reads = reads
  }

  /// Measures this processor: every set of instructions it has, the best of several rounds, since
  /// others may take the processor away but nobody can make it faster. Takes about 2 s.
  package init(threads: Int) {
    self.init(threads: threads, instructions: "", multiplyAdd: 0, reads: [])
    let sizes = (14...27).map { 1 << $0 }  // 16 KiB to 128 MiB
    reads = sizes.map { Read(bytes: Double($0), rate: 0) }
    for _ in 0..<3 {
      for set in 0..<benchmark_set_count() {
        let rate = benchmark_multiply_add_rate(set, Int32(threads), 0.02) / 1e9
        if rate > multiplyAdd {
          multiplyAdd = rate
          instructions = benchmark_set_name(set).map { String(cString: $0) } ?? ""
        }
      }
      for (place, size) in sizes.enumerated() {
        // The widest instructions read no slower than others.
        let rate =
          benchmark_read_rate(benchmark_set_count() - 1, Int32(threads), size, 0.01) / 1e9
        reads[place].rate = max(reads[place].rate, rate)
      }
    }
  }

  /// The better of two measurements of the same machine.
  package func best(with other: MachineLimits) -> MachineLimits {
    var result = other.multiplyAdd > multiplyAdd ? other : self
    result.reads = zip(reads, other.reads).map { $0.rate > $1.rate ? $0 : $1 }
    return result
  }

  /// How fast memory of a size is read, in bytes a nanosecond: between two measured sizes, on the
  /// line between them over the logarithm of the size.
  package func readRate(bytes: Double) -> Double {
    guard let first = reads.first, let last = reads.last else { return 0 }
    guard let upper = reads.firstIndex(where: { $0.bytes >= bytes }) else { return last.rate }
    guard upper > 0 else { return first.rate }
    let (low, high) = (reads[upper - 1], reads[upper])
    let share = Double.log(bytes / low.bytes) / Double.log(high.bytes / low.bytes)
    return low.rate + share * (high.rate - low.rate)
  }

  /// The limits as lines of text.
  package var text: String {
    let rows = reads.map { read in
      "read over and over, \(NumberText.size(read.bytes)): \(NumberText.short(read.rate)) GB/s\n"
    }
    return "multiply-add, float32: \(NumberText.short(multiplyAdd)) GFLOP/s (\(instructions))\n"
      + rows.joined()
  }
}
