// Files read and written whole, and what is said where that cannot be done.

import TestSupport
import Testing

@testable import LSTMFormats

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

  /// A text and an array, each by its own way through the one writer.
  private static let writers: [(String, @Sendable (String) throws -> Void)] = [
    ("text", { try FileAccess.write("new", to: $0) }),
    ("bytes", { path in try ByteOutput.file(path) { try $0.write(Array("new".utf8)) } }),
  ]

  @Test("Through links it is the file they lead to that is written, and the links stay")
  func links() throws {
    for (name, write) in Self.writers {
      try Fixtures.withTemporaryFolder { folder in
        let files = FileManager.default
        func path(_ name: String) -> String { folder.appending(path: name).path }
        try files.createDirectory(atPath: path("inner"), withIntermediateDirectories: false)
        try FileAccess.write("old", to: path("inner/file"))
        try files.createSymbolicLink(atPath: path("inner/link"), withDestinationPath: "file")
        try files.createSymbolicLink(atPath: path("link"), withDestinationPath: "inner/link")
        try files.createSymbolicLink(atPath: path("dangling"), withDestinationPath: path("made"))
        try write(path("link"))
        try write(path("dangling"))
        #expect(try FileAccess.readText(path("inner/file")) == "new", "\(name)")
        #expect(try FileAccess.readText(path("made")) == "new", "\(name)")
        #expect(try files.destinationOfSymbolicLink(atPath: path("link")) == "inner/link")
        #expect(try files.destinationOfSymbolicLink(atPath: path("inner/link")) == "file")
        #expect(try files.destinationOfSymbolicLink(atPath: path("dangling")) == path("made"))
        #expect(
          try files.contentsOfDirectory(atPath: folder.path).sorted()
            == ["dangling", "inner", "link", "made"], "\(name)")
        #expect(
          try files.contentsOfDirectory(atPath: path("inner")).sorted() == ["file", "link"])
      }
    }
  }

  @Test("Links that lead in a circle are an error")
  func circle() throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "a").path
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "a")
      expectError(
        "'\(path)' cannot be written: its links lead in a circle. Nothing was written."
      ) { try FileAccess.write("text", to: path) }
    }
  }

  @Test("A file keeps the rights that it had")
  func rights() throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "file").path
      try FileAccess.write("old", to: path)
      chmod(path, 0o640)
      try FileAccess.write("new", to: path)
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o640)
    }
  }

  @Test("A device is written to, not replaced")
  func device() throws {
    for (name, write) in Self.writers {
      try write("/dev/null")
      var status = stat()
      #expect(stat("/dev/null", &status) == 0)
      #expect(status.st_mode & S_IFMT == S_IFCHR, "\(name)")
    }
  }

  #if os(Linux)
    @Test("That the disk is full is said")
    func full() throws {
      expectError("'/dev/full' cannot be written: the disk is full. Nothing was written.") {
        try FileAccess.write("text", to: "/dev/full")
      }
    }
  #endif

  @Test("Into a pipe the bytes go as they are")
  func pipe() throws {
    for (name, write) in Self.writers {
      try Fixtures.withTemporaryFolder { folder in
        let path = folder.appending(path: "pipe").path
        #expect(mkfifo(path, 0o600) == 0)
        // With a reader there, opening to write does not wait; a text this short fits into the pipe.
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        #expect(reader >= 0)
        defer { close(reader) }
        try write(path)
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = read(reader, &bytes, bytes.count)
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "new", "\(name)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["pipe"])
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
