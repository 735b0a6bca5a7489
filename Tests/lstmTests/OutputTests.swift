// Where `lstm step` writes, and when in colour.

import Foundation
import Testing

@Suite struct OutputTests {
  private static let step = ["step", "--input", "1,2", "--hidden", "0,1"]

  @Test("In a pipe there is no colour, whatever the terminal is called")
  func pipe() throws {
    for environment in [["TERM": "xterm-256color"], ["TERM": "dumb"], ["NO_COLOR": "1"]] {
      let outcome = try Program.lstm(Self.step, environment: environment)
      #expect(!outcome.output.contains("\u{1B}"))
    }
  }

  /// Runs `lstm` on a pseudoterminal.
  private static func onTerminal(_ arguments: [String], _ environment: [String: String]) throws
    -> String
  {
    let command = ([Program.lstm.path] + arguments).map { "'\($0)'" }.joined(separator: " ")
    let outcome = try Program.run(
      "script", ["-qec", command, "/dev/null"],
      environment: environment.merging(["TERM": "xterm-256color"]) { new, _ in new })
    #expect(outcome.status == 0)
    return outcome.output.replacing("\r\n", with: "\n")
  }

  private static let hasTerminal = Program.works("script", ["-qec", "true", "/dev/null"])

  @Test(
    "On a terminal there is colour, and without it the text is the same", .enabled(if: hasTerminal))
  func terminal() throws {
    let plain = try Program.lstm(Self.step).output
    let coloured = try Self.onTerminal(Self.step, ["NO_COLOR": ""])
    #expect(coloured.contains("\u{1B}[38;5;166m"))
    #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
  }

  @Test(
    "On a terminal that wants none there is no colour", .enabled(if: hasTerminal),
    arguments: [["NO_COLOR": "1"], ["NO_COLOR": "", "TERM": "dumb"]])
  func noColour(_ environment: [String: String]) throws {
    let text = try Self.onTerminal(Self.step, environment)
    #expect(text == (try Program.lstm(Self.step).output))
  }

  @Test(
    "A file gets what the pipe would, and the terminal nothing", arguments: ["text", "json", "svg"])
  func file(_ format: String) throws {
    let folder = try TemporaryFolder()
    let options = Self.step + ["--format", format]
    let printed = try Program.lstm(options).output
    for option in ["--output", "-o"] {
      let outcome = try Program.lstm(options + [option, "step.out"], folder: folder.url)
      #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
      let written = try String(
        contentsOf: folder.url.appending(path: "step.out"), encoding: .utf8)
      #expect(written == printed)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["step.out"])
  }

  @Test("A file is written whole or stays as it was")
  func wholeOrNot() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("step.txt", "the old one")
    let failed = try Program.lstm(Self.step + ["--cell", "1,2,3", "--output", path])
    #expect(failed.status == 65)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "the old one")
    let replaced = try Program.lstm(Self.step + ["--output", path])
    #expect(replaced.status == 0)
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("One LSTM step:"))
  }

  @Test("A folder that may not be written to is left alone", .enabled(if: getuid() != 0))
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let attributes = [FileAttributeKey.posixPermissions: 0o500]
    try FileManager.default.setAttributes(attributes, ofItemAtPath: folder.url.path)
    let outcome = try Program.lstm(Self.step + ["--output", "x.txt"], folder: folder.url)
    #expect(outcome.status == 73)
    #expect(
      outcome.errors
        == "Error: 'x.txt' cannot be written: permission is denied. Nothing was written.\n")
  }

  @Test("Through a link its file is written, and a device is written to, not replaced")
  func linksAndDevices() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("file.txt", "old")
    let link = folder.url.appending(path: "link.txt").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    #expect(try Program.lstm(Self.step + ["--output", link]).status == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == file)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("One LSTM step:"))

    // A named pipe stands for every device: replaced, it would be a plain file.
    let pipe = folder.url.appending(path: "pipe").path
    #expect(mkfifo(pipe, 0o600) == 0)
    let outcome = try Program.run(
      "/bin/sh",
      ["-c", "cat \"$1\" & \"$0\" step --input 1 --output \"$1\"; wait", Program.lstm.path, pipe])
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("One LSTM step:"))
    let kind = try FileManager.default.attributesOfItem(atPath: pipe)[.type]
    #expect(kind as? FileAttributeType != .typeRegular)
  }
}
