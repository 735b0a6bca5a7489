// Weights are held in the type in which their file has them: floats stay floats, without a way round
// through Double, and one number of float64 makes a network of Doubles.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Precision of weights that were read")
struct WeightsPrecisionTests {
  /// Every naming, with a cell of 2 inputs and 3 units.
  private static func archives() throws -> [(name: String, entries: [(String, Tensor)])] {
    let cell = try ForeignCells.parameters(2, 3, biases: 2, seed: 5)
    func stacked(_ letters: String, _ part: (GateParameters<Double>) -> Matrix<Double>)
      -> Matrix<Double>
    {
      ForeignCells.stack(cell, letters, part)
    }
    return [
      ("PyTorch", ForeignCells.pytorch(cell, "lstm.", "_l0")),
      (
        "MLX",
        [
          ("Wx", ForeignCells.tensor(stacked("ifgo") { $0.inputWeights })),
          ("Wh", ForeignCells.tensor(stacked("ifgo") { $0.hiddenWeights })),
          ("bias", ForeignCells.biases(cell, "ifgo")),
        ]
      ),
      (
        "Keras",
        [
          ("lstm/kernel", ForeignCells.tensor(stacked("ifco") { $0.inputWeights }.transposed)),
          (
            "lstm/recurrent_kernel",
            ForeignCells.tensor(stacked("ifco") { $0.hiddenWeights }.transposed)
          ),
          ("lstm/bias", ForeignCells.biases(cell, "ifco")),
        ]
      ),
      ("TensorFlow 1", ForeignCells.tensorflow(cell, "rnn/lstm_cell")),
      (
        "Flax",
        ["f", "i", "g", "o"].flatMap { letter in
          let gate = cell.gates[ForeignCells.gate(Character(letter))]
          return [
            ("i\(letter)/kernel", ForeignCells.tensor(gate.inputWeights.transposed)),
            ("h\(letter)/kernel", ForeignCells.tensor(gate.hiddenWeights.transposed)),
            ("h\(letter)/bias", Tensor(gate.bias, shape: [3])),
          ]
        }
      ),
    ]
  }

  private func read(_ entries: [(String, Tensor)]) throws -> LSTMModel {
    try StateDictReader.read(TensorArchive(entries), file: "f")
  }

  private func stored(_ entries: [(String, Tensor)], _ type: NumberType) -> [(String, Tensor)] {
    entries.map { ($0, Tensor($1.doubles(), shape: $1.shape, type: type)) }
  }

  @Test(
    "Arrays of float16, bfloat16 and float32 become a network of Floats, each number as it was",
    arguments: [StoredPrecision.float16, .bfloat16, .float32])
  func narrow(_ type: StoredPrecision) throws {
    for (name, entries) in try Self.archives() {
      let wide = try read(entries)
      let model = try read(stored(entries, NumberType(type)))
      guard case .double(let exact) = wide.weights, case .single(let network) = model.weights else {
        Issue.record("\(name): \(wide.precision) and \(model.precision) are in the wrong type")
        continue
      }
      #expect(model.precision == type, "\(name)")
      var rounded = exact
      rounded.updateEachParameter { _, values in
        for index in values.indices { values[index] = type.rounded(values[index]) }
      }
      #expect(try network == LSTMNetwork<Float>(rounded), "\(name)")
      #expect(model.network == rounded, "\(name)")
    }
  }

  @Test("One array of float64 among those that are used makes a network of Doubles")
  func mixed() throws {
    let cell = try Self.archives()[0].entries
    let narrow = stored(cell, .float32)
    let head = Tensor([0.1, 0.2, 0.3], shape: [1, 3])
    guard case .double(let network) = try read(narrow + [("fc.weight", head)]).weights else {
      Issue.record("the head's float64 was rounded")
      return
    }
    #expect(network.head?.weights.values == [0.1, 0.2, 0.3])
    guard case .double = try read([cell[0]] + narrow.dropFirst()).weights else {
      Issue.record("the first array's float64 was rounded")
      return
    }
    // What is not used does not count.
    guard case .single = try read(narrow + [("other", head)]).weights else {
      Issue.record("an array that is not used made Doubles")
      return
    }
  }

  @Test(
    "The project's own file and JSON are held as narrow as their precision",
    arguments: StoredPrecision.allCases)
  func ownForms(_ type: StoredPrecision) throws {
    let model = try KerasWriterTests.model(type: type, front: .embedding(Matrix(identity: 3)))
    var archive = try ModelFile.archive(of: model)
    let texts = try [
      ModelFile.model(from: archive, file: "m"),
      ModelJSON.parse(Data(ModelJSON.text(of: model).utf8), file: "m"),
    ]
    for read in texts {
      #expect(read.network == model.network && read.precision == type)
      if case .single = read.weights {
        #expect(type.fitsFloat)
      } else {
        #expect(!type.fitsFloat)
      }
    }
    // A number that is none is named by its array, whichever part of the network it is in.
    for name in ["lstm.weight_hh_l1", "embedding.weight", "head.bias"] {
      let broken = archive.entries.map { entry -> (String, Tensor) in
        guard entry.name == name else { return (entry.name, entry.tensor) }
        var values = entry.tensor.doubles()
        values[2] = .nan
        return (name, Tensor(values, shape: entry.tensor.shape, type: NumberType(type)))
      }
      archive = TensorArchive(broken, metadata: archive.metadata)
      expectError(
        "'m': the tensor '\(name)' is not a finite number at entry 3. Weights have to be finite: "
          + "the training that made them went wrong."
      ) { try ModelFile.model(from: archive, file: "m") }
      archive = try ModelFile.archive(of: model)
    }
  }

  @Test("A setting that no Float has is not rounded: such a network is one of Doubles")
  func settings() throws {
    for (clip, isNarrow) in [(0.75, true), (0.7, false)] {
      let cell = ReadableCell(
        parameters: try ForeignCells.parameters(2, 3, seed: 5).rounded(to: .float32),
        variant: CellVariant(clip: clip))
      let model = LSTMModel(
        network: try LSTMNetwork(layers: [.init(forward: cell)]), precision: .float32)
      for read in try [
        ModelJSON.parse(Data(ModelJSON.text(of: model).utf8), file: "m"),
        ModelFile.model(from: ModelFile.archive(of: model), file: "m"),
      ] {
        #expect(read.network == model.network)
        if case .single = read.weights {
          #expect(isNarrow)
        } else {
          #expect(!isNarrow)
        }
      }
    }
  }

  @Test("Parts of a matrix are read where they stand, turned or not, in every type")
  func blocks() {
    let numbers = (0..<6_000).map { Double($0 % 251) / 4 }
    for type in [NumberType.float16, .bfloat16, .float32, .float64] {
      let tensor = Tensor(numbers.map { $0.rounded() / 2 }, shape: [60, 100], type: type)
      let all = tensor.doubles()
      let block = TensorBlock(start: 203, rows: 50, columns: 40, rowStride: 100)
      let turned = TensorBlock(start: 203, rows: 40, columns: 50, rowStride: 1, columnStride: 100)
      let expected = (0..<50).flatMap { row in (0..<40).map { all[203 + row * 100 + $0] } }
      #expect(Double.numbers(of: tensor, in: block) == expected)
      #expect(Float.numbers(of: tensor, in: block).map { Double($0) } == expected)
      let matrix = Matrix(rows: 50, columns: 40, values: expected).transposed
      #expect(Double.numbers(of: tensor, in: turned) == matrix.values)
      #expect(Float.numbers(of: tensor, in: turned).map { Double($0) } == matrix.values)
    }
  }
}
