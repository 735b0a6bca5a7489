// Reading a whole file, with errors that say what was wrong, and writing text. How a file is
// written is OutputFile's.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Files, read and written whole.
package enum FileAccess {
  /// Whether a file or a folder of this name exists.
  package static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  /// Reads a file.
  ///
  /// - Throws: ``LSTMFormatsError/missingFile(_:)`` or
  ///   ``LSTMFormatsError/unreadableFile(_:reason:)``.
  package static func read(_ path: String) throws -> Data {
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
  package static func readText(_ path: String) throws -> String {
    guard let text = String(bytes: try read(path), encoding: .utf8) else {
      throw LSTMFormatsError.unreadableFile(path, reason: "it is not UTF-8 text")
    }
    return text
  }

  /// Writes a file of UTF-8 text, whole or not at all: see ``OutputFile``.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``; the old file, if there was one, is
  ///   then still there.
  package static func write(_ text: String, to path: String) throws {
    try ByteOutput.file(path) { try $0.write(Array(text.utf8)) }
  }

  private static func reason(_ error: any Error) -> String {
    switch (error as? CocoaError)?.code {
    case .fileReadNoPermission: "permission is denied"
    case .fileNoSuchFile, .fileReadNoSuchFile: "its folder does not exist"
    default: "the system refused"
    }
  }
}
