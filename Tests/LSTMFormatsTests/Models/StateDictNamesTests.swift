// Every naming that is read. The arrays are laid out here from the letters of each framework's
// documentation, not by GateOrder, so that a mistake there shows.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

/// Archives of one random cell in the forms of other frameworks.
enum ForeignCells {
  /// A cell whose numbers all differ.
  static func parameters(
    _ inputs: Int, _ hidden: Int, projection: Int? = nil, biases: Int = 1, peepholes: Bool = false,
    seed: UInt64 = 7
  ) throws -> CellParameters<Double> {
    try CellParameters(
      .uniform(low: -1, high: 1),
      shape: CellShape(
        inputSize: inputs, hiddenSize: hidden, projectionSize: projection, hasPeepholes: peepholes,
        hasRecurrentBias: biases == 2),
      seed: seed)
  }

  static func gate(_ letter: Character) -> Gate {
    switch letter {
    case "f": .forget
    case "i": .input
    case "o": .output
    default: .candidate
    }
  }

  /// `[4H, n]` in the order of the letters.
  static func stack(
    _ parameters: CellParameters<Double>, _ letters: String,
    _ part: (GateParameters<Double>) -> Matrix<Double>
  ) -> Matrix<Double> {
    let blocks = letters.map { part(parameters.gates[gate($0)]) }
    return Matrix(
      rows: blocks.reduce(0) { $0 + $1.rows }, columns: blocks[0].columns,
      values: blocks.flatMap(\.values))
  }

  static func tensor(_ matrix: Matrix<Double>) -> Tensor {
    Tensor(matrix.values, shape: [matrix.rows, matrix.columns])
  }

  static func biases(_ parameters: CellParameters<Double>, _ letters: String) -> Tensor {
    let values = letters.flatMap { parameters.gates[gate($0)].bias }
    return Tensor(values, shape: [values.count])
  }

  /// `[I + P, 4H]`: the input's rows first.
  static func joined(_ parameters: CellParameters<Double>, _ letters: String) -> Tensor {
    let input = stack(parameters, letters) { $0.inputWeights }.transposed
    let hidden = stack(parameters, letters) { $0.hiddenWeights }.transposed
    return Tensor(input.values + hidden.values, shape: [input.rows + hidden.rows, input.columns])
  }

  static func pytorch(
    _ parameters: CellParameters<Double>, _ module: String, _ suffix: String
  ) -> [(String, Tensor)] {
    [
      ("\(module)weight_ih\(suffix)", tensor(stack(parameters, "ifgo") { $0.inputWeights })),
      ("\(module)weight_hh\(suffix)", tensor(stack(parameters, "ifgo") { $0.hiddenWeights })),
      ("\(module)bias_ih\(suffix)", biases(parameters, "ifgo")),
    ]
  }

  static func tensorflow(_ parameters: CellParameters<Double>, _ module: String)
    -> [(String, Tensor)]
  {
    [
      ("\(module)/kernel", joined(parameters, "ijfo")),
      ("\(module)/bias", biases(parameters, "ijfo")),
    ]
  }
}

@Suite("Names of other frameworks")
struct StateDictNamesTests {
  private func read(_ entries: [(String, Tensor)], _ choice: StateDictChoice = .init()) throws
    -> LSTMModel
  {
    try StateDictReader.read(TensorArchive(entries), file: "f", choice: choice)
  }

  private func only(_ model: LSTMModel) throws -> CellParameters<Double> {
    #expect(model.network.layers.count == 1 && model.unused.isEmpty)
    return try #require(model.network.layers[0].forward).parameters
  }

  @Test("PyTorch's LSTM and LSTMCell, under any prefix", arguments: ["", "lstm.", "a.b.rnn."])
  func pytorch(module: String) throws {
    let parameters = try ForeignCells.parameters(2, 3)
    for suffix in ["", "_l0"] {
      let model = try read(ForeignCells.pytorch(parameters, module, suffix))
      #expect(try only(model) == parameters)
      #expect(model.provenance.framework == "PyTorch")
    }
  }

