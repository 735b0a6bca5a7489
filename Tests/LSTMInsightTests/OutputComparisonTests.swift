// Another program's outputs are held against a network's: the first difference and its cause.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMInsight

@Suite struct OutputComparisonTests {
  static func cell(_ inputs: Int, _ units: Int, seed: UInt64) throws -> ReadableCell<Double> {
    ReadableCell(
      parameters: try CellParameters(
        .uniform(low: -1, high: 1),
        shape: CellShape(inputSize: inputs, hiddenSize: units, hasRecurrentBias: true), seed: seed))
  }

  /// Two layers, the first in both directions.
  static func network(_ change: (inout CellParameters<Double>) -> Void = { _ in }) throws
    -> LSTMNetwork<Double>
  {
    func changed(_ cell: ReadableCell<Double>) -> ReadableCell<Double> {
      var parameters = cell.parameters
      change(&parameters)
      return ReadableCell(parameters: parameters)
    }
    return try LSTMNetwork(layers: [
      NetworkLayer(
        forward: changed(try cell(3, 4, seed: 1)), reverse: changed(try cell(3, 4, seed: 2))),
      NetworkLayer(forward: changed(try cell(8, 4, seed: 3))),
    ])
  }

  static let input: Array3<Double> = {
    var generator = SplitMix64(seed: 9)
    return Array3(
      planes: 5, rows: 2, columns: 3, values: (0..<30).map { _ in generator.nextNormal() })
  }()

  static func claims(_ output: NetworkOutput<Double>) -> NetworkClaims {
    NetworkClaims(
      output: output.output, hidden: output.finalState.hidden, cell: output.finalState.cell)
  }

  @Test("The network's own outputs agree, rounded to single precision too")
  func same() throws {
    let network = try Self.network()
    let output = try network.run(.values(Self.input))
    var claims = Self.claims(output)
    claims.output = Array3<Double>(Array3<Float>(output.output))
    let comparison = try OutputComparison(
      LSTMModel(network: network), RunRequest(.values(Self.input)), claims: claims)
    #expect(comparison.isSame)
    #expect(comparison.causes.isEmpty)
    #expect(comparison.largest > 0 && comparison.largest < 1e-7)
  }

  /// Changes of the parameters that are mistakes of the catalogue made in every cell.
  static let mistakes: [(id: String, change: @Sendable (inout CellParameters<Double>) -> Void)] = [
    (
      "gate-order:iofg",
      { parameters in
        let old = parameters.gates
        parameters.gates.forget = old.output
        parameters.gates.candidate = old.forget
        parameters.gates.output = old.candidate
      }
    ),
    (
      "no-bias",
      { parameters in
        for gate in Gate.allCases {
          parameters.gates[gate].bias = [0, 0, 0, 0]
          parameters.gates[gate].recurrentBias = nil
        }
      }
    ),
    (
      "single-bias",
      { for gate in Gate.allCases { $0.gates[gate].recurrentBias = nil } }
    ),
    (
      "forget-bias-added",
      { $0.gates.forget.bias = $0.gates.forget.bias.map { $0 + 1 } }
    ),
    (
      "transposed-recurrent-weights",
      { parameters in
        for gate in Gate.allCases {
          parameters.gates[gate].hiddenWeights = parameters.gates[gate].hiddenWeights.transposed
        }
      }
    ),
    (
      "zero-hidden",
      { parameters in
        for gate in Gate.allCases {
          parameters.gates[gate].hiddenWeights = Matrix(zeros: 4, 4)
        }
      }
    ),
  ]

  @Test(
    "A mistake made in every cell is found by its id",
    arguments: LongTests.sample(of: mistakes.map(\.id), every: 3))
  func causes(_ id: String) throws {
    let mistake = try #require(Self.mistakes.first { $0.id == id })
    let wrong = try Self.network(mistake.change).run(.values(Self.input))
    let comparison = try OutputComparison(
      LSTMModel(network: Self.network()), RunRequest(.values(Self.input)),
      claims: Self.claims(wrong))
    #expect(!comparison.isSame)
    #expect(comparison.causes.map(\.id) == [id])
    #expect(comparison.firstDifference?.layer == 0)
  }

  @Test("The first difference is named by layer, step, sequence and unit")
  func firstDifference() throws {
    let network = try LSTMNetwork(layers: [NetworkLayer(forward: Self.cell(3, 4, seed: 1))])
    let output = try network.run(.values(Self.input))
    var claims = NetworkClaims(output: output.output)
    claims.output?[3, 1, 2] += 0.5
    claims.output?[4, 0, 0] += 0.5
    let comparison = try OutputComparison(
      LSTMModel(network: network), RunRequest(.values(Self.input)), claims: claims)
    let found = try #require(comparison.firstDifference)
    #expect(
      [found.layer, found.step, found.sequence, found.unit] == [0, 3, 1, 2]
        && found.quantity == "output")
    #expect(abs(found.mine - found.expected - 0.5) < 1e-12)
    #expect(comparison.causes.isEmpty)
    #expect(abs(comparison.largest - 0.5) < 1e-12)
  }

  @Test("NaN in somebody's numbers is a difference")
  func notANumber() throws {
    let network = try Self.network()
    var claims = Self.claims(try network.run(.values(Self.input)))
    claims.cell?[0, 0, 0] = .nan
    let comparison = try OutputComparison(
      LSTMModel(network: network), RunRequest(.values(Self.input)), claims: claims)
    #expect(comparison.firstDifference?.quantity == "cell")
    #expect(comparison.json.contains("\"mine\": null"))
  }

  @Test("Arrays of another shape are refused in words")
  func shapes() throws {
    let network = try Self.network()
    var claims = Self.claims(try network.run(.values(Self.input)))
    claims.output = claims.output?.swappingPlanesAndRows
    let error = #expect(throws: OutputComparisonError.self) {
      try OutputComparison(
        LSTMModel(network: network), RunRequest(.values(Self.input)), claims: claims)
    }
    #expect(
      error.map { "\($0)" }
        == "'output' is 2 x 5 x 4, but this network gives 5 x 2 x 4 for this input. "
        + "Arrays are [T, B, units], not [B, T, units].")
    #expect(error?.remedies == [.sayBatchFirst])
  }
}
