// Spreads, means, limits and lower bounds, by hand.

import CBenchmark
import Testing

@testable import BenchmarkKit

@Suite("Measurements")
struct MeasurementTests {
  @Test("Quartiles lie between neighbours where they fall between them")
  func spread() throws {
    let spread = try #require(Spread([4, 1, 3, 2]))
    #expect(spread.best == 1)
    #expect(spread.lowerQuartile == 1.75)
    #expect(spread.median == 2.5)
    #expect(spread.upperQuartile == 3.25)
    #expect(Spread([7])?.upperQuartile == 7)
    #expect(Spread([]) == nil)
  }

  @Test("The mean of ratios is geometric")
  func mean() throws {
    #expect(abs(try #require(geometricMean([2, 8])) - 4) < 1e-12)
    #expect(geometricMean([]) == nil)
  }

  @Test("A rate between two sizes lies on the line over the logarithm of the size")
  func readRate() {
    let limits = MachineLimits.example
    #expect(limits.readRate(bytes: 10) == 64)
    #expect(limits.readRate(bytes: 1024) == 64)
    #expect(abs(limits.readRate(bytes: 2048) - 40) < 1e-12)
    #expect(limits.readRate(bytes: 1e9) == 16)
  }

  @Test("Of two measurements the better counts, size by size")
  func best() {
    var other = MachineLimits.example
    other.multiplyAdd = 120
    other.reads[0].rate = 60
    other.reads[1].rate = 20
    let best = MachineLimits.example.best(with: other)
    #expect(best.multiplyAdd == 120)
    #expect(best.reads.map(\.rate) == [64, 20])
  }

  @Test("A single step is bound by reading all its weights")
  func streamBound() {
    // H = 16: 8 · 16 · 32 weights' bytes are 8192, at 16 GB/s; 8192 / 2 operations at 100.
    let bound = LowerBound(BenchmarkCase(.stream, hidden: 16, steps: 100), .example)
    #expect(bound == LowerBound(nanoseconds: 512, limit: .reads))
    // With float16 half of the bytes, 4096, at the same rate.
    let half = LowerBound(
      BenchmarkCase(.stream, hidden: 16, steps: 100), .example, weightBytes: 2)
    #expect(half == LowerBound(nanoseconds: 256, limit: .reads))
  }

  @Test("A batch is bound by arithmetic")
  func batchBound() {
    // 16 H² B T operations at 100 a nanosecond; the reads take 4096 / 16 a step, less.
    let one = BenchmarkCase(.sequence, hidden: 16, batch: 1000, steps: 3)
    #expect(
      LowerBound(one, .example)
        == LowerBound(nanoseconds: one.operations / 100, limit: .arithmetic))
  }

  @Test("A sequence reads its recurrent weights at every step, its input weights once")
  func sequenceBound() {
    // Input half: 8 · 16 · 16 · 10 operations at 100; recurrent half: 4096 bytes at 16, ten times.
    let bound = LowerBound(BenchmarkCase(.sequence, hidden: 16, steps: 10), .example)
    #expect(abs(bound.nanoseconds - (204.8 + 2560)) < 1e-9)
    #expect(bound.limit == .reads)
  }

  @Test("Every set of instructions that this processor has runs, on one thread and on two")
  func sets() {
    for set in 0..<benchmark_set_count() {
      for threads in [Int32(1), 2] {
        #expect(benchmark_multiply_add_rate(set, threads, 0.001) > 0)
        // Sizes that are no multiple of what the loops read at a time.
        #expect(benchmark_read_rate(set, threads, 100, 0.001) > 0)
        #expect(benchmark_read_rate(set, threads, 5_000_001, 0.001) > 0)
      }
    }
  }

  @Test(
    "Numbers keep three digits that count",
    arguments: [
      (0.0234, "0.023"), (0.8234, "0.823"), (1.2345, "1.23"), (12.345, "12.3"), (99.96, "100.0"),
      (1234.5, "1235"), (-3.0, "-3.00"), (-0.0001, "0.000"), (.infinity, "inf"),
    ])
  func numbers(value: Double, text: String) {
    #expect(NumberText.short(value) == text)
  }

  @Test("Sizes, ratios and shares have their units")
  func units() {
    #expect(NumberText.size(16384) == "16 KiB")
    #expect(NumberText.size(1.5 * 0x1p20) == "1.50 MiB")
    #expect(NumberText.size(0x1p30) == "1 GiB")
    #expect(NumberText.size(100) == "100 bytes")
    #expect(NumberText.ratio(1.234) == "1.23x")
    #expect(NumberText.ratio(45.67) == "45.7x")
    #expect(NumberText.ratio(nil) == "–")
    #expect(NumberText.percent(0.856) == "86 %")
    #expect(NumberText.scientific(3.44e-7) == "3.4e-7")
    #expect(NumberText.scientific(9.97e-6) == "1.0e-5")
    #expect(NumberText.scientific(0) == "0")
    #expect(hundredths(-0.126) == "-0.13")
  }

  @Test("The limits as text")
  func limitsText() {
    #expect(
      MachineLimits.example.text == """
        multiply-add, float32: 100 GFLOP/s (AVX2 and FMA)
        read over and over, 1 KiB: 64.0 GB/s
        read over and over, 4 KiB: 16.0 GB/s

        """)
  }
}
