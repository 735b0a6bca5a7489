// Zip files that Python and this package wrote, and the writer's bytes.

import TestSupport
import Testing

@testable import LSTMFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Zip files")
struct ZipTests {
  /// The bytes of a zip file with members.
  private func packed(
    _ members: [(String, [UInt8])], method: ZipArchive.Method = .stored, alignment: Int = 64,
    wide: UInt64? = nil
  ) throws -> [UInt8] {
    try ByteOutput.bytes { output in
      var writer = ZipWriter(output)
      if let wide { writer.wide = wide }
      for (name, bytes) in members {
        try bytes.withUnsafeBytes {
          try writer.add(name, $0, method: method, alignment: alignment)
        }
      }
      try writer.finish()
    }
  }

  private func contents(_ archive: ZipArchive, _ member: ZipArchive.Member) throws -> [UInt8] {
    let (storage, range) = try archive.data(of: member)
    return storage.withUnsafeBytes { Array($0[range]) }
  }

  static let members: [(String, [UInt8])] = [
    ("empty", []), ("one", [7]), ("folder/ü σ", Array("text".utf8)),
    ("long", (0..<100_000).map { UInt8(($0 * $0 / 7) & 0xFF) }),
    ("zeros", [UInt8](repeating: 0, count: 200_000)),
  ]

  @Test(
    "What is written is read back, byte for byte",
    arguments: [ZipArchive.Method.stored, .deflated], [nil, 0, 100, 100_000] as [UInt64?])
  func roundTrip(method: ZipArchive.Method, wide: UInt64?) throws {
    let bytes = try packed(Self.members, method: method, wide: wide)
    let archive = try ZipArchive(ByteStorage(bytes), file: "f.zip")
    #expect(archive.members.map(\.name) == Self.members.map(\.0))
    for (member, (name, expected)) in zip(archive.members, Self.members) {
      #expect(archive.member(named: name) == member)
      #expect(member.method == method)
      #expect(member.size == expected.count)
      #expect(try contents(archive, member) == expected)
    }
    #expect(try packed(Self.members, method: method, wide: wide) == bytes)
  }

  @Test("Stored members lie aligned, and are lent in place", arguments: [1, 64, 4096])
  func alignment(alignment: Int) throws {
    let storage = ByteStorage(try packed(Self.members, alignment: alignment))
    let archive = try ZipArchive(storage, file: "f.zip")
    for member in archive.members {
      #expect(member.offset % alignment == 0)
      let (found, range) = try archive.data(of: member)
      #expect(found === storage)
      #expect(range == member.offset..<member.offset + member.size)
    }
  }

  @Test("An archive without members is one")
  func empty() throws {
    let bytes = try packed([])
    #expect(bytes.count == 22)
    #expect(try ZipArchive(ByteStorage(bytes), file: "f.zip").members.isEmpty)
    #expect(ZipArchive.matches(ByteStorage(bytes)))
    #expect(try ZipArchive.matches(ByteStorage(packed([("a", [])]))))
    #expect(!ZipArchive.matches(ByteStorage(Array("PK".utf8))))
  }

  @Test("65,536 members need the 64-bit count, and are found")
  func many() throws {
    let bytes = try packed((0..<65_536).map { ("\($0)", []) }, alignment: 1)
    let archive = try ZipArchive(ByteStorage(bytes), file: "f.zip")
    #expect(archive.members.count == 65_536)
    #expect(archive.member(named: "65535") != nil)
  }

  @Test("A comment behind the archive is stepped over")
  func comment() throws {
    var bytes = try packed([("a", [1])])
    let comment = Array("PK\u{5}\u{6} is how a zip file ends".utf8)
    bytes[bytes.count - 2] = UInt8(comment.count)
    let archive = try ZipArchive(ByteStorage(bytes + comment), file: "f.zip")
    #expect(archive.members.map(\.name) == ["a"])
  }

  @Test("A member that is not there is named, with the nearest")
  func missing() throws {
    let archive = try ZipArchive(ByteStorage(packed([("data.pkl", [])])), file: "f.zip")
    expectError("'f.zip' has no member 'data.pkg'. Did you mean 'data.pkl'?") {
      try archive.requiredMember(named: "data.pkg")
    }
    expectError("'f.zip' has no member 'weights'.") {
      try archive.requiredMember(named: "weights")
    }
  }

  @Test("Names that could not be read back safely are not written")
  func names() throws {
    expectError(
      "'bytes in memory': the member name '../a' is refused: it leads out of its folder.\n"
        + "Save the file again with plain relative names."
    ) { try packed([("../a", [])]) }
    expectError("'bytes in memory' has two members named 'a'. Keep one of them.") {
      try packed([("a", []), ("a", [])])
    }
    #expect(throws: ZipError.self) { try packed([(String(repeating: "a", count: 70_000), [])]) }
  }

  @Test("A name fits into one line of a message, in time that grows with its length only")
  func shownNames() {
    #expect(shown("weight_ü 😀") == "weight_ü 😀")
    #expect(shown("a\n\u{0}\u{202E}b") == "a\\u{A}\\u{0}\\u{202E}b")
    #expect(shown(String(repeating: "a", count: 80)).count == 80)
    let long = shown("b" + String(repeating: "a", count: 1_000_000) + "c")
    #expect(long == "b\(String(repeating: "a", count: 47))…\(String(repeating: "a", count: 23))c")
  }

  @Test("A file appears whole or not at all")
  func whole() throws {
    struct Stop: Error {}
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "a.zip").path
      try ByteOutput.file(path) { try $0.write([1, 2, 3]) }
      #expect(throws: Stop.self) {
        try ByteOutput.file(path) { output in
          try output.write([UInt8](repeating: 0, count: 1 << 20))
          throw Stop()
        }
      }
      #expect([UInt8](try FileAccess.read(path)) == [1, 2, 3])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.zip"])
      try ByteOutput.file(path) { output in
        for _ in 0..<3 { try output.write([UInt8](repeating: 5, count: 40_000)) }
        #expect(output.count == 120_000)
      }
      #expect([UInt8](try FileAccess.read(path)) == [UInt8](repeating: 5, count: 120_000))
      expectError("'\(folder.path)' cannot be written: it is a folder. Nothing was written.") {
        try ByteOutput.file(folder.path) { _ in }
      }
      let nowhere = folder.appending(path: "none/a.zip").path
      expectError(
        "'\(nowhere)' cannot be written: its folder does not exist. Nothing was written."
      ) { try ByteOutput.file(nowhere) { _ in } }
    }
  }
}
