// What can go wrong in a benchmark, and the one place where it becomes text.

/// What can go wrong in a benchmark.
package enum BenchmarkError: Error, Equatable, CustomStringConvertible {
  /// No case has such a name.
  case noSuchCase(String, valid: [String])
  /// No competitor has such a name.
  case noSuchPeer(String, nearest: String?, valid: [String])
  /// A peer's Python environment is not there.
  case missingEnvironment(peer: String, path: String)
  /// A peer's script is not where it should be.
  case missingScripts(folder: String)
  /// A worker could not be started.
  case notStarted(worker: String, reason: String)
  /// A worker ended, or said something that is no answer.
  case noAnswer(worker: String, question: String, found: String, log: String)
  /// A worker did not answer in time.
  case tooSlow(worker: String, question: String, seconds: Int)
  /// A worker failed at a case.
  case failed(worker: String, caseID: String, reason: String, log: String)
  /// A worker's outputs lack an array, or it has another shape.
  case wrongShape(
    worker: String, caseID: String, array: String, found: [Int]?, expected: [Int])
  /// A worker's outputs are not those that are right.
  case disagrees(
    worker: String, caseID: String, array: String, index: [Int], found: Double, right: Double,
    bound: Double)
  /// The engine has lost against the plain loop.
  case slowerThanAllowed(caseID: String, ratio: Double, floor: Double)
  /// The engine and the plain loop give different numbers.
  case loopDisagrees(caseID: String, difference: Double, bound: Double)
  /// A long stream of steps takes more and more memory.
  case memoryGrows(steps: Int, bytes: Int)

  /// What is wrong, where, and what to do.
  package var description: String {
    switch self {
    case .noSuchCase(let text, let valid):
      return "no case is called '\(text)'. The cases are:\n" + valid.joined(separator: "\n")
    case .noSuchPeer(let name, let nearest, let valid):
      let guess = nearest.map { " Did you mean '\($0)'?" } ?? ""
      return "no peer is called '\(name)'.\(guess) The peers are \(valid.joined(separator: ", "))."
    case .missingEnvironment(let peer, let path):
      return "\(peer) is not installed: there is no '\(path)'.\n"
        + "Run ./install-peers.sh \(peer), leave the peer out with --peers, or name the folder of "
        + "the environments in LSTM_PEERS."
    case .missingScripts(let folder):
      return "the peers' scripts are not in '\(folder)'.\n"
        + "Run the benchmark in the folder Benchmarks, or name the scripts' folder with --scripts."
    case .notStarted(let worker, let reason):
      return "\(worker) could not be started: \(reason)."
    case .noAnswer(let worker, let question, let found, let log):
      let said = found.isEmpty ? "it ended" : "it said '\(found)'"
      return "\(worker) did not answer '\(question)': \(said).\n\(log)"
    case .tooSlow(let worker, let question, let seconds):
      return "\(worker) did not answer '\(question)' within \(seconds) s. It was ended.\n"
        + "Leave it out with --peers, or give it longer with --time-limit."
    case .failed(let worker, let caseID, let reason, let log):
      return "\(worker) failed at \(caseID): \(reason)\n\(log)"
    case .wrongShape(let worker, let caseID, let array, let found, let expected):
      let what = found.map { "is of the shape \($0)" } ?? "is missing"
      return "\(worker) at \(caseID): the output '\(array)' \(what), expected \(expected)."
    case .disagrees(let worker, let caseID, let array, let index, let found, let right, let bound):
      return "\(worker) at \(caseID): \(array)\(index) is \(found), right is \(right); they may "
        + "differ by \(bound).\nNothing was timed: figures for another computation mean nothing."
    case .slowerThanAllowed(let caseID, let ratio, let floor):
      return "\(caseID): \(hundredths(ratio)) times as fast as the plain loop, at least "
        + "\(hundredths(floor)) is expected.\nFind what has made it slower; if it has to be, "
        + "lower the floor in RegressionCheck.swift and say why."
    case .loopDisagrees(let caseID, let difference, let bound):
      return "\(caseID): the engine and the plain loop differ by \(difference), more than "
        + "\(bound).\nOne of them computes something else; nothing was timed."
    case .memoryGrows(let steps, let bytes):
      return
        "after \(steps) steps the process has \(bytes / 1024) KiB more in memory than after the "
        + "first thousand.\nA step has to allocate nothing: look for what is kept."
    }
  }
}

/// A number with two decimals.
package func hundredths(_ value: Double) -> String { NumberText.decimals(value, 2) }
