// One competitor as a process: started, asked, stopped while others are at turn, ended. What it
// computes and how it takes time is its own business.

import Foundation

/// A running worker.
package final class WorkerProcess {
  /// What it is called in errors.
  package let name: String
  private let process = Process()
  private let requests = Pipe()
  private let answers = Pipe()
  private let log: URL
  private let timeLimit: Int
  private var received = Data()
  private var isStopped = false

  /// Starts a worker.
  ///
  /// - Parameters:
  ///   - name: what it is called in errors.
  ///   - command: the program and its arguments.
  ///   - environment: variables beside those that are set already.
  ///   - log: the file that its standard error goes to.
  ///   - timeLimit: how long it may take for one answer, in s.
  /// - Throws: ``BenchmarkError/notStarted(worker:reason:)``.
  package init(
    name: String, command: [String], environment: [String: String], log: URL, timeLimit: Int
  ) throws {
    self.name = name
    self.timeLimit = timeLimit
    self.log = log
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = requests
    process.standardOutput = answers
    do {
      try Data().write(to: log)
      process.standardError = try FileHandle(forWritingTo: log)
      try process.run()
    } catch {
      throw BenchmarkError.notStarted(worker: name, reason: "\(error.localizedDescription)")
    }
    // A worker that has ended must not take the benchmark with it: writing says so instead.
    signal(SIGPIPE, SIG_IGN)
  }

  deinit { end() }

  /// Asks and waits for the answer.
  ///
  /// - Throws: ``BenchmarkError/noAnswer(worker:question:found:log:)`` or
  ///   ``BenchmarkError/tooSlow(worker:question:seconds:)``.
  package func ask(_ request: WorkerRequest) throws -> WorkerAnswer {
    try send(request)
    return try answer(to: request)
  }

  /// Asks, without waiting.
  package func send(_ request: WorkerRequest) throws {
    do {
      try requests.fileHandleForWriting.write(contentsOf: WorkerLine.encode(request))
    } catch is CocoaError {
      throw BenchmarkError.noAnswer(
        worker: name, question: request.name, found: "", log: lastLines())
    }
  }

  /// Waits for the answer to a request that was sent.
  package func answer(to request: WorkerRequest) throws -> WorkerAnswer {
    let deadline = ContinuousClock.now + .seconds(timeLimit)
    let answers = self.answers.fileHandleForReading
    while true {
      if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
        let line = received[received.startIndex..<end]
        received = Data(received[(end + 1)...])
        guard let answer = try? WorkerLine.decode(WorkerAnswer.self, from: Data(line)) else {
          throw BenchmarkError.noAnswer(
            worker: name, question: request.name,
            found: String(String(decoding: line, as: UTF8.self).prefix(200)), log: lastLines())
        }
        return answer
      }
      let left = (deadline - .now) / .milliseconds(1)
      var waiting = pollfd(fd: answers.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard left > 0, poll(&waiting, 1, Int32(left)) != 0 else {
        kill(process.processIdentifier, SIGKILL)
        throw BenchmarkError.tooSlow(worker: name, question: request.name, seconds: timeLimit)
      }
      var new = [UInt8](repeating: 0, count: 65536)
      let count = read(answers.fileDescriptor, &new, new.count)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count > 0 else {
        throw BenchmarkError.noAnswer(
          worker: name, question: request.name, found: "", log: lastLines())
      }
      received += new.prefix(count)
    }
  }

  /// Keeps the process from running, so that threads that spin while they wait for work take no
  /// time from the others.
  package func stop() {
    guard !isStopped, process.isRunning else { return }
    kill(process.processIdentifier, SIGSTOP)
    isStopped = true
  }

  /// Lets the process run again.
  package func resume() {
    guard isStopped else { return }
    kill(process.processIdentifier, SIGCONT)
    isStopped = false
  }

  /// Ends the process and waits until it has.
  package func end() {
    guard process.isRunning else { return }
    resume()
    try? send(.quit)
    try? requests.fileHandleForWriting.close()
    let deadline = ContinuousClock.now + .seconds(5)
    while process.isRunning, ContinuousClock.now < deadline { usleep(2000) }
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// The end of what the worker said on standard error.
  package func lastLines() -> String {
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").suffix(8).joined(separator: "\n")
  }
}
