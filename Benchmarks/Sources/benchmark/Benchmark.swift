// The entry point: the list of subcommands.

import ArgumentParser
import BenchmarkKit
import Foundation

/// The command `benchmark`.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Ours and the peers on the same weights and inputs, in one run.",
    discussion: """
      The peers are installed once, with ./install-peers.sh. Then, in the folder Benchmarks:

        swift run -c release benchmark
        swift run -c release benchmark --quick --peers onnxruntime,jax --threads 1
      """,
    subcommands: [
      CompareCommand.self, DrawCommand.self, ScalingCommand.self, CheckCommand.self,
      LimitsCommand.self, WorkerCommand.self,
    ],
    defaultSubcommand: CompareCommand.self)
}

/// Says what is being done, on standard error.
func report(_ line: String) {
  FileHandle.standardError.write(Data("\(line)\n".utf8))
}

/// The parts of a list with commas.
func list(_ text: String) -> [String] {
  text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
}
