// HDF5 files of every form that h5py writes: what is in them, and the exact error for the forms
// that are not read. Made by Scripts/fixtures/make_hdf5.py.

import TestSupport
import Testing

@testable import LSTMFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The files, and what h5py says is in them.
struct HDF5Fixtures {
  struct Content: Decodable {
    let tensors: [String: ContainerFixtures.Array]
    let texts: [String: [String]]
  }

  private struct Document: Decodable { let files: [String: Content] }

  let files: ZippedFiles
  let expected: [String: Content]

  init() throws {
    files = try ZippedFiles("keras/hdf5.zip")
    expected = try JSONDecoder().decode(
      Document.self, from: Data(files.bytes("expected.json"))
    ).files
  }

  func root(_ name: String) throws -> HDF5Node {
    try HDF5File.root(of: ByteStorage(files.bytes(name)), file: "f")
  }
}

@Suite struct HDF5ReaderTests {
  @Test(
    "Every number and every text is what h5py wrote",
    arguments: [
      "types.h5", "chunks.h5", "texts.h5", "many.h5", "few-1.8.h5",
      "few-latest.h5", "few-ordered.h5",
    ])
  func content(name: String) throws {
    let fixtures = try HDF5Fixtures()
    let content = try #require(fixtures.expected[name])
    let root = try fixtures.root(name)
    #expect(!content.tensors.isEmpty || !content.texts.isEmpty)
    for (path, array) in content.tensors {
      expect(try root.node(path).tensor(), equals: array)
    }
    for (path, texts) in content.texts {
      let parts = path.split(separator: ":").map(String.init)
      #expect(try root.node(parts[0]).splitTexts(parts[1]) == texts, "\(path)")
    }
  }

  static let refused: [(file: String, path: String, text: String)] = [
    (
      "refused-links.h5", "n1",
      "'f': the root (at byte 83) has an index of links (a fractal heap), which is not "
        + "read.\nRewrite the file in a form that is: h5repack -f NONE -l CONTI OLD NEW"
    ),
    (
      "refused-attributes.h5", ":a1",
      "'f': the root (at byte 83) has an index of attributes (a fractal heap), which "
        + "is not read.\nRewrite the file in a form that is: h5repack -f NONE -l CONTI OLD "
        + "NEW"
    ),
    (
      "refused-chunks.h5", "data",
      "'f': 'data' (at byte 277) has chunks in the form of HDF5 1.10, which is not "
        + "read.\nRewrite the file in a form that is: h5repack -f NONE -l CONTI OLD NEW"
    ),
    (
      "refused-lzf.h5", "data",
      "'f': 'data' (at byte 928) has the filter 32000, which is not read.\nSave the "
        + "model again with Keras: it writes none."
    ),
    (
      "refused-offset.h5", "data",
      "'f': 'data' (at byte 920) has the filter scaleoffset, which is not "
        + "read.\nRewrite the file in a form that is: h5repack -f NONE -l CONTI OLD NEW"
    ),
    (
      "refused-committed.h5", "data",
      "'f': 'data' (at byte 1232) has the type of its numbers in common with other "
        + "objects, which is not read.\nSave the model again with Keras: it writes none."
    ),
    (
      "refused-links-to.h5", "link",
      "'f': 'link' (at byte 1492) is a soft link, which is not followed.\nSave the "
        + "model again with Keras: it writes none."
    ),
    (
      "refused-links-to.h5", "other",
      "'f': 'other' (at byte 1516) is a link to another file, which is not "
        + "followed.\nSave the model again with Keras: it writes none."
    ),
    (
      "refused-unwritten.h5", "data",
      "'f': 'data' (at byte 920) declares 64 bytes of numbers that are not in the "
        + "file.\nThey were never written: save the model again."
    ),
    (
      "refused-few-chunks.h5", "data",
      "'f': 'data' (at byte 920) declares 64 bytes of numbers that are not in the "
        + "file.\nThey were never written: save the model again."
    ),
    (
      "refused-complex.h5", "data",
      "'f': the numbers of 'data' (at byte 856) are of a type that is not read.\nRead "
        + "are float16, bfloat16, float32 and float64: save the model as one of them."
    ),
    (
      "refused-block.h5", "group/n1",
      "'f' is not an HDF5 file: its first bytes are others. Check what the file is."
    ),
  ]

  @Test("Each form that is not read is named")
  func refusedForms() throws {
    let fixtures = try HDF5Fixtures()
    let refused = fixtures.files.names.filter { $0.hasPrefix("refused") }
    #expect(Set(refused) == Set(Self.refused.map(\.file)))
    for (file, path, text) in Self.refused {
      expectError(text) {
        let root = try fixtures.root(file)
        if path.hasPrefix(":") {
          _ = try root.text(String(path.dropFirst()))
        } else {
          _ = try root.node(path).tensor()
        }
      }
    }
  }

  @Test("Numbers that lie side by side are used in place, those of an archive too")
  func inPlace() throws {
    let tensor = Tensor([1, 2, 3] as [Float], shape: [3])
    var group = HDF5Group()
    group.add(HDF5Numbers(tensor: tensor), at: ["a"])
    let bytes = HDF5Writer.bytes(of: group)
    let storage = ByteStorage([9, 9, 9] + bytes + [9])
    let root = try HDF5File.root(of: storage, range: 3..<bytes.count + 3, file: "f")
    let found = try root.node("a").tensor()
    #expect(found.storage === storage)
    #expect(found.doubles() == [1, 2, 3])
  }
}
