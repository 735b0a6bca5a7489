// `lstm trace`, `explain`, `stream`, `step` of a run, and what if: from the command line.

import Foundation
import LSTMCore
import LSTMFormats
import Testing

@testable import lstm

@Suite("Looking into a run from the command line")
struct TraceCommandTests {
  let folder: TemporaryFolder
  private static let examples = Program.package.appending(path: "Examples")
  static let model = examples.appending(path: "sine.pt").path
  static let input = examples.appending(path: "sine.csv").path

  init() throws { folder = try TemporaryFolder() }

  func path(_ name: String) -> String { folder.url.appending(path: name).path }

  private func lstm(_ words: String...) throws -> Outcome { try Program.lstm(words) }

  /// Runs what has to succeed, and returns what it wrote.
  @discardableResult
  func succeed(_ words: String...) throws -> String {
    let outcome = try Program.lstm(words)
    #expect(outcome.status == 0, "\(words): \(outcome.errors)")
    return outcome.output
  }

  /// A character model with two layers, and its vocabulary.
  func characters(withVocabulary: Bool = true) throws -> String {
    let entries = ["a", "b", "(", ")", "\n"]
    func cell(_ inputs: Int, _ seed: UInt64) throws -> ReadableCell<Double> {
      ReadableCell(
        parameters: try CellParameters(
          .uniform(low: -1, high: 1), shape: CellShape(inputSize: inputs, hiddenSize: 3), seed: seed
        ))
    }
    let head = LinearHead<Double>(
      weights: Matrix(rows: 5, columns: 3, values: (0..<15).map { Double($0 % 7) / 4 - 0.5 }))
    let network = try LSTMNetwork(
      front: .oneHot(size: 5),
      layers: [NetworkLayer(forward: cell(5, 1)), NetworkLayer(forward: cell(3, 2))], head: head)
    var model = LSTMModel(network: network)
    if withVocabulary { model.vocabulary = .init(.characters, entries) }
    let file = path(withVocabulary ? "characters.json" : "bare.json")
    try model.write(to: file)
    return file
  }

