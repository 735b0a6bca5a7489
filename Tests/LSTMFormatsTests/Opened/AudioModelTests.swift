// The models of audio programs, written and read, and sound through them.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMFormats

@Suite("Models of audio programs")
struct AudioModelTests {
  /// A small model that reads one number and gives one.
  static func model(layers: Int = 2, units: Int = 3) throws -> LSTMModel {
    let cells = try (0..<layers).map { layer in
      NetworkLayer(
        forward: ReadableCell(
          parameters: try CellParameters<Double>(
            .uniform(low: -1, high: 1),
            shape: CellShape(
              inputSize: layer == 0 ? 1 : units, hiddenSize: units, projectionSize: nil,
              hasPeepholes: false, hasRecurrentBias: false), seed: UInt64(layer + 3)
          ).rounded(to: .float32)))
    }
    let head = LinearHead(
      weights: Matrix(rows: 1, columns: units, values: [0.5, -0.25, 0.75]), bias: [0.125])
    var model = LSTMModel(
      network: try LSTMNetwork(layers: cells, head: head), precision: .float32)
    model.audio = AudioDescription(sampleRate: 44100, metadata: ["metadata": "{\"gain\":0.5}"])
    return model
  }

  @Test("What is written is read as the same network, with its sample rate and gain")
  func roundTrip() throws {
    let model = try Self.model()
    for (form, text) in [
      (ModelForm.nam, try NAMModel.text(of: model)),
      (.guitarML, try GuitarMLModel.text(of: model)),
      (.rtneural, try RTNeuralModel.text(of: model)),
    ] {
      let again = try LSTMModel(storage: ByteStorage(Array(text.utf8)), file: "m.json")
      #expect(again.provenance.format == form.title)
      #expect(again.audio?.sampleRate == 44100)
      #expect(again.audio?.metadata["metadata"] == "{\"gain\":0.5}")
      let input = Array3<Double>(
        planes: 6, rows: 1, columns: 1, values: [0.1, -0.5, 1, 0, 0.3, -1])
      let (right, found) = (
        try model.run(RunRequest(.values(input))), try again.run(RunRequest(.values(input)))
      )
      expectClose(
        form.identifier, found.logits?.values ?? [], right.logits?.values ?? [],
        within: .absolute(1e-7))
    }
  }

  @Test("A skip connection adds the input, and is kept")
  func skip() throws {
    var model = try Self.model(layers: 1)
    let head = try #require(model.network.head)
    model.network = try LSTMNetwork(layers: model.network.layers)
    model.headLayers = PlainHead(
      layers: [.linear(weights: head.weights, bias: head.bias)], addedInputs: 1)
    let text = try GuitarMLModel.text(of: model)
    let again = try LSTMModel(storage: ByteStorage(Array(text.utf8)), file: "m.json")
    #expect(again.headLayers == model.headLayers)
    #expect(
      again.readingNotes.map(\.words) == ["its skip connection adds the input to the head's output"]
    )
    let input = Array3<Double>(planes: 3, rows: 1, columns: 1, values: [0.25, -0.5, 1])
    let with = try again.run(RunRequest(.values(input))).logits?.values ?? []
    let without = try Self.model(layers: 1).run(RunRequest(.values(input))).logits?.values ?? []
    expectClose("skip", with, zip(without, input.values).map(+), within: .absolute(1e-7))
  }

  @Test("Sound goes through sample by sample, in any format of samples")
  func sound() throws {
    let model = try Self.model()
    let samples: [Int16] = [0, 16384, -16384, 32767, -32768, 1, 5, -9]
    var bytes: [UInt8] = Array("RIFF".utf8) + [52, 0, 0, 0] + Array("WAVEfmt ".utf8)
    bytes += [16, 0, 0, 0, 1, 0, 2, 0, 0x44, 0xAC, 0, 0, 0x10, 0xB1, 2, 0, 4, 0, 16, 0]
    bytes += Array("data".utf8) + [16, 0, 0, 0]
    for sample in samples { withUnsafeBytes(of: sample.littleEndian) { bytes += Array($0) } }
    let wave = try WaveFile(storage: ByteStorage(bytes), file: "a.wav")
    #expect(wave.sampleRate == 44100 && wave.channels == 2 && wave.frames == 4)
    let input = try wave.samples(0..<4)
    #expect(input.values == samples.map { Float($0) / 32768 })
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "b.wav").path
      try SequenceRun(model).write(wave, to: path)
      let out = try WaveFile(storage: ByteStorage(mapping: path), file: path)
      let right = try model.run(RunRequest(.values(Array3<Double>(input)))).logits?.values ?? []
      expectClose(
        "sound", try out.samples(0..<4).values.map { Double($0) }, right, within: .absolute(1e-6))
    }
  }

  @Test("Faults of WAVE files are said")
  func faults() {
    func expect(_ bytes: [UInt8], _ reason: String) {
      expectError("'a.wav' is a WAVE file, but \(reason).") {
        try WaveFile(
          storage: ByteStorage(Array("RIFF".utf8) + [0, 0, 0, 0] + bytes), file: "a.wav")
      }
    }
    let wave = Array("WAVE".utf8)
    expect(wave, "it does not say what its samples are ('fmt ')")
    let format = Array("fmt ".utf8) + [16, 0, 0, 0]
    expect(wave + format + [1, 0], "its description of the samples ends too early")
    let law: [UInt8] = [7, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x40, 0x1F, 0, 0, 1, 0, 8, 0]
    expect(wave + format + law, "it has no samples ('data')")
    expect(
      wave + format + law + Array("data".utf8) + [0, 0, 0, 0],
      "its samples have the code 7 and 8 bits; read are whole numbers of 8, 16, 24 or 32 bits and "
        + "floats of 32 or 64")
  }
}
