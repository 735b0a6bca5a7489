// A file's bytes, mapped into memory: opening a gigabyte takes no time, and only the pages that
// are read are ever loaded.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes that stay where they are: a mapped file, or bytes that were read or made.
///
/// The bytes never change after `init` and live as long as the object, so that views of them can
/// be shared between threads: this is why the unchecked `Sendable` is right.
public final class ByteStorage: @unchecked Sendable {
  private let start: UnsafeRawPointer?
  private let isMapped: Bool
  /// The number of bytes.
  public let count: Int

  /// Maps a file.
  ///
  /// - Throws: ``LSTMFormatsError/missingFile(_:)`` or
  ///   ``LSTMFormatsError/unreadableFile(_:reason:)``.
  public init(mapping path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw LSTMFormatsError.missingFile(path) }
      throw LSTMFormatsError.unreadableFile(
        path, reason: errno == EACCES ? "permission is denied" : "the system refused")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw LSTMFormatsError.unreadableFile(path, reason: "the system refused")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw LSTMFormatsError.unreadableFile(
        path, reason: isFolder ? "it is a folder" : "it is not an ordinary file")
    }
    count = Int(status.st_size)
    isMapped = true
    guard count > 0 else {
      start = nil
      return
    }
    let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let address, address != MAP_FAILED else {
      throw LSTMFormatsError.unreadableFile(path, reason: "it cannot be mapped into memory")
    }
    start = UnsafeRawPointer(address)
  }

  /// Keeps bytes.
  public init(_ bytes: some Collection<UInt8>) {
    count = bytes.count
    isMapped = false
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count), alignment: 64)
    copy.copyBytes(from: bytes)
    start = UnsafeRawPointer(copy.baseAddress)
  }

  /// Makes bytes in place: `fill` gets memory for all of them and has to write every one.
  ///
  /// - Throws: what `fill` throws.
  public init(count: Int, fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
    precondition(count >= 0, "a number of bytes is not negative")
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, count), alignment: 64)
    do {
      try fill(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    } catch {
      memory.deallocate()
      throw error
    }
    self.count = count
    isMapped = false
    start = UnsafeRawPointer(memory.baseAddress)
  }

  deinit {
    guard let start else { return }
    let address = UnsafeMutableRawPointer(mutating: start)
    if isMapped {
      munmap(address, count)
    } else {
      address.deallocate()
    }
  }

  /// Lends the bytes.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(self) {
      try body(UnsafeRawBufferPointer(start: start, count: count))
    }
  }
}
