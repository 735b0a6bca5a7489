// Archives that NumPy wrote, stored and deflated, and archives for NumPy.

import TestSupport
import Testing

@testable import LSTMFormats

@Suite("NumPy's archives")
struct NumpyArchiveTests {
  @Test(
    "What NumPy and zipfile wrote is read, bit for bit",
    arguments: [
      "stored.npz", "deflated.npz", "descriptors.npz", "descriptors-deflated.npz",
      "descriptors-64.npz", "none.npz",
    ])
  func read(file: String) throws {
    let expected = try ContainerFixtures.expected(file)
    let archive = try NpzFile(contentsOf: ContainerFixtures.path(file)).archive()
    #expect(Set(archive.entries.map(\.name)) == Set(expected.keys))
    #expect(archive.entries.count == expected.count)
    for (name, array) in expected { expect(try #require(archive[name]), equals: array) }
  }

  @Test("What is written comes back, bit for bit, and is the same each time")
  func roundTrip() throws {
    let archive = patternedArchive(metadata: ["left": "out"])
    let bytes = try NpzFile(archive).bytes()
    #expect(try NpzFile(archive).bytes() == bytes)
    let storage = ByteStorage(bytes)
    let file = try NpzFile(storage: storage, file: "f.npz")
    #expect(file.names == archive.entries.map(\.name))
    for entry in archive.entries {
      let tensor = try file.tensor(entry.name)
      #expect(hexadecimal(tensor) == hexadecimal(entry.tensor.forNumpy))
      #expect(tensor.shape == entry.tensor.shape)
      #expect(tensor.storage === storage)
      #expect(tensor.offset % 64 == 0)
    }
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "a.npz").path
      try NpzFile(archive).write(to: path)
      #expect([UInt8](try FileAccess.read(path)) == bytes)
    }
  }

  @Test("An array is found with and without .npy, and a missing one is named")
  func names() throws {
    let file = try NpzFile(contentsOf: ContainerFixtures.path("stored.npz"))
    #expect(try file.tensor("float32.npy").shape == [2, 3])
    #expect(try file.tensor("float32").shape == [2, 3])
    expectError(
      "'\(ContainerFixtures.path("stored.npz"))' has no array 'flaot32'. Did you mean 'float32'?"
    ) { try file.tensor("flaot32") }
  }

  private func zip(_ members: [(String, [UInt8])]) throws -> ByteStorage {
    ByteStorage(
      try ByteOutput.bytes { output in
        var writer = ZipWriter(output)
        for (name, bytes) in members {
          try bytes.withUnsafeBytes { try writer.add(name, $0, method: .deflated) }
        }
        try writer.finish()
      })
  }

  @Test("Members without .npy are arrays too, and folders are stepped over")
  func bareNames() throws {
    let array = NumpyFile(Tensor([1, 2] as [Double], shape: [2])).bytes()
    let file = try NpzFile(storage: zip([("folder/", []), ("folder/a", array)]), file: "f.npz")
    #expect(file.names == ["folder/a"])
    #expect(try file.tensor("folder/a").doubles() == [1, 2])
  }

  @Test("Two names for one array, and members that are none, are refused")
  func refused() throws {
    expectError("'f.npz' has two arrays named 'a'. Keep one of them.") {
      try NpzFile(storage: zip([("a", []), ("a.npy", [])]), file: "f.npz")
    }
    expectError(
      "'f.npz:a.txt' is not an array that NumPy saved: it does not begin with \\x93NUMPY.\n"
        + "Save it with numpy.save or numpy.savez."
    ) {
      try NpzFile(storage: zip([("a.txt", Array("a text of a few words".utf8))]), file: "f.npz")
        .archive()
    }
    expectError(
      "'f.npz' is not a whole zip file: the record that ends one is missing.\n"
        + "Check what the file is, and that it was copied whole."
    ) { try NpzFile(storage: ByteStorage([]), file: "f.npz") }
  }

  @Test("Cut off or changed at any byte, an archive is refused or read, and nothing worse")
  func damage() throws {
    let stored = try NpzFile(TensorArchive([("a", patterned(.float32, [2, 2]))])).bytes()
    for bytes in [stored, try ContainerFixtures.bytes("descriptors-deflated.npz")] {
      expectHarmless(bytes) { _ = try NpzFile(storage: $0, file: "f.npz").archive() }
    }
  }
}
