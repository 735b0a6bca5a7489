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
    let storage = try ByteStorage(mapping: Fixtures.path("pytorch/\(file)"))
    #expect(try ModelForm.recognised(storage, file: file) == .pytorch)
  }

  @Test(
    "files that are refused with a reason of PyTorch's are known too",
    arguments: ["tar.pt", "torchscript.pt", "whole-lstm.pt", "attack-legacy.pt", "protocol-4.pt"])
  func knownRefused(file: String) throws {
    let storage = try ByteStorage(mapping: Fixtures.path("pytorch/\(file)"))
    #expect(try ModelForm.recognised(storage, file: file) == .pytorch)
  }

  @Test(
    "other bytes are not taken for PyTorch's",
    arguments: ["", "PK", "PK\u{3}\u{4}", "{\"a\": 1}", String(repeating: "\0", count: 1000)])
  func unknown(text: String) {
    let form = try? ModelForm.recognised(ByteStorage(Array(text.utf8)), file: "f")
    #expect(form != .pytorch)
  }

  @Test("tensors in C order are views of the file, others are not") func zeroCopy() throws {
    let storage = try ByteStorage(mapping: Fixtures.path("pytorch/strided.pt"))
    let archive = try PyTorchFile(storage: storage, file: "strided.pt").archive
    for entry in archive.entries {
      #expect((entry.tensor.storage === storage) == (entry.name == "ones"), "\(entry.name)")
    }
    let shared = try ByteStorage(mapping: Fixtures.path("pytorch/shared.pt"))
    let views = try PyTorchFile(storage: shared, file: "shared.pt").archive.entries.map(\.tensor)
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

/// Instructions that torch reads but its present version does not write.
@Suite("Rarer instructions of pickles")
struct RarerPickleTests {
  /// A tensor 0, 1, …, 5.
  private func six(_ pickle: PickleBytes) -> PickleBytes {
    pickle.tensor(shape: [6], strides: [1])
  }

  private func read(_ pickle: PickleBytes) throws -> TensorArchive {
    try PyTorchFile(storage: ByteStorage(pickle.file()), file: "x.pt").archive
  }

  @Test("text as Python 2 wrote it") func shortText() throws {
    let archive = try read(six(PickleBytes().op("}U\u{1}w")).op("s."))
    #expect(archive["w"]?.doubles() == [0, 1, 2, 3, 4, 5])
  }

  @Test("values kept under long numbers") func longMemo() throws {
    let keep = PickleBytes.little(UInt32(70000))
    let archive = try read(
      six(PickleBytes().op("}").text("a")).op("r").raw(keep).op("s").text("b").op("j").raw(keep)
        .op("s."))
    #expect(archive.entries.map(\.name) == ["a", "b"])
    #expect(archive["b"]?.count == 6)
  }

  @Test("a parameter made as an object") func newObject() throws {
    let start = PickleBytes().op("}").text("w").global("torch.nn.parameter", "Parameter")
    let archive = try read(six(start).raw([0x88, 0x86, 0x81]).op("}bs."))
    #expect(archive["w"]?.shape == [6])
  }

  @Test("long integers of every length") func longIntegers() throws {
    let pickle = PickleBytes().op("]").raw([0x8A, 0]).op("a").raw([0x8A, 1, 0xFF]).op("a")
      .raw([0x8A, 2, 0, 1]).op("a").raw([0x8A, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1]).op("a.")
    #expect(try read(pickle).metadata == ["0": "0", "1": "-1", "2": "256"])
  }

  @Test("keys that are no names lead to nothing, unless to a tensor") func unnamedKeys() throws {
    let pickle = PickleBytes().op("}NK\u{1}s").raw([0x88]).op("]K\u{2}as").text("a").op("K\u{3}s.")
    #expect(try read(pickle).metadata == ["a": "3"])
  }
}

/// Reads a file of Fixtures/pytorch.
func readFixture(_ file: String) throws -> TensorArchive {
  try PyTorchFile(storage: ByteStorage(mapping: Fixtures.path("pytorch/\(file)")), file: file)
    .archive
}
