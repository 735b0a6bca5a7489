// The commands that need no peers: how cost grows, whether the engine has become slower, the
// machine's limits, and our worker.

import ArgumentParser
import BenchmarkKit
import Foundation
import LSTMCore

extension WeightPrecision: @retroactive ExpressibleByArgument {}

struct ScalingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scaling",
    abstract: "Draws how the cost of a step grows from H = 8 to 2048 (scaling.svg and .json).")

  @Option(help: "How many rounds the best is taken of.")
  var rounds = 20

  @OptionGroup var programs: ProgramOptions

  func validate() throws {
    guard rounds > 0 else { throw ValidationError("--rounds must be at least 1.") }
  }

  func run() throws {
    try programs.withPrograms { workers in
      let (points, limits) = try Scaling.measure(
        workers, sizes: Scaling.sizes, rounds: rounds, report: report)
      try programs.write(jsonText(points), to: "scaling.json")
      try programs.write(ScalingPicture(points, limits: limits).svg, to: "scaling.svg")
    }
  }
}

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Fails where the engine has lost against a plain loop in the same process.",
    discussion: "The ratios that are expected stand in RegressionCheck.swift.")

  func run() throws {
    for expectation in RegressionCheck.expectations {
      for found in try RegressionCheck.run(expectation) {
        print(
          "\(found.name): \(hundredths(found.ratio)) times as fast as the plain loop, at least "
            + "\(hundredths(found.floor)) is expected")
      }
    }
    let grown = try MemoryCheck.run()
    print("10 million steps of tokens and logits: \(grown / 1024) KiB more memory than after 1,000")
  }
}

struct LimitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limits", abstract: "Measures how fast this machine multiplies and reads.")

  @Option(help: "How many threads measure at the same time.")
  var threads = 1

  func validate() throws {
    guard (1...64).contains(threads) else {
      throw ValidationError("--threads must be from 1 to 64.")
    }
  }

  func run() throws { print(MachineLimits(threads: threads).text, terminator: "") }
}

struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Answers the benchmark's requests.", shouldDisplay: false)

  @Option var threads: Int
  @Option var weights: WeightPrecision

  func run() throws {
    var worker = OurWorker(weights: weights, threads: threads)
    try worker.serve(
      nextLine: { readLine() }, answer: { FileHandle.standardOutput.write($0) })
  }
}
