// Standard input and output by the names that people give them: `-`, and the system's own.

import LSTMFormats

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Standard input and output as files of arrays.
enum Streams {
  /// Opens a file of sequences, or standard input.
  static func sequences(_ path: String, readsTokens: Bool, isBatchFirst: Bool) throws
    -> SequenceSource
  {
    guard ["-", "/dev/stdin", "/dev/fd/0"].contains(path) else {
      return try SequenceSource(
        contentsOf: path, readsTokens: readsTokens, isBatchFirst: isBatchFirst)
    }
    let name = "standard input"
    return try SequenceSource(
      storage: ByteStorage.contents(of: STDIN_FILENO, name: name), file: name,
      readsTokens: readsTokens,
      isBatchFirst: isBatchFirst)
  }

  /// Where output of this name goes.
  ///
  /// - Throws: `UsageError` where it would go to a terminal.
  static func place(_ path: String) throws -> OutputPlace {
    guard ["-", "/dev/stdout", "/dev/fd/1"].contains(path) else { return .path(path) }
    guard isatty(STDOUT_FILENO) == 0 else {
      throw UsageError(
        "--output \(path): an .npz file is no text for a terminal.\n"
          + "Send it on, as in lstm run … --output - > out.npz, or leave the option out for text.")
    }
    return .descriptor(STDOUT_FILENO, name: "standard output")
  }

  /// Does something that may write to a pipe. Where the pipe's reader goes, the program ends as any
  /// that does not mind the signal: without a word.
  static func endingQuietly(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch is BrokenPipe {
      signal(SIGPIPE, SIG_DFL)
      raise(SIGPIPE)
    }
  }
}
