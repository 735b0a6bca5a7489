// PyTorch files are read as torch.load(weights_only=True) reads them: every tensor's name, type,
// shape and every number, against Fixtures/pytorch/expected.json, which torch wrote.

import Foundation
import LSTMFormats
import TestSupport
import Testing

/// What torch reads from the fixtures.
private struct ExpectedTensor: Decodable {
  var name: String
  var type: String
  var shape: [Int]
  var values: [Double]

  static let files: [String: [ExpectedTensor]] = {
    let data = (try? Fixtures.data("pytorch/expected.json")) ?? Data()
    return (try? JSONDecoder().decode([String: [ExpectedTensor]].self, from: data)) ?? [:]
  }()
}

@Suite("PyTorch files that are read")
struct PyTorchFileTests {
  @Test("expected.json has every file") func everyFile() {
    #expect(ExpectedTensor.files.count == 25)
  }

  @Test(
    "every tensor is what torch reads: name, type, shape, numbers",
    arguments: ExpectedTensor.files.keys.sorted())
  func likeTorch(file: String) throws {
    let archive = try readFixture(file)
    let expected = try #require(ExpectedTensor.files[file])
    #expect(archive.entries.map(\.name) == expected.map(\.name))
    for (entry, wanted) in zip(archive.entries, expected) {
      #expect(entry.tensor.type.rawValue == wanted.type, "\(wanted.name)")
      #expect(entry.tensor.shape == wanted.shape, "\(wanted.name)")
      #expect(entry.tensor.doubles() == wanted.values, "\(wanted.name)")
    }
  }

  @Test("files are known by their content", arguments: ExpectedTensor.files.keys.sorted())
  func known(file: String) throws {
    #expect(PyTorchFile.looksLike(try ByteStorage(mapping: Fixtures.path("pytorch/\(file)"))))
  }

  @Test(
    "files that are refused with a reason of PyTorch's are known too",
    arguments: ["tar.pt", "torchscript.pt", "whole-lstm.pt", "attack-legacy.pt", "protocol-4.pt"])
  func knownRefused(file: String) throws {
    #expect(PyTorchFile.looksLike(try ByteStorage(mapping: Fixtures.path("pytorch/\(file)"))))
  }

  @Test(
    "other bytes are not taken for PyTorch's",
    arguments: ["", "PK", "PK\u{3}\u{4}", "{\"a\": 1}", String(repeating: "\0", count: 1000)])
  func unknown(text: String) {
    #expect(!PyTorchFile.looksLike(ByteStorage(Array(text.utf8))))
  }

  @Test("tensors in C order are views of the file, others are not") func zeroCopy() throws {
    let storage = try ByteStorage(mapping: Fixtures.path("pytorch/strided.pt"))
    let archive = try PyTorchFile.read(storage, file: "strided.pt")
    for entry in archive.entries {
      #expect((entry.tensor.storage === storage) == (entry.name == "ones"), "\(entry.name)")
    }
    let shared = try ByteStorage(mapping: Fixtures.path("pytorch/shared.pt"))
    let views = try PyTorchFile.read(shared, file: "shared.pt").entries.map(\.tensor)
    #expect(views.allSatisfy { $0.storage === shared })
    #expect(views[1].offset - views[0].offset == 24)
    #expect(views[2].offset == views[0].offset)
    #expect(views[0].offset.isMultiple(of: 64))
    let big = try readFixture("big-endian.pt")
    let copied = big.entries.filter { $0.tensor.offset == 0 }.map(\.name)
    #expect(copied == ["f", "d", "s", "t"])
  }

  @Test("numbers and texts beside the tensors are kept as text", arguments: ["", "legacy-"])
  func plainValues(prefix: String) throws {
    let found = try readFixture(prefix + "nested.pt").metadata
    let expected = [
      "epoch": "3", "name": "toy é", "best": "-0.25", "done": "true", "far": "-1099511627776",
      "mid": "40000", "losses.0": "0.5", "optimizer.param_groups.0.lr": "0.25",
      "optimizer.param_groups.0.betas.1": "0.999",
    ]
    for (key, value) in expected { #expect(found[key] == value, "\(key)") }
    #expect(found["big"] == nil)
    #expect(found["none"] == nil)
  }
}

/// Reads a file of Fixtures/pytorch.
func readFixture(_ file: String) throws -> TensorArchive {
  try PyTorchFile.read(ByteStorage(mapping: Fixtures.path("pytorch/\(file)")), file: file)
}
