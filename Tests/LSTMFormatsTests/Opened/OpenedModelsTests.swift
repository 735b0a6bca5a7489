// Models as people have them (Scripts/fixtures/make_opened.py): more around the LSTM than one linear layer,
// other objects in the pickle, weights alone. Their numbers against those of their frameworks.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

@Suite("Models as people have them")
struct OpenedModelsTests {
  /// A way to open a file, and what has to come out.
  struct Case: CustomTestStringConvertible, Sendable {
    let file: String
    var choice = StateDictChoice()
    /// Whether the whole network is run, or its first LSTM alone.
    var isWhole = true
    /// The beginning of each note.
    var notes: [String] = []

    var testDescription: String { "\(file) \(choice.lstm) \(choice.head ?? "")" }
  }

  static let classes =
    "of objects of the file's own classes ('__main__.Net', 'torch.nn.modules.rnn.LSTM', "
    + "'torch.nn.modules.linear.Linear', …) only the attributes were read; nothing of it was run"

  static let cases: [Case] = [
    Case(file: "keras-dense.keras"),
    Case(
      file: "keras-dense.keras", choice: .init(lstm: ["lstm"]), isWhole: false,
      notes: ["of the file's network dense (Dense), dense_1 (Dense) are not in this model"]),
    Case(file: "keras-conv.keras"),
    Case(file: "keras-norm.keras"),
    Case(
      file: "keras-repeat.keras", choice: .init(lstm: ["encoder"]), isWhole: false,
      notes: [
        "of the file's network repeat_vector (RepeatVector), decoder (LSTM), dense_5 (Dense) are not "
          + "in this model"
      ]),
    Case(
      file: "keras-weights.weights.h5",
      isWhole: false,
      notes: [
        "the file holds weights of Keras 3 without their layers: gates are taken for logistic, the "
          + "candidate for tanh, a head for linear"
      ]),
    Case(file: "torch-module.pt", notes: [classes]),
    Case(
      file: "torch-config.pt",
      notes: [
        "of objects of the file's own classes ('__main__.Config') only the attributes were read; "
          + "nothing of it was run"
      ]),
    Case(
      file: "torch-script.pt",
      notes: ["it is a TorchScript archive: its tensors were read, its program was not run", "of"]),
    Case(file: "torch-protocol4.pt"),
    Case(
      file: "torch-weight-norm.pt",
      notes: ["1 weights were computed of their weight norm, g v / |v|"]),
    Case(
      file: "torch-weight-drop.pt",
      notes: [
        "rnn.module.weight_hh_l0_raw is taken for rnn.module.weight_hh_l0: weight drop is for training"
      ]),
    Case(file: "torch-deep.pt", choice: .init(head: "fc1:relu,fc2")),
    Case(
      file: "torch-deep.pt", isWhole: false,
      notes: [
        "no head was taken: fc1.weight (5 x 4) could be it, but fc2 (1 x 5) may stand between or after",
        "of the file's network fc1 (5 x 4), fc2 (1 x 5) are not in this model",
      ]),
    Case(file: "onnx-deep.onnx"),
    Case(
      file: "onnx-abs.onnx", isWhole: false, notes: ["the graph's other nodes: Abs"]),
    Case(
      file: "onnx-if.onnx", choice: .init(lstm: ["inner"]), isWhole: false,
      notes: [
        "1 of the file's 2 LSTM nodes: other", "the graph's other nodes: If",
        "inner stands in then_branch of If 'choice'",
      ]),
  ]

  @Test("What they compute is what their frameworks compute, by both executors", arguments: cases)
  func sameNumbers(test: Case) throws {
    let path = Fixtures.path("opened/\(test.file)")
    let model = try LSTMModel(contentsOf: path, choice: test.choice)
    #expect(model.readingNotes.count == test.notes.count, "\(model.readingNotes.map(\.words))")
    for (note, beginning) in zip(model.readingNotes, test.notes) {
      #expect(note.words.hasPrefix(beginning))
    }
    let stem = test.file.split(separator: ".")[0]
    let arrays = try NpzFile(contentsOf: Fixtures.path("opened/\(stem).npz"))
    let input = try #require(try arrays.tensor(test.isWhole ? "input" : "lstm_input").cube)
    let right = try arrays.tensor(test.isWhole ? "output" : "lstm").doubles()
    for output in [
      try model.run(RunRequest(.values(Array3<Float>(input)))),
      try InferenceEngine(model).run(RunRequest(.values(Array3<Float>(input)))),
    ] {
      let found =
        test.isWhole ? output.probabilities ?? output.logits ?? output.output : output.output
      expectClose(
        test.file, found.values.map { Double($0) }, right, within: .absolute(1e-5))
    }
  }

  @Test("What a part of them is asked for and is not there is refused by name")
  func refused() {
    func expect(_ file: String, _ choice: StateDictChoice, _ text: String) {
      let path = Fixtures.path("opened/\(file)")
      expectError(text.replacing("FILE", with: path)) {
        try LSTMModel(contentsOf: path, choice: choice)
      }
    }
    expect(
      "keras-dense.keras", .init(lstm: ["lstn"]),
      "'FILE' has no LSTM 'lstn' that fits. Did you mean 'lstm'?\nPossible are: lstm (H 4).")
    expect(
      "onnx-deep.onnx", .init(lstm: ["nonsense"]),
      "'FILE' has no LSTM 'nonsense' that fits.\nPossible are: lstm (I 3, H 4).")
    expect(
      "onnx-deep.onnx", .init(head: "fc"),
      "'FILE' has no head 'fc' that fits.\nPossible are: head.")
    expect(
      "onnx-if.onnx", .init(),
      "'FILE' holds several parts that could be the LSTM: other (I 3, H 4; in else_branch of If "
        + "'choice'), inner (I 3, H 4; in then_branch of If 'choice').\n"
        + "Choose the LSTM by its name, or several as layers, the first first.")
    expect(
      "keras-repeat.keras", .init(),
      "'FILE' holds several parts that could be the LSTM: encoder (H 3), decoder (H 2).\n"
        + "Choose the LSTM by its name, or several as layers, the first first.")
    expect(
      "torch-deep.pt", .init(head: "fc1:relo,fc2"),
      "'FILE' has no head 'fc1:relo' that fits.\n"
        + "Possible are: fc1.weight (5 x 4), fc2.weight (1 x 5).")
  }

