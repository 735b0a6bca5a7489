// Models written and read again: the same bits wherever the form can hold them, and the reason
// where it cannot.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Round trips of models")
struct ModelRoundTripTests {
  static let types: [StoredPrecision] = [.float16, .bfloat16, .float32, .float64]

  private func rounded(_ parameters: CellParameters<Double>, _ type: StoredPrecision) throws
    -> CellParameters<Double>
  {
    try parameters.rounded(to: type)
  }

  private func matrix(_ rows: Int, _ columns: Int, _ type: StoredPrecision) -> Matrix<Double> {
    var generator = SplitMix64(seed: 5)
    return Matrix(
      rows: rows, columns: columns,
      values: (0..<rows * columns).map { _ in type.rounded(generator.nextUnit()) })
  }

  /// Two layers of two directions, two biases, an embedding and a head.
  private func plain(_ type: StoredPrecision) throws -> LSTMModel {
    func cell(_ inputs: Int, _ seed: UInt64) throws -> ReadableCell<Double> {
      ReadableCell(
        parameters: try rounded(
          ForeignCells.parameters(inputs, 3, projection: 2, biases: 2, seed: seed), type))
    }
    return LSTMModel(
      network: try LSTMNetwork(
        front: .embedding(matrix(6, 2, type)),
        layers: [
          NetworkLayer(forward: cell(2, 1), reverse: cell(2, 2)),
          NetworkLayer(forward: cell(4, 3), reverse: cell(4, 4)),
        ],
        head: LinearHead(weights: matrix(5, 4, type), bias: [1, 2, 3, 4, 5])),
      precision: type)
  }

  /// Everything that PyTorch has no place for.
  private func unusual(_ type: StoredPrecision) throws -> LSTMModel {
    var variant = CellVariant<Double>(
      coupling: .inputFromForget, clip: 3.25, cellClip: 10, projectionClip: 0.1)
    variant.pinned.output = 0.75
    variant.activations.candidate = Activation(.scaledTanh, alpha: 1.7159, beta: 2 / 3)
    variant.cellActivation = .identity
    var loose = try rounded(
      ForeignCells.parameters(3, 2, biases: 1, peepholes: true, seed: 2), type)
    loose.gates.forget.recurrentBias = [1, 1]
    return LSTMModel(
      network: try LSTMNetwork(
        front: .oneHot(size: 3),
        layers: [
          NetworkLayer(
            forward: ReadableCell(
              parameters: rounded(
                ForeignCells.parameters(3, 4, projection: 1, peepholes: true, seed: 1), type),
              variant: variant),
            reverse: ReadableCell(parameters: loose)),
          NetworkLayer(
            reverse: ReadableCell(
              parameters: rounded(ForeignCells.parameters(3, 2, seed: 3), type),
              variant: NamedVariant.original1997.settings()),
            order: .processing),
        ],
        head: LinearHead(
          weights: matrix(2, 2, type), activation: .sigmoid, source: .finalState)),
      precision: type, vocabulary: .init(.characters, ["a", "\n", "é\"\\"]),
      task: "next \"letter\"",
      provenance: .init(format: "ONNX", file: "a.onnx", framework: "keras2onnx 1.7"))
  }

  /// Everything but where the parts were found.
  private func expectSame(_ left: LSTMModel, _ right: LSTMModel) {
    #expect(left.network == right.network)
    #expect(left.precision == right.precision && left.hasBiases == right.hasBiases)
    #expect(left.vocabulary == right.vocabulary && left.task == right.task)
    #expect(left.provenance == right.provenance)
  }

  @Test("PyTorch's names", arguments: types)
  func pytorch(type: StoredPrecision) throws {
    let model = try plain(type)
    let archive = try StateDictWriter.pytorch(model)
    #expect(archive.entries.allSatisfy { $0.tensor.type == NumberType(type) })
    #expect(archive["lstm.weight_hr_l1_reverse"]?.shape == [2, 3])
    let again = try StateDictReader.read(archive, file: "f")
    #expect(again.network == model.network && again.precision == type)
    #expect(again.unused.isEmpty)
  }

