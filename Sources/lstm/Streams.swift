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

  /// The sound in a file; nil where it holds none.
  static func sound(_ path: String) throws -> WaveFile? {
    guard path.lowercased().hasSuffix(".wav") else { return nil }
    let storage = try ByteStorage(mapping: path)
    guard WaveFile.matches(storage) else {
      throw DataError("'\(path)' is no WAVE file: it does not begin with RIFF and WAVE.")
    }
    return try WaveFile(storage: storage, file: path)
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

  /// Writes a line to standard output at once.
  ///
  /// - Throws: `BrokenPipe` where its reader has gone, ``LSTMFormatsError/unwritableFile(_:reason:)``.
  static func writeLine(_ line: String) throws {
    try write(line + "\n", to: STDOUT_FILENO, name: "standard output")
  }

  /// Writes text at once.
  static func write(_ text: String, to descriptor: Int32, name: String) throws {
    signal(SIGPIPE, SIG_IGN)
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { posixWrite(descriptor, $0.baseAddress, $0.count) }
      if sent < 0, errno == EINTR { continue }
      if sent < 0, errno == EPIPE { throw BrokenPipe(name: name) }
      guard sent > 0 else {
        throw LSTMFormatsError.unwritableFile(name, reason: String(cString: strerror(errno)))
      }
      rest = rest.dropFirst(sent)
    }
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

private func posixWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  #if canImport(Glibc)
    Glibc.write(descriptor, bytes, count)
  #elseif canImport(Musl)
    Musl.write(descriptor, bytes, count)
  #else
    Darwin.write(descriptor, bytes, count)
  #endif
}
