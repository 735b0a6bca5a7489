// Models written, read again and run: the same network, and the same bytes each time. With
// LSTM_WRITE_FOLDER set, the files stay there for Scripts/checks/check_onnx.py.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("ONNX models are written")
struct ONNXWriterTests {
  @Test(
    "what is written is read as the same model and gives the same numbers", arguments: ONNXCase.all)
  func roundTrip(_ fixture: ONNXCase) throws {
    var model = try fixture.model()
    for index in model.outputs.indices {
      model.outputs[index] = .init(
        name: "out \(model.outputs[index].name)", meaning: model.outputs[index].meaning)
    }
    let bytes = try model.bytes()
    #expect(try model.bytes() == bytes)
    if let folder = ProcessInfo.processInfo.environment["LSTM_WRITE_FOLDER"] {
      try Data(bytes).write(to: URL(filePath: "\(folder)/\(fixture.name).onnx"))
    }
    let again = try ONNXSequenceModel(storage: ByteStorage(bytes), file: "again.onnx")
    #expect(
      try again.network
        == (model.hasBiases ? model.network.withBothBiases : model.network))
    #expect(again.hasBiases == model.hasBiases)
    #expect(again.starts == model.starts)
    #expect(again.lengths == model.lengths)
    #expect(again.input == model.input)
    #expect(again.isBatchFirst == model.isBatchFirst)
    #expect(again.precision == model.precision)
    #expect(again.outputs.map(\.name) == model.outputs.map(\.name))
    #expect(again.outputs.map(\.meaning) == model.outputs.map(\.meaning))
    #expect(again.producer == "swift-lstm")
  }

  @Test("every operator set can be chosen", arguments: ONNXSequenceModel.writtenOperatorSets)
  func operatorSets(_ operatorSet: Int) throws {
    let model = try #require(ONNXCase.all.first { $0.name == "torch-text-state" }).model()
    let bytes = try model.bytes(operatorSet: operatorSet)
    if let folder = ProcessInfo.processInfo.environment["LSTM_WRITE_FOLDER"] {
      try Data(bytes).write(to: URL(filePath: "\(folder)/set-\(operatorSet).onnx"))
    }
    let again = try ONNXSequenceModel(storage: ByteStorage(bytes), file: "again.onnx")
    #expect(again.network == model.network)
  }

  @Test("another operator set is refused")
  func otherOperatorSet() throws {
    let model = try #require(ONNXCase.all.first { $0.name == "torch-lstm" }).model()
    expectError("the model cannot be written as ONNX: operator set 12 is none of 13 to 22.") {
      try model.bytes(operatorSet: 12)
    }
  }

  @Test(
    "First states are read from inputs in either order of their axes", arguments: [false, true])
  func stateOrders(isBatchFirst: Bool) throws {
    func cell(_ inputs: Int, _ seed: UInt64) throws -> ReadableCell<Double> {
      ReadableCell(
        parameters: try ForeignCells.parameters(inputs, 2, biases: 2, seed: seed)
          .rounded(to: .float32))
    }
    let network = try LSTMNetwork(
      layers: [
        .init(forward: cell(3, 1), reverse: cell(3, 2)), .init(forward: cell(4, 3)),
      ])
    func start(_ offset: Int) -> ONNXSequenceModel.LayerStart {
      .init(
        hidden: .input("h", offset: offset, isBatchFirst: isBatchFirst),
        cell: .input("c", offset: offset, isBatchFirst: isBatchFirst))
    }
    let model = ONNXSequenceModel(network: network, starts: [start(0), start(2)])
    let bytes = try model.bytes()
    if let folder = ProcessInfo.processInfo.environment["LSTM_WRITE_FOLDER"] {
      try Data(bytes).write(to: URL(filePath: "\(folder)/states-\(isBatchFirst).onnx"))
    }
    let again = try ONNXSequenceModel(storage: ByteStorage(bytes), file: "again.onnx")
    #expect(again.starts == model.starts && again.network == network)
    let planesFirst = Array3<Double>(
      planes: 3, rows: 4, columns: 2, values: (0..<24).map(Double.init))
    let given = isBatchFirst ? planesFirst.swappingPlanesAndRows : planesFirst
    let state = try again.initialState(batch: 4, given: ["h": given])
    #expect(state.hidden == planesFirst && state.cell == Array3(zeros: 3, 4, 2))
    expectError(
      "the first state given for 'h' has the shape \(isBatchFirst ? "[4, 1, 2]" : "[1, 4, 2]"), but "
        + "the run needs \(isBatchFirst ? "[4, 2, 2]" : "[2, 4, 2]")."
    ) {
      let one = Array3<Double>(zeros: 1, 4, 2)
      return try again.initialState(
        batch: 4, given: ["h": isBatchFirst ? one.swappingPlanesAndRows : one])
    }
  }

  @Test("bfloat16 is written with the first operator set that has it, and with no earlier one")
  func bfloat16() throws {
    var model = try #require(ONNXCase.all.first { $0.name == "torch-lstm" }).model()
    model.precision = .bfloat16
    let bytes = try model.bytes()
    if let folder = ProcessInfo.processInfo.environment["LSTM_WRITE_FOLDER"] {
      try Data(bytes).write(to: URL(filePath: "\(folder)/bfloat16.onnx"))
    }
    let again = try ONNXSequenceModel(storage: ByteStorage(bytes), file: "again.onnx")
    #expect(again.precision == .bfloat16)
    expectError(
      "the model cannot be written as ONNX: its weights are bfloat16, which operator set 21 does not "
        + "have; 22 does."
    ) { try model.bytes(operatorSet: 21) }
  }

  @Test("a number beyond the type of the weights is refused")
  func beyond() throws {
    var parameters = try cell().parameters
    parameters.gates.forget.bias[0] = 70000
    let network = try LSTMNetwork(
      layers: [.init(forward: ReadableCell(parameters: parameters))])
    expectError(
      "the model cannot be written as ONNX: 'lstm.0.B' has the number 70000.0, which is beyond "
        + "float16."
    ) {
      try ONNXSequenceModel(network: network, precision: .float16).bytes()
    }
  }

  static let refused: [(String, @Sendable (inout CellVariant<Double>) -> Void)] = [
    ("layer 1 has a clip of the cell state; ONNX clips gates only", { $0.cellClip = 1 }),
    (
      "layer 1 has its output gate pinned to a constant, which ONNX cannot say",
      { $0.pinned.output = 1 }
    ),
    ("layer 1 has i = 1 - f; ONNX's input_forget is f = 1 - i", { $0.coupling = .inputFromForget }),
    (
      "layer 1 has gates of different activations; ONNX has one for all three",
      { $0.activations.forget = .tanh }
    ),
  ]

  @Test("what ONNX cannot say is refused", arguments: refused.indices)
  func refusedVariants(_ index: Int) throws {
    let (reason, change) = Self.refused[index]
    let cell = try #require(try cell())
    var variant = cell.variant
    change(&variant)
    let network = try LSTMNetwork(
      layers: [.init(forward: ReadableCell(parameters: cell.parameters, variant: variant))])
    expectError("the model cannot be written as ONNX: \(reason).") {
      try ONNXSequenceModel(network: network).bytes()
    }
  }

  @Test("a projection and a one-hot input are refused")
  func refusedParts() throws {
    let cell = try cell()
    let size = cell.parameters.hiddenSize
    let projected = try CellParameters(
      gates: cell.parameters.gates, projection: Matrix(identity: size))
    expectError(
      "the model cannot be written as ONNX: layer 1 has a recurrent projection, which ONNX's LSTM "
        + "does not have."
    ) {
      try ONNXSequenceModel(
        network: LSTMNetwork(layers: [.init(forward: ReadableCell(parameters: projected))])
      ).bytes()
    }
    expectError(
      "the model cannot be written as ONNX: its input is one-hot; replace it by an embedding of the "
        + "identity matrix."
    ) {
      try ONNXSequenceModel(
        network: LSTMNetwork(
          front: .oneHot(size: cell.parameters.inputSize), layers: [.init(forward: cell)])
      ).bytes()
    }
  }

  private func cell() throws -> ReadableCell<Double> {
    let model = try #require(ONNXCase.all.first { $0.name == "torch-lstm" }).model()
    return try #require(model.network.layers[0].forward)
  }
}

extension LSTMNetwork<Double> {
  /// The network with a second bias of zeros where there was none: ONNX has both or none.
  fileprivate var withBothBiases: LSTMNetwork {
    get throws {
      func both(_ cell: ReadableCell<Double>) throws -> ReadableCell<Double> {
        let gates = cell.parameters.gates.map { gate in
          var gate = gate
          gate.recurrentBias = gate.recurrentBias ?? gate.bias.map { _ in 0 }
          return gate
        }
        return ReadableCell(parameters: try CellParameters(gates: gates), variant: cell.variant)
      }
      return try LSTMNetwork(
        front: front,
        layers: layers.map { layer in
          guard let forward = layer.forward else {
            return try layer.reverse.map { NetworkLayer(reverse: try both($0)) } ?? layer
          }
          return try NetworkLayer(forward: both(forward), reverse: layer.reverse.map(both))
        }, head: head)
    }
  }
}
