// Models as Keras files: what is written is read as the same model, and what Keras' layers cannot
// hold is refused. That Keras loads the files and computes the same is Scripts/checks/check_keras.py's
// to say.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMFormats

@Suite struct KerasWriterTests {
  static let types: [StoredPrecision] = [.float16, .bfloat16, .float32, .float64]

  enum Form: CaseIterable { case archive, legacy }

  private func bytes(_ model: LSTMModel, _ form: Form) throws -> [UInt8] {
    try ByteOutput.bytes(name: "f") { output in
      switch form {
      case .archive: try KerasModel(model, file: "f").writeArchive(to: output)
      case .legacy: try KerasModel(model, file: "f").writeLegacy(to: output)
      }
    }
  }

  private func reread(_ model: LSTMModel, _ form: Form) throws -> KerasNetwork {
    try KerasModel(storage: ByteStorage(bytes(model, form)), file: "f").network()
  }

  @Test("What Keras 3 wrote is written and read again, bit for bit", arguments: Form.allCases)
  func fixtures(form: Form) throws {
    let fixtures = try KerasFixtures.three.get()
    for test in fixtures.cases {
      let model = try KerasModel(storage: fixtures.file(test.file), file: test.file).network().model
      let again = try reread(model, form).model
      #expect(again.network == model.network, "\(test.file)")
      #expect(again.precision == model.precision, "\(test.file)")
      #expect(again.mask == model.mask, "\(test.file)")
      #expect(again.hasBiases == model.hasBiases, "\(test.file)")
    }
  }

  /// Two layers, the second in both directions, and a head.
  static func model(
    type: StoredPrecision = .float64, front: NetworkFront<Double>? = nil, biases: Int = 1,
    activation: LinearHead<Double>.Activation? = .softmax,
    source: OutputSelection = .everyStep
  ) throws -> LSTMModel {
    var generator = SplitMix64(seed: 3)
    func cell(_ inputs: Int, _ units: Int) throws -> ReadableCell<Double> {
      func matrix(_ columns: Int) -> Matrix<Double> {
        Matrix(rows: units, columns: columns, values: numbers(units * columns))
      }
      func numbers(_ count: Int) -> [Double] {
        (0..<count).map { _ in type.rounded(Double.random(in: -1...1, using: &generator)) }
      }
      return ReadableCell(
        parameters: try CellParameters(
          gates: PerGate { _ in
            GateParameters(
              inputWeights: matrix(inputs), hiddenWeights: matrix(units),
              bias: biases == 0 ? numbers(units).map { _ in 0 } : numbers(units),
              recurrentBias: biases == 2 ? numbers(units) : nil)
          }))
    }
    let layers = [
      NetworkLayer(forward: try cell(3, 2)),
      NetworkLayer(forward: try cell(2, 2), reverse: try cell(2, 3)),
    ]
    let weights = (0..<20).map { _ in
      type.rounded(Double.random(in: -1...1, using: &generator))
    }
    return LSTMModel(
      network: try LSTMNetwork(
        front: front, layers: layers,
        head: LinearHead(
          weights: Matrix(rows: 4, columns: 5, values: weights),
          bias: [0.5, -0.25, 1, 0], activation: activation, source: source)),
      precision: type, hasBiases: biases > 0)
  }

  @Test("Numbers of each type come back as they were", arguments: types, Form.allCases)
  func numbers(type: StoredPrecision, form: Form) throws {
    // Keras reads every step or the final state; what else there is ModelSettingsTests refuses.
    for source in [OutputSelection.everyStep, .finalState] {
      for activation in [nil, LinearHead<Double>.Activation.softmax, .sigmoid] {
        let model = try Self.model(type: type, activation: activation, source: source)
        let again = try reread(model, form)
        #expect(again.network == model.network)
        #expect(again.model.precision == type)
        #expect(again.returnsSequences == (source == .everyStep))
      }
    }
  }

  @Test("Without biases none are written")
  func noBiases() throws {
    let model = try Self.model(biases: 0)
    let again = try reread(model, .archive).model
    #expect(again.network == model.network)
    #expect(!again.hasBiases)
    #expect(KerasModel.leavesOut(model) == [])
  }