  @Test("MLX: Wx, Wh, bias; a list of layers is a stack")
  func mlx() throws {
    let first = try ForeignCells.parameters(2, 3)
    let second = try ForeignCells.parameters(3, 4, seed: 8)
    func cell(_ parameters: CellParameters<Double>, _ module: String) -> [(String, Tensor)] {
      [
        (
          "\(module)Wx",
          ForeignCells.tensor(ForeignCells.stack(parameters, "ifgo") { $0.inputWeights })
        ),
        (
          "\(module)Wh",
          ForeignCells.tensor(ForeignCells.stack(parameters, "ifgo") { $0.hiddenWeights })
        ),
        ("\(module)bias", ForeignCells.biases(parameters, "ifgo")),
      ]
    }
    #expect(try only(read(cell(first, ""))) == first)
    // The order of a file is not that of the layers.
    let model = try read(cell(second, "layers.10.") + cell(first, "layers.2."))
    #expect(model.network.layers.compactMap { $0.forward?.parameters } == [first, second])
  }

  @Test("Keras: kernel, recurrent_kernel, bias in the order i f c o")
  func keras() throws {
    let parameters = try ForeignCells.parameters(2, 3)
    let model = try read([
      (
        "lstm/kernel:0",
        ForeignCells.tensor(ForeignCells.stack(parameters, "ifco") { $0.inputWeights }.transposed)
      ),
      (
        "lstm/recurrent_kernel:0",
        ForeignCells.tensor(ForeignCells.stack(parameters, "ifco") { $0.hiddenWeights }.transposed)
      ),
      ("lstm/bias:0", ForeignCells.biases(parameters, "ifco")),
    ])
    #expect(try only(model) == parameters)
  }

  @Test("TensorFlow 1: one kernel in the order i j f o, and 1 on the forget gate")
  func tensorflow() throws {
    for (inputs, projection) in [(2, nil), (5, 2)] {
      let parameters = try ForeignCells.parameters(
        inputs, 3, projection: projection, peepholes: projection != nil)
      var entries = ForeignCells.tensorflow(parameters, "rnn/lstm_cell")
      if let projection = parameters.projection {
        entries.append(
          ("rnn/lstm_cell/projection/kernel", ForeignCells.tensor(projection.transposed)))
        for gate in Gate.withPeephole {
          let letter = String(gate.rawValue.prefix(1))
          let peephole = try #require(parameters.gates[gate].peephole)
          entries.append(("rnn/lstm_cell/w_\(letter)_diag", Tensor(peephole, shape: [3])))
        }
      }
      var expected = parameters
      for gate in Gate.allCases {
        expected.gates[gate].recurrentBias = [Double](
          repeating: gate == .forget ? 1 : 0, count: 3)
      }
      #expect(try only(read(entries)) == expected)
    }
  }

  @Test("TensorFlow 1: fw and bw make a layer of two directions, cell_0 and cell_1 a stack")
  func tensorflowNames() throws {
    let first = try ForeignCells.parameters(2, 3)
    let second = try ForeignCells.parameters(2, 3, seed: 8)
    let pair = try read(
      ForeignCells.tensorflow(second, "bidirectional_rnn/bw/lstm_cell")
        + ForeignCells.tensorflow(first, "bidirectional_rnn/fw/lstm_cell"))
    #expect(pair.network.layers[0].forward?.parameters.gates.input.bias == first.gates.input.bias)
    #expect(pair.network.layers[0].reverse?.parameters.gates.input.bias == second.gates.input.bias)
    let third = try ForeignCells.parameters(3, 2, seed: 9)
    let stack = try read(
      ForeignCells.tensorflow(first, "rnn/multi_rnn_cell/cell_0/basic_lstm_cell")
        + ForeignCells.tensorflow(third, "rnn/multi_rnn_cell/cell_1/basic_lstm_cell"))
    #expect(stack.network.layers.map(\.outputSize) == [3, 2])
  }

  @Test("Haiku: lstm/linear w and b in the order i g f o, and 1 on the forget gate")
  func haiku() throws {
    let parameters = try ForeignCells.parameters(2, 3)
    let found = try only(
      read([
        ("lstm/linear/w", ForeignCells.joined(parameters, "igfo")),
        ("lstm/linear/b", ForeignCells.biases(parameters, "igfo")),
      ]))
    #expect(found.gates.candidate.inputWeights == parameters.gates.candidate.inputWeights)
    #expect(found.gates.forget.hiddenWeights == parameters.gates.forget.hiddenWeights)
    #expect(found.gates.forget.bias == parameters.gates.forget.bias)
    #expect(found.gates.forget.recurrentBias == [1, 1, 1])
    #expect(found.gates.input.recurrentBias == [0, 0, 0])
  }

