// Where the workers' programs are and where results go: what several commands share.

import ArgumentParser
import BenchmarkKit
import Foundation

struct ProgramOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The folder that the results are written to.")
  var output = "results"

  @Option(help: "The folder of the peers' scripts.")
  var scripts = "Peers"

  @Option(help: "The seconds a worker may take for one answer.")
  var timeLimit = 600

  func validate() throws {
    guard timeLimit > 0 else { throw ValidationError("--time-limit must be at least 1.") }
  }

  /// Calls `body` with the programs and a folder for arrays and logs that is there as long.
  func withPrograms(_ body: (WorkerPrograms) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "lstm-benchmark-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let environments = ProcessInfo.processInfo.environment["LSTM_PEERS"] ?? "\(scripts)/../.peers"
    try body(
      WorkerPrograms(
        own: Bundle.main.executablePath ?? CommandLine.arguments[0], scripts: scripts,
        environments: environments, timeLimit: timeLimit, folder: folder))
  }

  /// Writes a file into the folder of the results, whole or not at all.
  func write(_ text: String, to name: String) throws {
    let folder = URL(filePath: output)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: folder.appending(path: name), options: .atomic)
  }

  /// Writes figures and what is made of them: figures.json, table.md and ratios-N.svg.
  func write(_ figures: Figures) throws {
    try write(jsonText(figures), to: "figures.json")
    try write(ResultTable(figures).text, to: "table.md")
    for threads in figures.threadCounts {
      if let picture = RatioPicture(figures, threads: threads) {
        try write(picture.svg, to: "ratios-\(threads).svg")
      }
    }
  }
}

/// A value as JSON text, its keys sorted.
func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}
