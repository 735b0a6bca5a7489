// What is written is read back, bit for bit, and by torch: Scripts/checks/check_pytorch.py loads
// the files that the last test leaves in the folder LSTM_WRITE_FOLDER, where that is set.

import Foundation
import LSTMFormats
import TestSupport
import Testing

@Suite("PyTorch files that are written")
struct PyTorchWriterTests {
  /// A tensor of every type, a number, an empty one, one with long dimensions, and a name in UTF-8.
  static let archive: TensorArchive = {
    var entries: [(String, Tensor)] = NumberType.allCases.map { type in
      let bytes = (0..<6 * type.byteCount).map { UInt8($0 % 2) }
      return ("types.\(type.rawValue)", Tensor(type: type, shape: [2, 3], storage: .init(bytes)))
    }
    let weights = Tensor([Float](repeating: 0.5, count: 700), shape: [700])
    entries += [
      ("scalar", Tensor([2.5], shape: [])),
      ("empty", Tensor([Float](), shape: [2, 0, 3])),
      ("long", weights),
      ("long again", weights),
      ("ünïcode", Tensor([Int64](0..<24), shape: [2, 3, 4])),
    ]
    return TensorArchive(entries, metadata: ["note": "is left out"])
  }()

  @Test("every type and shape comes back as it was") func roundTrip() throws {
    let bytes = try PyTorchFile(Self.archive).bytes()
    let found = try PyTorchFile(storage: ByteStorage(bytes), file: "a.pt").archive
    #expect(found.entries.map(\.name) == Self.archive.entries.map(\.name))
    for (entry, wanted) in zip(found.entries, Self.archive.entries) {
      #expect(entry.tensor.type == wanted.tensor.type, "\(entry.name)")
      #expect(entry.tensor.shape == wanted.tensor.shape, "\(entry.name)")
      #expect(content(entry.tensor) == content(wanted.tensor), "\(entry.name)")
      #expect(entry.tensor.offset.isMultiple(of: 64), "\(entry.name)")
    }
    #expect(found["long"]?.offset == found["long again"]?.offset)
    #expect(found.metadata.isEmpty)
    #expect(try PyTorchFile(Self.archive).bytes() == bytes)
  }

  @Test(
    "what torch wrote is written again with the same bits",
    arguments: ["lstm.pt", "deep.pt", "bfloat16.bin", "strided.pt", "legacy-nested.pt"])
  func rewritten(file: String) throws {
    let first = try readFixture(file)
    let second = try PyTorchFile(
      storage: ByteStorage(PyTorchFile(first).bytes()), file: "again.pt"
    ).archive
    #expect(second.entries.map(\.name) == first.entries.map(\.name))
    for (left, right) in zip(first.entries, second.entries) {
      #expect(left.tensor.type == right.tensor.type, "\(left.name)")
      #expect(left.tensor.shape == right.tensor.shape, "\(left.name)")
      #expect(content(left.tensor) == content(right.tensor), "\(left.name)")
    }
  }

  @Test("an archive without tensors") func empty() throws {
    let bytes = try PyTorchFile(TensorArchive()).bytes()
    #expect(try PyTorchFile(storage: ByteStorage(bytes), file: "a.pt").archive.entries.isEmpty)
  }

  @Test("two tensors of one name are refused") func duplicate() throws {
    let one = Tensor([1.0], shape: [1])
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "a.pt").path
      expectError("'\(path)' has two tensors or values named 'w'. Rename one of them.") {
        try PyTorchFile(TensorArchive([("w", one), ("w", one)])).write(to: path)
      }
      #expect(!FileAccess.exists(path))
    }
  }

  @Test("files for torch to load") func filesForTorch() throws {
    guard let folder = ProcessInfo.processInfo.environment["LSTM_WRITE_FOLDER"] else { return }
    try PyTorchFile(Self.archive).write(to: "\(folder)/all-types.pt")
    try PyTorchFile(TensorArchive()).write(to: "\(folder)/nothing.pt")
    for file in Fixtures.names(in: "pytorch", endingIn: "") where file != "expected.json" {
      guard let archive = try? readFixture(file) else { continue }
      try PyTorchFile(archive).write(to: "\(folder)/again-\(file)")
    }
  }

  private func content(_ tensor: Tensor) -> [UInt8] {
    tensor.withUnsafeBytes { Array($0) }
  }
}
