// Runs from file to file: the file that is written block by block is the file of the whole run, byte for
// byte, and holds what the run gives.

import Foundation
import LSTMCore
import TestSupport
import Testing

@testable import LSTMFormats

@Suite("Runs from file to file")
struct SequenceRunTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "lstm-runs-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  /// The input of a sample as an .npz file.
  private func source(_ sample: ForwardModelSample, isBatchFirst: Bool) throws -> SequenceSource {
    var entries: [(String, Tensor)] = []
    switch sample.input {
    case .values(let array):
      let array = isBatchFirst ? array.swappingPlanesAndRows : array
      entries.append(("input", Tensor(array.values, shape: array.shape)))
    case .tokens(let ids, let steps, let batch):
      let array = Array3(planes: steps, rows: batch, columns: 1, values: ids.map { Double($0) })
      let ids = (isBatchFirst ? array.swappingPlanesAndRows : array).values.map { Int64($0) }
      entries.append(
        ("input", Tensor(ids, shape: isBatchFirst ? [batch, steps] : [steps, batch])))
    }
    if let lengths = sample.lengths {
      entries.append(("lengths", Tensor(lengths.map { Int64($0) }, shape: [lengths.count])))
    }
    if let state = sample.state {
      entries += StateArrays.named(state, of: sample.model).map {
        ($0.name, Tensor($0.array.values, shape: $0.array.shape))
      }
    }
    return try SequenceSource(
      storage: ByteStorage(NpzFile(TensorArchive(entries)).bytes()), file: "in.npz",
      readsTokens: sample.model.readsTokens, isBatchFirst: isBatchFirst)
  }

  @Test(
    "Blocks of any size, any number of threads and either order write the file of the whole run",
    arguments: 0..<8)
  func sameFile(part: UInt64) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    for seed in 500 + part * 6..<506 + part * 6 {
      let sample = try ForwardModelSample(seed: seed)
      for (executor, isBatchFirst) in [
        (Executor.engine, false), (.engine, true), (.readable, false), (.readable, true),
      ] {
        var source = try source(sample, isBatchFirst: isBatchFirst)
        var run = try SequenceRun(
          sample.model, by: executor, emptySequences: sample.emptySequences)
        let whole = RunArrays(
          try run.output(of: &source), of: sample.model, isBatchFirst: isBatchFirst)
        var files: Set<Data> = []
        for (blockSteps, threads) in [(nil, 1), (1, 1), (3, 2), (5, 3)] as [(Int?, Int)] {
          (run.blockSteps, run.threads) = (blockSteps, threads)
          try run.write(&source, to: .path(path("out.npz")), isBatchFirst: isBatchFirst)
          files.insert(try Data(contentsOf: URL(filePath: path("out.npz"))))
        }
        let name = "seed \(seed), \(executor), batch first \(isBatchFirst)"
        #expect(files.count == 1, "\(name)")
        let file = try NpzFile(contentsOf: path("out.npz"))
        #expect(file.names == whole.entries.map(\.name), "\(name)")
        for entry in whole.entries {
          let tensor = try file.tensor(entry.name)
          #expect(tensor.shape == entry.array.shape, "\(entry.name) of \(name)")
          #expect(tensor.type == .float32)
          #expect(
            tensor.doubles() == entry.array.values.map { Double(Float($0)) },
            "\(entry.name) of \(name)")
        }
        #expect(
          file.comment
            == (executor == .engine
              ? #"{"computedBy": "engine", "precision": "float32", "kernels": "\#(KernelSet.fastest)"}"#
              : #"{"computedBy": "readable cell", "precision": "float64"}"#))
      }
    }
  }

  @Test("The file is written in the model's precision, as far as it was computed in it")
  func precision() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let cell = ReadableCell(parameters: try ForeignCells.parameters(1, 3))
    var model = LSTMModel(network: try LSTMNetwork(layers: [.init(forward: cell)]))
    func type(_ precision: StoredPrecision, _ executor: Executor?) throws -> NumberType {
      model.precision = precision
      var source = try SequenceSource(
        storage: ByteStorage(Array("0.5\n-1\n".utf8)), file: "in.csv", readsTokens: false)
      try SequenceRun(model, by: executor).write(&source, to: .path(path("out.npz")))
      return try NpzFile(contentsOf: path("out.npz")).tensor("output").type
    }
    #expect(try type(.float16, nil) == .float16)
    #expect(try type(.bfloat16, nil) == .float32)
    #expect(try type(.float32, .readable) == .float32)
    #expect(try type(.float64, nil) == .float64)
    #expect(try type(.float64, .engine) == .float32)
  }

  @Test("A run that fails in the middle leaves the file that was there, and nothing else")
  func failure() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("old".utf8).write(to: URL(filePath: path("out.npz")))
    let cell = ReadableCell(parameters: try ForeignCells.parameters(1, 3))
    let model = LSTMModel(network: try LSTMNetwork(layers: [.init(forward: cell)]))
    var source = try SequenceSource(
      storage: ByteStorage(Array("1\n2\n3\nx\n".utf8)), file: "in.csv", readsTokens: false)
    var run = try SequenceRun(model, by: .engine)
    run.blockSteps = 1
    var done: [Int] = []
    #expect(throws: LSTMFormatsError.self) {
      try run.write(&source, to: .path(path("out.npz"))) { done.append($0) }
    }
    #expect(done == [1, 2, 3])
    #expect(try String(contentsOfFile: path("out.npz"), encoding: .utf8) == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.npz"])
  }

  @Test("Through a link the link's file is written, with the rights that it has")
  func links() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("old".utf8).write(to: URL(filePath: path("real.npz")))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o640], ofItemAtPath: path("real.npz"))
    try FileManager.default.createSymbolicLink(
      atPath: path("link.npz"), withDestinationPath: "real.npz")
    let output = try PlacedOutput(.path(path("link.npz")))
    try Array("new".utf8).withUnsafeBytes { try output.write($0, at: 0) }
    try output.finish()
    #expect(try String(contentsOfFile: path("real.npz"), encoding: .utf8) == "new")
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: path("link.npz")) == "real.npz")
    let attributes = try FileManager.default.attributesOfItem(atPath: path("real.npz"))
    #expect(attributes[.posixPermissions] as? Int == 0o640)
  }

  @Test("A zip file planned beforehand is the one that is written member after member")
  func layout() throws {
    for (wide, comment) in [(UInt64(0xFFFF_FFFF), ""), (200, "a comment"), (1, "ü")] {
      let members: [(String, [UInt8])] = [
        ("a.npy", Array(0..<100)), ("b/ü.npy", []), ("c", [UInt8](repeating: 7, count: 300)),
      ]
      let written = try ByteOutput.bytes { output in
        var writer = ZipWriter(output)
        (writer.wide, writer.comment) = (wide, comment)
        for (name, bytes) in members { try bytes.withUnsafeBytes { try writer.add(name, $0) } }
        try writer.finish()
      }
      let layout = ZipLayout(
        members.map { ($0.0, $0.1.count) }, comment: comment, records: ZipRecords(wide: wide))
      let checksums = members.map { $0.1.withUnsafeBytes { Deflate.checksum($0) } }
      var placed = [UInt8](repeating: 0, count: written.count)
      for (place, bytes) in layout.records(checksums: checksums)
        + zip(layout.places, members.map(\.1))
      {
        placed.replaceSubrange(place..<place + bytes.count, with: bytes)
      }
      #expect(placed == written)
      #expect(try ZipArchive(ByteStorage(written), file: "f").comment == comment)
    }
  }
}
