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
}

/// What is known of the terminal.
enum Terminal {
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
