// Where text goes: the terminal, coloured where that is wanted, or a file.

import LSTMFormats
import LSTMInsight

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The program's output.
enum Output {
  /// Writes text to a file, or to standard output where there is none.
  static func write(_ text: String, to path: String?) throws {
    if let path {
      try FileAccess.write(text, to: path)
    } else {
      print(text, terminator: "")
    }
  }

  /// Writes a line to standard output at once, for whoever reads along.
  static func line(_ text: String) {
    print(text)
    fflush(nil)
  }
}

/// What is known of the terminal.
enum Terminal {
  /// Says something on standard error that is no error.
  static func note(_ text: String) {
    let line = Array("Note: \(text)\n".utf8)
    _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  /// Colour on a terminal, none in a pipe, in a file, or where `NO_COLOR` asks for none
  /// (no-color.org).
  static func style(isFile: Bool = false) -> TextStyle {
    TextStyle(
      isColored: !isFile && isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR").isEmpty
        && variable("TERM") != "dumb")
  }

  private static func variable(_ name: String) -> String {
    getenv(name).map { String(cString: $0) } ?? ""
  }
}
