// Reading a whole file and writing one whole or not at all, with errors that say what was wrong.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Files, read and written whole.
public enum FileAccess {
  /// Whether a file or a folder of this name exists.
  public static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  /// Reads a file.
  ///
  /// - Throws: ``LSTMFormatsError/missingFile(_:)`` or
  ///   ``LSTMFormatsError/unreadableFile(_:reason:)``.
  public static func read(_ path: String) throws -> Data {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw LSTMFormatsError.missingFile(path)
    }
    guard !isFolder else {
      throw LSTMFormatsError.unreadableFile(path, reason: "it is a folder")
    }
    do {
      return try Data(contentsOf: URL(filePath: path))
    } catch {
      throw LSTMFormatsError.unreadableFile(path, reason: reason(error))
    }
  }

  /// Reads a file of UTF-8 text.
  ///
  /// - Throws: as ``read(_:)``, and ``LSTMFormatsError/unreadableFile(_:reason:)`` where the bytes
  ///   are not UTF-8.
  public static func readText(_ path: String) throws -> String {
    guard let text = String(bytes: try read(path), encoding: .utf8) else {
      throw LSTMFormatsError.unreadableFile(path, reason: "it is not UTF-8 text")
    }
    return text
  }

  /// Writes a file: beside its place first, then moved there, so that a reader never meets half
  /// of it. Through a symbolic link it is the link's file that is written, and what is no file
  /// at all, such as /dev/null, is written to, not replaced.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``; the old file, if there was one, is
  ///   then still there.
  public static func write(_ text: String, to path: String) throws {
    var isFolder = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder {
      throw LSTMFormatsError.unwritableFile(path, reason: "it is a folder")
    }
    do {
      let file = URL(filePath: path).resolvingSymlinksInPath()
      let kind = try? FileManager.default.attributesOfItem(atPath: file.path)[.type]
      let isPlain = kind.map { $0 as? FileAttributeType == .typeRegular } ?? true
      try Data(text.utf8).write(to: file, options: isPlain ? .atomic : [])
    } catch {
      throw LSTMFormatsError.unwritableFile(path, reason: reason(error))
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoPermission, .fileWriteNoPermission: "permission is denied"
    case .fileNoSuchFile, .fileReadNoSuchFile: "its folder does not exist"
    case .fileWriteOutOfSpace: "the disk is full"
    case .fileWriteVolumeReadOnly: "the disk is read-only"
    default: "the system refused"
    }
  }
}
