// Runs the built `lstm`, and other programs, as a person would.

import Foundation

/// What a program did.
struct Outcome {
  let status: Int32
  let output: String
  let errors: String

  /// The lines on standard error.
  var errorLines: [Substring] { errors.split(separator: "\n") }
}

/// The programs that the tests run.
enum Program {
  /// The founding example's options.
  static let founding = ["--input", "-0.1,0.3,0.1,-0.25,0.1", "--hidden", "0,0.5,0.1,0.2,0.6"]

  /// Where the package stands.
  static let package = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The `lstm` that was built with these tests: in the folder of the test bundle.
  static let lstm: URL = {
    var folder = Bundle(for: Marker.self).bundleURL
    for _ in 0..<6 {
      let program = folder.appending(path: "lstm")
      if FileManager.default.isExecutableFile(atPath: program.path), !isFolder(program) {
        return program
      }
      folder.deleteLastPathComponent()
    }
    return URL(filePath: "lstm")
  }()

  private final class Marker {}

  private static func isFolder(_ url: URL) -> Bool {
    (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) ?? false
  }

  /// Runs `lstm` with arguments.
  static func lstm(
    _ arguments: [String], environment: [String: String] = [:], folder: URL? = nil,
    input: String? = nil
  ) throws -> Outcome {
    try run(lstm.path, arguments, environment: environment, folder: folder, input: input)
  }

  /// Runs `lstm` with arguments given as one line.
  static func lstm(_ line: String, folder: URL? = nil) throws -> Outcome {
    try lstm(line.split(separator: " ").map(String.init), folder: folder)
  }

  /// Runs a program; one without a slash is looked for in PATH.
  static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:],
    folder: URL? = nil, input: String? = nil
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: program.contains("/") ? program : "/usr/bin/env")
    process.arguments = program.contains("/") ? arguments : [program] + arguments
    process.environment = ProcessInfo.processInfo.environment
      .merging(environment) { _, new in new }
    if let folder { process.currentDirectoryURL = folder }
    // Files, not pipes: a pipe that fills up while the other is read would stop the program.
    let output = try TemporaryFolder()
    let streams = try ["output", "errors"].map { name in
      let file = output.url.appending(path: name)
      try Data().write(to: file)
      return (file, try FileHandle(forWritingTo: file))
    }
    process.standardOutput = streams[0].1
    process.standardError = streams[1].1
    if let input {
      let file = output.url.appending(path: "input")
      try Data(input.utf8).write(to: file)
      process.standardInput = try FileHandle(forReadingFrom: file)
    } else {
      process.standardInput = FileHandle.nullDevice
    }
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus,
      output: try String(contentsOf: streams[0].0, encoding: .utf8),
      errors: try String(contentsOf: streams[1].0, encoding: .utf8))
  }

  /// Whether a program runs at all.
  static func works(_ program: String, _ arguments: [String]) -> Bool {
    (try? run(program, arguments).status) == 0
  }

  /// Whether this is CI, where no tool may be missing.
  static let isCI = ProcessInfo.processInfo.environment["CI"] == "true"

  /// The Python that has NumPy and perhaps PyTorch.
  static let python = ProcessInfo.processInfo.environment["LSTM_PYTHON"] ?? "python3"
}

/// A folder that goes with the test.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appending(path: "lstm-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// Writes a file into the folder.
  func write(_ name: String, _ text: String) throws -> String {
    let file = url.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path
  }
}
