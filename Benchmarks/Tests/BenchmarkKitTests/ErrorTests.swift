// The full text of every error.

import Foundation
import Testing

@testable import BenchmarkKit

@Suite("Errors")
struct ErrorTests {
  private static let texts: [(error: BenchmarkError, text: String)] = [
    (
      .noSuchCase("h99", valid: ["stream-h5-b1", "stream-h64-b1"]),
      "no case is called 'h99'. The cases are:\nstream-h5-b1\nstream-h64-b1"
    ),
    (
      .noSuchPeer("pytorhc", nearest: "pytorch", valid: ["pytorch", "jax"]),
      "no peer is called 'pytorhc'. Did you mean 'pytorch'? The peers are pytorch, jax."
    ),
    (
      .noSuchPeer("x", nearest: nil, valid: ["pytorch", "jax"]),
      "no peer is called 'x'. The peers are pytorch, jax."
    ),
    (
      .missingEnvironment(peer: "jax", path: ".peers/jax/bin/python"),
      "jax is not installed: there is no '.peers/jax/bin/python'.\nRun ./install-peers.sh jax, leave the peer out with --peers, or name the folder of the environments in LSTM_PEERS."
    ),
    (
      .missingScripts(folder: "Peers"),
      "the peers' scripts are not in 'Peers'.\nRun the benchmark in the folder Benchmarks, or name the scripts' folder with --scripts."
    ),
    (
      .notStarted(worker: "jax", reason: "permission is denied"),
      "jax could not be started: permission is denied."
    ),
    (
      .noAnswer(worker: "jax", question: "time 2", found: "", log: "no module"),
      "jax did not answer 'time 2': it ended.\nno module"
    ),
    (
      .noAnswer(worker: "jax", question: "memory", found: "Hello", log: "log"),
      "jax did not answer 'memory': it said 'Hello'.\nlog"
    ),
    (
      .tooSlow(worker: "jax", question: "time 2", seconds: 600),
      "jax did not answer 'time 2' within 600 s. It was ended.\nLeave it out with --peers, or give it longer with --time-limit."
    ),
    (
      .failed(worker: "jax", caseID: "stream-h5-b1", reason: "ValueError: shapes", log: "log"),
      "jax failed at stream-h5-b1: ValueError: shapes\nlog"
    ),
    (
      .wrongShape(
        worker: "jax", caseID: "stream-h5-b1", array: "cell", found: nil, expected: [1, 1, 5]),
      "jax at stream-h5-b1: the output 'cell' is missing, expected [1, 1, 5]."
    ),
    (
      .wrongShape(
        worker: "jax", caseID: "stream-h5-b1", array: "cell", found: [5], expected: [1, 1, 5]),
      "jax at stream-h5-b1: the output 'cell' is of the shape [5], expected [1, 1, 5]."
    ),
    (
      .disagrees(
        worker: "jax", caseID: "stream-h5-b1", array: "output", index: [3, 0, 2], found: 0.5,
        right: 0.25, bound: 1e-5),
      "jax at stream-h5-b1: output[3, 0, 2] is 0.5, right is 0.25; they may differ by 1e-05.\nNothing was timed: figures for another computation mean nothing."
    ),
    (
      .slowerThanAllowed(caseID: "stream-h32-b1", ratio: 1.234, floor: 4),
      "stream-h32-b1: 1.23 times as fast as the plain loop, at least 4.00 is expected.\nFind what has made it slower; if it has to be, lower the floor in RegressionCheck.swift and say why."
    ),
    (
      .loopDisagrees(caseID: "stream-h32-b1", difference: 0.5, bound: 1e-5),
      "stream-h32-b1: the engine and the plain loop differ by 0.5, more than 1e-05.\nOne of them computes something else; nothing was timed."
    ),
  ]

  @Test("An error says what, where and what to do", arguments: texts)
  func text(error: BenchmarkError, text: String) {
    #expect(error.description == text)
  }

  @Test("A peer that is mistyped is refused with the name it was probably meant to be")
  func peers() throws {
    #expect(
      throws: BenchmarkError.noSuchPeer(
        "openvin", nearest: "openvino", valid: Competitor.peers.map(\.id))
    ) { try Competitor.peers(named: ["jax", "openvin"]) }
    #expect(try Competitor.peers(named: ["jax"]).map(\.title) == ["JAX"])
    #expect(try Competitor.peers(named: []).count == 6)
  }

  @Test("A peer without an environment, and scripts that are not there, are told of at once")
  func missing() throws {
    try withFolder { folder in
      let programs = WorkerPrograms(
        own: "", scripts: folder.path, environments: "nowhere", timeLimit: 1, folder: folder)
      #expect(throws: BenchmarkError.missingScripts(folder: folder.path)) {
        try programs.check(Competitor.peers)
      }
      try programs.check([.ours])
      try "".write(
        to: folder.appending(path: "worker.py"), atomically: true, encoding: .utf8)
      #expect(
        throws: BenchmarkError.missingEnvironment(
          peer: "pytorch", path: "nowhere/pytorch/bin/python")
      ) { try programs.check(Competitor.peers) }
    }
  }
}
