// What Keras' layers cannot hold: the exact error each.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMFormats

@Suite struct KerasRefusedTests {
  private func expect(
    _ what: String, or other: String = "ONNX",
    sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout LSTMModel) throws -> Void
  ) throws {
    var model = try KerasWriterTests.model()
    try change(&model)
    expectError(
      "Keras' LSTM cannot hold \(what). Write the project's own model file or \(other) instead.",
      sourceLocation: sourceLocation
    ) { try KerasModel(model, file: "f") }
  }

  /// Changes the cell of the first layer.
  private func change(
    _ model: inout LSTMModel, _ change: (inout CellVariant<Double>) -> Void
  ) throws {
    var layers = model.network.layers
    let cell = try #require(layers[0].forward)
    var variant = cell.variant
    change(&variant)
    layers[0] = NetworkLayer(
      forward: ReadableCell(parameters: cell.parameters, variant: variant))
    model.network = try LSTMNetwork(layers: layers, head: model.network.head)
  }

  @Test("Clips, coupled and pinned gates are refused")
  func variants() throws {
    try expect("a clip (layer 1)") { try change(&$0) { $0.clip = 1 } }
    try expect("a cell clip (layer 1)", or: "JSON") { try change(&$0) { $0.cellClip = 1 } }
    try expect("coupled gates (input-from-forget) (layer 1)", or: "JSON") {
      try change(&$0) { $0.coupling = .inputFromForget }
    }
    try expect("a gate held at a constant (forget) (layer 1)", or: "JSON") {
      try change(&$0) { $0.pinned.forget = 1 }
    }
  }

  @Test("Activations that Keras does not have, or not in that place, are refused")
  func activations() throws {
    try expect("gates of different activations (layer 1)", or: "JSON") {
      try change(&$0) { $0.activations.input = .tanh }
    }
    try expect("different activations of the candidate and of the cell state (layer 1)") {
      try change(&$0) { $0.cellActivation = .identity }
    }
    try expect("the activation hard-sigmoid of 0.2 and 0.5 (layer 1)") {
      try change(&$0) { variant in
        for gate in [Gate.forget, .input, .output] {
          variant.activations[gate] = Activation(.hardSigmoid)
        }
      }
    }
    try expect("the activation thresholded-relu of 1.0 (layer 1)") {
      try change(&$0) { variant in
        variant.activations.candidate = Activation(.thresholdedRelu)
        variant.cellActivation = Activation(.thresholdedRelu)
      }
    }
  }

  @Test("Peepholes and projections are refused")
  func parameters() throws {
    func replace(
      _ model: inout LSTMModel, projection: Matrix<Double>? = nil, peephole: [Double]? = nil
    ) throws {
      let old = try #require(model.network.layers[0].forward).parameters
      var gates = old.gates
      gates.output.peephole = peephole
      if projection != nil {
        for gate in Gate.allCases {
          gates[gate].hiddenWeights = Matrix(rows: 2, columns: 1, values: [0.5, 0.5])
        }
      }
      let cell = ReadableCell(
        parameters: try CellParameters(gates: gates, projection: projection))
      model.network = try LSTMNetwork(layers: [NetworkLayer(forward: cell)])
    }
    try expect("the output gate's peephole (layer 1)") { try replace(&$0, peephole: [1, 2]) }
    try expect("a projection (layer 1)", or: "JSON") {
      try replace(&$0, projection: Matrix(rows: 1, columns: 2, values: [1, 2]))
    }
  }

  @Test("Layers that read backward in a way that Keras has not are refused")
  func backward() throws {
    func backward(
      _ model: inout LSTMModel, _ order: NetworkLayer<Double>.ReverseOrder, mask: StepMask? = nil,
      count: Int = 1
    ) throws {
      let gate = GateParameters<Double>(
        inputWeights: Matrix(rows: 1, columns: 1, values: [0.5]),
        hiddenWeights: Matrix(rows: 1, columns: 1, values: [0.25]), bias: [1])
      let cell = ReadableCell(parameters: try CellParameters(gates: PerGate(all: gate)))
      let layer = NetworkLayer(reverse: cell, order: order)
      model.network = try LSTMNetwork(layers: [NetworkLayer](repeating: layer, count: count))
      model.mask = mask
    }
    try expect(
      "a layer that only reads backward and puts its outputs in the order of x (layer 1)"
    ) { try backward(&$0, .steps) }
    try expect("masked steps behind a layer that only reads backward (layer 1)") {
      try backward(&$0, .processing, mask: .value(0), count: 2)
    }
    // What Keras has: the order of reading, or no order at all where only the end is read.
    var model = try KerasWriterTests.model()
    try backward(&model, .processing, count: 2)
    _ = try KerasModel(model, file: "f")
    try backward(&model, .steps)
    model.network = try LSTMNetwork(
      layers: model.network.layers,
      head: LinearHead(
        weights: Matrix(rows: 1, columns: 1, values: [1]), source: .finalState))
    _ = try KerasModel(model, file: "f")
  }

  @Test("A one-hot that would be too large an Embedding is refused, and a sum out of range")
  func sizes() throws {
    let gate = GateParameters<Double>(
      inputWeights: Matrix(rows: 1, columns: 4097, values: [Double](repeating: 0, count: 4097)),
      hiddenWeights: Matrix(rows: 1, columns: 1, values: [0]), bias: [60000],
      recurrentBias: [60000])
    let cell = ReadableCell(parameters: try CellParameters(gates: PerGate(all: gate)))
    let layer = NetworkLayer(forward: cell)
    try expect(
      "a one-hot of 4097: as an Embedding of the identity it would have 16785409 numbers"
    ) { $0.network = try LSTMNetwork(front: .oneHot(size: 4097), layers: [layer]) }
    let model = LSTMModel(network: try LSTMNetwork(layers: [layer]), precision: .float16)
    expectError(
      "the tensor 'bias' holds 120000.0, which is beyond the range of float16. "
        + "Write it as float32 or float64."
    ) { try KerasModel(model, file: "f") }
  }
}
