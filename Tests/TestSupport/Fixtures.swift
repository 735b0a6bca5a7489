// Where the files under Tests/Fixtures are. They are found from this source file, so that no
// target has to carry them as resources.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The files under Tests/Fixtures.
public enum Fixtures {
  /// The folder itself.
  public static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  /// The path of a file or folder, given from Tests/Fixtures on.
  public static func path(_ name: String) -> String {
    folder.appending(path: name).path
  }

  /// The bytes of a file.
  public static func data(_ name: String) throws -> Data {
    try Data(contentsOf: folder.appending(path: name))
  }

  /// The names of the files in a folder that end in a suffix, sorted; none where there is no such
  /// folder.
  public static func names(in name: String, endingIn suffix: String) -> [String] {
    let found = try? FileManager.default.contentsOfDirectory(atPath: path(name))
    return (found ?? []).filter { $0.hasSuffix(suffix) }.sorted()
  }

  /// Calls a piece of code with a new empty folder, and removes the folder afterwards.
  public static func withTemporaryFolder<Result>(_ code: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "swift-lstm-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try code(folder)
  }
}
