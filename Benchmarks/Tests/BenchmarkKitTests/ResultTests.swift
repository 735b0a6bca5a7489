// Tables and pictures of figures that were made up.

import Foundation
import Testing

@testable import BenchmarkKit

@Suite("Results")
struct ResultTests {
  @Test("The table says ratios by median and by best, and the share of the limit")
  func table() {
    #expect(
      ResultTable(.example).text == """
        # Ours and the peers, side by side

        A processor, 2 cores; 2026-01-31.

        PyTorch 2.13.0; swift-lstm.

        Limits with 1 thread: 100 GFLOP/s (AVX2 and FMA); reads in GB/s by size: 1 KiB 64.0, 4 KiB 16.0.

        Largest difference from double precision: swift-lstm 1.0e-7; swift-lstm, float16 weights 1.0e-7; PyTorch 1.0e-7; ONNX Runtime 1.0e-7.

        ## One thread

        Geometric mean over 1 rows against the fastest peer of each: **20.0x**; the smallest is 20.0x (`stream-h16-b1`).

        ### One step, the state carried from call to call

        | H, B | swift-lstm, µs | fastest peer, µs | by median | by best | of the limit |
        | --- | --- | --- | --- | --- | --- |
        | 16, 1 | 1.10 [1.00, 1.30] 0.900 | ONNX Runtime 22.0 [20.0, 23.0] 18.0 | 20.0x | 20.0x | 57 % (reads) |
        | 16, 1, float16 weights | 0.600 [0.500, 0.700] 0.450 | ONNX Runtime 22.0 [20.0, 23.0] 18.0 | 36.7x | 40.0x | 57 % (reads) |

        | H, B: µs | swift-lstm | swift-lstm, float16 weights | PyTorch | ONNX Runtime |
        | --- | --- | --- | --- | --- |
        | 16, 1 | 1.10 [1.00, 1.30] 0.900 | 0.600 [0.500, 0.700] 0.450 | 44.0 [40.0, 50.0] 36.0 | 22.0 [20.0, 23.0] 18.0 |

        ### One training step

        | H, B, T | swift-lstm, ms | fastest peer, ms | by median | by best | of the limit |
        | --- | --- | --- | --- | --- | --- |
        | 16, 2, 5, V 9 | – | PyTorch 2.50 [2.00, 3.00] 1.80 | – | – | – |

        | H, B, T: ms | PyTorch |
        | --- | --- |
        | 16, 2, 5, V 9 | 2.50 [2.00, 3.00] 1.80 |

        ## First answer of a fresh process, one thread

        | H, B, T: 64, 1, 100 | ms | peak memory |
        | --- | --- | --- |
        | swift-lstm | 11.0 [10.0, 12.5] 9.00 | 20 MiB |

        Times are the median, the quartiles in brackets and the best, over the rounds; the best is over all repetitions.

        """)
  }

  @Test("Better limits move the lower bounds of rows that were measured before")
  func lowerBounds() {
    var figures = Figures.example
    figures.limits[0].reads = figures.limits[0].reads.map { .init(bytes: $0.bytes, rate: 128) }
    figures.updateLowerBounds()
    #expect(figures.rows[0].ours?.lowerBound.nanoseconds == 64)
  }

  @Test("The picture has a mark for each peer and each row of ours, and its ratio as text")
  func picture() throws {
    let svg = try #require(RatioPicture(.example, threads: 1)).svg
    #expect(svg.contains(">20.0x</text>"))
    #expect(svg.contains(">16, 1</text>"))
    #expect(!svg.contains("V 9"))
    // Two peers: two marks in the legend, two in the row.
    #expect(svg.components(separatedBy: "<path ").count - 1 == 4)
    #expect(svg.contains("stream-h16-b1: fastest peer ONNX Runtime at 20.0x."))
  }

  @Test("There is no picture without ours")
  func noPicture() {
    var figures = Figures.example
    figures.rows.removeFirst()
    #expect(RatioPicture(figures, threads: 1) == nil)
    #expect(RatioPicture(.example, threads: 2) == nil)
  }

  @Test("The picture of the costs has a line for each batch size and the machine's limit")
  func scaling() {
    let points = [8, 64, 512].flatMap { size in
      [1, 32].map {
        Scaling.Point(
          hiddenSize: size, batch: $0, nanoseconds: 3 * Double(size * size) / Double($0))
      }
    }
    let svg = ScalingPicture(points, limits: .example).svg
    #expect(svg.components(separatedBy: "class=\"lineA\"").count == 2)
    #expect(svg.components(separatedBy: "class=\"lineB\"").count == 2)
    #expect(svg.contains("H 512, B 1: 3000 ps"))
    #expect(svg.contains(">32 KiB</text>"))
    #expect(!ScalingPicture(points, limits: nil).svg.contains("class=\"limit\""))
  }

  @Test("What is written in a picture cannot break it")
  func escaped() {
    var picture = Picture(width: 10, height: 10)
    picture.text("a < b & c", x: 0, y: 0)
    #expect(picture.svg(title: "<", description: ">").contains(">a &lt; b &amp; c</text>"))
  }
}
