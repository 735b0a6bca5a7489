// The page of a step: that it is whole, has its parts, and needs nothing from elsewhere. How it
// lies on a narrow screen is checked in a browser: Scripts/check-pictures.py.

import LSTMCore
import Testing

@testable import LSTMInsight

@Suite struct HTMLReportTests {
  @Test("Every page is well formed, and no id stands in it twice", arguments: ShownStep.allCases)
  func wellFormed(_ shown: ShownStep) throws {
    let read = MarkupReader(HTMLReport(try shown.report()).text)
    #expect(read.failure == nil)
    #expect(Set(read.ids).count == read.ids.count)
    let targets = read.elements.flatMap { element in
      [
        element.attributes["aria-labelledby"],
        element.attributes["href"].map { String($0.dropFirst()) },
      ]
      .compactMap { $0 }
    }
    #expect(!targets.isEmpty && Set(targets).isSubset(of: read.ids))
  }

  @Test("A page fetches nothing and runs nothing")
  func selfContained() throws {
    let page = HTMLReport(try ShownStep.everything.report()).text
    for forbidden in ["http:", "https:", "<script", "<link", "@import", "url(", "src="] {
      #expect(!page.contains(forbidden))
    }
    #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(page.contains("name=\"viewport\"") && page.contains("charset=\"utf-8\""))
    #expect(page.contains("@media print"))
    #expect(page.contains("@media screen and (prefers-color-scheme:dark)"))
  }

  @Test("A page has a section for each stage, with its picture lit, its equations and its tables")
  func sections() throws {
    let report = try ShownStep.founding.report()
    let read = MarkupReader(HTMLReport(report).text)
    let sections = read.elements(withClass: "stage")
    #expect(
      sections.map { $0.attributes["id"] } == StageKind.allCases.map { "stage-\($0.rawValue)" })
    #expect(read.elements.filter { $0.name == "svg" }.count == 4)
    #expect(read.elements.filter { $0.name == "style" }.count == 1)
    #expect(read.elements(withClass: "lc-dim").count == 4)
    #expect(read.elements(withClass: "equation").count == 4)
    #expect(
      read.elements.filter { $0.name == "table" }.count
        == report.stages.map(\.tables.count).reduce(0, +))
    for (section, stage) in zip(sections, report.stages) {
      #expect(section.text.contains(stage.title))
      #expect(section.text.contains("Reads") && section.text.contains("Applied to"))
    }
    #expect(sections[0].text.contains("A gate is a number between 0 and 1"))
    #expect(sections[2].text.contains("Unit 2's memory goes from"))
  }

  @Test("A page says what was not given and ends with the exact results")
  func frame() throws {
    let report = try ShownStep.founding.report()
    let read = MarkupReader(HTMLReport(report).text)
    #expect(read.elements(withClass: "notes").first?.text.contains("No old cell was given") == true)
    let vectors = read.elements(withClass: "vector").map(\.text)
    #expect(vectors.first == "[-0.1, 0.3, 0.1, -0.25, 0.1]")
    let exact = { (values: [Double]) in
      "[" + values.map(report.precision.exact).joined(separator: ", ") + "]"
    }
    #expect(vectors.suffix(2) == [exact(report.step.newCell), exact(report.step.newHidden)])
    let answer = try #require(read.elements(withClass: "answer").first?.text)
    #expect(answer.contains("(-0.0473, 0.4582, 0.1085, -0.0244, 0.4038)"))
  }

  @Test("Every row of a table names its unit, and the chosen units are marked")
  func tables() throws {
    let read = MarkupReader(HTMLReport(try ShownStep.founding.report(units: [1])).text)
    let heads = read.elements.filter { $0.name == "th" }
    #expect(heads.allSatisfy { ["row", "col"].contains($0.attributes["scope"]) })
    let chosen = read.elements(withClass: "chosen").map(\.text)
    #expect(chosen.count == 6)
    #expect(chosen.first == "20.30.500.80.68997448")
  }

  @Test("Above 32 units a table is a summary and the chosen units")
  func summary() throws {
    let report = try ShownStep.wide.report(units: [0, 411])
    let read = MarkupReader(HTMLReport(report).text)
    let rows = read.elements.filter { $0.name == "th" && $0.attributes["scope"] == "row" }
    #expect(rows.prefix(5).map(\.text) == ["least", "mean", "greatest", "1", "412"])
    let least = NumberFormat().text(try #require(report.step.newCell.min()))
    #expect(read.elements.contains { $0.name == "td" && $0.text == least })
    #expect(Summary([1, 2, 6]) == Summary(least: 1, mean: 3, greatest: 6))
    #expect(Summary([.greatestFiniteMagnitude, .greatestFiniteMagnitude])?.mean.isFinite == true)
    #expect(Summary([]) == nil)
  }

  @Test("Words from outside are escaped")
  func escaping() throws {
    let page = HTMLReport(try ShownStep.random.report()).text
    #expect(page.contains("weights: drawn &amp; &lt;checked&gt;"))
  }

  @Test("Without chosen units the page still shows unit 1 in its pictures")
  func noUnits() throws {
    let read = MarkupReader(HTMLReport(try ShownStep.random.report(units: [])).text)
    #expect(read.failure == nil)
    #expect(read.texts().contains("f₁(t)"))
    #expect(read.elements(withClass: "work").isEmpty)
  }
}
