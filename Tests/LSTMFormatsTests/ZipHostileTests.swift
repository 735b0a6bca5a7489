// Zip files that lie: one case per lie, with the whole text of its error.

import TestSupport
import Testing

@testable import LSTMFormats

/// A zip file whose fields can be overwritten: 'a', ten bytes stored, and 'b', deflated.
struct RawZip {
  var bytes: [UInt8]
  private(set) var headers: [Int] = []
  private(set) var entries: [Int] = []
  private(set) var end = 0

  init(wide: Bool = false, second: [UInt8] = Array("hello hello hello".utf8)) throws {
    bytes = try ByteOutput.bytes { output in
      var writer = ZipWriter(output)
      if wide { writer.wide = 0 }
      try Array("0123456789".utf8).withUnsafeBytes { try writer.add("a", $0, alignment: 1) }
      try second.withUnsafeBytes { try writer.add("b", $0, method: .deflated) }
      try writer.finish()
    }
    for place in 0..<bytes.count - 3 where bytes[place] == 0x50 && bytes[place + 1] == 0x4B {
      switch (bytes[place + 2], bytes[place + 3]) {
      case (3, 4): headers.append(place)
      case (1, 2): entries.append(place)
      case (5, 6): end = place
      default: break
      }
    }
  }

  mutating func set<Number: FixedWidthInteger>(_ number: Number, at place: Int) {
    withUnsafeBytes(of: number.littleEndian) {
      bytes.replaceSubrange(place..<place + $0.count, with: $0)
    }
  }

  /// Overwrites a field of a member in its header and in the directory, where it stands two
  /// bytes later.
  mutating func setBoth<Number: FixedWidthInteger>(_ number: Number, member: Int, header: Int) {
    set(number, at: headers[member] + header)
    set(number, at: entries[member] + header + 2)
  }

  mutating func rename(_ member: Int, _ letter: Character) {
    set(letter.asciiValue ?? 0, at: headers[member] + 30)
    set(letter.asciiValue ?? 0, at: entries[member] + 46)
  }

  /// Reads every member.
  func read() throws {
    let archive = try ZipArchive(ByteStorage(bytes), file: "f.zip")
    for member in archive.members { _ = try archive.data(of: member) }
  }
}

