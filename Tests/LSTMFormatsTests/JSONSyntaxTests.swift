// Text that is not JSON: what is said about it, and that nothing hostile brings the reader down.

import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A text that is no good JSON, and what is said about it after the name of the file.
struct BrokenJSON: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let text: String
  let error: String
  init(_ name: String, _ text: String, _ error: String) {
    (testDescription, self.text, self.error) = (name, text, error)
  }

  static let syntax: [BrokenJSON] = [
    .init("empty", "", "it is empty."),
    .init("blank", " \n\t", "it is empty."),
    .init(
      "an open brace", "{",
      "line 1, column 2: expected a key in double quotes, but the file ends."),
    .init(
      "an open list", "{\"forget\": {\"bias\": [\n 0.5,",
      "line 2, column 6: expected a value in forget.bias[1], but the file ends."),
    .init(
      "an open text", "{\"forget",
      "line 1, column 2: the text that begins here has no closing quote in its line."),
    .init(
      "a text over two lines", "{\"concatenation\": \"hidden,\ninput\"}",
      "line 1, column 19: the text that begins here has no closing quote in its line."),
    .init(
      "no comma", "{\n  \"forget\": {\n    \"bias\": [1 2]}}",
      "line 3, column 16: expected ',' or ']' in forget.bias, found '2'."),
    .init(
      "no comma between keys", "{\"forget\": {}\n\"input\": {}}",
      "line 2, column 1: expected ',' or '}', found '\"'."),
    .init(
      "the wrong bracket", "{\"forget\": {\"bias\": [1}}",
      "line 1, column 23: expected ',' or ']' in forget.bias, found '}'."),
    .init(
      "a comma at the end of a list", "{\"forget\": {\"bias\": [1,]}}",
      "line 1, column 24: expected another value after the comma in forget.bias[1], found ']'."),
    .init(
      "a comma at the end of an object", "{\"forget\": {},}",
      "line 1, column 15: expected a key in double quotes after the comma, found '}'."),
    .init(
      "no colon", "{\"forget\" {}}",
      "line 1, column 11: expected ':' after the key in forget, found '{'."),
    .init(
      "no value", "{\"forget\": , \"input\": {}}",
      "line 1, column 12: expected a value in forget, found ','."),
    .init(
      "single quotes", "{'forget': {}}",
      "line 1, column 2: expected a key in double quotes, found '''."),
    .init(
      "a key without quotes", "{forget: {}}",
      "line 1, column 2: expected a key in double quotes, found 'f'."),
    .init(
      "a word", "{\"forget\": None}",
      "line 1, column 12: expected a value, found 'None'. Texts and keys stand in double quotes."),
    .init(
      "a comment", "{\n// the gates\n}",
      "line 2, column 1: expected a key in double quotes, "
        + "found '/'."),
    .init(
      "a comment in a list", "{\"forget\": {\"bias\": [# zero\n0]}}",
      "line 1, column 22: JSON has no comments. Take it out."),
    .init(
      "two documents", "{} {}", "line 1, column 4: expected the end of the file, found '{'."),
    .init(
      "an escape there is not", "{\"for\\get\": 1}",
      "line 1, column 7: expected one of \" \\ / b f n r t u after the backslash, found 'g'."),
    .init(
      "half an escape", "{\"\\u12\": 1}",
      "line 1, column 4: '\\u' needs four hexadecimal digits after it."),
    .init(
      "columns count letters, not bytes", "{\"σσσ\" 1}",
      "line 1, column 8: expected ':' after the key in σσσ, found '1'."),
  ]

  static let numbers: [BrokenJSON] = ["+5", ".5", "-.5", "5.", "05", "-", "1e", "1e+", "0x10"].map {
    .init(
      $0, "[\($0)]",
      $0 == "-"
        ? "line 1, column 2: expected a value, found '-'. Texts and keys stand in double quotes."
        : "line 1, column 2: '\($0)' is not a number as JSON has it. Write it like -0.25 or 1e-3.")
  }

  static let values: [BrokenJSON] =
    ["NaN", "nan", "-nan", "Infinity", "-Infinity", "inf", "1e400", "-1e400"]
    .map {
      .init($0, "{\"newCell\": [0, \($0)]}", "newCell[1], '\($0)', has to be a finite number.")
    }
    + [
      .init(
        "400 digits", "{\"newCell\": [\(String(repeating: "9", count: 400))]}",
        "newCell[0], '99999999999999999999…', has to be a finite number."),
      .init(
        "too small", "{\"newCell\": [1e-400]}",
        "newCell[0], '1e-400', has to be 0 or at least 5e-324 in size."),
      .init("null", "{\"newCell\": [null]}", "newCell[0] has to be a number."),
      .init("true", "{\"newCell\": [true]}", "newCell[0] has to be a number."),
      .init("a list", "[]", "the document has to be an object in braces."),
      .init("null alone", "null", "the document has to be an object in braces."),
      .init(
        "a key that stands twice", "{\"newCell\": [1],\n\"newHidden\": [1],\n\"newCell\": [2]}",
        "the key 'newCell' stands twice, the second time in line 3. Keep one of them."),
      .init(
        "a key that stands twice further in", "{\"gates\": {\"input\": [1], \"input\": [1]}}",
        "the key 'gates.input' stands twice, the second time in line 1. Keep one of them."),
    ]
}

