// What a model says beside its weights: first states, lengths, masks, what its head reads. It goes
// through every form that holds it, is refused by the others, and a run uses it.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Settings of models")
struct ModelSettingsTests {
  private func cell(_ inputs: Int, _ hidden: Int, seed: UInt64) throws -> ReadableCell<Double> {
    ReadableCell(parameters: try ForeignCells.parameters(inputs, hidden, biases: 2, seed: seed))
  }

  private func matrix(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Double> {
    var generator = SplitMix64(seed: seed)
    return Matrix(
      rows: rows, columns: columns, values: (0..<rows * columns).map { _ in generator.nextUnit() })
  }

  /// Two directions of 3 units, then one of 2, with states for so many sequences.
  private func model(sequences: Int, source: OutputSelection = .finalState) throws
    -> LSTMModel
  {
    LSTMModel(
      network: try LSTMNetwork(
        layers: [
          .init(forward: cell(2, 3, seed: 1), reverse: cell(2, 3, seed: 2)),
          .init(forward: cell(6, 2, seed: 3)),
        ],
        head: LinearHead(weights: matrix(2, 2, seed: 4), activation: .softmax, source: source)),
      initialState: NetworkState(
        parts: [3, 3, 2].enumerated().map { place, units in
          .init(
            hidden: matrix(sequences, units, seed: UInt64(10 + place)),
            cell: matrix(sequences, units, seed: UInt64(20 + place)))
        }),
      lengths: sequences == 1 ? nil : [3, 1], provenance: .init(format: "x"))
  }

  private let input = NetworkInput.values(
    Array3(planes: 3, rows: 2, columns: 2, values: (0..<12).map { Double($0) / 8 - 0.5 }))

  /// The model after it was written in a form and read again.
  private func again(_ model: LSTMModel, as form: ModelForm) throws -> LSTMModel {
    try Fixtures.withTemporaryFolder { folder in
      let file = folder.appending(path: "model").path
      try model.write(to: file, as: form)
      return try LSTMModel(contentsOf: file)
    }
  }

  @Test(
    "First states, lengths and what the head reads come back, and a run uses them",
    arguments: [ModelForm.swiftLSTM, .json, .onnx], [1, 2])
  func roundTrip(form: ModelForm, sequences: Int) throws {
    for source in OutputSelection.allCases {
      let model = try model(sequences: sequences, source: source)
      let again = try again(model, as: form)
      #expect(again.network == model.network)
      #expect(again.initialState == model.initialState && again.lengths == model.lengths)
      #expect(again.settings == model.settings)
      let result = try again.run(input)
      #expect(try result == model.run(input))
      // The states given to the network by hand, a row for each sequence.
      let state = try NetworkState(
        parts: #require(model.initialState).parts.map { part in
          func both(_ matrix: Matrix<Double>) -> Matrix<Double> {
            Matrix(
              rows: 2, columns: matrix.columns,
              values: sequences == 1 ? matrix.values + matrix.values : matrix.values)
          }
          return .init(hidden: both(part.hidden), cell: both(part.cell))
        })
      #expect(try result == model.network.run(input, state: state, lengths: model.lengths))
      #expect(try result != model.network.run(input, lengths: model.lengths))
    }
  }

