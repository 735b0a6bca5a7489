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

  /// Names the pipe.
  public init(name: String) { self.name = name }

  /// It cannot be written any longer.
  public var kind: FailureKind { .cannotCreate }
  /// Who has gone.
  public var message: String {
    "\(name): nobody reads what is written there any longer. Let the reader go on to the end."
  }
}

/// Where bytes are written in any order. Towards a pipe they wait in a file without a name until they
/// are all there.
final class PlacedOutput {
  private let goal: OutputFile
  /// The file without a name; nil where the goal is an ordinary file.
  private let waiting: Int32?

  /// Opens an output.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  init(_ place: OutputPlace) throws {
    goal =
      switch place {
      case .descriptor(let stream, let name): OutputFile(descriptor: stream, name: name)
      case .path(let path): try OutputFile(path)
      }
    waiting = goal.isOrdinary ? nil : try Self.unseenFile(for: goal.path)
  }

  deinit { if let waiting { close(waiting) } }

  /// Writes bytes to a place.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  func write(_ bytes: UnsafeRawBufferPointer, at place: Int) throws {
    let descriptor = waiting ?? goal.descriptor
    var (rest, place) = (bytes[...], place)
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      let sent = pwrite(descriptor, part.baseAddress, part.count, off_t(place))
      if sent < 0, errno == EINTR { continue }
      guard sent > 0 else { throw OutputFile.failure(goal.path) }
      rest = rest.dropFirst(sent)
      place += sent
    }
  }

  /// Puts the file in its place, or sends it. Nothing may be written afterwards.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``; the file that was there, if there
  ///   was one, is then still there. ``BrokenPipe`` where the reader of a pipe has gone.
  func finish() throws {
    if let waiting { try send(waiting) }
    try goal.finish()
  }

  /// Sends a whole file.
  private func send(_ file: Int32) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
    defer { buffer.deallocate() }
    var place = 0
    while true {
      let count = pread(file, buffer.baseAddress, buffer.count, off_t(place))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw OutputFile.failure(goal.path) }
      if count == 0 { return }
      try goal.send(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      place += count
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
}
