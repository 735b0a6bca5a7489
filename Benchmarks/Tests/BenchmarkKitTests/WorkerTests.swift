// The protocol's lines, our worker's answers, and workers that misbehave.

import Foundation
import LSTMCore
import LSTMFormats
import Testing

@testable import BenchmarkKit

@Suite("Workers")
struct WorkerTests {
  @Test(
    "Requests are the lines that the peers' scripts read",
    arguments: [
      (WorkerRequest.time(repetitions: 20), #"{"time":{"repetitions":20}}"#),
      (.memory, #"{"memory":{}}"#),
      (.limits(threads: 2), #"{"limits":{"threads":2}}"#),
      (.quit, #"{"quit":{}}"#),
      (
        .prepare(
          case: BenchmarkCase(.training, hidden: 4, batch: 2, steps: 3, vocabulary: 9),
          arrays: "in.npz", outputs: "out.npz"),
        #"{"prepare":{"arrays":"in.npz","case":{"batch":2,"directions":1,"hiddenSize":4,"#
          + #""kind":"training","layers":1,"steps":3,"vocabulary":9},"outputs":"out.npz"}}"#
      ),
    ])
  func lines(request: WorkerRequest, line: String) throws {
    #expect(String(decoding: try WorkerLine.encode(request), as: UTF8.self) == line + "\n")
    #expect(try WorkerLine.decode(WorkerRequest.self, from: Data(line.utf8)) == request)
  }

  /// What our worker answers to lines.
  private func answers(
    _ lines: [String], weights: WeightPrecision = .float32
  ) throws -> [WorkerAnswer] {
    var rest = lines[...]
    var found: [WorkerAnswer] = []
    var worker = OurWorker(weights: weights, threads: 1)
    try worker.serve(
      nextLine: { rest.popFirst() },
      answer: { found.append(try WorkerLine.decode(WorkerAnswer.self, from: $0)) })
    return found
  }

  @Test("Ours prepares, writes its outputs, times and says its memory")
  func ours() throws {
    try withFolder { folder in
      let one = BenchmarkCase(.stream, hidden: 3, steps: 4)
      let data = try CaseData(one)
      let (arrays, outputs) = (
        folder.appending(path: "in.npz").path, folder.appending(path: "out.npz").path
      )
      try NpzFile(data.archive()).write(to: arrays)
      let requests: [WorkerRequest] = [
        .prepare(case: one, arrays: arrays, outputs: outputs), .time(repetitions: 3), .memory,
        .quit, .memory,
      ]
      let found = try answers(
        requests.map { String(decoding: try WorkerLine.encode($0), as: UTF8.self) })
      #expect(found.count == 3)
      #expect(found[0].ready == "swift-lstm with the kernels \(KernelSet.fastest)")
      #expect(found[1].nanoseconds?.count == 3)
      #expect(found[1].nanoseconds?.allSatisfy { $0 > 0 } == true)
      #expect(found[2].bytes ?? 0 > 1 << 20)
      var expected = try ExpectedOutputs(data)
      _ = try expected.check(NpzFile(contentsOf: outputs).archive(), worker: "ours", bound: 1e-5)
    }
  }

  @Test("Ours says what it cannot do, and survives what is no request")
  func oursRefuses() throws {
    try withFolder { folder in
      let one = BenchmarkCase(.training, hidden: 3, steps: 4, vocabulary: 5)
      let arrays = folder.appending(path: "in.npz").path
      try NpzFile(CaseData(one).archive()).write(to: arrays)
      let prepare = WorkerRequest.prepare(case: one, arrays: arrays, outputs: "none.npz")
      let found = try answers(
        ["nonsense", String(decoding: try WorkerLine.encode(prepare), as: UTF8.self)],
        weights: .float16)
      #expect(found[0].failed != nil)
      #expect(found[1] == WorkerAnswer(cannot: "it trains in single precision only"))
    }
  }

  /// An error of a worker that is a shell's commands.
  private func error(of script: String, timeLimit: Int = 20) throws -> BenchmarkError? {
    try withFolder { folder in
      let worker = try WorkerProcess(
        name: "shell", command: ["/bin/sh", "-c", script], environment: [:],
        log: folder.appending(path: "log"), timeLimit: timeLimit)
      return #expect(throws: BenchmarkError.self) { try worker.ask(.time(repetitions: 2)) }
    }
  }

  @Test("A worker that ends is told of with the end of its log")
  func ended() throws {
    let found = try error(of: "read line; echo first >&2; echo 'no module' >&2; exit 1")
    #expect(
      found
        == .noAnswer(worker: "shell", question: "time 2", found: "", log: "first\nno module"))
  }

  @Test("A worker that says something else is told of with what it said")
  func nonsense() throws {
    #expect(
      try error(of: "read line; echo Loading; read line")
        == .noAnswer(worker: "shell", question: "time 2", found: "Loading", log: ""))
  }

  @Test("A worker that does not answer is ended")
  func slow() throws {
    #expect(
      try error(of: "exec sleep 60", timeLimit: 1)
        == .tooSlow(worker: "shell", question: "time 2", seconds: 1))
  }

  @Test("A worker that is stopped answers after it is resumed")
  func stopped() throws {
    try withFolder { folder in
      let script = #"while read line; do echo '{"bytes": 7}'; done"#
      let worker = try WorkerProcess(
        name: "shell", command: ["/bin/sh", "-c", script], environment: [:],
        log: folder.appending(path: "log"), timeLimit: 20)
      worker.stop()
      try worker.send(.memory)
      worker.resume()
      #expect(try worker.answer(to: .memory) == WorkerAnswer(bytes: 7))
      worker.stop()
      worker.end()
    }
  }

  @Test("A program that is not there is no worker")
  func notStarted() throws {
    try withFolder { folder in
      let error = #expect(throws: BenchmarkError.self) {
        try WorkerProcess(
          name: "shell", command: ["/nowhere/python"], environment: [:],
          log: folder.appending(path: "log"), timeLimit: 1)
      }
      guard case .notStarted("shell", _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test("Everyone has another at its side in another round")
  func order() {
    #expect(Comparison.order(of: 3, round: 0) == [0, 1, 2])
    #expect(Comparison.order(of: 3, round: 1) == [2, 1, 0])
    #expect(Comparison.order(of: 3, round: 2) == [1, 2, 0])
    #expect(Comparison.order(of: 3, round: 3) == [0, 2, 1])
  }

  @Test("A worker is told its number of threads in every way there is")
  func commands() throws {
    let programs = WorkerPrograms(
      own: "/b", scripts: "Peers", environments: ".peers", timeLimit: 1,
      folder: URL(filePath: "/"))
    #expect(
      programs.command(.oursFloat16, threads: 2)
        == ["/b", "worker", "--threads", "2", "--weights", "float16"])
    #expect(
      programs.command(Competitor.peers[3], threads: 1)
        == [".peers/jax/bin/python", "Peers/jax_peer.py", "--threads", "1"])
    #expect(WorkerPrograms.environment(threads: 2)["OMP_NUM_THREADS"] == "2")
    #expect(WorkerPrograms.pinning(threads: 4096).isEmpty)
  }
}
