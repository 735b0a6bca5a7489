// Two networks are told to be the same or not, and every known mistake of reading is named.

import LSTMCore
import Testing

@testable import LSTMInsight

@Suite struct NetworkComparisonTests {
  /// One layer with I = H = 4 and two biases, the forget bias not raised.
  static func parameters(seed: UInt64 = 1) throws -> CellParameters<Double> {
    try CellParameters(
      .uniform(low: -1, high: 1),
      shape: CellShape(inputSize: 4, hiddenSize: 4, hasRecurrentBias: true), seed: seed)
  }

  static func network(_ parameters: CellParameters<Double>) throws -> LSTMNetwork<Double> {
    try LSTMNetwork(layers: [NetworkLayer(forward: ReadableCell(parameters: parameters))])
  }

  /// Ways in which a reader changes a cell, and the ids that name them.
  static let misreadings:
    [(name: String, causes: [String], change: @Sendable (inout CellParameters<Double>) -> Void)] = [
      (
        "ONNX' order read as PyTorch's", ["gate-order:iofg"],
        { parameters in
          let old = parameters.gates
          parameters.gates.forget = old.output
          parameters.gates.candidate = old.forget
          parameters.gates.output = old.candidate
        }
      ),
      (
        "input and forget gate exchanged", ["gate-order:figo"],
        { parameters in
          (parameters.gates.input, parameters.gates.forget) = (
            parameters.gates.forget, parameters.gates.input
          )
        }
      ),
      (
        "U transposed", ["transposed-recurrent-weights"],
        { parameters in
          for gate in Gate.allCases {
            parameters.gates[gate].hiddenWeights = parameters.gates[gate].hiddenWeights.transposed
          }
        }
      ),
      (
        "W transposed", ["transposed-input-weights"],
        { parameters in
          for gate in Gate.allCases {
            parameters.gates[gate].inputWeights = parameters.gates[gate].inputWeights.transposed
          }
        }
      ),
      (
        "W and U exchanged", ["swapped-inputs"],
        { parameters in
          for gate in Gate.allCases {
            let old = parameters.gates[gate]
            parameters.gates[gate].inputWeights = old.hiddenWeights
            parameters.gates[gate].hiddenWeights = old.inputWeights
          }
        }
      ),
      (
        "the forget bias of 1 forgotten", ["forget-bias-missing"],
        { $0.gates.forget.bias = $0.gates.forget.bias.map { $0 - 1 } }
      ),
      (
        "a forget bias of 1 added twice", ["forget-bias-added"],
        { $0.gates.forget.bias = $0.gates.forget.bias.map { $0 + 1 } }
      ),
      (
        "an order and a transposed U", ["gate-order:igfo", "transposed-recurrent-weights"],
        { parameters in
          (parameters.gates.forget, parameters.gates.candidate) = (
            parameters.gates.candidate, parameters.gates.forget
          )
          for gate in Gate.allCases {
            parameters.gates[gate].hiddenWeights = parameters.gates[gate].hiddenWeights.transposed
          }
        }
      ),
      (
        "only the first bias", ["single-bias"],
        { for gate in Gate.allCases { $0.gates[gate].recurrentBias = nil } }
      ),
      (
        "no bias", ["no-bias"],
        { parameters in
          for gate in Gate.allCases {
            parameters.gates[gate].bias = [0, 0, 0, 0]
            parameters.gates[gate].recurrentBias = nil
          }
        }
      ),
    ]

  @Test("A mistake of reading is named", arguments: misreadings.map(\.name))
  func misread(_ name: String) throws {
    let misreading = try #require(Self.misreadings.first { $0.name == name })
    var changed = try Self.parameters()
    misreading.change(&changed)
    let comparison = try NetworkComparison(
      Self.network(Self.parameters()), Self.network(changed))
    #expect(!comparison.isSame)
    #expect(comparison.findings.map(\.causes) == [misreading.causes])
    #expect(comparison.findings.first?.place == "layer 1, forward")
  }

