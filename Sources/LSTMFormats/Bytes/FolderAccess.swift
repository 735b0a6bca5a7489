// Folders: made, listed, and rid of a file.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Folders and what is in them.
package enum FolderAccess {
  /// Makes a folder and those above it; nothing where it is there.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  package static func make(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: nil)
    } catch {
      let reason =
        switch (error as? CocoaError)?.code {
        case .fileWriteNoPermission: "permission is denied"
        case .fileWriteFileExists: "a file is in its place"
        case .fileWriteOutOfSpace: "the disk is full"
        case .fileWriteVolumeReadOnly: "the disk is read-only"
        default: "the system refused"
        }
      throw LSTMFormatsError.unwritableFile(path, reason: reason)
    }
  }

  /// The names of what is in a folder, sorted; none where there is no such folder.
  package static func names(in path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// Removes a file, if it is there.
  package static func remove(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Seconds since 1970, as files have their times.
  package static var secondsNow: Double { Date().timeIntervalSince1970 }

  /// The name of a file from the root on.
  package static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}
