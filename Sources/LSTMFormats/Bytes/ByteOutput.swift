// Bytes on their way out, into memory or into a file. Formats write tensors through it from where
// they lie, so that a gigabyte is never there twice. How a file comes into its place is OutputFile's.

/// Where a format writes its bytes, one after the other.
package final class ByteOutput {
  /// The name of the file, or what else to call it in errors.
  package let name: String
  /// The number of bytes written so far.
  package private(set) var count = 0
  private let file: OutputFile?
  /// In memory: everything so far. Towards a file: what has not left yet.
  private var pending: [UInt8] = []

  private init(name: String, file: OutputFile?) {
    (self.name, self.file) = (name, file)
  }

  /// Appends bytes.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    count += bytes.count
    if let file, pending.count + bytes.count > 1 << 16 {
      try flush()
      if bytes.count > 1 << 15 { return try file.send(bytes) }
    }
    pending.append(contentsOf: bytes)
  }

  /// Appends bytes.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  package func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// Appends the bytes of a number, the least significant first.
  func write<Number: FixedWidthInteger>(littleEndian number: Number) throws {
    try withUnsafeBytes(of: number.littleEndian) { try write($0) }
  }

  /// The bytes that a piece of code writes.
  package static func bytes(
    name: String = "bytes in memory", _ code: (ByteOutput) throws -> Void
  ) rethrows -> [UInt8] {
    let output = ByteOutput(name: name, file: nil)
    try code(output)
    return output.pending
  }

  /// Writes a file, whole or not at all: see ``OutputFile``. Into a pipe or a device the bytes go as
  /// they are written.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``, and what `code` throws; the old
  ///   file, if there was one, is then still there.
  package static func file(_ path: String, _ code: (ByteOutput) throws -> Void) throws {
    let file = try OutputFile(path)
    let output = ByteOutput(name: path, file: file)
    try code(output)
    try output.flush()
    try file.finish()
  }

  private func flush() throws {
    let bytes = pending
    pending.removeAll(keepingCapacity: true)
    try bytes.withUnsafeBytes { try file?.send($0) }
  }
}
