// A step as Markdown, as GitHub and Jupyter show it.

import LSTMCore
import Testing

@testable import LSTMInsight

@Suite struct MarkdownReportTests {
  private static func lines(_ shown: ShownStep, units: [Int] = [0]) throws -> [String] {
    MarkdownReport(try shown.report(units: units)).text
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test("The stages are headings, in order, between the title and the result")
  func headings() throws {
    #expect(
      try Self.lines(.founding).filter { $0.hasPrefix("#") } == [
        "# One LSTM step", "## 1. Forget gate", "## 2. Input gate and candidate",
        "## 3. Cell state", "## 4. Output gate and hidden state", "## Result",
      ])
  }

  @Test("The founding example's first stage, whole")
  func foundingStage() throws {
    let lines = try Self.lines(.founding)
    let start = try #require(lines.firstIndex(of: "## 1. Forget gate"))
    let end = try #require(lines.firstIndex(of: "## 2. Input gate and candidate"))
    #expect(
      lines[start..<end].joined(separator: "\n") == #"""
        ## 1. Forget gate

        How much of the old cell state to keep.

        $$f_{t} = \sigma(W_{f} x_{t} + U_{f} h_{t-1} + b_{f})$$

        - reads the input $x_{t}$ and the old hidden state $h_{t-1}$
        - applied to the old cell state $c_{t-1}$, in stage 3

        | unit | $W_{f} x_{t}$ | $U_{f} h_{t-1}$ | $b_{f}$ | sum | $f_{t}$ |
        | ---: | ---: | ---: | ---: | ---: | ---: |
        | 1 | -0.1 | 0 | 0 | -0.1 | 0.47502081 |
        | 2 | 0.3 | 0.5 | 0 | 0.8 | 0.68997448 |
        | 3 | 0.1 | 0.1 | 0 | 0.2 | 0.549834 |
        | 4 | -0.25 | 0.2 | 0 | -0.05 | 0.4875026 |
        | 5 | 0.1 | 0.6 | 0 | 0.7 | 0.66818777 |

        A gate is a number between 0 and 1, not one of the two: 0 lets nothing through, 1 lets everything through, 0.4 lets 40 % through.

        $W_{f} x_{t}$ is a matrix product: each unit adds up all inputs, weighted by its own row of $W_{f}$. Only ⊙, in stages 3 and 4, multiplies entry by entry.

        Unit 1 would keep 48 % of its old memory, but that is 0.

        $$W_{f,1} x_{t} = 1 \cdot (-0.1) + 0 \cdot 0.3 + 0 \cdot 0.1 + 0 \cdot (-0.25) + 0 \cdot 0.1 = -0.1$$

        $$U_{f,1} h_{t-1} = 1 \cdot 0 + 0 \cdot 0.5 + 0 \cdot 0.1 + 0 \cdot 0.2 + 0 \cdot 0.6 = 0$$

        $$f_{t,1} = \sigma(-0.1 + 0 + 0) = \sigma(-0.1) = 0.47502081$$

        """#)
  }

  @Test("Every table's rows have as many cells as its heading", arguments: ShownStep.allCases)
  func tables(_ shown: ShownStep) throws {
    var columns: Int?
    var count = 0
    for line in try Self.lines(shown) {
      guard line.hasPrefix("|") else {
        columns = nil
        continue
      }
      let cells = line.replacing("\\|", with: "").split(
        separator: "|", omittingEmptySubsequences: false)
      if columns == nil { count += 1 }
      #expect(cells.count == columns ?? cells.count, "\(line)")
      columns = cells.count
    }
    #expect(count == (try shown.report().stages.map(\.tables.count).reduce(0, +)))
  }

  @Test("Mathematics opens and closes, and stands alone on its line", arguments: ShownStep.allCases)
  func mathematics(_ shown: ShownStep) throws {
    for line in try Self.lines(shown) {
      let dollars = line.replacing("\\$", with: "").count { $0 == "$" }
      #expect(dollars % 2 == 0, "\(line)")
      if line.contains("$$") { #expect(line.hasPrefix("$$") && line.hasSuffix("$$"), "\(line)") }
      #expect(line.count { $0 == "{" } == line.count { $0 == "}" }, "\(line)")
    }
  }

  @Test("Notes are quotes, and words from outside are escaped")
  func words() throws {
    let founding = try Self.lines(.founding)
    #expect(
      founding.contains(
        "> no old cell was given: zeros; with zeros the forget gate has nothing to keep."))
    #expect(try Self.lines(.random).contains { $0.contains("drawn & \\<checked\\>") })
    #expect(MarkdownReport.escaped("a_b*c|d[e]`f`#$\\") == ##"a\_b\*c\|d\[e\]\`f\`\#\$\\"##)
  }

  @Test("The result has every number, however many units there are")
  func results() throws {
    let last = try Self.lines(.wide).filter { $0.hasPrefix("- $c_{t}$ = ") }
    #expect(last.first?.split(separator: ",").count == 512)
  }
}