  @Test("A trace has the gates and states by their addresses, in each form the same")
  func forms() throws {
    for name in ["t.npz", "t.safetensors"] {
      try succeed("trace", Self.model, Self.input, "--output", path(name))
    }
    let npz = try TraceFile(contentsOf: path("t.npz"))
    let other = try TraceFile(contentsOf: path("t.safetensors"))
    #expect(npz.arrays == other.arrays && npz.fingerprint == other.fingerprint)
    let model = try LSTMModel(contentsOf: Self.model)
    #expect(npz.fingerprint == model.fingerprint)
    let names = TraceQuantity.usual.map { "layer1.forward.\($0.name)" }
    #expect(Set(npz.arrays.keys).isSuperset(of: names))
    try succeed("trace", Self.model, Self.input, "--output", path("t.json"))
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path("t.json"))))
        as? [String: Any])
    let gate = try #require(json["layer1.forward.forgetGate"] as? [[[Double]]])
    let array = try #require(npz.arrays["layer1.forward.forgetGate"])
    #expect(
      gate.map { $0[0].map { Float($0) } }
        == (0..<array.planes).map {
          array.row($0, 0).map { Float($0) }
        })
    #expect(json["computedBy"] as? String == "engine")
  }

  @Test("What is recorded is chosen by address: quantities, units, steps; batch first too")
  func choice() throws {
    try succeed(
      "trace", Self.model, Self.input, "--output", path("t.npz"), "--batch-first", "--record",
      "layer1.forward.preactivation.*[2,4-5]@3-7", "hiddenState")
    let found = try NpzFile(contentsOf: path("t.npz"))
    #expect(try found.tensor("layer1.forward.preactivation.forget[2,4-5]@3-7").shape == [1, 5, 3])
    #expect(found.names.contains("layer1.forward.hiddenState"))
    #expect(!found.names.contains("layer1.forward.forgetGate"))
  }

  @Test("A long trace is written in blocks, with the bits of a whole one")
  func blocks() throws {
    let model = try LSTMModel(contentsOf: Self.model)
    for (name, size) in [("whole.npz", 1000), ("blocks.npz", 3)] {
      var source = try SequenceSource(contentsOf: Self.input, readsTokens: false)
      var run = try SequenceRun(model)
      run.blockSteps = size
      try run.writeTrace(
        &source,
        of: [.usual, TraceAddress("*.*.kept"), TraceAddress("layer1.forward.written@2-9")],
        as: .npz, to: .path(path(name)))
    }
    #expect(
      try Data(contentsOf: URL(filePath: path("whole.npz")))
        == Data(contentsOf: URL(filePath: path("blocks.npz"))))
  }

  @Test("Text is run on by a model with a vocabulary, its own or one from a file")
  func text() throws {
    let model = try characters()
    let output = try succeed(
      "trace", model, "--text", "a(b)", "--record", "logits", "--format", "json")
    #expect(output.contains("\"logits\": ["))
    try FileAccess.write("a(b)", to: path("text.txt"))
    let fromFile = try succeed(
      "trace", model, "--text-file", path("text.txt"), "--record", "logits", "--format", "json")
    #expect(fromFile == output)
    let bare = try characters(withVocabulary: false)
    try FileAccess.write(
      #"{"kind": "characters", "entries": ["a", "b", "(", ")", "\n"]}"#, to: path("v.json"))
    #expect(
      try succeed(
        "trace", bare, "--text", "a(b)", "--vocabulary", path("v.json"), "--record", "logits",
        "--format", "json") == output)
    let explained = try succeed("explain", model, "--text", "a(b)", "--by", "token")
    #expect(explained.contains("step 2  (") && explained.contains("   a(b)\n"))
  }

  @Test("An output is explained: steps, features, first states and biases add up to it")
  func explain() throws {
    struct Found: Decodable {
      struct Contributions: Decodable {
        let steps: [Double]
        let features: [[Double]]
        let initialState: Double
        let bias: Double
      }
      let target: Int
      let at: Int
      let value: Double
      let contributions: Contributions
      let remainder: Double
    }
    let output = try succeed(
      "explain", Self.model, Self.input, "--target", "1", "--at", "9", "--format", "json",
      "--cells",
      "readable")
    let found = try JSONDecoder().decode(Found.self, from: Data(output.utf8))
    #expect(found.target == 1 && found.at == 9)
    let parts = found.contributions
    let sum = parts.steps.reduce(0, +) + parts.initialState + parts.bias
    #expect(abs(sum + found.remainder - found.value) < 1e-15 && abs(found.remainder) < 1e-12)
    #expect(parts.features.map { $0.reduce(0, +) } == parts.steps)
    for words in [
      ["--ledger", "layer1.forward.cellState[1]@5"], ["--why", "layer1.forward.outputGate[2]@5"],
      ["--gates"], ["--by", "feature"], ["--beside"], ["--reach", "--at", "7"],
    ] {
      for format in ["text", "json"] {
        let outcome = try Program.lstm(
          ["explain", Self.model, Self.input, "--format", format] + words)
        #expect(outcome.status == 0 && outcome.output.count > 100, "\(words) \(outcome.errors)")
        if format == "text" {
          #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(words)")
        }
      }
    }
  }

  @Test("What is held at what was recorded changes no bit of what a run writes")
  func clampToItself() throws {
    try succeed("run", Self.model, Self.input, "--output", path("plain.npz"))
    try succeed("trace", Self.model, Self.input, "--output", path("t.npz"))
    let gate = try #require(
      TraceFile(contentsOf: path("t.npz")).arrays["layer1.forward.forgetGate"])
    let value = gate[4, 0, 1]
    for words in [
      ["--clamp", "layer1.forward.forgetGate[2]@5=\(value)"],
      ["--patch", "layer1.forward.forgetGate=\(path("t.npz"))"],
    ] {
      let outcome = try Program.lstm(
        ["run", Self.model, Self.input, "--output", path("held.npz")] + words)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        try Data(contentsOf: URL(filePath: path("plain.npz")))
          == Data(contentsOf: URL(filePath: path("held.npz"))), "\(words)")
    }
  }

  @Test(
    "What if: clamps, ablations, patches and swapped states change what they should, and it is said"
  )
  func whatIf() throws {
    try succeed("trace", Self.model, Self.input, "--output", path("t.npz"))
    for words in [
      ["--clamp", "layer1.forward.forgetGate@3-9=1"],
      ["--ablate", "layer1.forward.cellState[1]=zero"],
      ["--ablate", "layer1.forward.hiddenState=mean"],
      ["--ablate", "layer1.forward.cellState=resample"],
      ["--patch", "layer1.forward.cellState[1-3]@4=\(path("t.npz"))@9"],
      ["--swap-state", "\(path("t.npz"))@12"],
    ] {
      let outcome = try Program.lstm(["run", Self.model, Self.input] + words)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("what if: \(words[0].dropFirst(2)) "), "\(words)")
      #expect(outcome.output.contains("output: changed by up to "), "\(words)")
      let json = try Program.lstm(["run", Self.model, Self.input, "--format", "json"] + words)
      #expect(json.output.contains("\"changes\": {"), "\(words)")
      for command in ["trace", "explain"] {
        #expect(
          try Program.lstm([command, Self.model, Self.input] + words).status == 0, "\(words)")
      }
    }
  }

  @Test("The page of a step is that of any step of a run, and takes weights out of any model")
  func step() throws {
    let text = try succeed("step", Self.model, Self.input, "--at", "7", "--unit", "2")
    #expect(text.contains("step 7 of sequence 1") && text.contains("Unit 2 keeps"))
    try succeed(
      "trace", Self.model, Self.input, "--output", path("t.npz"), "--cells", "readable", "--record",
      "forgetGate")
    let gate = try #require(
      TraceFile(contentsOf: path("t.npz")).arrays["layer1.forward.forgetGate"])
    let json = try succeed(
      "step", Self.model, Self.input, "--at", "7", "--cells", "readable", "--format", "json")
    let read = try JSONDecoder().decode(StepDocument.self, from: Data(json.utf8))
    #expect(read.gates.forget == gate.row(6, 0))
    for format in ["markdown", "latex", "html", "svg", "numpy"] {
      #expect(
        try succeed("step", Self.model, Self.input, "--at", "3", "--format", format).count > 200)
    }
    #expect(
      try succeed("step", "--weights", Self.model, "--input", "0.5").contains(
        "layer 1, forward, of"))
  }

  @Test("Lines in, lines out: the numbers of a run, and the same bits after a stop at any line")
  func stream() throws {
    let lines = try FileAccess.readText(Self.input).split(separator: "\n").filter {
      Double($0.split(separator: ",")[0]) != nil
    }.map(String.init)
    let whole = try Program.lstm(
      ["stream", Self.model, "--trace", path("t.jsonl"), "--record", "forgetGate"],
      input: lines.joined(separator: "\n") + "\n")
    #expect(whole.status == 0, "\(whole.errors)")
    let outputs = whole.output.split(separator: "\n").map(String.init)
    #expect(outputs.count == lines.count)
    try succeed("run", Self.model, Self.input, "--output", path("out.npz"))
    let archive = try NpzFile(contentsOf: path("out.npz"))
    let expected = try archive.tensor(archive.names.contains("logits") ? "logits" : "output")
      .doubles()
    #expect(
      outputs.flatMap { $0.split(separator: ",").compactMap { Float($0) } }
        == expected.map { Float($0) })
    #expect(try FileAccess.readText(path("t.jsonl")).split(separator: "\n").count == lines.count)
    // Stopped after each of some lines, and begun again.
    for stop in [1, lines.count / 2] {
      try? FileManager.default.removeItem(atPath: path("s.npz"))
      let states = ["--state", path("s.npz"), "--save-state", path("s.npz")]
      var found = ""
      for part in [lines[..<stop], lines[stop...]] {
        let outcome = try Program.lstm(
          ["stream", Self.model] + states, input: part.joined(separator: "\n") + "\n")
        #expect(outcome.status == 0, "\(outcome.errors)")
        found += outcome.output
      }
      #expect(found == whole.output)
    }
    let other = try characters()
    let refused = try Program.lstm(["stream", other, "--state", path("s.npz")], input: "1\n")
    #expect(refused.status == 65 && refused.errors.contains("has the states of another model"))
    let text = try Program.lstm(["stream", other, "--text"], input: "a(b)\nb\n")
    #expect(text.output.split(separator: "\n").count == 2 && text.status == 0)
  }

  @Test("Sequences that have ended lend no states, and the names of columns are no step")
  func ended() throws {
    let cell = ReadableCell<Double>(
      parameters: try CellParameters(
        .pytorch, shape: CellShape(inputSize: 1, hiddenSize: 2), seed: 1))
    var model = LSTMModel(network: try LSTMNetwork(layers: [NetworkLayer(forward: cell)]))
    model.lengths = [3, 1]
    try model.write(to: path("m.json"))
    let arrays = TensorArchive([
      ("input", Tensor([Double](repeating: 0.5, count: 6), shape: [3, 2, 1]))
    ])
    try NpzFile(arrays).write(to: path("in.npz"))
    try succeed("trace", path("m.json"), path("in.npz"), "--output", path("t.npz"))
    #expect(try TraceFile(contentsOf: path("t.npz")).lengths == [3, 1])
    let swapped = try lstm(
      "run", path("m.json"), path("in.npz"), "--swap-state", "\(path("t.npz"))@2")
    #expect(swapped.status == 65)
    let words = swapped.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("sequence 2 has 1 step and nothing at step 2."))
    let late = try lstm(
      "explain", path("m.json"), path("in.npz"), "--sequence", "2", "--ledger",
      "layer1.forward.cellState[1]@3")
    #expect(late.errors.contains("sequence 2 has ended before step 3. Choose an earlier one."))
    model.lengths = nil
    try model.write(to: path("free.json"))
    let named = try Program.lstm(["stream", path("free.json")], input: "value\n0.5\n")
    #expect(named.output.split(separator: "\n").count == 1 && named.status == 0)
    #expect(named.errors == "Note: line 1, 'value', is taken for the names of columns.\n")
  }

  @Test("Two traces are compared by address")
  func compare() throws {
    try succeed("trace", Self.model, Self.input, "--output", path("one.npz"))
    try succeed(
      "trace", Self.model, Self.input, "--output", path("two.safetensors"), "--clamp",
      "layer1.forward.outputGate[1]@4=0")
    #expect(try lstm("compare", path("one.npz"), path("one.npz")).output.hasPrefix("Every number"))
    let found = try lstm("compare", path("one.npz"), path("two.safetensors"))
    #expect(found.status == 1 && found.output.contains("part at layer1.forward.outputGate[1]@4"))
  }
}