  @Test("A file with any byte changed opens, or says what is wrong, and never ends the program")
  func damaged() throws {
    var seed: UInt64 = 12
    func next(_ bound: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((seed >> 33) % UInt64(bound))
    }
    for file in Set(Self.cases.map(\.file)).sorted() {
      let bytes = [UInt8](try Fixtures.data("opened/\(file)"))
      for _ in 0..<(LongTests.isOn ? 400 : 20) {
        var changed = bytes
        for _ in 0...next(3) { changed[next(changed.count)] = UInt8(next(256)) }
        guard let model = try? LSTMModel(storage: ByteStorage(changed), file: "m") else { continue }
        let input = Array3<Double>(zeros: 2, 1, min(model.inputSize, 64))
        _ = try? model.run(RunRequest(.values(input)))
      }
    }
  }

  @Test("The language models of fastai: raw weights beside their module, an embedding of two names")
  func fastai() throws {
    var entries: [(String, Tensor)] = []
    func numbers(_ shape: Int..., from start: Double) -> Tensor {
      Tensor(
        (0..<shape.reduce(1, *)).map { Float((start + Double($0)) / 50) }, shape: shape)
    }
    let table = numbers(5, 2, from: 1)
    entries += [("0.encoder.weight", table), ("0.encoder_dp.emb.weight", table)]
    for (layer, inputs, units) in [(0, 2, 3), (1, 3, 2)] {
      entries += [
        ("0.rnns.\(layer).weight_hh_l0_raw", numbers(4 * units, units, from: 2)),
        ("0.rnns.\(layer).module.weight_ih_l0", numbers(4 * units, inputs, from: 3)),
        ("0.rnns.\(layer).module.weight_hh_l0", numbers(4 * units, units, from: 100)),
        ("0.rnns.\(layer).module.bias_ih_l0", numbers(4 * units, from: 4)),
        ("0.rnns.\(layer).module.bias_hh_l0", numbers(4 * units, from: 5)),
      ]
    }
    entries += [("1.decoder.weight", table), ("1.decoder.bias", numbers(5, from: 6))]
    let model = try StateDictReader.read(TensorArchive(entries), file: "m")
    #expect(model.network.layers.map(\.outputSize) == [3, 2])
    #expect(model.network.front?.tokenCount == 5)
    #expect(model.network.head?.outputSize == 5)
    #expect(
      model.network.layers[0].forward?.parameters.gates.input.hiddenWeights.values.first
        == Double(Float(2) / 50))
  }

  @Test(
    "They stay themselves through the forms that hold all of them",
    arguments: ["keras-dense.keras", "keras-norm.keras", "keras-conv.keras", "onnx-deep.onnx"],
    [ModelForm.swiftLSTM, .json])
  func kept(file: String, form: ModelForm) throws {
    let model = try LSTMModel(contentsOf: Fixtures.path("opened/\(file)"))
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "model").path
      try model.write(to: path, as: form)
      let again = try LSTMModel(contentsOf: path)
      #expect(again.frontLayers == model.frontLayers)
      #expect(again.headLayers == model.headLayers)
      #expect(again.network == model.network)
      #expect(again.parameterCount.total == model.parameterCount.total)
    }
  }

  @Test(
    "Layers of one step each go into ONNX and Keras, and back",
    arguments: ["keras-dense.keras", "onnx-deep.onnx"], [ModelForm.onnx, .keras])
  func converted(file: String, form: ModelForm) throws {
    let model = try LSTMModel(contentsOf: Fixtures.path("opened/\(file)"))
    let input = Array3<Float>(
      planes: 4, rows: 2, columns: 3, values: (0..<24).map { Float($0 % 7) / 7 - 0.4 })
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: form == .onnx ? "model.onnx" : "model.keras").path
      try model.write(to: path)
      let again = try LSTMModel(contentsOf: path)
      let (before, after) = (
        try model.run(RunRequest(.values(input))), try again.run(RunRequest(.values(input)))
      )
      expectClose(
        file, after.logits?.values.map { Double($0) } ?? [],
        before.logits?.values.map { Double($0) } ?? [], within: .absolute(1e-6))
    }
  }

  @Test("A form without a place for the layers refuses them by name")
  func refusedByForm() throws {
    let model = try LSTMModel(contentsOf: Fixtures.path("opened/keras-dense.keras"))
    try Fixtures.withTemporaryFolder { folder in
      expectError(
        "the form pytorch cannot hold the head's layers (linear 4 -> 3, relu, linear 3 -> 2). "
          + "Write swift-lstm or json, which hold everything, or leave it out."
      ) { try model.write(to: folder.appending(path: "m.pt").path) }
    }
  }
}

extension Tensor {
  /// The numbers as `[T, B, I]`.
  fileprivate var cube: Array3<Double>? {
    guard shape.count == 3 else { return nil }
    return Array3(planes: shape[0], rows: shape[1], columns: shape[2], values: doubles())
  }
}