  @Test("Two biases are added to one, and that is said")
  func twoBiases() throws {
    var model = try Self.model(type: .float32, biases: 2)
    model.vocabulary = .init(.words, ["a"])
    model.task = "a task"
    let again = try reread(model, .archive).model
    for (old, new) in zip(model.network.cells, again.network.cells) {
      for gate in Gate.allCases {
        let parts = old.cell.parameters.gates[gate]
        let sum = zip(parts.bias, parts.recurrentBias ?? []).map { Double(Float($0 + $1)) }
        #expect(new.cell.parameters.gates[gate].bias == sum)
        #expect(new.cell.parameters.gates[gate].recurrentBias == nil)
      }
    }
    #expect(KerasModel.leavesOut(model) == ["the vocabulary", "the task"])
    #expect(
      ModelForm.keras.changes(model)
        == ["second biases were added to the first, for Keras has one"])
    #expect(
      ModelForm.mlx.changes(model) == ["second biases were added to the first, for MLX has one"])
    #expect(ModelForm.pytorch.changes(model) == [])
    // 4 gates of 2, 2 and 3 units.
    #expect(ModelForm.keras.parameterCount(of: model) == again.parameterCount.total)
    #expect(again.parameterCount.total == model.parameterCount.total - 28)
    #expect(ModelForm.pytorch.parameterCount(of: model) == model.parameterCount.total)
  }

  @Test("A one-hot becomes an Embedding that computes the same", arguments: Form.allCases)
  func oneHot(form: Form) throws {
    let model = try Self.model(front: .oneHot(size: 3))
    let again = try reread(model, form).model
    #expect(again.network.layers == model.network.layers)
    #expect(ModelForm.keras.parameterCount(of: model) == again.parameterCount.total)
    #expect(
      ModelForm.keras.changes(model) == ["the one-hot became an Embedding of the identity, 3 x 3"])
    let input = NetworkInput<Double>.tokens(ids: [2, 0, 1, 1], steps: 4, batch: 1)
    #expect(try again.run(input).output == model.run(input).output)
  }

  /// One layer of one unit.
  private static func smallest(layers: Int = 1) throws -> LSTMModel {
    let gate = GateParameters<Double>(
      inputWeights: Matrix(rows: 1, columns: 1, values: [0.5]),
      hiddenWeights: Matrix(rows: 1, columns: 1, values: [0.25]), bias: [1])
    let layer = NetworkLayer(
      forward: ReadableCell(parameters: try CellParameters(gates: PerGate(all: gate))))
    return LSTMModel(
      network: try LSTMNetwork(layers: [NetworkLayer](repeating: layer, count: layers)))
  }

  @Test("More layers than one node of a tree has room for come back")
  func manyLayers() throws {
    let model = try Self.smallest(layers: 300)
    for form in LongTests.sample(of: Form.allCases, every: 2) {
      let again = try reread(model, form)
      #expect(again.network.layers.count == 300)
      #expect(again.network == model.network)
    }
  }

  @Test(
    "A file of ours says who wrote it, and is of the version it names", arguments: Form.allCases)
  func mark(form: Form) throws {
    let model = try KerasModel(storage: ByteStorage(bytes(Self.model(), form)), file: "f")
    #expect(model.isOurs && model.version == "3.15.1")
    #expect(try model.network().model.provenance.framework == "swift-lstm")
    let fixtures = try KerasFixtures.three.get()
    for test in fixtures.cases {
      let theirs = try KerasModel(storage: fixtures.file(test.file), file: test.file)
      #expect(!theirs.isOurs)
      #expect(try theirs.network().model.provenance.framework == "Keras \(theirs.version)")
    }
  }

  @Test("The same model has the same bytes", arguments: Form.allCases)
  func deterministic(form: Form) throws {
    let model = try Self.model()
    #expect(try bytes(model, form) == bytes(model, form))
  }

  @Test(
    "A file of ours cut off at any byte is refused; with any byte changed it is read or refused",
    arguments: Form.allCases)
  func everyByte(form: Form) throws {
    let bytes = try bytes(Self.smallest(), form)
    // Without the checksums of an archive the description is read each time, which is slow; what
    // HDF5 itself makes of every byte is for HDF5HostileTests.
    expectHarmless(bytes, changes: [0xFF], every: form == .legacy ? 7 : 1, sampledEvery: 29) {
      storage in
      _ = try KerasModel(storage: storage, file: "f").network()
    }
  }
}
