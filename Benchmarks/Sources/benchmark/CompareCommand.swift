// `benchmark compare`: ours against the peers.

import ArgumentParser
import BenchmarkKit
import Foundation

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Times ours and the peers in turns; writes a table, the figures and pictures.",
    discussion: """
      Everybody's outputs are checked against the readable cell in double precision before anything \
      is timed. Written are table.md, figures.json and ratios-N.svg for N threads.
      """)

  @Option(help: "Only cases whose names contain one of these, such as stream,h256-b32.")
  var only = ""

  @Option(help: "The peers, such as pytorch,onnxruntime; all unless given.")
  var peers = ""

  @Option(help: "The numbers of threads; 1 and 2 unless given.")
  var threads = "1,2"

  @Option(help: "How often each is at turn, in each case (default: 21; quick: 5).")
  var rounds: Int?

  @Option(help: "About how long a turn is, in ms (default: 60; quick: 20).")
  var turn: Double?

  @Option(help: "How many fresh processes give their first answer (default: 5; quick: 2).")
  var fresh: Int?

  @Flag(help: "A few cases and rounds, for a look.")
  var quick = false

  @OptionGroup var programs: ProgramOptions

  /// The numbers of threads that were asked for.
  private func threadCounts() throws -> [Int] {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return try list(threads).map { text in
      guard let count = Int(text), count > 0 else {
        throw ValidationError("--threads takes numbers such as 1 or 1,2, not '\(text)'.")
      }
      guard count <= cores else {
        throw ValidationError("--threads \(count) is more than the \(cores) cores there are.")
      }
      return count
    }
  }

  func validate() throws {
    guard try !threadCounts().isEmpty else {
      throw ValidationError("--threads takes numbers such as 1 or 1,2.")
    }
    guard rounds ?? 1 > 0 else { throw ValidationError("--rounds must be at least 1.") }
    guard turn ?? 1 > 0 else { throw ValidationError("--turn must be more than 0.") }
    guard fresh ?? 0 >= 0 else { throw ValidationError("--fresh must not be negative.") }
  }

  func run() throws {
    let settings = Comparison.Settings(
      cases: try BenchmarkCase.cases(
        quick ? BenchmarkCase.quickGrid : BenchmarkCase.grid, named: list(only)),
      peers: try Competitor.peers(named: list(peers)), threads: try threadCounts(),
      rounds: rounds ?? (quick ? 5 : 21), turnMilliseconds: turn ?? (quick ? 20 : 60),
      freshRounds: fresh ?? (quick ? 2 : 5))
    let figures = Figures(machine: Machine.description, date: Machine.today)
    try programs.withPrograms { workers in
      try Comparison(settings, programs: workers, report: report)
        .run(into: figures) { try programs.write($0) }
    }
    report("written to \(programs.output): table.md, figures.json, pictures")
  }
}

/// Makes tables and pictures of figures that were measured before.
struct DrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw", abstract: "Writes the table and the pictures of a figures.json again.")

  @Argument(help: "The figures.")
  var figures: String

  @OptionGroup var programs: ProgramOptions

  func run() throws {
    guard let data = FileManager.default.contents(atPath: figures) else {
      throw ValidationError("there is no file '\(figures)'. Check the name and the folder.")
    }
    guard let read = try? JSONDecoder().decode(Figures.self, from: data) else {
      throw ValidationError("'\(figures)' does not hold figures as benchmark compare writes them.")
    }
    try programs.write(read)
  }
}
