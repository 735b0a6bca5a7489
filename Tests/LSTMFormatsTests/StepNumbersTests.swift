// Somebody's numbers of one step: as much as they gave.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Numbers of a step")
struct StepNumbersTests {
  private func parse(_ text: String) throws -> StepNumbers {
    try StepNumbers(data: Data(text.utf8), file: "mine.json")
  }

  @Test("A few of the numbers are enough")
  func subset() throws {
    let numbers = try parse(#"{"gates": {"forget": [0.475, 0.69]}, "newHidden": [-0.022, 0.3]}"#)
    var expected = StepNumbers()
    expected.gates.forget = NumberList([0.475, 0.69])
    expected.newHidden = NumberList([-0.022, 0.3])
    #expect(numbers == expected)
    #expect(numbers.gates.forget?.decimals == 3)
    #expect(numbers.gates.input == nil && numbers.newCell == nil)
  }

  @Test("No numbers are no error", arguments: ["{}", #"{"gates": {}}"#, #"{"newCell": null}"#])
  func nothing(text: String) throws {
    #expect(try parse(text) == StepNumbers())
  }

  @Test("The whole document of `lstm step` is read, the rest of it passed over")
  func whole() throws {
    let numbers = try parse(
      #"""
      {
        "input": [-0.1], "hidden": [0], "cell": [0],
        "preactivation": {"forget": [1], "input": [2], "candidate": [3], "output": [4]},
        "terms": {"forget": {"input": [1], "hidden": [0], "bias": [0]}},
        "gates": {"forget": [0.1], "input": [0.2], "candidate": [-0.3], "output": [0.4]},
        "newCell": [0.5], "newHidden": [0.6],
        "notes": ["anything", {"at": "all"}]
      }
      """#)
    #expect(
      numbers.gates.map { $0?.values }
        == PerGate(
          forget: [0.1], input: [0.2], candidate: [-0.3], output: [0.4]))
    #expect(numbers.newCell?.values == [0.5])
    #expect(numbers.newHidden?.values == [0.6])
  }

  @Test("An unknown key names the nearest one and all valid ones")
  func unknownKeys() {
    expectError(
      "'mine.json' has the unknown key 'newcell'. Did you mean 'newCell'?\n"
        + "Valid here: gates, newCell, newHidden, input, hidden, cell, preactivation, terms, notes."
    ) {
      try parse(#"{"newcell": [1]}"#)
    }
    expectError(
      "'mine.json' has the unknown key 'gates.g'. Nothing of that name is read.\n"
        + "Valid here: forget, input, candidate, output."
    ) {
      try parse(#"{"gates": {"g": [1]}}"#)
    }
  }

  @Test("An empty list is an error, with its place")
  func emptyLists() {
    expectError("'mine.json': newCell is empty. Give at least one number.") {
      try parse(#"{"newCell": []}"#)
    }
    expectError("'mine.json': gates.output is empty. Give at least one number.") {
      try parse(#"{"gates": {"output": []}}"#)
    }
  }

  @Test("What is not a list of numbers is an error, with its place")
  func kinds() {
    expectError("'mine.json': gates.forget[1] has to be a number.") {
      try parse(#"{"gates": {"forget": [1, "2"]}}"#)
    }
    expectError("'mine.json': newHidden has to be a list.") { try parse(#"{"newHidden": 1}"#) }
    expectError("'mine.json': gates has to be an object in braces.") {
      try parse(#"{"gates": [1]}"#)
    }
    expectError("'mine.json': newHidden[0], 'NaN', has to be a finite number.") {
      try parse(#"{"newHidden": [NaN]}"#)
    }
  }

  @Test("A file is read by its name")
  func file() throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "step.json").path
      try FileAccess.write(#"{"newCell": [0.25]}"#, to: path)
      #expect(try StepNumbers(contentsOf: path).newCell == NumberList([0.25]))
      expectError("there is no file '\(path)x'. Check the name and the folder.") {
        try StepNumbers(contentsOf: path + "x")
      }
    }
  }
}