  @Test("What a run is given outranks what the model stores")
  func given() throws {
    let model = try model(sequences: 2)
    let zeros = model.network.zeroState(batch: 2)
    #expect(
      try model.run(input, state: zeros, lengths: [2, 2])
        == model.network.run(input, state: zeros, lengths: [2, 2]))
  }

  @Test("A head reads the first or the last step of the batch, which may be beyond a sequence")
  func readings() throws {
    for source in [OutputSelection.firstStep, .lastStep] {
      let network = try model(sequences: 2, source: source).network
      let result = try network.run(input, lengths: [3, 1])
      let logits = try #require(result.logits)
      #expect(logits.shape == [1, 2, 2])
      let head = try #require(network.head)
      let step = source == .firstStep ? 0 : 2
      for sequence in 0..<2 {
        #expect(logits.row(0, sequence) == head.logits(result.output.row(step, sequence)))
      }
      #expect((logits.row(0, 1) == [0, 0]) == (source == .lastStep))
    }
  }

  @Test("Steps that a mask skips are told in the two forms of our own, and a run skips them")
  func masks() throws {
    func tokens(_ mask: StepMask?) throws -> LSTMModel {
      LSTMModel(
        network: try LSTMNetwork(
          front: .embedding(matrix(3, 2, seed: 7)), layers: [.init(forward: cell(2, 3, seed: 1))]),
        mask: mask, provenance: .init(format: "x"))
    }
    let ids = NetworkInput<Double>.tokens(ids: [1, 0, 0, 2, 2, 1], steps: 3, batch: 2)
    func numbers(_ mask: StepMask?) throws -> LSTMModel {
      LSTMModel(
        network: try LSTMNetwork(layers: [.init(forward: cell(2, 3, seed: 1))]), mask: mask,
        provenance: .init(format: "x"))
    }
    let values = NetworkInput.values(
      Array3(planes: 3, rows: 1, columns: 2, values: [1, 2, -0.5, -0.5, 3, -0.5]))
    for form in [ModelForm.swiftLSTM, .json] {
      for (model, plain, input) in [
        (try tokens(.tokenZero), try tokens(nil), ids),
        (try numbers(.value(-0.5)), try numbers(nil), values),
      ] {
        let again = try again(model, as: form)
        #expect(again.mask == model.mask)
        #expect(try again.run(input) == model.run(input))
        #expect(try again.run(input) != plain.run(input))
      }
    }
    #expect(try tokens(.tokenZero).words(for: .mask) == "that steps with token 0 are skipped")
  }

  @Test("Lengths that do not fit are refused in words where steps are skipped too")
  func maskedLengths() throws {
    let model = LSTMModel(
      network: try LSTMNetwork(layers: [.init(forward: cell(2, 3, seed: 1))]), mask: .value(0))
    expectError("there are 1 length for 2 sequences. Give one for each.") {
      try model.run(input, lengths: [1])
    }
    expectError(
      "sequence 2 is said to have 4 steps, but the input has 3. Give a length from 1 to 3."
    ) { try model.run(input, lengths: [1, 4]) }
    #expect(throws: NetworkError.emptySequence(0)) { try model.run(input, lengths: [0, 2]) }
    #expect(throws: NetworkError.inputWidth(found: 1, expected: 2)) {
      try model.run(.values(Array3(zeros: 3, 2, 1)))
    }
  }

  @Test("Stored states and lengths of another number of sequences are refused in words")
  func otherBatch() throws {
    var model = try model(sequences: 2)
    let three = NetworkInput<Double>.values(Array3(zeros: 2, 3, 2))
    let advice =
      "Give hidden, cell and lengths in the input, or as many sequences as the model stores."
    expectError(
      "the model stores lengths for 2 sequences, but the input has 3 sequences. \(advice)"
    ) { try model.run(three) }
    model.lengths = nil
    expectError(
      "the model stores initial states for 2 sequences, but the input has 3 sequences. \(advice)"
    ) { try model.run(three) }
  }

  /// Every setting with a model that has it alone, and its words.
  private func single() throws -> [(LSTMModel.Setting, LSTMModel, String)] {
    let bare = try LSTMNetwork(layers: [.init(forward: cell(2, 3, seed: 1))])
    func head(_ head: LinearHead<Double>) throws -> LSTMModel {
      LSTMModel(network: try LSTMNetwork(layers: bare.layers, head: head))
    }
    let weights = matrix(2, 3, seed: 5)
    var (front, deep) = (LSTMModel(network: bare), LSTMModel(network: bare))
    front.frontLayers = [.linear(weights: matrix(2, 4, seed: 8), bias: nil)]
    deep.headLayers = PlainHead(
      layers: [.activation(Activation(.relu)), .linear(weights: weights, bias: nil)])
    return [
      (
        .mask, LSTMModel(network: bare, mask: .value(-1)),
        "that steps of which every feature is -1.0 are skipped"
      ),
      (
        .oneHot,
        LSTMModel(network: try LSTMNetwork(front: .oneHot(size: 2), layers: bare.layers)),
        "the one-hot of 2"
      ),
      (
        .headActivation, try head(LinearHead(weights: weights, activation: .sigmoid)),
        "the head's sigmoid"
      ),
      (
        .headReading, try head(LinearHead(weights: weights, source: .finalState)),
        "that the head reads the final state"
      ),
      (
        .outputs, LSTMModel(network: bare, gives: .finalState), "that it gives the final state"
      ),
      (
        .initialState,
        LSTMModel(
          network: bare,
          initialState: .init(parts: [
            .init(hidden: matrix(1, 3, seed: 6), cell: matrix(1, 3, seed: 7))
          ])), "the initial states"
      ),
      (.lengths, LSTMModel(network: bare, lengths: [2, 1]), "the lengths of 2 sequences"),
      (.frontLayers, front, "what stands before the LSTM (linear 4 -> 2)"),
      (.headLayers, deep, "the head's layers (relu, linear 3 -> 2)"),
    ]
  }

  @Test("A form without a place for a setting refuses it; left out, it is written")
  func refused() throws {
    let cases = try single()
    #expect(cases.map(\.0) == LSTMModel.Setting.allCases)
    for (setting, model, words) in cases {
      #expect(model.settings == [setting])
      let without = try model.without(setting)
      #expect(without.settings.isEmpty)
      for form in ModelForm.all where ![.keras, .nam, .guitarML, .rtneural].contains(form) {
        try Fixtures.withTemporaryFolder { folder in
          let file = folder.appending(path: "model").path
          if form.settings.contains(setting) {
            try model.write(to: file, as: form)
            #expect(try LSTMModel(contentsOf: file).settings == [setting], "\(form)")
          } else {
            expectError(
              "the form \(form.identifier) cannot hold \(words). Write swift-lstm or json, which hold "
                + "everything, or leave it out."
            ) { try model.write(to: file, as: form) }
            let refused = #expect(throws: ModelError.self) {
              try model.write(to: file, as: form)
            }
            #expect(
              refused?.remedies == [
                .writeForm([.init(name: "swift-lstm"), .init(name: "json")]),
                .leaveOut(setting: setting.rawValue),
              ])
            #expect(!FileManager.default.fileExists(atPath: file))
          }
          #expect(try without.write(to: file, as: form).isEmpty)
        }
      }
    }
  }

  @Test("A vocabulary and a task are left out with a note")
  func notes() throws {
    var model = try #require(try single().first).1.without(.mask)
    (model.vocabulary, model.task) = (.init(.words, ["a", "b"]), "t")
    try Fixtures.withTemporaryFolder { (folder: URL) throws in
      let file = folder.appending(path: "model").path
      for form in [ModelForm.pytorch, .onnx, .mlx, .numpy, .safetensors] {
        #expect(
          try model.write(to: file, as: form) == ["the vocabulary", "the task"])
      }
      for form in [ModelForm.json, .swiftLSTM] {
        #expect(try model.write(to: file, as: form).isEmpty)
      }
    }
  }

  @Test(
    "Settings that make no sense in a JSON model are refused in words",
    arguments: [
      (
        "\"mask\": {\"token\": 1}",
        "'m.json': mask.token has to be 0, the only token that is skipped."
      ),
      (
        "\"mask\": {\"token\": 0, \"value\": 1}",
        "'m.json': mask has both 'token' and 'value'. Keep one."
      ),
      ("\"mask\": {}", "'m.json' lacks the key 'mask.token'. Add it."),
      (
        "\"mask\": {\"token\": 0}",
        "'m.json': the mask is of a token, but the model reads numbers. Make it {\"value\": 0}."
      ),
      (
        "\"mask\": {\"value\": 0}, \"oneHot\": 2",
        "'m.json': the mask is of a value, but the model reads tokens. Make it {\"token\": 0}."
      ),
      (
        "\"lengths\": [2, -1]",
        "'m.json': lengths has to be a list of whole numbers of steps, one for each sequence."
      ),
      (
        "\"initialState\": []",
        "'m.json': initialState has to be a list of 1, one for each direction of each layer."
      ),
      (
        "\"initialState\": [{\"hidden\": [[1, 2, 3]]}]",
        "'m.json' lacks the key 'initialState[0].cell'. Add it."
      ),
      (
        "\"initialState\": [{\"hidden\": [[1, 2, 3]], \"cell\": [[1, 2, 3], [1, 2, 3]]}]",
        "'m.json': initialState[0].cell has to be 1 x 3: a row for each sequence, or one for all."
      ),
    ])
  func refusedJSON(_ more: String, _ message: String) {
    expectError(message) {
      try ModelJSON.parse(
        Data("{\"layers\": [{\"forward\": \(WeightsText.plain)}], \(more)}".utf8), file: "m.json")
    }
  }

  /// Found by fuzzing: the biases were read, and left out when the model was written again.
  @Test("A document that says there are no biases does not read them where there are some")
  func biasesBesideTheDocument() throws {
    let model = LSTMModel(
      network: try LSTMNetwork(layers: [.init(forward: cell(2, 3, seed: 1))]))
    var archive = try ModelFile.archive(of: model)
    let text = try #require(archive.metadata[ModelFile.metadataKey])
    #expect(text.hasPrefix("{"))
    archive.metadata[ModelFile.metadataKey] = "{\"hasBiases\":false," + text.dropFirst()
    let read = try ModelFile.model(from: archive, file: "m")
    #expect(read.unused == ["lstm.bias_ih_l0", "lstm.bias_hh_l0"])
    let biases = try #require(read.network.layers[0].forward).parameters.gates.map(\.bias)
    #expect(Gate.allCases.allSatisfy { biases[$0] == [0, 0, 0] })
    #expect(
      try ModelFile.model(from: ModelFile.archive(of: read), file: "m").network == read.network)
  }

  @Test("A model file whose states are missing or of other sizes is refused in words")
  func refusedModelFile() throws {
    let whole = try ModelFile.archive(of: model(sequences: 2))
    var archive = whole
    archive.entries.removeAll { $0.name == "initial.cell_l0_reverse" }
    expectError(
      "'m' lacks the tensor 'initial.cell_l0_reverse', but the document says that there are initial "
        + "states.\nThe file is incomplete: save the model again."
    ) { try ModelFile.model(from: archive, file: "m") }
    archive = TensorArchive(
      whole.entries.map { entry in
        (
          entry.name,
          entry.name == "initial.hidden_l1" ? Tensor([1.0, 2], shape: [1, 2]) : entry.tensor
        )
      }, metadata: whole.metadata)
    expectError(
      "'m': the tensor 'initial.hidden_l1' is 1 x 2, but has to be 2 x 2, since the document says "
        + "that there are initial states."
    ) { try ModelFile.model(from: archive, file: "m") }
  }
}
