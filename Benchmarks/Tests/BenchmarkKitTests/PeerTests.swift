// The peers' scripts, run in the Python that LSTM_PYTHON names: every kind of case agrees with the
// readable network. A peer whose framework is not there is left out; with CI=true NumPy, PyTorch
// and ONNX Runtime have to be.

import Foundation
import LSTMFormats
import Testing

@testable import BenchmarkKit

@Suite("Peers")
struct PeerTests {
  private static let python = ProcessInfo.processInfo.environment["LSTM_PYTHON"] ?? ""
  private static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"
  private static let modules = [
    "numpy": "numpy", "pytorch": "torch", "onnxruntime": "onnxruntime, onnx",
  ]

  private static let peers: [Competitor] = {
    guard !python.isEmpty else { return [] }
    return Competitor.peers.filter { peer in
      guard let module = modules[peer.id] else { return false }
      let process = Process()
      process.executableURL = URL(filePath: python)
      process.arguments = ["-c", "import \(module)"]
      process.standardError = FileHandle.nullDevice
      guard (try? process.run()) != nil else { return false }
      process.waitUntilExit()
      return isRequired || process.terminationStatus == 0
    }
  }()

  private static let cases = [
    BenchmarkCase(.stream, hidden: 5, batch: 2, steps: 7),
    BenchmarkCase(.sequence, hidden: 6, batch: 1, steps: 5),
    BenchmarkCase(.sequence, hidden: 6, batch: 3, steps: 5, layers: 2),
    BenchmarkCase(.sequence, hidden: 6, batch: 3, steps: 5, directions: 2),
    BenchmarkCase(.sequence, hidden: 6, batch: 2, steps: 4, layers: 2, directions: 2),
    BenchmarkCase(.training, hidden: 6, batch: 2, steps: 4, layers: 2, vocabulary: 7),
  ]

  @Test("A peer's outputs are the readable network's", arguments: peers)
  func agrees(peer: Competitor) throws {
    try withFolder { folder in
      // A program by the name that an environment would have.
      let program = folder.appending(path: "\(peer.id)/bin/python")
      try FileManager.default.createDirectory(
        at: program.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("#!/bin/sh\nexec '\(Self.python)' \"$@\"\n".utf8).write(to: program)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: program.path)
      let package = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      let programs = WorkerPrograms(
        own: "", scripts: package.appending(path: "Peers").path, environments: folder.path,
        timeLimit: 120, folder: folder)
      try programs.check([peer])
      let worker = try programs.start(peer, threads: 1)
      defer { worker.end() }
      for one in Self.cases {
        let data = try CaseData(one)
        let arrays = folder.appending(path: "in.npz").path
        let outputs = folder.appending(path: "out.npz").path
        try NpzFile(data.archive()).write(to: arrays)
        let answer = try worker.ask(.prepare(case: one, arrays: arrays, outputs: outputs))
        if one.kind == .training, peer.id != "pytorch" {
          #expect(answer == WorkerAnswer(cannot: "it does not train"))
          continue
        }
        #expect(answer.ready != nil, "\(answer), \(worker.lastLines())")
        var expected = try ExpectedOutputs(data)
        _ = try expected.check(NpzFile(contentsOf: outputs).archive(), worker: peer.id, bound: 1e-5)
        #expect(try worker.ask(.time(repetitions: 2)).nanoseconds?.count == 2)
      }
      #expect(try worker.ask(.memory).bytes ?? 0 > 1 << 20)
      let broken = WorkerRequest.prepare(
        case: Self.cases[0], arrays: "nowhere.npz", outputs: "out.npz")
      #expect(try worker.ask(broken).failed?.contains("nowhere.npz") == true)
    }
  }
}
