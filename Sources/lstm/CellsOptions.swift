// The options that say who computes a run, and with how many threads. Every command that runs a model
// over sequences shares them.

import ArgumentParser
import LSTMCore
import LSTMFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Executor: ExpressibleByArgument {}

/// Who computes.
struct CellsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Who computes: the engine in single precision, or the readable cell in double. (default: "
        + "engine, for float64 models readable)"))
  var cells: Executor?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many threads the engine may use; the numbers are the same. (default: one a core)",
      valueName: "number"), transform: wholeNumber(1...1024))
  var threads: Int?

  /// Makes a model ready to run.
  func run(_ model: LSTMModel, _ emptySequences: EmptySequences) throws -> SequenceRun {
    let run = try SequenceRun(
      model, by: cells, threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
      emptySequences: emptySequences)
    if cells == .engine, model.usualExecutor != .engine {
      Terminal.note("the model's numbers are float64, but the engine computes in single precision.")
    }
    return run
  }
}