  @Test("A network is the same as itself, and as itself with its biases added up")
  func same() throws {
    let parameters = try Self.parameters()
    #expect(
      try NetworkComparison(Self.network(parameters), Self.network(parameters)).findings == [])
    var summed = parameters
    for gate in Gate.allCases {
      summed.gates[gate].bias = parameters.gates[gate].biasSum
      summed.gates[gate].recurrentBias = nil
    }
    let comparison = try NetworkComparison(Self.network(parameters), Self.network(summed))
    #expect(comparison.isSame)
    #expect(
      comparison.findings.map(\.text) == [
        "the same network: the two biases are added up in the second"
      ])
  }

  @Test("Rounding to single precision is the same network; a changed weight is not")
  func rounding() throws {
    let parameters = try Self.parameters()
    var rounded = parameters
    rounded.gates.input.inputWeights = parameters.gates.input.inputWeights.map {
      Double(Float($0))
    }
    #expect(try NetworkComparison(Self.network(parameters), Self.network(rounded)).isSame)
    rounded.gates.input.inputWeights[2, 1] += 0.001
    let comparison = try NetworkComparison(Self.network(parameters), Self.network(rounded))
    #expect(!comparison.isSame)
    #expect(comparison.findings.map(\.causes) == [[]])
    #expect(abs((comparison.findings.first?.largest ?? 0) - 0.001) < 1e-6)
  }

  @Test("Settings are compared in the narrower precision of the two, and within the tolerance")
  func settings() throws {
    func network(_ alpha: Double) throws -> LSTMNetwork<Double> {
      var variant = CellVariant<Double>()
      variant.activations.input = Activation(.hardSigmoid, alpha: alpha)
      return try LSTMNetwork(layers: [
        NetworkLayer(
          forward: ReadableCell(parameters: try Self.parameters(), variant: variant))
      ])
    }
    let (wide, narrow) = (try network(0.2), try network(Double(Float(0.2))))
    let same = NetworkComparison(wide, narrow, tolerance: 0, precision: .float32)
    #expect(same.findings == [] && same.largest == 0)
    #expect(!NetworkComparison(wide, narrow, tolerance: 0).isSame)
    let close = NetworkComparison(wide, narrow)
    #expect(close.isSame && close.largest > 2e-9 && close.largest < 4e-9)
    #expect(close.text(first: "a", second: "b").contains("No number differs by more than 3e-9."))
    let usual = try Self.network(Self.parameters())
    #expect(!NetworkComparison(wide, usual, precision: .float32).isSame)
    #expect(!NetworkComparison(wide, try network(0.25), precision: .float32).isSame)
    let models = NetworkComparison(
      LSTMModel(network: wide), LSTMModel(network: narrow, precision: .float32), tolerance: 0)
    #expect(models.findings == [])
  }

  @Test("Models that give other outputs are not the same")
  func outputs() throws {
    let network = try Self.network(Self.parameters())
    let comparison = NetworkComparison(
      LSTMModel(network: network), LSTMModel(network: network, gives: .finalState))
    #expect(!comparison.isSame)
    #expect(
      comparison.findings.map { "\($0.place): \($0.text)" } == [
        "outputs: the first gives every step, the second the final state"
      ])
    let lasting = NetworkSurroundings(LSTMModel(network: network, gives: .finalState))
    #expect(lasting.sentences == ["gives the final state, not every step"])
  }

  @Test("The raised forget bias tells which file was read wrongly")
  func blame() throws {
    var parameters = try Self.parameters()
    parameters.gates.forget.bias = [2, 2, 2, 2]
    var changed = parameters
    (changed.gates.input, changed.gates.forget) = (changed.gates.forget, changed.gates.input)
    let comparison = try NetworkComparison(Self.network(parameters), Self.network(changed))
    #expect(
      comparison.findings.first?.text.contains(
        "The second file's reader or writer is the wrong one")
        == true)
  }

  @Test("Layers, embedding and head that differ are named")
  func structure() throws {
    let cell = ReadableCell(parameters: try Self.parameters())
    let one = try LSTMNetwork(
      front: .embedding(Matrix(identity: 4)), layers: [NetworkLayer(forward: cell)],
      head: LinearHead(weights: Matrix(identity: 4)))
    let two = try LSTMNetwork(layers: [NetworkLayer(forward: cell), NetworkLayer(forward: cell)])
    #expect(
      NetworkComparison(one, two).findings.map { "\($0.place): \($0.text)" } == [
        "embedding: only the first has one",
        """
        layers: the first has layer 1 forward 4 -> 4; the second layer 1 forward 4 -> 4, \
        layer 2 forward 4 -> 4
        """,
        "head: only the first has one", "head's bias: only the first has one",
      ])
  }
}
