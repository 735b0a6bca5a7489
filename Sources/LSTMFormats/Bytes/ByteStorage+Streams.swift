// Bytes of what cannot be mapped: standard input, pipes.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension ByteStorage {
  /// The bytes of a file, mapped; or, where it is a pipe, all that comes out of it.
  ///
  /// - Throws: ``LSTMFormatsError/missingFile(_:)`` or
  ///   ``LSTMFormatsError/unreadableFile(_:reason:)``.
  public static func contents(of path: String) throws -> ByteStorage {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else {
      return try ByteStorage(mapping: path)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw LSTMFormatsError.unreadableFile(path, reason: "permission is denied")
    }
    defer { close(descriptor) }
    return try contents(of: descriptor, name: path)
  }

  /// All that an open file, such as standard input, has to give. A file on a disk is mapped.
  ///
  /// - Throws: ``LSTMFormatsError/unreadableFile(_:reason:)``.
  public static func contents(of descriptor: Int32, name: String) throws -> ByteStorage {
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      lseek(descriptor, 0, SEEK_CUR) == 0
    {
      return try ByteStorage(mapping: "/dev/fd/\(descriptor)")
    }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var used = 0
    while true {
      if used == bytes.count { bytes += [UInt8](repeating: 0, count: bytes.count) }
      let count = bytes.withUnsafeMutableBytes { buffer in
        read(descriptor, buffer.baseAddress.map { $0 + used }, buffer.count - used)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw LSTMFormatsError.unreadableFile(
          name, reason: errno == EISDIR ? "it is a folder" : "the system refused")
      }
      if count == 0 { return ByteStorage(bytes[..<used]) }
      used += count
    }
  }
}
