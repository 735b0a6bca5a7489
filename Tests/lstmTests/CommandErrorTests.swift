// Every message that a user of the command line can meet: what was typed, the exit status, and the
// whole text on standard error. The tables are in the files beside this one.

import Foundation
import TestSupport
import Testing

/// Something typed wrongly, and what the program says.
struct ErrorCase: Sendable, CustomTestStringConvertible {
  let name: String
  let arguments: [String]
  let status: Int32
  let message: String

  var testDescription: String { name }

  init(_ name: String, _ arguments: [String], _ status: Int32, _ message: String) {
    self.name = name
    self.arguments = arguments
    self.status = status
    self.message = message
  }

  /// A case whose arguments are given as one line.
  init(_ name: String, _ line: String, _ status: Int32, _ message: String) {
    self.init(name, line.split(separator: " ").map(String.init), status, message)
  }
}

@Suite struct CommandErrorTests {
  @Test(
    "What is wrong in how a command is used is said, with status 64",
    arguments: LongTests.sample(of: ErrorCase.usage, every: 6))
  func usage(_ item: ErrorCase) throws { try check(item) }

  @Test(
    "What is wrong in weights and variants is said",
    arguments: LongTests.sample(of: ErrorCase.settings, every: 6))
  func settings(_ item: ErrorCase) throws { try check(item) }

  @Test(
    "What is wrong in numbers and files is said",
    arguments: LongTests.sample(of: ErrorCase.data, every: 6))
  func data(_ item: ErrorCase) throws { try check(item) }

  @Test(
    "What is wrong in numbers to compare is said",
    arguments: LongTests.sample(of: ErrorCase.diagnose, every: 6))
  func diagnose(_ item: ErrorCase) throws { try check(item) }

  private func check(_ item: ErrorCase) throws {
    let folder = try TemporaryFolder()
    for (name, text) in Self.files { _ = try folder.write(name, text) }
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "folder"), withIntermediateDirectories: false)
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()

    let outcome = try Program.lstm(item.arguments, folder: folder.url)
    #expect(outcome.errors == item.message + "\n")
    #expect(outcome.status == item.status)
    #expect(outcome.output.isEmpty)
    #expect((1...3).contains(outcome.errorLines.count))
    #expect(outcome.errorLines.allSatisfy { $0.count <= 100 })
    let after = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    #expect(after == before, "a command that fails leaves nothing behind")
  }

  @Test(
    "A command that does not exist names the nearest one and all of them",
    arguments: [
      ("stpe", " Did you mean 'step'?"), ("diagnos", " Did you mean 'diagnose'?"),
      ("frobnicate", ""),
    ])
  func commands(_ name: String, _ hint: String) throws {
    let outcome = try Program.lstm([name, "--input", "1"])
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(
      outcome.errorLines.first.map(String.init) == "Error: lstm has no command '\(name)'.\(hint)")
    #expect(outcome.errorLines.count <= 4)
    #expect(outcome.errorLines.dropFirst().first?.hasPrefix("Commands: step, diagnose") == true)
    #expect(outcome.errors.hasSuffix("See 'lstm --help' for more information.\n"))
  }

  @Test("Options without a command are told where they belong")
  func noCommand() throws {
    let outcome = try Program.lstm(["--input", "1,2", "--hidden", "0,1"])
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(
      outcome.errors.hasPrefix(
        "Error: '--input' stands where a command belongs, as in lstm step --input.\nCommands: step,"
      ))
    #expect(outcome.errorLines.count <= 4)
  }

  @Test("A word without end is not told in full, a long path is")
  func longWords() throws {
    let word = try Program.lstm(["step", "--input", String(repeating: "x", count: 5000) + ",1"])
    #expect(word.status == 64)
    #expect(word.errors.count < 300)
    let path = String(repeating: "a/", count: 100) + "weights.json"
    let missing = try Program.lstm(["step", "--weights", path])
    #expect(missing.status == 66)
    #expect(missing.errors.contains("'\(path)'"))
  }

  @Test("Output that cannot be delivered is a failure", .enabled(if: hasFullDevice))
  func fullDisk() throws {
    let outcome = try Program.run(
      "/bin/sh", ["-c", "\"$0\" step --input 1 > /dev/full", Program.lstm.path])
    #expect(outcome.status == 74)
    #expect(
      outcome.errors == "Error: standard output cannot be written: the disk is full, perhaps.\n")
  }

  private static let hasFullDevice = FileManager.default.fileExists(atPath: "/dev/full")

  @Test("Help and version go to standard output with status 0")
  func help() throws {
    for line in ["--help", "step --help", "diagnose --help", "help step", "--version", ""] {
      let outcome = try Program.lstm(line)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(line)")
      #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(line)")
    }
    let help = try Program.lstm("--help").output
    #expect(help.contains("lstm step --input") && help.contains("lstm diagnose --input"))
  }

  /// The files that the cases name.
  private static let files = [
    "words.txt": "1, two\n",
    "empty.txt": "",
    "typo.json": #"{"forgot": {}}"#,
    "one-gate.json": #"{"forget": {"inputWeights": [[1]], "hiddenWeights": [[1]]}}"#,
    "ragged.json": #"{"forget": {"inputWeights": [[1, 2], [3]], "hiddenWeights": [[1]]}}"#,
    "comma.json": #"{"forget": {"inputWeights": [[1,]]}}"#,
    "nan.json": #"{"forget": {"inputWeights": [[NaN]]}}"#,
    "word.json": #"{"forget": {"inputWeights": [["a"]]}}"#,
    "no-order.json": #"{"forget": {"weights": [[1, 2]]}}"#,
    "mine-typo.json": #"{"gates": {"forgot": [1, 2]}}"#,
    "mine-empty.json": #"{"newCell": []}"#,
    "mine-word.json": #"{"newCell": ["a", 1]}"#,
    "mine-none.json": #"{}"#,
    "mine-one.json": #"{"newCell": [1]}"#,
    "mine-nan.json": #"{"newHidden": [NaN, 1]}"#,
    "w1.json": """
    {"forget": {"inputWeights": [[1]], "hiddenWeights": [[1]]},
     "input": {"inputWeights": [[1]], "hiddenWeights": [[1]]},
     "candidate": {"inputWeights": [[1]], "hiddenWeights": [[1]]},
     "output": {"inputWeights": [[1]], "hiddenWeights": [[1]]}}
    """,
  ]
}
