// What a model without a head gives, and what its file takes beside the sequence: both go through every
// form that holds them.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("What models give and take")
struct ModelOutputsTests {
  private func cell(_ inputs: Int, _ hidden: Int, seed: UInt64) throws -> ReadableCell<Double> {
    ReadableCell(
      parameters: try ForeignCells.parameters(inputs, hidden, seed: seed).rounded(to: .float32))
  }

  /// One layer of 2 units and one of 3, in both directions where that is asked for.
  private func model(bothWays: Bool, gives: OutputSelection = .everyStep) throws -> LSTMModel {
    let last = NetworkLayer(
      forward: try cell(2, 3, seed: 2), reverse: bothWays ? try cell(2, 3, seed: 3) : nil)
    return LSTMModel(
      network: try LSTMNetwork(layers: [NetworkLayer(forward: try cell(2, 2, seed: 1)), last]),
      precision: .float32, gives: gives)
  }

  private let input = NetworkInput.values(
    Array3<Double>(planes: 3, rows: 2, columns: 2, values: (0..<12).map { Double($0) / 8 - 0.5 }))

  /// The model after it was written in a form and read again.
  private func again(_ model: LSTMModel, as form: ModelForm) throws -> LSTMModel {
    try Fixtures.withTemporaryFolder { folder in
      let file = folder.appending(path: "model").path
      try model.write(to: file, as: form)
      return try LSTMModel(contentsOf: file)
    }
  }

  @Test("What a model without a head gives comes back from every form that holds it")
  func gives() throws {
    for form in [ModelForm.swiftLSTM, .json, .onnx, .keras] {
      for gives in OutputSelection.allCases {
        for bothWays in [false, true] {
          let model = try model(bothWays: bothWays, gives: gives)
          let isStep = gives == .firstStep || gives == .lastStep && bothWays
          guard form != .keras || !isStep else {
            let words = gives == .firstStep ? "first" : "last"
            expectError(
              "the form keras cannot hold that it gives the \(words) step. Write swift-lstm or json, "
                + "which hold everything, or leave it out."
            ) { try again(model, as: form) }
            continue
          }
          let read = try again(model, as: form)
          // Keras knows the last step as the final state, which is the same where all is read
          // forward.
          let kept = form == .keras && gives == .lastStep ? .finalState : gives
          #expect(read.gives == kept, "\(form)")
          #expect(read.settings == (kept == .everyStep ? [] : [.outputs]))
          #expect(try read.run(input).output == model.run(input).output, "\(form) \(gives)")
        }
      }
    }
  }

  @Test("A Keras layer without return_sequences gives the final state, and is written as one")
  func kerasReturnsSequences() throws {
    for (gives, returnsSequences) in [(OutputSelection.everyStep, true), (.finalState, false)] {
      for bothWays in [false, true] {
        let keras = try KerasModel(model(bothWays: bothWays, gives: gives), file: "f")
        switch try #require(keras.layers.last).kind {
        case .lstm(let lstm): #expect(lstm.returnsSequences == returnsSequences)
        case .bidirectional(let forward, let backward):
          #expect(forward.returnsSequences == returnsSequences)
          #expect(backward.returnsSequences == returnsSequences)
        default: Issue.record("the last layer is no LSTM")
        }
        let network = try keras.network()
        #expect(network.returnsSequences == returnsSequences && network.model.gives == gives)
      }
    }
  }

  @Test("States and lengths that a graph took stay its inputs, through the project's own forms too")
  func graphInputs() throws {
    let uneven = try model(bothWays: true).network
    let even = try LSTMNetwork(layers: [
      NetworkLayer(forward: cell(2, 3, seed: 4)), NetworkLayer(forward: cell(3, 3, seed: 5)),
    ])
    for (network, names) in [
      (even, ["initial_hidden", "initial_cell"]),
      (
        uneven,
        ["initial_hidden_l0", "initial_hidden_l1", "initial_cell_l0", "initial_cell_l1"]
      ),
    ] {
      func state(_ kind: String, _ layer: Int) -> ONNXSequenceModel.InitialState {
        names.count == 2
          ? .input("initial_\(kind)", offset: layer)
          : .input("initial_\(kind)_l\(layer)", offset: 0)
      }
      let starts = (0..<2).map {
        ONNXSequenceModel.LayerStart(hidden: state("hidden", $0), cell: state("cell", $0))
      }
      try Fixtures.withTemporaryFolder { folder in
        func path(_ name: String) -> String { folder.appending(path: name).path }
        // Under other names, as somebody's exporter writes them.
        let foreign = ONNXSequenceModel(
          network: network,
          starts: (0..<2).map {
            .init(hidden: .input("h\($0)", offset: 0), cell: .input("c\($0)", offset: 0))
          }, lengths: .input("n"))
        let bytes = try ONNXModelWriter.bytes(of: foreign)
        try ByteOutput.file(path("first.onnx")) { try $0.write(bytes) }
        var file = path("first.onnx")
        for (index, form) in [ModelForm.onnx, .swiftLSTM, .json, .onnx].enumerated() {
          let model = try LSTMModel(contentsOf: file)
          #expect(model.graphInputs == [.hidden, .cell, .lengths])
          #expect(model.initialState == nil && model.lengths == nil && model.settings.isEmpty)
          file = path("\(index)")
          try model.write(to: file, as: form)
        }
        let last = try ONNXSequenceModel(contentsOf: file)
        #expect(last.starts == starts && last.lengths == .input("lengths"))
        #expect(last.network.layers.count == 2)
      }
    }
  }

  @Test("States that are stored stay stored beside an input of the graph")
  func storedBesideInput() throws {
    var model = try model(bothWays: false)
    model.initialState = model.network.zeroState(batch: 1)
    model.initialState?.parts[1].cell = Matrix(rows: 1, columns: 3, values: [1, 2, 3])
    model.graphInputs = [.cell]
    let read = try again(model, as: .onnx)
    #expect(read.initialState == model.initialState && read.graphInputs == [.cell])
  }

  @Test("An input that no graph has is refused in words")
  func unknownInput() {
    expectError("'m.json': graphInputs has to be a list of hidden, cell, lengths.") {
      try ModelJSON.parse(
        Data(
          "{\"layers\": [{\"forward\": \(WeightsText.plain)}], \"graphInputs\": [\"x\"]}".utf8),
        file: "m.json")
    }
  }

  @Test("Steps of a mask's value are skipped in the precision of the model, whatever it runs in")
  func maskInPrecision() throws {
    for (type, stored) in [(StoredPrecision.float32, Double(Float(0.1))), (.float64, 0.1)] {
      var model = try model(bothWays: false)
      model.precision = type
      model.mask = .value(0.1)
      func run(_ value: Double) throws -> [Double] {
        try model.run(
          RunRequest(.values(Array3(planes: 2, rows: 1, columns: 2, values: [1, 2, value, value])))
        ).finalState.parts.flatMap(\.hidden.values)
      }
      let first = try model.run(
        RunRequest(.values(Array3<Double>(planes: 1, rows: 1, columns: 2, values: [1, 2]))))
      let skipped = first.finalState.parts.flatMap(\.hidden.values)
      #expect(try run(stored) == skipped && run(0.1) == skipped)
      #expect(try (run(Double(Float(0.1))) == skipped) == (type == .float32))
      #expect(try run(0.2) != skipped)
    }
  }
}
