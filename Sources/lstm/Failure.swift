// How a command ends when something is wrong: one to three lines on standard error, and an exit
// status as in sysexits.h.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Something that was asked for wrongly; exit status 64 (EX_USAGE).
struct UsageError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Numbers that do not fit one another; exit status 65 (EX_DATAERR).
struct DataError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Failures and their exit statuses.
enum Failure {
  /// Wrong usage: EX_USAGE.
  static let usage: Int32 = 64
  /// Wrong data: EX_DATAERR.
  static let data: Int32 = 65
  /// A file that is not there or cannot be read: EX_NOINPUT.
  static let noInput: Int32 = 66
  /// A file that cannot be written: EX_CANTCREAT.
  static let cannotCreate: Int32 = 73

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
    let status = status(of: error)
    if status == usage, !(error is UsageError) {
      print(shortened(LSTM.fullMessage(for: error)))
      end(status)
    }
    if let code = error as? ExitCode { end(code.rawValue) }
    if status == 0 { LSTM.exit(withError: error) }
    print("Error: \(error)\n")
    end(status)
  }

  /// The parser's own words in three lines: what is wrong, the values to choose from, where to
  /// read more.
  private static func shortened(_ message: String) -> String {
    let lines = message.split(separator: "\n").map(String.init)
    let choices = lines.filter { $0.hasPrefix("  - ") }.map { $0.dropFirst(4) }
    let reason = lines.first { $0.hasPrefix("Error:") } ?? "Error: \(lines.first ?? "")"
    var result = [reason]
    if !choices.isEmpty {
      result = [
        reason.replacingSuffix("Please provide one of the following:", with: "Choose one of:"),
        choices.joined(separator: ", ") + ".",
      ]
    } else {
      result += lines.filter { $0.hasPrefix("Help:") }.prefix(1)
    }
    if let more = lines.last(where: { $0.contains("--help") }) {
      result.append(more.trimmingSpaces())
    }
    return result.joined(separator: "\n") + "\n"
  }

  private static func status(of error: any Error) -> Int32 {
    switch error {
    case is UsageError, is StepProgramError, DiagnosisError.nothingClaimed: return usage
    case is MissingNumbers: return noInput
    case is DataError, is LSTMCoreError, is DiagnosisError: return data
    case LSTMFormatsError.missingFile, LSTMFormatsError.unreadableFile: return noInput
    case LSTMFormatsError.unwritableFile: return cannotCreate
    case is LSTMFormatsError: return data
    default: return LSTM.exitCode(for: error).rawValue
    }
  }

  private static func end(_ status: Int32) -> Never {
    // Output is flushed here, so that a full disk or a closed pipe is not mistaken for success.
    let flushed = fflush(nil)
    #if canImport(Darwin)
      Darwin.exit(flushed == 0 ? status : 74)
    #elseif canImport(Musl)
      Musl.exit(flushed == 0 ? status : 74)
    #else
      Glibc.exit(flushed == 0 ? status : 74)
    #endif
  }

  private static func print(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}

extension String {
  func replacingSuffix(_ suffix: String, with other: String) -> String {
    hasSuffix(suffix) ? dropLast(suffix.count) + other : self
  }

  func trimmingSpaces() -> String {
    var rest = self[...]
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
