// Bytes that are written in any order: into a file that appears whole or not at all, or, where bytes can
// only leave one after the other, as into a pipe, by way of a file that nobody sees. What is written in
// order goes through ByteOutput.swift.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where output goes.
public enum OutputPlace: Equatable, Sendable {
  /// A file, written whole or not at all; or a pipe or device of that name.
  case path(String)
  /// Something that is open already, such as standard output.
  case descriptor(Int32, name: String)

  /// What to call it in a message.
  public var name: String {
    switch self {
    case .path(let path): path
    case .descriptor(_, let name): name
    }
  }
}

/// The reader of a pipe has gone: nobody wants the rest.
public struct BrokenPipe: LSTMFailure, Equatable {
  /// What the pipe was called.
  public let name: String

  /// It cannot be written any longer.
  public var kind: FailureKind { .cannotCreate }
  /// Who has gone.
  public var message: String {
    "\(name): nobody reads what is written there any longer. Let the reader go on to the end."
  }
}

/// Where bytes are written in any order.
final class PlacedOutput {
  /// What it is called in errors.
  let name: String
  private let descriptor: Int32
  private let goal: Goal
  private var isFinished = false

  private enum Goal {
    /// The file beside the place it is moved to, and the rights of the file that was there.
    case file(temporary: String, path: String, rights: mode_t?)
    /// Where the bytes are sent in the end.
    case stream(Int32, isOurs: Bool)
  }

  /// Opens an output.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  init(_ place: OutputPlace) throws {
    name = place.name
    switch place {
    case .descriptor(let stream, _):
      descriptor = try Self.unseenFile(for: name)
      goal = .stream(stream, isOurs: false)
    case .path(let given):
      var status = stat()
      let isThere = stat(given, &status) == 0
      if isThere, status.st_mode & S_IFMT == S_IFDIR {
        throw LSTMFormatsError.unwritableFile(given, reason: "it is a folder")
      }
      guard !isThere || status.st_mode & S_IFMT == S_IFREG else {
        let stream = open(given, O_WRONLY | O_CLOEXEC)
        guard stream >= 0 else { throw Self.failure(given) }
        goal = .stream(stream, isOurs: true)
        do {
          descriptor = try Self.unseenFile(for: given)
        } catch {
          close(stream)
          throw error
        }
        return
      }
      // Through a link it is the link's file that is written.
      let path = isThere ? Self.withoutLinks(given) : given
      let mark = String(UInt64.random(in: 0 ... .max), radix: 36)
      let temporary = "\(path).\(mark).part"
      descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw Self.failure(given) }
      goal = .file(
        temporary: temporary, path: path, rights: isThere ? status.st_mode & 0o777 : nil)
    }
  }

  deinit {
    close(descriptor)
    switch goal {
    case .file(let temporary, _, _): if !isFinished { unlink(temporary) }
    case .stream(let stream, let isOurs): if isOurs { close(stream) }
    }
  }

  /// Writes bytes to a place.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  func write(_ bytes: UnsafeRawBufferPointer, at place: Int) throws {
    var (rest, place) = (bytes[...], place)
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      let sent = pwrite(descriptor, part.baseAddress, part.count, off_t(place))
      if sent < 0, errno == EINTR { continue }
      guard sent > 0 else { throw Self.failure(name) }
      rest = rest.dropFirst(sent)
      place += sent
    }
  }

  /// Puts the file in its place, or sends it. Nothing may be written afterwards.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``; the file that was there, if there
  ///   was one, is then still there. ``BrokenPipe`` where the reader of a pipe has gone.
  func finish() throws {
    switch goal {
    case .file(let temporary, let path, let rights):
      if let rights { fchmod(descriptor, rights) }
      guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw Self.failure(name) }
      isFinished = true
    case .stream(let stream, _):
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
      defer { buffer.deallocate() }
      var place = 0
      while true {
        let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(place))
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw Self.failure(name) }
        if count == 0 { return }
        try send(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: stream)
        place += count
      }
    }
  }

  private func send(_ bytes: UnsafeRawBufferPointer, to stream: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Glibc)
        let sent = Glibc.write(stream, part.baseAddress, part.count)
      #elseif canImport(Musl)
        let sent = Musl.write(stream, part.baseAddress, part.count)
      #else
        let sent = Darwin.write(stream, part.baseAddress, part.count)
      #endif
      if sent < 0, errno == EINTR { continue }
      if sent < 0, errno == EAGAIN {
        var waiting = pollfd(fd: stream, events: Int16(POLLOUT), revents: 0)
        _ = poll(&waiting, 1, -1)
        continue
      }
      if sent < 0, errno == EPIPE { throw BrokenPipe(name: name) }
      guard sent > 0 else { throw Self.failure(name) }
      rest = rest.dropFirst(sent)
    }
  }

  /// A file without a name: it is gone when it is closed.
  private static func unseenFile(for name: String) throws -> Int32 {
    let folder = FileManager.default.temporaryDirectory.path
    var template = Array("\(folder)/lstm-XXXXXX".utf8CString)
    let descriptor = template.withUnsafeMutableBufferPointer { $0.baseAddress.map(mkstemp) ?? -1 }
    guard descriptor >= 0 else {
      throw LSTMFormatsError.unwritableFile(
        name, reason: "the folder for temporary files, \(folder), cannot be written to")
    }
    unlink(template)
    return descriptor
  }

  private static func withoutLinks(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
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
