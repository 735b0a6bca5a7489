// Networks against PyTorch in float64: state dicts, inputs and outputs that
// Scripts/fixtures/make_networks.py wrote. They are read by their names and run.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One network that PyTorch ran.
struct NetworkGolden: Decodable, Sendable, CustomTestStringConvertible {
  struct Numbers: Decodable {
    let shape: [Int]
    let values: [Double]

    /// `[T, B, I]` or `[L·D, B, H]`.
    var array: Array3<Double> {
      Array3(planes: shape[0], rows: shape[1], columns: shape[2], values: values)
    }
  }

  let name: String
  let state: [String: Numbers]
  let input: Numbers?
  let tokens: Numbers?
  let lengths: [Int]?
  let hidden: Numbers?
  let cell: Numbers?
  let output: Numbers
  let newHidden: Numbers
  let newCell: Numbers
  let logits: Numbers?

  var testDescription: String { name }

  /// The state dict as an archive of float64.
  var archive: TensorArchive {
    TensorArchive(
      state.sorted { $0.key < $1.key }.map {
        ($0.key, Tensor($0.value.values, shape: $0.value.shape))
      })
  }

  private struct File: Decodable {
    let cases: [NetworkGolden]
  }

  static func read() throws -> [NetworkGolden] {
    try JSONDecoder().decode(File.self, from: Fixtures.data("networks/pytorch.json")).cases
  }

  static let all: [NetworkGolden] = (try? read()) ?? []
}

@Suite("Networks against PyTorch")
struct NetworkGoldenTests {
  @Test("The fixtures are there, with different names")
  func fixtures() throws {
    let cases = try NetworkGolden.read()
    #expect(cases.count == 17 && Set(cases.map(\.name)).count == 17)
  }

  @Test("Outputs, states and logits are PyTorch's", arguments: NetworkGolden.all)
  func agrees(golden: NetworkGolden) throws {
    let model = try StateDictReader.read(golden.archive, file: "golden")
    #expect(model.unused.isEmpty && model.precision == .float64)
    #expect(model.hasBiases == !golden.name.contains("no bias"))
    #expect(
      model.parameterCount.total == golden.state.values.reduce(0) { $0 + $1.values.count })
    let input: NetworkInput<Double>
    if let tokens = golden.tokens {
      input = .tokens(
        ids: tokens.values.map { Int($0) }, steps: tokens.shape[0], batch: tokens.shape[1])
    } else {
      input = .values(try #require(golden.input).array)
    }
    var state: NetworkState<Double>?
    if let hidden = golden.hidden, let cell = golden.cell {
      state = try NetworkState(hidden: hidden.array, cell: cell.array)
    }
    let done = try model.network.run(input, state: state, lengths: golden.lengths)
    let tolerance = Tolerance.absolute(1e-12)
    #expect(done.output.shape == golden.output.shape)
    expectClose("output", done.output.values, golden.output.values, within: tolerance)
    #expect(done.finalState.hidden?.shape == golden.newHidden.shape)
    expectClose(
      "hidden", done.finalState.hidden?.values ?? [], golden.newHidden.values, within: tolerance)
    expectClose(
      "cell", done.finalState.cell?.values ?? [], golden.newCell.values, within: tolerance)
    #expect(done.logits?.shape == golden.logits?.shape)
    if let logits = golden.logits {
      expectClose("logits", done.logits?.values ?? [], logits.values, within: tolerance)
    }
  }

  @Test(
    "Written as PyTorch names it, every array comes back bit for bit", arguments: NetworkGolden.all)
  func written(golden: NetworkGolden) throws {
    let model = try StateDictReader.read(golden.archive, file: "golden")
    let written = try StateDictWriter.pytorch(model)
    let again = try StateDictReader.read(written, file: "golden")
    #expect(again.network == model.network && again.hasBiases == model.hasBiases)
    for entry in written.entries {
      let name = entry.name.replacing("head.", with: "fc.")
      let original = golden.state[name] ?? golden.state[String(name.dropFirst(5).dropLast(3))]
      #expect(entry.tensor.shape == original?.shape, "\(entry.name)")
      #expect(entry.tensor.doubles() == original?.values, "\(entry.name)")
    }
    #expect(written.entries.count == golden.state.count)
  }
}
