// Files read and written whole, and what is said where that cannot be done.

import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Files")
struct FileAccessTests {
  @Test("What is written is read back, byte for byte")
  func roundTrip() throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "with space and ü.txt").path
      let text = "σ(z)\n−0.25\r\n\u{0}"
      try FileAccess.write(text, to: path)
      #expect(try FileAccess.readText(path) == text)
      #expect(try FileAccess.read(path) == Data(text.utf8))
      try FileAccess.write("new", to: path)
      #expect(try FileAccess.readText(path) == "new")
    }
  }

  @Test("Beside the file that was written nothing is left behind")
  func noLeftovers() throws {
    try Fixtures.withTemporaryFolder { folder in
      try FileAccess.write("text", to: folder.appending(path: "a.txt").path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.txt"])
    }
  }

  @Test("A missing file is named")
  func missing() throws {
    expectError("there is no file '/no/such/file.json'. Check the name and the folder.") {
      try FileAccess.read("/no/such/file.json")
    }
    expectError("there is no file ''. Check the name and the folder.") {
      try FileAccess.readText("")
    }
  }

  @Test("A folder is not a file, to read or to write")
  func folder() throws {
    try Fixtures.withTemporaryFolder { folder in
      expectError("'\(folder.path)' cannot be read: it is a folder.") {
        try FileAccess.read(folder.path)
      }
      expectError("'\(folder.path)' cannot be written: it is a folder. Nothing was written.") {
        try FileAccess.write("text", to: folder.path)
      }
    }
  }

  @Test(
    "Bytes that are not UTF-8 are not text",
    arguments: [[0xFF], [0x61, 0xC3], [0xED, 0xA0, 0x80]])
  func notText(bytes: [UInt8]) throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "bytes").path
      try Data(bytes).write(to: URL(filePath: path))
      #expect(try FileAccess.read(path) == Data(bytes))
      expectError("'\(path)' cannot be read: it is not UTF-8 text.") {
        try FileAccess.readText(path)
      }
    }
  }

  @Test("Where the folder does not exist nothing can be written")
  func noFolder() throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "none/file.txt").path
      expectError("'\(path)' cannot be written: its folder does not exist. Nothing was written.") {
        try FileAccess.write("text", to: path)
      }
    }
  }

  // The next two need a process of their own: one gives its rights away, the other forbids itself
  // to write long files.

  @Test("Without permission a file is neither read nor written, and the old one stays")
  func permission() async {
    await #expect(processExitsWith: .success) {
      try Fixtures.withTemporaryFolder { folder in
        let path = folder.appending(path: "file.txt").path
        try FileAccess.write("old", to: path)
        chmod(folder.path, 0o555)
        if geteuid() == 0 {
          // Root may write everywhere; nobody may not.
          #expect(seteuid(65_534) == 0)
        }
        expectError("'\(path)' cannot be written: permission is denied. Nothing was written.") {
          try FileAccess.write("new", to: path)
        }
        #expect(try FileAccess.readText(path) == "old")
        if getuid() == 0 { seteuid(0) }
        chmod(path, 0)
        chmod(folder.path, 0o755)
        if getuid() == 0 { seteuid(65_534) }
        expectError("'\(path)' cannot be read: permission is denied.") {
          try FileAccess.read(path)
        }
        if getuid() == 0 { seteuid(0) }
      }
    }
  }

  @Test("When writing fails halfway, the old file is still whole and nothing lies beside it")
  func halfway() async {
    await #expect(processExitsWith: .success) {
      try Fixtures.withTemporaryFolder { folder in
        let path = folder.appending(path: "file.txt").path
        try FileAccess.write("old", to: path)
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
        #if canImport(Glibc)
          #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        #else
          #expect(setrlimit(RLIMIT_FSIZE, &limit) == 0)
        #endif
        #expect(throws: LSTMFormatsError.self) {
          try FileAccess.write(String(repeating: "new", count: 10_000), to: path)
        }
        #expect(try FileAccess.readText(path) == "old")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file.txt"])
      }
    }
  }
}
