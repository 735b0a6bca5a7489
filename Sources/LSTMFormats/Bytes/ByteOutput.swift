// Bytes on their way out: into memory, or into a file that appears whole or not at all. Formats
// write tensors through it from where they lie, so that a gigabyte is never there twice.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a format writes its bytes, one after the other.
public final class ByteOutput {
  /// The name of the file, or what else to call it in errors.
  public let name: String
  /// The number of bytes written so far.
  public private(set) var count = 0
  private let descriptor: Int32?
  /// In memory: everything so far. Towards a file: what has not left yet.
  private var pending: [UInt8] = []

  private init(name: String, descriptor: Int32?) {
    (self.name, self.descriptor) = (name, descriptor)
  }

  /// Appends bytes.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    count += bytes.count
    if descriptor != nil, pending.count + bytes.count > 1 << 16 {
      try flush()
      if bytes.count > 1 << 15 { return try send(bytes) }
    }
    pending.append(contentsOf: bytes)
  }

  /// Appends bytes.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// Appends the bytes of a number, the least significant first.
  func write<Number: FixedWidthInteger>(littleEndian number: Number) throws {
    try withUnsafeBytes(of: number.littleEndian) { try write($0) }
  }

  /// The bytes that a piece of code writes.
  public static func bytes(
    name: String = "bytes in memory", _ code: (ByteOutput) throws -> Void
  ) rethrows -> [UInt8] {
    let output = ByteOutput(name: name, descriptor: nil)
    try code(output)
    return output.pending
  }

  /// Writes a file: beside its place first, then moved there, so that a reader never meets half
  /// of it, and a file that was there is lost only when the new one is whole and on the disk.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``, and what `code` throws; the old
  ///   file, if there was one, is then still there.
  public static func file(_ path: String, _ code: (ByteOutput) throws -> Void) throws {
    var status = stat()
    let isThere = stat(path, &status) == 0
    if isThere, status.st_mode & S_IFMT != S_IFREG {
      throw LSTMFormatsError.unwritableFile(
        path,
        reason: status.st_mode & S_IFMT == S_IFDIR
          ? "it is a folder" : "it is not an ordinary file")
    }
    let mark = String(UInt64.random(in: 0 ... .max), radix: 36)
    let temporary = "\(path).\(mark).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    do {
      defer { close(descriptor) }
      let output = ByteOutput(name: path, descriptor: descriptor)
      try code(output)
      try output.flush()
      if isThere { fchmod(descriptor, status.st_mode & 0o777) }
      guard fsync(descriptor) == 0 else { throw failure(path) }
      guard rename(temporary, path) == 0 else { throw failure(path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private func flush() throws {
    let bytes = pending
    pending.removeAll(keepingCapacity: true)
    try bytes.withUnsafeBytes { try send($0) }
  }

  private func send(_ bytes: UnsafeRawBufferPointer) throws {
    guard let descriptor else { return }
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      #if canImport(Glibc)
        let sent = Glibc.write(descriptor, part.baseAddress, part.count)
      #elseif canImport(Musl)
        let sent = Musl.write(descriptor, part.baseAddress, part.count)
      #else
        let sent = Darwin.write(descriptor, part.baseAddress, part.count)
      #endif
      if sent < 0, errno == EINTR { continue }
      guard sent > 0 else { throw Self.failure(name) }
      rest = rest.dropFirst(sent)
    }
  }

  private static func failure(_ path: String) -> LSTMFormatsError {
    let reason =
      switch errno {
      case ENOENT, ENOTDIR: "its folder does not exist"
      case EACCES, EPERM: "permission is denied"
      case ENOSPC, EDQUOT: "the disk is full"
      case EROFS: "the disk is read-only"
      default: "the system refused"
      }
    return .unwritableFile(path, reason: reason)
  }
}
