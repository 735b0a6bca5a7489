// How a command ends when something is wrong: one to three lines on standard error, and an exit
// status as in sysexits.h.

import ArgumentParser
import LSTMCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Something that was asked for wrongly; exit status 64 (EX_USAGE).
struct UsageError: LSTMFailure {
  let message: String
  var kind: FailureKind { .usage }
  init(_ message: String) { self.message = message }
}

/// Numbers that do not fit one another; exit status 65 (EX_DATAERR).
struct DataError: LSTMFailure {
  let message: String
  var kind: FailureKind { .data }
  init(_ message: String) { self.message = message }
}

/// Failures and their exit statuses.
enum Failure {
  /// Wrong usage: EX_USAGE.
  static let usage: Int32 = 64
  /// Wrong data: EX_DATAERR.
  static let data: Int32 = 65
  /// A file that is not there or cannot be read: EX_NOINPUT.
  static let noInput: Int32 = 66
  /// An error that nobody thought of: EX_SOFTWARE.
  static let inside: Int32 = 70
  /// A file that cannot be written: EX_CANTCREAT.
  static let cannotCreate: Int32 = 73
  /// Output that could not be delivered: EX_IOERR.
  static let inputOutput: Int32 = 74

  /// The width that lines on standard error are kept within.
  static let width = 100

  /// Parses and runs a command and ends the program.
  static func exit(_ parse: () throws -> any ParsableCommand) -> Never {
    do {
      var command = try parse()
      try command.run()
    } catch {
      end(error)
    }
    Self.end(0)
  }

  private static func end(_ error: any Error) -> Never {
    if let code = error as? ExitCode { end(code.rawValue) }
    if let failure = error as? any LSTMFailure {
      print(text(failure))
      end(failure.kind.status)
    }
    let status = LSTM.exitCode(for: error).rawValue
    if status == 0 { LSTM.exit(withError: error) }
    print(ParserMessage(LSTM.fullMessage(for: error)).text)
    // 1 is what `lstm diagnose` says of numbers that differ.
    end(status == 1 ? inside : status)
  }

  /// An error as the users of the command line read it: with the options that put it right.
  static func text(_ failure: any LSTMFailure) -> String {
    failure.described { $0.optionWords }
  }

  private static func end(_ status: Int32) -> Never {
    // Output is flushed here, so that a full disk or a closed pipe is not mistaken for success.
    let isWritten = fflush(nil) == 0
    if !isWritten { print("standard output cannot be written: the disk is full, perhaps.") }
    let status = isWritten ? status : inputOutput
    #if canImport(Darwin)
      Darwin.exit(status)
    #elseif canImport(Musl)
      Musl.exit(status)
    #else
      Glibc.exit(status)
    #endif
  }

  private static func print(_ message: String) {
    let text = lines(message).joined(separator: "\n") + "\n"
    _ = Array(text.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// The lines of a message as they are printed.
  static func lines(_ message: String) -> [String] {
    "Error: \(message)".split(separator: "\n").flatMap(wrapped)
  }

  /// A line broken where it would be wider than ``width``: between sentences, else between words.
  private static func wrapped(_ line: some StringProtocol) -> [String] {
    guard line.count > width else { return [String(line)] }
    var lines: [String] = []
    var isNewSentence = false
    for word in line.split(separator: " ") {
      // A word without end, pasted by mistake, is not told in full.
      let word = word.count <= 400 ? String(word) : word.prefix(80) + "…"
      if let last = lines.last, !isNewSentence, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(word)
      }
      isNewSentence = word.hasSuffix(".") && word != "."
    }
    return lines
  }
}

extension FailureKind {
  /// The exit status.
  fileprivate var status: Int32 {
    switch self {
    case .usage: Failure.usage
    case .data: Failure.data
    case .noInput: Failure.noInput
    case .cannotCreate: Failure.cannotCreate
    }
  }
}

extension String {
  func trimmingSpaces() -> String {
    var rest = self[...]
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
