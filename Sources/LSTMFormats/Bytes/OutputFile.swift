// A file that is being written: it appears whole or not at all. This is the only piece that opens
// files to write; what is sent there is ByteOutput's.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A place of the file system, open to be written.
///
/// An ordinary file is written beside its place and moved there when it is whole and on the disk: a
/// reader never meets half of it, and a file that was there is lost only then. Through symbolic links
/// it is the file they lead to that is replaced, not a link. What is no ordinary file, a pipe or
/// /dev/null, is written to directly.
final class OutputFile {
  /// The name as it was given, for errors.
  let path: String
  /// Where the bytes go.
  let descriptor: Int32
  /// The file beside its place, the place, and the rights of the file that was there; nil where the
  /// place is written to directly.
  private let replacement: (temporary: String, place: String, rights: mode_t?)?
  /// Whether the descriptor was opened here, and is closed here.
  private let isOurs: Bool
  private var isFinished = false

  /// Whether the bytes go to an ordinary file, in which they can be written in any order.
  var isOrdinary: Bool { replacement != nil }

  /// Takes a descriptor that somebody else has opened and closes, such as standard output.
  init(descriptor: Int32, name: String) {
    (path, self.descriptor, replacement, isOurs) = (name, descriptor, nil, false)
  }

  /// Opens a place. Opening a pipe waits for its reader.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  init(_ path: String) throws {
    (self.path, isOurs) = (path, true)
    var status = stat()
    let isThere = stat(path, &status) == 0
    let kind = isThere ? status.st_mode & S_IFMT : S_IFREG
    if kind == S_IFDIR { throw LSTMFormatsError.unwritableFile(path, reason: "it is a folder") }
    if kind == S_IFREG {
      let place = try Self.followingLinks(path)
      let mark = String(UInt64.random(in: 0 ... .max), radix: 36)
      let temporary = "\(place).\(mark).part"
      replacement = (temporary, place, isThere ? status.st_mode & 0o777 : nil)
      descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    } else {
      replacement = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    }
    guard descriptor >= 0 else {
      isFinished = true
      throw Self.failure(path)
    }
  }

  /// Puts the file in its place. Where this is never called, nothing has changed there.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  func finish() throws {
    guard let (temporary, place, rights) = replacement else { return }
    if let rights { fchmod(descriptor, rights) }
    guard fsync(descriptor) == 0, rename(temporary, place) == 0 else { throw Self.failure(path) }
    isFinished = true
  }

  deinit {
    if isOurs, descriptor >= 0 { close(descriptor) }
    if let replacement, !isFinished { unlink(replacement.temporary) }
  }

  /// Sends bytes, one after the other.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``, and ``BrokenPipe`` where the reader of a
  ///   pipe has gone.
  func send(_ bytes: UnsafeRawBufferPointer) throws {
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
      if sent < 0, errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&waiting, 1, -1)
        continue
      }
      if sent < 0, errno == EPIPE { throw BrokenPipe(name: path) }
      guard sent > 0 else { throw Self.failure(path) }
      rest = rest.dropFirst(sent)
    }
  }

  /// The name of the file that symbolic links lead to, which need not be there.
  private static func followingLinks(_ path: String) throws -> String {
    var place = path
    for _ in 0..<40 {  // as many as Linux follows
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = buffer.withUnsafeMutableBytes { bytes in
        bytes.withMemoryRebound(to: CChar.self) { text in
          text.baseAddress.map { readlink(place, $0, text.count) } ?? 0
        }
      }
      guard count > 0 else { return place }
      let link = String(decoding: buffer[..<count], as: UTF8.self)
      let folder = place.lastIndex(of: "/").map { place[...$0] } ?? ""
      place = link.hasPrefix("/") ? link : folder + link
    }
    throw LSTMFormatsError.unwritableFile(path, reason: "its links lead in a circle")
  }

  /// The error of the call to the system that has just failed.
  static func failure(_ path: String) -> LSTMFormatsError {
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
