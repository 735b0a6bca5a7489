// Safetensors files that its own package wrote, and the same bytes from here.

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

@Suite("Safetensors files")
struct SafetensorsTests {
  @Test(
    "What the safetensors package wrote is read, bit for bit",
    arguments: ["all.safetensors", "plain.safetensors", "others.safetensors"])
  func read(name: String) throws {
    let expected = try ContainerFixtures.expected(name)
    let file = try SafetensorsFile(contentsOf: ContainerFixtures.path(name))
    #expect(Set(file.archive.entries.map(\.name)) == Set(expected.keys))
    for (name, array) in expected { expect(try file.tensor(name), equals: array) }
  }

  @Test("Metadata is read, whatever its letters")
  func metadata() throws {
    let file = try SafetensorsFile(contentsOf: ContainerFixtures.path("all.safetensors"))
    #expect(file.archive.metadata == ["format": "np", "a\tb": "σ(z) \"quoted\"", "": ""])
  }

  @Test(
    "What is written are the very bytes that the package writes",
    arguments: ["all.safetensors", "plain.safetensors"])
  func sameBytes(name: String) throws {
    var archive = try SafetensorsFile(contentsOf: ContainerFixtures.path(name)).archive
    archive.entries.reverse()
    #expect(try SafetensorsFile(archive).bytes() == ContainerFixtures.bytes(name))
  }

  @Test("Tensors of every type come back, bit for bit and aligned")
  func roundTrip() throws {
    let archive = patternedArchive(metadata: ["key": "\u{0}\u{1F}\u{7F}\"\\/\u{8}\u{C}\r\n\t😀"])
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "a.safetensors").path
      try SafetensorsFile(archive).write(to: path)
      let file = try SafetensorsFile(contentsOf: path)
      #expect(file.archive.metadata == archive.metadata)
      #expect(file.archive.entries.count == archive.entries.count)
      for entry in archive.entries {
        let found = try file.tensor(entry.name)
        #expect(found.type == entry.tensor.type)
        #expect(found.shape == entry.tensor.shape)
        #expect(hexadecimal(found) == hexadecimal(entry.tensor))
        #expect(found.offset % found.type.byteCount == 0)
      }
    }
  }

  @Test("A file without tensors is one")
  func empty() throws {
    let bytes = try SafetensorsFile(TensorArchive()).bytes()
    #expect(bytes == [8, 0, 0, 0, 0, 0, 0, 0] + Array("{}      ".utf8))
    #expect(try SafetensorsFile(storage: ByteStorage(bytes), file: "f").archive.entries.isEmpty)
    #expect(SafetensorsFile.matches(ByteStorage(bytes)))
    #expect(!SafetensorsFile.matches(ByteStorage(bytes.dropLast(8))))
  }

  @Test("Types that are not read here are listed, and refused when they are asked for")
  func unsupported() throws {
    let path = ContainerFixtures.path("others.safetensors")
    let file = try SafetensorsFile(contentsOf: path)
    #expect(file.unsupported.map(\.name) == ["c64", "f8"])
    #expect(file.unsupported.map(\.type) == [.complex64, .float8E4M3])
    #expect(file.unsupported.map(\.shape) == [[1], [3]])
    expectError(
      "'\(path)': the tensor 'f8' has the dtype F8_E4M3, which is not read here. Save it as F32."
    ) { try file.tensor("f8") }
  }

  @Test("A missing tensor is named, with the nearest")
  func missing() throws {
    let path = ContainerFixtures.path("plain.safetensors")
    let file = try SafetensorsFile(contentsOf: path)
    expectError("'\(path)' has no tensor 'wieght'. Did you mean 'weight'?") {
      try file.tensor("wieght")
    }
    expectError("'\(path)' has no tensor 'bias'.") { try file.tensor("bias") }
  }

  @Test("What the format has no place for is not written")
  func unwritable() {
    let tensor = Tensor([1] as [Float], shape: [1])
    expectError(
      "'bytes in memory': no tensor may be named '__metadata__'. Give it another name."
    ) { try SafetensorsFile(TensorArchive([("__metadata__", tensor)])).bytes() }
    expectError("'bytes in memory': two tensors are named 'a'. Keep one of them.") {
      try SafetensorsFile(TensorArchive([("a", tensor), ("a", tensor)])).bytes()
    }
  }

  @Test("A gigabyte is used in place: its tensors are views of the mapped file")
  func gigabyte() throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "large.safetensors").path
      var header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[16384,16384],\"data_offsets\":[0,1073741824]}}"
      header += String(repeating: " ", count: (8 - header.count % 8) % 8)
      var bytes = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
      bytes += Array(header.utf8)
      try Data(bytes).write(to: URL(filePath: path))
      // The rest of the file is a hole: zeros that take no room on the disk.
      try #require(truncate(path, off_t(bytes.count + 1_073_741_824)) == 0)
      let storage = try ByteStorage(mapping: path)
      let tensor = try SafetensorsFile(storage: storage, file: path).tensor("a")
      #expect(tensor.storage === storage)
      #expect(tensor.offset == bytes.count)
      #expect(tensor.withUnsafeBytes { $0.count == 1_073_741_824 && $0.last == 0 })
    }
  }
}
