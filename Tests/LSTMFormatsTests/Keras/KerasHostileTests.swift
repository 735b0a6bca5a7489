// Keras files that nobody should trust, and Keras files that are whole but not for us: the exact
// error each.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMFormats

@Suite struct KerasHostileTests {
  @Test("Each abuse of HDF5 has its error", arguments: kerasAbuses.keys.sorted())
  func abuse(name: String) throws {
    let text = try #require(kerasAbuses[name])
    let file = try KerasFixtures.three.get().file("hostile-\(name)")
    expectError(text) { try KerasModel(storage: file, file: "a").network() }
  }

  @Test("No abuse is forgotten")
  func complete() throws {
    let files = try KerasFixtures.three.get().names.filter { $0.hasPrefix("hostile-") }
    let known = Set(kerasAbuses.keys).union(Self.harmless)
    #expect(Set(files.map { String($0.dropFirst(8)) }) == known)
  }

  static let harmless: Set<String> = ["big-endian.keras", "compressed.keras", "split-names.h5"]

  @Test("Big-endian and compressed numbers, and names split over attributes, are read")
  func harmless() throws {
    let fixtures = try KerasFixtures.three.get()
    for name in ["big-endian.keras", "compressed.keras"] {
      let model = try KerasModel(storage: fixtures.file("hostile-\(name)"), file: name)
      let layer = try #require(model.layers.first { $0.name == "lstm" })
      let kernel = try #require(layer.weights["kernel"])
      #expect(kernel.doubles() == (0..<24).map { Double($0) })
    }
    #expect(
      try KerasModel(storage: fixtures.file("hostile-split-names.h5"), file: "").network()
        == KerasModel(storage: fixtures.file("small.h5"), file: "").network())
  }

  @Test(
    "A file that ends early is an error, wherever it ends",
    arguments: ["small.h5", "small.keras"])
  func truncated(name: String) throws {
    let bytes = try KerasFixtures.three.get().bytes(name)
    var lengths = Array(0..<600)
    lengths += stride(from: 600, to: bytes.count, by: 211)
    for length in LongTests.sample(of: lengths, every: 5) {
      #expect(throws: (any Error).self, "\(length) bytes") {
        try KerasModel(storage: ByteStorage(bytes.prefix(length)), file: "a")
      }
    }
  }

  @Test(
    "A file of Keras with changed bytes is read or refused; an archive is read as if nothing were",
    arguments: ["small.keras", "small.h5"])
  func changedBytes(name: String) throws {
    var generator = SplitMix64(seed: 77)
    let fixtures = try KerasFixtures.three.get()
    let bytes = try fixtures.bytes(name)
    let right = try KerasModel(storage: fixtures.file(name), file: "a").network()
    for _ in 0..<LongTests.count(150, every: 6) {
      var changed = bytes
      for _ in 0...Int(generator.next() % 3) {
        changed[Int(generator.next() % UInt64(bytes.count))] = UInt8(
          truncatingIfNeeded: generator.next())
      }
      if let found = try? KerasModel(storage: ByteStorage(changed), file: "a").network(),
        name == "small.keras"
      {
        #expect(found == right)
      }
    }
  }
}
