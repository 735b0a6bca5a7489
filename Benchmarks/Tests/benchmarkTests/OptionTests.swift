// What the commands refuse, and in which words.

import ArgumentParser
import Foundation
import Testing

@testable import benchmark

@Suite("Options")
struct OptionTests {
  private static let cores = ProcessInfo.processInfo.activeProcessorCount

  private static let mistakes: [(arguments: [String], text: String)] = [
    (["--threads", "4096"], "--threads 4096 is more than the \(cores) cores there are."),
    (["--threads", "1,two"], "--threads takes numbers such as 1 or 1,2, not 'two'."),
    (["--threads", ""], "--threads takes numbers such as 1 or 1,2."),
    (["--rounds", "0"], "--rounds must be at least 1."),
    (["--turn", "0"], "--turn must be more than 0."),
    (["--fresh=-1"], "--fresh must not be negative."),
    (["--time-limit", "0"], "--time-limit must be at least 1."),
    (["limits", "--threads", "65"], "--threads must be from 1 to 64."),
    (["scaling", "--rounds", "0"], "--rounds must be at least 1."),
  ]

  @Test("An option that makes no sense is refused before anything is started", arguments: mistakes)
  func refused(arguments: [String], text: String) throws {
    let error = try #require(throws: (any Error).self) { try Benchmark.parseAsRoot(arguments) }
    #expect(Benchmark.message(for: error) == text)
  }

  @Test("A file without figures is refused by its name")
  func figures() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json").path
    try Data("{}".utf8).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    var command = try Benchmark.parseAsRoot(["draw", file])
    let error = try #require(throws: (any Error).self) { try command.run() }
    #expect(
      Benchmark.message(for: error)
        == "'\(file)' does not hold figures as benchmark compare writes them.")
  }
}