  @Test("MLX' names; two biases become one", arguments: types)
  func mlx(type: StoredPrecision) throws {
    let first = try rounded(ForeignCells.parameters(2, 3, seed: 1), type)
    let second = try rounded(ForeignCells.parameters(3, 4, seed: 2), type)
    var model = LSTMModel(
      network: try LSTMNetwork(layers: [
        .init(forward: ReadableCell(parameters: first)),
        .init(forward: ReadableCell(parameters: second)),
      ]), precision: type)
    let archive = try StateDictWriter.mlx(model)
    #expect(archive.entries.map(\.name).contains("layers.1.Wh"))
    #expect(try StateDictReader.read(archive, file: "f").network == model.network)

    var doubled = first
    doubled.gates.forget.recurrentBias = [1, 2, 3]
    model.network = try LSTMNetwork(layers: [.init(forward: ReadableCell(parameters: doubled))])
    let one = try StateDictReader.read(StateDictWriter.mlx(model), file: "f").network
    #expect(
      one.layers[0].forward?.parameters.gates.forget.bias
        == zip(first.gates.forget.bias, [1, 2, 3]).map { type.rounded($0 + $1) })
  }

  @Test("The project's own file holds everything", arguments: types)
  func modelFile(type: StoredPrecision) throws {
    for model in [try plain(type), try unusual(type)] {
      let archive = try ModelFile.archive(of: model)
      #expect(ModelFile.isModel(archive) && archive.metadata["format"] == "pt")
      let again = try ModelFile.model(from: archive, file: "f")
      expectSame(again, model)
      #expect(again.unused.isEmpty)
      #expect(Set(again.parts.flatMap(\.names)) == Set(archive.entries.map(\.name)))
    }
  }

  @Test("JSON for people holds everything", arguments: types)
  func json(type: StoredPrecision) throws {
    for var model in [try plain(type), try unusual(type)] {
      if model.provenance == .init() { model.provenance.format = "x" }
      let text = try ModelJSON.text(of: model)
      expectSame(try ModelJSON.parse(Data(text.utf8), file: "f"), model)
    }
  }

  @Test("A model without biases comes back without them")
  func noBiases() throws {
    var parameters = try ForeignCells.parameters(2, 3)
    for gate in Gate.allCases { parameters.gates[gate].bias = [0, 0, 0] }
    let model = LSTMModel(
      network: try LSTMNetwork(layers: [.init(forward: ReadableCell(parameters: parameters))]),
      hasBiases: false, provenance: .init(format: "x"))
    let archive = try StateDictWriter.pytorch(model)
    #expect(archive.entries.map(\.name) == ["lstm.weight_ih_l0", "lstm.weight_hh_l0"])
    #expect(try StateDictReader.read(archive, file: "f").hasBiases == false)
    #expect(try StateDictReader.read(archive, file: "f").network == model.network)
    expectSame(try ModelFile.model(from: ModelFile.archive(of: model), file: "f"), model)
    let text = try ModelJSON.text(of: model)
    #expect(!text.contains("bias"))
    expectSame(try ModelJSON.parse(Data(text.utf8), file: "f"), model)
  }

  @Test("What PyTorch and MLX cannot hold is refused with the reason")
  func refusals() throws {
    func model(
      _ parameters: CellParameters<Double>, _ change: (inout CellVariant<Double>) -> Void = { _ in }
    ) throws -> LSTMModel {
      var variant = CellVariant<Double>()
      change(&variant)
      return LSTMModel(
        network: try LSTMNetwork(layers: [
          .init(forward: ReadableCell(parameters: parameters, variant: variant))
        ]))
    }
    let usual = try ForeignCells.parameters(2, 3)
    func own(_ what: String) -> String {
      // ONNX' LSTM has no place for these either.
      let isOurs = ["a gate held", "a cell clip", "a projection clip"].contains {
        what.hasPrefix($0)
      }
      return "Write the project's own model file or \(isOurs ? "JSON" : "ONNX") instead."
    }
    let cases: [(LSTMModel, String)] = [
      (
        try model(ForeignCells.parameters(2, 3, peepholes: true)), "the forget gate's peephole"
      ),
      (try model(usual) { $0.coupling = .forgetFromInput }, "coupled gates (forget-from-input)"),
      (try model(usual) { $0.pinned.output = 1 }, "a gate held at a constant (output)"),
      (
        try model(usual) { $0.activations.candidate = .identity },
        "the candidate activation identity"
      ),
      (try model(usual) { $0.cellActivation = .identity }, "the cell activation identity"),
      (try model(usual) { $0.clip = 1 }, "a clip"),
      (try model(usual) { $0.cellClip = 1 }, "a cell clip"),
      (try model(usual) { $0.projectionClip = 1 }, "a projection clip"),
    ]
    for (model, what) in cases {
      expectError("PyTorch's nn.LSTM cannot hold \(what) (layer 1, forward). \(own(what))") {
        try StateDictWriter.pytorch(model)
      }
      expectError("MLX' nn.LSTM cannot hold \(what) (layer 1, forward). \(own(what))") {
        try StateDictWriter.mlx(model)
      }
    }
    let cell = ReadableCell(parameters: usual)
    let backward = LSTMModel(network: try LSTMNetwork(layers: [.init(reverse: cell)]))
    expectError(
      "PyTorch's nn.LSTM cannot hold layer 1, which only reads backward. "
        + "Write the project's own model file instead."
    ) {
      try StateDictWriter.pytorch(backward)
    }
    expectError(
      "MLX' nn.LSTM cannot hold a layer that reads backward. "
        + "Write a PyTorch state dict or the project's own model file instead."
    ) {
      try StateDictWriter.mlx(backward)
    }
    expectError(
      "PyTorch's nn.LSTM cannot hold layers of different sizes or directions in one LSTM. "
        + "Write the project's own model file instead."
    ) {
      try StateDictWriter.pytorch(
        LSTMModel(
          network: LSTMNetwork(layers: [
            .init(forward: cell),
            .init(forward: ReadableCell(parameters: ForeignCells.parameters(3, 4))),
          ])))
    }
    let wide = try model(ForeignCells.parameters(2, 3, projection: 3))
    expectError(
      "PyTorch's nn.LSTM cannot hold a projection to as many units as there are, or more. "
        + "Its proj_size has to be below hidden_size."
    ) {
      try StateDictWriter.pytorch(wide)
    }
    expectError(
      "MLX' nn.LSTM cannot hold a projection. "
        + "Write a PyTorch state dict or the project's own model file instead."
    ) {
      try StateDictWriter.mlx(wide)
    }
    var large = usual
    large.gates.input.bias[0] = 70000
    var narrow = try model(large)
    narrow.precision = .float16
    expectError(
      "the tensor 'lstm.bias_ih_l0' holds 70000.0, which is beyond the range of float16. "
        + "Write it as float32 or float64."
    ) {
      try StateDictWriter.pytorch(narrow)
    }
  }
}