  @Test("Flax linen and nnx: a kernel for each gate, or two in the order i f g o")
  func flax() throws {
    let parameters = try ForeignCells.parameters(2, 3)
    for (prefix, forget) in [("params/cell/", "if"), ("cell.", "if_")] {
      let separator = prefix.suffix(1)
      var entries: [(String, Tensor)] = []
      for letter in "ifgo" {
        let gate = parameters.gates[ForeignCells.gate(letter)]
        let name = letter == "f" ? forget : "i\(letter)"
        entries += [
          ("\(prefix)\(name)\(separator)kernel", ForeignCells.tensor(gate.inputWeights.transposed)),
          (
            "\(prefix)h\(letter)\(separator)kernel",
            ForeignCells.tensor(gate.hiddenWeights.transposed)
          ),
          ("\(prefix)h\(letter)\(separator)bias", Tensor(gate.bias, shape: [3])),
        ]
      }
      #expect(try only(read(entries)) == parameters)
    }
    let fused = try read([
      (
        "dense_i.kernel",
        ForeignCells.tensor(ForeignCells.stack(parameters, "ifgo") { $0.inputWeights }.transposed)
      ),
      (
        "dense_h.kernel",
        ForeignCells.tensor(ForeignCells.stack(parameters, "ifgo") { $0.hiddenWeights }.transposed)
      ),
      ("dense_h.bias", ForeignCells.biases(parameters, "ifgo")),
    ])
    #expect(try only(fused) == parameters)
  }

  @Test("Inside a bigger file the embedding before and the linear layer after are found")
  func surroundings() throws {
    let parameters = try ForeignCells.parameters(3, 4)
    let lstm = ForeignCells.pytorch(parameters, "rnn.", "_l0")
    let table = Tensor((0..<15).map { Double($0) }, shape: [5, 3])
    let weights = Tensor((0..<8).map { Double($0) }, shape: [2, 4])
    let norm = Tensor([1.0, 1, 1, 1], shape: [4])
    for (before, after) in [("encoder", "decoder"), ("embed_tokens", "lm_head")] {
      let model = try read(
        [("\(after).weight", weights), ("norm.weight", norm)] + lstm
          + [("\(before).weight", table), ("\(after).bias", Tensor([5.0, 6], shape: [2]))])
      #expect(
        model.network.front == .embedding(Matrix(rows: 5, columns: 3, values: table.doubles())))
      #expect(model.network.head?.weights.values == weights.doubles())
      #expect(model.network.head?.bias == [5, 6])
      #expect(model.unused == ["norm.weight"])
      #expect(
        model.parts.map(\.role) == ["layer 1, forward", "embedding", "head"])
      #expect(model.parts.last?.names == ["\(after).weight", "\(after).bias"])
    }
    // Flax stores a linear layer turned.
    let turned = try read(
      lstm + [("head/kernel", Tensor((0..<8).map { Double($0) }, shape: [4, 2]))])
    #expect(turned.network.head?.weights.values == [0, 2, 4, 6, 1, 3, 5, 7])
    let bare = try read(
      lstm + [("emb.weight", table), ("fc.weight", weights)],
      .init(withoutEmbedding: true, withoutHead: true))
    #expect(bare.network.front == nil && bare.network.head == nil)
    #expect(bare.unused == ["emb.weight", "fc.weight"])
  }

  @Test("The precision is that of the arrays, and the wider one where they differ")
  func precision() throws {
    let parameters = try ForeignCells.parameters(2, 3)
    for type in [StoredPrecision.float16, .bfloat16, .float32, .float64] {
      let entries = ForeignCells.pytorch(parameters, "", "_l0").map { name, tensor in
        (name, Tensor(tensor.doubles(), shape: tensor.shape, type: NumberType(type)))
      }
      let model = try read(entries)
      #expect(model.precision == type)
      #expect(try only(model) == parameters.rounded(to: type))
    }
    var mixed = ForeignCells.pytorch(parameters, "", "_l0")
    mixed[0].1 = Tensor(mixed[0].1.doubles(), shape: mixed[0].1.shape, type: .bfloat16)
    mixed[1].1 = Tensor(mixed[1].1.doubles(), shape: mixed[1].1.shape, type: .float16)
    #expect(try read(mixed).precision == .float64)
    #expect(try read(Array(mixed.prefix(2))).precision == .float32)
  }
}