@Suite("JSON that is none")
struct JSONSyntaxTests {
  private func parse(_ data: Data) throws -> StepNumbers {
    try StepNumbers(data: data, file: "f.json")
  }

  @Test("A syntax error says where and what", arguments: BrokenJSON.syntax + BrokenJSON.numbers)
  func syntax(broken: BrokenJSON) {
    expectError("'f.json' is not valid JSON: \(broken.error)") { try parse(Data(broken.text.utf8)) }
  }

  @Test("A value of the wrong kind says where and what", arguments: BrokenJSON.values)
  func values(broken: BrokenJSON) {
    expectError("'f.json': \(broken.error)") { try parse(Data(broken.text.utf8)) }
  }

  @Test("Numbers of every form that JSON has are read")
  func numbers() throws {
    let numbers = "0, -0, 1, -1, 10, 0.5, -0.25, 1e3, 1E3, 1e+3, 1e-3, 0e-999, 2.5e-308"
    #expect(
      try parse(Data("{\"newCell\": [\(numbers)]}".utf8)).newCell?.values
        == [0, 0, 1, -1, 10, 0.5, -0.25, 1000, 1000, 1000, 0.001, 0, 2.5e-308])
  }

  @Test("Space of every kind, escapes and a byte order mark are read")
  func forms() throws {
    let text =
      "\u{FEFF}\r\n{\t\"notes\" : [\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9σ\", {}, [ ], true],"
      + "\"new\\u0043ell\": [\n1 ] }\n"
    #expect(try parse(Data(text.utf8)).newCell?.values == [1])
  }

  @Test(
    "Bytes that are not UTF-8 are not read", arguments: [[0xFF, 0xFE, 0x7B, 0], [0x7B, 0xC3]])
  func notText(bytes: [UInt8]) {
    expectError("'f.json' cannot be read: it is not UTF-8 text.") { try parse(Data(bytes)) }
  }

  @Test(
    "Ten thousand brackets are refused, closed or open",
    arguments: ["[", "{\"a\":"], [false, true])
  func deep(open: String, isClosed: Bool) {
    let count = 10_000
    let close = isClosed ? String(repeating: open == "[" ? "]" : "}", count: count) : ""
    let text = String(repeating: open, count: count) + close
    expectError(
      "'f.json' is not valid JSON: line 1, column \(64 * open.count + 1): "
        + "brackets are nested more than 64 deep. Take some out."
    ) {
      try parse(Data(text.utf8))
    }
  }

  @Test("Sixty-four brackets are not yet too many")
  func notSoDeep() throws {
    let notes = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
    #expect(try parse(Data("{\"notes\": \(notes)}".utf8)) == StepNumbers())
  }

  @Test("No error is longer than three lines or silent about the file")
  func length() {
    for broken in BrokenJSON.syntax + BrokenJSON.numbers + BrokenJSON.values {
      do {
        _ = try parse(Data(broken.text.utf8))
        Issue.record("\(broken.testDescription) was read")
      } catch {
        #expect("\(error)".split(separator: "\n").count <= 3)
        #expect("\(error)".hasPrefix("'f.json'"))
      }
    }
  }
}