/// A lie, and what is said about it.
struct ZipLie: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let error: String
  let change: @Sendable (inout RawZip) -> Void
  init(_ name: String, _ error: String, _ change: @escaping @Sendable (inout RawZip) -> Void) {
    (testDescription, self.error, self.change) = (name, error, change)
  }

  private static func unsafe(_ name: String, _ reason: String) -> String {
    "'f.zip': the member name '\(name)' is refused: \(reason).\n"
      + "Save the file again with plain relative names."
  }

  private static func differs(_ what: String, byte: Int = 0, name: String = "a") -> String {
    "'f.zip': the header of the member '\(name)' at byte \(byte) and the directory disagree about "
      + "\(what).\nThe file is damaged or forged: save it again."
  }

  private static func damaged(_ reason: String) -> String {
    "'f.zip': the member 'b' cannot be unpacked: \(reason).\nCopy or save the file again."
  }

  private static func beyond(_ size: UInt64, byte: UInt64 = 0) -> String {
    "'f.zip': the member 'a' (\(size) bytes at byte \(byte)) reaches beyond byte 82, where members "
      + "end.\nThe file is cut short or damaged: copy or save it again."
  }

  private static let again = "\nCopy or save it again."

  static let all: [ZipLie] = [
    .init(
      "no zip file",
      "'f.zip' is not a whole zip file: the record that ends one is missing.\n"
        + "Check what the file is, and that it was copied whole."
    ) { $0.bytes = Array("not a zip file, but long enough to be one".utf8) },
    .init(
      "no bytes",
      "'f.zip' is not a whole zip file: the record that ends one is missing.\n"
        + "Check what the file is, and that it was copied whole."
    ) { $0.bytes = [] },
    .init(
      "several disks",
      "'f.zip' is one part of a zip file in several parts. Join them into one file."
    ) {
      $0.set(UInt16(1), at: $0.end + 4)
    },
    .init(
      "a member on another disk",
      "'f.zip' is one part of a zip file in several parts. Join them into one file."
    ) { $0.set(UInt16(2), at: $0.entries[0] + 34) },
    .init(
      "a directory elsewhere",
      "'f.zip' is a damaged zip file: in its end record at byte 176, the directory is 94 bytes at "
        + "byte 81, but has to end at byte 176." + again
    ) { $0.set(UInt32(81), at: $0.end + 16) },
    .init(
      "a directory beyond the file",
      "'f.zip' is a damaged zip file: in its end record at byte 176, the directory is 94 bytes at "
        + "byte 4000000000, but has to end at byte 176." + again
    ) { $0.set(UInt32(4_000_000_000), at: $0.end + 16) },
    .init(
      "bytes before the archive",
      "'f.zip' is a damaged zip file: in its end record at byte 180, the directory is 94 bytes at "
        + "byte 82, but has to end at byte 180." + again
    ) { $0.bytes = [0, 0, 0, 0] + $0.bytes },
    .init(
      "more members than the directory has",
      "'f.zip' is a damaged zip file: its end record says 3 members, its directory has 2." + again
    ) {
      $0.set(UInt16(3), at: $0.end + 8)
      $0.set(UInt16(3), at: $0.end + 10)
    },
    .init(
      "fewer members than the directory has",
      "'f.zip' is a damaged zip file: its end record says 1 members, its directory has 2." + again
    ) {
      $0.set(UInt16(1), at: $0.end + 8)
      $0.set(UInt16(1), at: $0.end + 10)
    },
    .init(
      "an entry that is none",
      "'f.zip' is a damaged zip file: in entry 2 of its directory, at byte 129, an entry should "
        + "begin, but does not." + again
    ) { $0.set(UInt32(0), at: $0.entries[1]) },
    .init(
      "a name longer than the directory",
      "'f.zip' is a damaged zip file: in entry 2 of its directory, at byte 129, its name or extra "
        + "fields reach beyond the directory." + again
    ) { $0.set(UInt16(60_000), at: $0.entries[1] + 28) },
    .init(
      "64-bit sizes that are missing",
      "'f.zip' is a damaged zip file: in entry 1 of its directory, at byte 82, the 64-bit sizes "
        + "of 'a' are missing." + again
    ) { $0.set(UInt32.max, at: $0.entries[0] + 24) },
    .init("two members of one name", "'f.zip' has two members named 'a'. Keep one of them.") {
      $0.rename(1, "a")
    },
    .init("an absolute name", unsafe("/", "it is absolute")) { $0.rename(0, "/") },
    .init("a backslash", unsafe("\\", "it is absolute")) { $0.rename(0, "\\") },
    .init("a NUL in a name", unsafe("\\u{0}", "it has a NUL in it")) { $0.rename(0, "\0") },
    .init("a name that is not UTF-8", unsafe("\u{FFFD}", "it is not UTF-8")) {
      $0.set(UInt8(0xFF), at: $0.headers[0] + 30)
      $0.set(UInt8(0xFF), at: $0.entries[0] + 46)
    },
    .init("an empty name", unsafe("", "it is empty")) {
      $0.set(UInt16(0), at: $0.entries[0] + 28)
      $0.set(UInt16(1), at: $0.entries[0] + 30)
    },
    .init("encrypted", "'f.zip': the member 'a' is encrypted. Save it without a password.") {
      $0.setBoth(UInt16(1), member: 0, header: 6)
    },
    .init("strongly encrypted", "'f.zip': the member 'a' is encrypted. Save it without a password.")
    {
      $0.setBoth(UInt16(0x40), member: 0, header: 6)
    },
    .init(
      "another method",
      "'f.zip': the member 'a' is compressed by method 14. Only stored (0) and deflated (8) "
        + "members are read: save it as one of these."
    ) { $0.setBoth(UInt16(14), member: 0, header: 8) },
    .init("another name in the header", differs("its name")) {
      $0.set(UInt8(ascii: "c"), at: $0.headers[0] + 30)
    },
    .init("another method in the header", differs("how it is compressed")) {
      $0.set(UInt16(8), at: $0.headers[0] + 8)
    },
    .init("other flags in the header", differs("its flags")) {
      $0.set(UInt16(1), at: $0.headers[0] + 6)
    },
    .init("another size in the header", differs("its size")) {
      $0.set(UInt32(9), at: $0.headers[0] + 22)
    },
    .init("another checksum in the header", differs("its checksum")) {
      $0.set(UInt32(9), at: $0.headers[0] + 14)
    },
    .init("a stored member with two sizes", differs("its size")) {
      $0.setBoth(UInt32(11), member: 0, header: 22)
    },
    .init("a descriptor that is not there", differs("its size or checksum")) {
      $0.setBoth(UInt16(8), member: 0, header: 6)
    },
    .init("no header where one should be", differs("where it begins", byte: 1)) {
      $0.set(UInt32(1), at: $0.entries[0] + 42)
    },
    .init("a header beyond the directory", beyond(10, byte: 60)) {
      $0.set(UInt32(60), at: $0.entries[0] + 42)
    },
    .init("a member beyond the directory", beyond(1000)) {
      $0.setBoth(UInt32(1000), member: 0, header: 18)
      $0.setBoth(UInt32(1000), member: 0, header: 22)
    },
    .init("a name in the header beyond the directory", beyond(10)) {
      $0.set(UInt16(500), at: $0.headers[0] + 26)
    },
    .init(
      "members that overlap",
      "'f.zip': the members 'a' and 'b' overlap at byte 41. No zip program writes that; the file "
        + "is refused."
    ) {
      $0.setBoth(UInt32(20), member: 0, header: 18)
      $0.setBoth(UInt32(20), member: 0, header: 22)
    },
    .init(
      "a wrong checksum",
      "'f.zip': the member 'a' is damaged: its checksum (CRC-32) is a684c7c6, not 00000abc.\n"
        + "Copy or save the file again."
    ) { $0.setBoth(UInt32(0xABC), member: 0, header: 14) },
    .init("fewer bytes than declared", damaged("it holds fewer bytes than the directory says")) {
      $0.setBoth(UInt32(18), member: 1, header: 22)
    },
    .init("more bytes than declared", damaged("it holds more bytes than the directory says")) {
      $0.setBoth(UInt32(16), member: 1, header: 22)
    },
    .init("no bytes declared", damaged("it holds more bytes than the directory says")) {
      $0.setBoth(UInt32(0), member: 1, header: 22)
    },
    .init("compressed bytes cut short", damaged("its compressed bytes end too early")) {
      $0.setBoth(UInt32(5), member: 1, header: 18)
    },
    .init("compressed bytes that are none", damaged("its compressed bytes are not valid")) {
      $0.set(UInt8(0xFF), at: $0.headers[1] + 31)
    },
  ]
}