@Suite("Numbers of 16 bits")
struct HalfPrecisionTests {
  @Test("Every bit pattern goes to its number and back")
  func everyPattern() {
    for bits in UInt16.min...UInt16.max {
      let half = HalfPrecision.float(half: bits)
      let brain = HalfPrecision.float(brain: bits)
      if !half.isNaN { #expect(HalfPrecision.half(Double(half)) == bits) }
      if !brain.isNaN { #expect(HalfPrecision.brain(Double(brain)) == bits) }
    }
    #expect(HalfPrecision.float(half: HalfPrecision.half(.nan)).isNaN)
    #expect(HalfPrecision.float(brain: HalfPrecision.brain(-.nan)).isNaN)
  }

  @Test("Between two numbers it is the nearer, and the even one in the middle")
  func rounding() {
    for bits in UInt16(0)..<0x7BFF {
      let below = Double(HalfPrecision.float(half: bits))
      let above = Double(HalfPrecision.float(half: bits + 1))
      let middle = (below + above) / 2
      #expect(HalfPrecision.half(middle) == (bits % 2 == 0 ? bits : bits + 1))
      #expect(HalfPrecision.half(middle.nextDown) == bits)
      #expect(HalfPrecision.half(-middle.nextUp) == bits + 1 | 0x8000)
    }
    #expect(HalfPrecision.half(65519.99) == 0x7BFF && HalfPrecision.half(65520) == 0x7C00)
    #expect(HalfPrecision.brain(1 + 0x1p-8) == 0x3F80 && HalfPrecision.brain(1 + 0x3p-8) == 0x3F82)
    #expect(HalfPrecision.brain(1e300) == 0x7F80 && HalfPrecision.brain(-1e-300) == 0x8000)
  }
}
