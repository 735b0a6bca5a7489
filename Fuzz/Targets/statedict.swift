// Named arrays in which an LSTM is searched for: a line for each, its name and its sizes. What is
// found is written in PyTorch's names and found again.

import LSTMCore

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  var entries: [(String, Tensor)] = []
  var room = 4096
  var names: Set<String> = []
  for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true) {
    let words = String(decoding: line, as: UTF8.self).split(separator: " ")
    let shape = words.dropFirst().compactMap { Int($0) }
    let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard let name = words.first, names.insert(String(name)).inserted, shape.count <= 4,
      shape.allSatisfy({ (0...4096).contains($0) }), (0...room).contains(count)
    else { continue }
    room -= count
    let values = (0..<count).map { Double($0 % 5) / 4 }
    entries.append((String(name), Tensor(values, shape: shape)))
  }
  let archive = TensorArchive(entries)
  let model = try StateDictReader.read(archive, file: "f")
  let own = try ModelFile.model(from: ModelFile.archive(of: model), file: "f")
  precondition(own.network == model.network, "written as a model file, it reads otherwise")
  guard let written = try? StateDictWriter.pytorch(model) else { return }
  let again = try StateDictReader.read(written, file: "f")
  precondition(
    again.network.cells.count == model.network.cells.count
      && again.network.front == model.network.front && again.network.head == model.network.head,
    "written in PyTorch's names, it reads otherwise")
}