@Suite("Zip files that lie")
struct ZipHostileTests {
  @Test("A file that is well is read")
  func whole() throws {
    try RawZip().read()
    try RawZip(wide: true).read()
  }

  @Test("A lie is found and named", arguments: ZipLie.all)
  func lies(lie: ZipLie) throws {
    var zip = try RawZip()
    lie.change(&zip)
    expectError(lie.error) { try zip.read() }
    #expect(lie.error.split(separator: "\n").count <= 3)
  }

  @Test(
    "A name that leads elsewhere is refused",
    arguments: [
      ("..", "it leads out of its folder"), ("a/../../b", "it leads out of its folder"),
      ("a\\..", "it leads out of its folder"), ("/etc/passwd", "it is absolute"),
      ("\\\\host\\a", "it is absolute"), ("C:\\a", "it is absolute"), ("c:a", "it is absolute"),
      ("a\0b", "it has a NUL in it"), ("", "it is empty"),
    ])
  func names(name: String, reason: String) {
    #expect(ZipDirectory.danger(in: name) == reason)
  }

  @Test("Ordinary names are not", arguments: ["a", "a/b", "a..b", "...", "a/..b/c", "x:y/z/é"])
  func ordinary(name: String) {
    #expect(ZipDirectory.danger(in: name) == (name == "x:y/z/é" ? "it is absolute" : nil))
  }

  @Test("A 64-bit half of the end record that is gone or says something else is refused")
  func end64() throws {
    var zip = try RawZip(wide: true)
    zip.set(UInt64(7), at: zip.end - 12)
    expectError(
      "'f.zip' is a damaged zip file: in its end record at byte \(zip.end), its 64-bit half is "
        + "not where it should be.\nCopy or save it again."
    ) { try zip.read() }
    zip = try RawZip(wide: true)
    zip.set(UInt16(9), at: zip.end + 10)
    zip.set(UInt16(9), at: zip.end + 8)
    expectError(
      "'f.zip' is a damaged zip file: in its end record at byte \(zip.end), its 64-bit half says "
        + "something else.\nCopy or save it again."
    ) { try zip.read() }
  }

  @Test("64-bit sizes near the largest number do not overflow")
  func enormous() throws {
    for value: UInt64 in [.max, .max / 2, .max - 30, 1 << 32] {
      for field in 0..<3 {
        var zip = try RawZip(wide: true)
        zip.set(value, at: zip.entries[0] + 46 + 1 + 4 + 8 * field)
        #expect(throws: ZipError.self) { try zip.read() }
      }
    }
  }

  @Test("A member over 16 MiB that grows more than a hundredfold is refused before it is unpacked")
  func bomb() throws {
    let zip = try RawZip(second: [UInt8](repeating: 0, count: 17 << 20))
    let archive = try ZipArchive(ByteStorage(zip.bytes), file: "f.zip")
    let member = try archive.requiredMember(named: "b")
    expectError(
      "'f.zip': the member 'b' would grow from \(member.compressedSize) to 17825792 bytes, more "
        + "than 100 times: refused.\nIf it is meant, save the file uncompressed."
    ) { try archive.data(of: member) }
  }

  @Test("A member of 16 MiB may grow as it likes")
  func noBomb() throws {
    try RawZip(second: [UInt8](repeating: 0, count: 16 << 20)).read()
  }

  @Test("Members that together grow more than a hundredfold are refused before one is unpacked")
  func bombTogether() throws {
    var zip = try RawZip()
    zip.setBoth(UInt32(300 << 20), member: 1, header: 22)
    expectError(
      "'f.zip': \(zip.bytes.count) bytes would grow to 314572810, more than 100 times: refused.\n"
        + "If it is meant, save the file uncompressed."
    ) { try zip.read() }
  }

  @Test("Cut off or changed at any byte, a file is refused or read, and nothing worse")
  func damage() throws {
    for wide in [false, true] {
      expectHarmless(try RawZip(wide: wide).bytes) { storage in
        let archive = try ZipArchive(storage, file: "f.zip")
        for member in archive.members { _ = try archive.data(of: member) }
      }
    }
    for file in ["descriptors.npz", "descriptors-deflated.npz", "descriptors-64.npz"] {
      expectHarmless(try ContainerFixtures.bytes(file)) { storage in
        let archive = try ZipArchive(storage, file: "f.zip")
        for member in archive.members { _ = try archive.data(of: member) }
      }
    }
  }
}
