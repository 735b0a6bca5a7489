// `lstm inspect`, `run`, `convert` and `compare` on the example network, which PyTorch made.

import Foundation
import LSTMCore
import LSTMFormats
import Testing

@Suite struct ModelCommandTests {
  static let examples = Program.package.appending(path: "Examples")
  static let model = examples.appending(path: "sine.pt").path
  static let input = examples.appending(path: "sine.csv").path
  static let outputs = examples.appending(path: "sine-pytorch.npz").path

  @Test("inspect says the sizes, the parameters and where each part was found")
  func inspect() throws {
    let outcome = try Program.lstm(["inspect", Self.model])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for text in [
      "PyTorch state dict, float32", "layer 1, forward  1 -> 8  352 parameters",
      "head              8 -> 1    9 parameters", "together                  361 parameters",
      "lstm.weight_ih_l0", "head.weight head.bias", "memory by its biases alone",
    ] {
      #expect(outcome.output.contains(text), "no '\(text)' in \(outcome.output)")
    }
    let lines: [Substring] = outcome.output.split(separator: "\n")
    #expect(lines.dropFirst().allSatisfy { $0.count <= 80 })
  }

  @Test("inspect --format json has every gate's numbers")
  func inspectJSON() throws {
    struct Summary: Decodable {
      struct Layer: Decodable {
        struct Memory: Decodable {
          let forgetGate: [Double]
          let timescale: [Double?]
        }
        let hiddenUnits: Int
        let gates: [String: Gate]
        let memory: Memory
      }
      struct Gate: Decodable {
        let parameters: Int
      }
      let parameters: Int
      let layers: [Layer]
    }
    let outcome = try Program.lstm(["inspect", Self.model, "--format", "json"])
    let summary = try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8))
    #expect(summary.parameters == 361)
    let layer = try #require(summary.layers.first)
    #expect(layer.hiddenUnits == 8 && layer.memory.forgetGate.count == 8)
    // W 8 x 1, U 8 x 8 and two biases of 8.
    #expect(
      layer.gates.mapValues(\.parameters) == [
        "forget": 88, "input": 88, "candidate": 88, "output": 88,
      ])
  }

  @Test("run gives PyTorch's outputs to single precision, and compare says so")
  func runAndCompare() throws {
    let folder = try TemporaryFolder()
    let out = folder.url.appending(path: "out.npz").path
    #expect(try Program.lstm(["run", Self.model, Self.input, "--output", out]).status == 0)
    let (ours, theirs) = (try NpzFile(contentsOf: out), try NpzFile(contentsOf: Self.outputs))
    #expect(ours.names.sorted() == ["cell", "hidden", "logits", "output"])
    for name in theirs.names {
      let (left, right) = (try ours.tensor(name), try theirs.tensor(name))
      #expect(left.shape == right.shape && left.type == .float32)
      // Two roundings of single precision of numbers below 2.
      for (left, right) in zip(left.doubles(), right.doubles()) {
        #expect(abs(left - right) <= 3e-7, "\(name)")
      }
    }
    let same = try Program.lstm(["compare", Self.model, out, "--input", Self.input])
    #expect(same.status == 0 && same.output.hasPrefix("The numbers agree.\n"))
  }

  @Test("compare finds the mistake in another program's outputs, with status 1")
  func compareOutputs() throws {
    let folder = try TemporaryFolder()
    let opened = try LSTMModel(contentsOf: Self.model)
    var parameters = try #require(opened.network.cells.first).cell.parameters
    for gate in Gate.allCases { parameters.gates[gate].recurrentBias = nil }
    let wrong = try LSTMNetwork(
      layers: [NetworkLayer(forward: ReadableCell(parameters: parameters))])
    let sequences = try SequenceFile(contentsOf: Self.input, readsTokens: false)
    let output = try wrong.run(sequences.input).output
    let file = folder.url.appending(path: "wrong.npz").path
    try NpzFile(
      TensorArchive([("output", Tensor(output.values, shape: output.shape))])
    ).write(to: file)
    let outcome = try Program.lstm(["compare", Self.model, file, "--input", Self.input])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("single-bias (first)"))
    #expect(outcome.output.contains("first: layer 1, step 1, sequence 1, unit 1, output:"))
  }

  @Test(
    "A model goes into every form that is written and comes back the same to the bit",
    arguments: ["safetensors", "pt", "npz", "json", "onnx"])
  func convert(_ form: String) throws {
    let folder = try TemporaryFolder()
    let there = folder.url.appending(path: "model.\(form)").path
    let back = folder.url.appending(path: "back.pt").path
    for (from, into) in [(Self.model, there), (there, back)] {
      let outcome = try Program.lstm(["convert", from, into])
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let same = try Program.lstm(["compare", Self.model, back, "--tolerance", "0"])
    #expect(same.status == 0, "\(same.output)")
    #expect(same.output.contains("Every number is the same."))
    #expect(try LSTMModel(contentsOf: back).precision == .float32)
  }

  @Test(
    "convert to Keras adds the two biases, says so, and the outputs stay",
    arguments: ["keras", "h5"])
  func convertToKeras(_ form: String) throws {
    let folder = try TemporaryFolder()
    let target = folder.url.appending(path: "sine.\(form)").path
    let outcome = try Program.lstm(["convert", Self.model, target])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.output == """
        \(target): Keras model, 329 parameters, float32
        second biases were added to the first, for Keras has one

        """)
    let examples = Self.model.dropLast("sine.pt".count)
    let same = try Program.lstm([
      "compare", target, "\(examples)sine-pytorch.npz", "--input", "\(examples)sine.csv",
    ])
    #expect(same.status == 0, "\(same.output)\(same.errors)")
    let shown = try Program.lstm(["inspect", target])
    #expect(shown.output.contains("made by swift-lstm\n"), "\(shown.output)")
  }

  @Test("convert --graph-input makes states inputs of a graph, and says where there is none")
  func graphInput() throws {
    let folder = try TemporaryFolder()
    func path(_ name: String) -> String { folder.url.appending(path: name).path }
    let states = ["--graph-input", "hidden", "--graph-input", "cell"]
    let outcome = try Program.lstm(["convert", Self.model, path("m.onnx")] + states)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let shown = try Program.lstm(["inspect", path("m.onnx")])
    #expect(shown.output.contains("its graph takes hidden, cell beside the sequence"))
    let same = try Program.lstm(["compare", Self.model, path("m.onnx")])
    #expect(same.status == 0 && same.output.contains("Every number is the same."))
    let refused = try Program.lstm(["convert", Self.model, path("m.pt")] + states)
    #expect(refused.status == 64)
    #expect(
      refused.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        == "Error: --graph-input hidden: only ONNX has a graph with inputs. Write .onnx, or leave "
        + "the option out.")
  }

  @Test("compare says how far numbers are apart where they are not the same")
  func compareWithin() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "m.safetensors").path
    #expect(
      try Program.lstm(["convert", Self.model, file, "--precision", "bfloat16"]).status == 0)
    let outcome = try Program.lstm(["compare", Self.model, file, "--tolerance", "0.01"])
    #expect(outcome.status == 0, "\(outcome.output)")
    let match = try #require(
      outcome.output.firstMatch(of: #/No number differs by more than (\S+)\.\n/#))
    #expect(try #require(Double(match.1)) < 0.01 && Double(match.1) != 0)
    #expect(!outcome.output.contains("Every number is the same."))
  }

  @Test("compare of two models names a gate order read wrongly, with status 1")
  func compareModels() throws {
    let folder = try TemporaryFolder()
    var model = try LSTMModel(contentsOf: Self.model)
    let cell = try #require(model.network.cells.first).cell
    var parameters = cell.parameters
    (parameters.gates.forget, parameters.gates.candidate, parameters.gates.output) = (
      cell.parameters.gates.output, cell.parameters.gates.forget, cell.parameters.gates.candidate
    )
    model.network = try LSTMNetwork(
      layers: [NetworkLayer(forward: ReadableCell(parameters: parameters))],
      head: model.network.head)
    let file = folder.url.appending(path: "wrong.safetensors").path
    try model.write(to: file)
    let outcome = try Program.lstm(["compare", Self.model, file])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("cause: gate-order:iofg"))
    #expect(
      outcome.output.contains("blocks of ONNX are read in the order of PyTorch or Keras")
        || outcome.output.contains("as when blocks of ONNX"))
  }

  @Test("A peephole is refused by a form that has none, and nothing is written")
  func refused() throws {
    let folder = try TemporaryFolder()
    let parameters = try CellParameters<Double>(
      .uniform(low: -1, high: 1),
      shape: CellShape(inputSize: 2, hiddenSize: 3, hasPeepholes: true), seed: 1)
    let network = try LSTMNetwork(
      layers: [NetworkLayer(forward: ReadableCell(parameters: parameters))])
    let file = folder.url.appending(path: "peephole.safetensors").path
    try LSTMModel(network: network).write(to: file)
    let target = folder.url.appending(path: "out.pt").path
    let outcome = try Program.lstm(["convert", file, target])
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("peephole"))
    #expect(!FileManager.default.fileExists(atPath: target))
  }

  /// What goes wrong, with the exit status and the text; $ stands for the folder of the examples.
  static let errors: [ErrorCase] = [
    ErrorCase(
      "not a model", "inspect $/sine.csv", 65,
      """
      Error: '$/sine.csv' is no model in a form that is known: safetensors, PyTorch (.pt, .pth, .bin), \
      ONNX, Keras (.keras, .h5), NumPy (.npz) or JSON.
      """),
    ErrorCase(
      "no such model", "inspect nothing.pt", 66,
      "Error: there is no file 'nothing.pt'. Check the name and the folder."),
    ErrorCase(
      "outputs in place of a model", "compare $/sine.pt $/sine-pytorch.npz", 64,
      """
      Error: '$/sine-pytorch.npz' holds outputs, not a model. Say what they were computed from: \
      --input with the file of sequences.
      """),
    ErrorCase(
      "outputs in place of sequences", "run $/sine.pt $/sine-pytorch.npz", 65,
      """
      Error: '$/sine-pytorch.npz' has the unknown array 'output'. Valid here: input, hidden, cell, \
      lengths; hidden_l0, cell_l0_reverse and so on for one layer.
      """),
    ErrorCase(
      "an extension that says nothing", "convert $/sine.pt sine.xyz", 64,
      """
      Error: the name 'sine.xyz' does not say in which form to write. Give --to swift-lstm, \
      safetensors, pytorch, onnx, keras, numpy, mlx, json, nam, guitarml, rtneural, or an extension: \
      .safetensors, .pt, .onnx, .keras, .h5, .npz, .json.
      """),
    ErrorCase(
      "something to leave out that is not there", "convert $/sine.pt sine.onnx --drop mask", 64,
      "Error: --drop mask: this model has none. It has nothing of the kind."),
    ErrorCase(
      "a part to leave out that does not exist", "convert $/sine.pt sine.onnx --drop masc", 64,
      """
      Error: --drop: 'masc' is not valid here. Did you mean 'mask'? Choose one of: mask, one-hot, \
      head-activation, head-reading, outputs, initial-state, lengths, front-layers, head-layers.
      """),
    ErrorCase(
      "a precision of no weights", "convert $/sine.pt sine.onnx --precision int8", 64,
      """
      Error: --precision: 'int8' is not valid here. Choose one of: float16, bfloat16, float32, float64.
      """),
    ErrorCase(
      "two options that exclude each other", "inspect $/sine.pt --head head --no-head", 64,
      "Error: --head and --no-head exclude each other. Leave one out."),
    ErrorCase(
      "a head that is not there", "inspect $/sine.pt --head haed", 65,
      """
      Error: '$/sine.pt' has no head 'haed' that fits. Did you mean 'head'? Possible are: head.weight (1 x 8).
      """),
  ]

  @Test("What is wrong with models and sequences is said", arguments: errors)
  func error(_ item: ErrorCase) throws {
    let folder = try TemporaryFolder()
    let examples = Self.examples.path
    let outcome = try Program.lstm(
      item.arguments.map { $0.replacingOccurrences(of: "$", with: examples) }, folder: folder.url)
    #expect(outcome.status == item.status)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorLines.count <= 4)
    // Lines are broken at a width that depends on the folder's name.
    let words = outcome.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let expected = item.message.replacingOccurrences(of: "$", with: examples)
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words == expected)
  }
}
