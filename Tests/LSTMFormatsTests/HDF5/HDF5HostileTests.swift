// HDF5 files that nobody should trust: each forgery has its error, and no damage at all crashes,
// hangs or takes much memory.

import TestSupport
import Testing

@testable import LSTMFormats

@Suite struct HDF5HostileTests {
  @Test("Each forgery has its error", arguments: HDF5Damage.all)
  func damage(damage: HDF5Damage) throws {
    let bytes = try damage.bytes()
    expectError(damage.text) { try HDF5Damage.read(bytes, damage.path) }
  }

  /// Reads all numbers and texts of a file, to a depth that ends.
  private func readAll(_ node: HDF5Node, depth: Int = 0) throws {
    if node.isDataset {
      _ = try node.tensor().doubles()
    } else {
      _ = try node.splitTexts("t")
      guard depth < 4 else { return }
      for name in try node.file.links(of: node).keys {
        try readAll(node.node(name), depth: depth + 1)
      }
    }
  }

  @Test("A file cut off at any byte is refused; with any byte changed it is read or refused")
  func everyByte() throws {
    expectHarmless(HDF5Damage.own) { storage in
      try readAll(HDF5File.root(of: storage, file: "f"))
    }
  }

  @Test(
    "So are files in chunks and files of the new form",
    arguments: ["chunked.h5", "few-latest.h5"])
  func everyByteOfOthers(name: String) throws {
    let bytes = try HDF5Fixtures().files.bytes(name)
    expectHarmless(bytes, changes: [0xFF]) { storage in
      try readAll(HDF5File.root(of: storage, file: "f"))
    }
  }
}
