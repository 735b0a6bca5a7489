// JSON as it is written: valid, in order, exact.

import Foundation
import Testing

@testable import LSTMInsight

@Suite struct JSONTextTests {
  @Test(
    "Quotes, backslashes and control characters are escaped, nothing else",
    arguments: [
      ("plain", #""plain""#), ("say \"no\"", #""say \"no\"""#), (#"C:\x"#, #""C:\\x""#),
      ("a\nb\tc\rd", #""a\nb\tc\rd""#), ("\u{0}\u{1F}", #""\u0000\u001f""#),
      ("W_f·x(t) ⊙ ±√ 😀", #""W_f·x(t) ⊙ ±√ 😀""#), ("\r\n", #""\r\n""#), ("", #""""#),
      ("a/b\u{7F}\u{2028}", "\"a/b\u{7F}\u{2028}\""),
    ])
  func strings(_ text: String, _ written: String) throws {
    #expect(JSONText.string(text).text() == written)
    let read = try JSONDecoder().decode([String].self, from: Data("[\(written)]".utf8))
    #expect(read == [text])
  }

  @Test("Keys keep their order and are escaped too")
  func objects() {
    let object = JSONText.object([
      ("zebra", .number(1)), ("\"a\"", .bool(true)), ("none", .null), ("no", .bool(false)),
    ])
    #expect(
      object.text() == """
        {
          "zebra": 1,
          "\\"a\\"": true,
          "none": null,
          "no": false
        }
        """)
  }

  @Test("Numbers stand on one line, other lists one value a line, and what is empty stays short")
  func lists() {
    #expect(JSONText.numbers([0.1, -2, 1e300]).text() == "[0.1, -2, 1e+300]")
    #expect(JSONText.rows([[1, 2], [3]]).text() == "[\n  [1, 2],\n  [3]\n]")
    #expect(JSONText.list([.string("a")]).text(indent: "  ") == "[\n    \"a\"\n  ]")
    #expect(JSONText.list([]).text() == "[]")
    #expect(JSONText.numbers([]).text() == "[]")
    #expect(JSONText.object([]).text() == "{}")
  }

  @Test("In float a number is written with a float's digits")
  func precision() {
    let value = JSONText.object([("v", .numbers([Double(Float(0.1))]))])
    #expect(value.text(.float).contains("[0.1]"))
    #expect(value.text(.double).contains("[0.10000000149011612]"))
  }

  @Test("The JSON of every kind of step can be read, and its numbers are the step's bits")
  func steps() throws {
    for shown in ShownStep.allCases {
      let report = try shown.report()
      let text = JSONReport(report).text
      let read = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
      #expect(read.input == report.step.input, "\(shown)")
      #expect(read.newCell == report.step.newCell, "\(shown)")
      #expect(read.newHidden == report.step.newHidden, "\(shown)")
      #expect(read.gates["output"] == report.step.gates.output.value, "\(shown)")
      #expect(read.notes == report.notes.map(\.plain), "\(shown)")
    }
  }

  private struct Document: Decodable {
    let input: [Double]
    let newCell: [Double]
    let newHidden: [Double]
    let gates: [String: [Double]]
    let notes: [String]
  }
}
