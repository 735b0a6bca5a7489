// A file to which something is added while a program runs, such as a log: it is there at once.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that grows line by line. What others read of it is whole lines, but for a killed program's
/// last one.
package final class AppendedFile {
  private let path: String
  private let descriptor: Int32
  private let isOurs: Bool

  /// Takes a descriptor that somebody else has opened and closes, such as standard output.
  package init(descriptor: Int32, name: String) {
    (path, self.descriptor, isOurs) = (name, descriptor, false)
  }

  /// Opens a file, or makes it.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  package init(_ path: String) throws {
    (self.path, isOurs) = (path, true)
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw OutputFile.failure(path) }
  }

  deinit { if isOurs, descriptor >= 0 { close(descriptor) } }

  /// Adds a line.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  package func add(_ line: String) throws {
    try add(Array("\(line)\n".utf8))
  }

  /// Adds bytes.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``, and `BrokenPipe` where the reader of a
  ///   pipe has gone.
  package func add(_ bytes: some Sequence<UInt8>) throws {
    let output = OutputFile(descriptor: descriptor, name: path)
    try Array(bytes).withUnsafeBytes { try output.send($0) }
  }
}
