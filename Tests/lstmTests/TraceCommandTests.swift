// `lstm trace`, `explain`, `stream`, `step` of a run, and what if: from the command line.

import Foundation
import LSTMCore
import LSTMFormats
import Testing

@testable import lstm

@Suite("Looking into a run from the command line")
struct TraceCommandTests {
  private let folder: TemporaryFolder
  private static let examples = Program.package.appending(path: "Examples")
  private static let model = examples.appending(path: "sine.pt").path
  private static let input = examples.appending(path: "sine.csv").path

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.url.appending(path: name).path }

  private func lstm(_ words: String...) throws -> Outcome { try Program.lstm(words) }

  /// Runs what has to succeed, and returns what it wrote.
  @discardableResult
  private func succeed(_ words: String...) throws -> String {
    let outcome = try Program.lstm(words)
    #expect(outcome.status == 0, "\(words): \(outcome.errors)")
    return outcome.output
  }

  /// A character model with two layers, and its vocabulary.
  private func characters(withVocabulary: Bool = true) throws -> String {
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

  @Test(
    "Mistakes are told in words",
    arguments: [
      (
        "trace MODEL INPUT --output t.txt",
        "--output 't.txt': a trace is written as .npz, .safetensors, .json, .svg or .html. Give the "
          + "file one of these extensions."
      ),
      (
        "trace MODEL INPUT --record layer1.forward.forgetgate",
        "'layer1.forward.forgetgate': there is no quantity 'forgetgate'. Did you mean 'forgetGate'?"
      ),
      (
        "trace MODEL INPUT --text a",
        "a file of sequences, --text and --text-file exclude one another. Keep one of them."
      ),
      (
        "trace MODEL",
        "there is nothing to run on. Name a file of sequences, or give --text or --text-file."
      ),
      (
        "trace MODEL --text a",
        "this model reads numbers, no tokens: it has neither embedding nor one-hot. Name a file of "
          + "sequences in place of text."
      ),
      (
        "trace CHARACTERS --text axb",
        "character 2 of the text, 'x', is none that the model knows. Take it out, or train a model on "
          + "a text that has it."
      ),
      (
        "trace CHARACTERS --text ",
        "the text is empty. Give at least one character."
      ),
      (
        "explain MODEL INPUT --gates --target 1",
        "--ledger, --why, --gates and an output (--target, --at, --by, --beside, --reach) are explained "
          + "one at a time. Keep one of them."
      ),
      (
        "explain MODEL INPUT --reach --beside",
        "--reach is about gradients, --by and --beside about parts. Keep one of them."
      ),
      (
        "explain MODEL INPUT --by token",
        "--by token: this model reads numbers, no tokens. Choose step or feature."
      ),
      (
        "explain MODEL INPUT --why layer1.forward.cellState",
        "--why: 'layer1.forward.cellState' names no gate. Write one as in "
          + "layer1.forward.forgetGate[3]@40."
      ),
      (
        "explain MODEL INPUT --ledger cellState@3-4",
        "'cellState@3-4': one step is explained at a time. End the address in one, as @40."
      ),
      (
        "explain MODEL INPUT --ledger layer1.forward.kept",
        "'layer1.forward.kept': one cell's cellState is explained at a time. Write its layer and "
          + "direction, as in layer1.forward.cellState[3]@40."
      ),
      (
        "run MODEL INPUT --clamp layer1.forward.forgetGate",
        "--clamp: 'layer1.forward.forgetGate' is not of the form address=value, as in "
          + "layer1.forward.forgetGate[3]@5-9=1."
      ),
      (
        "run MODEL INPUT --clamp layer1.forward.forgetGate=x",
        "--clamp: 'x' is not a finite number. Write it like -0.25 or 1e-3."
      ),
      (
        "run MODEL INPUT --ablate layer1.forward.forgetGate=none",
        "--ablate: 'none' is no way to take something away. Choose zero, mean or resample."
      ),
      (
        "run MODEL INPUT --swap-state TRACE",
        "--swap-state: write the trace and a step of it, as in other.npz@120."
      ),
      (
        "run MODEL INPUT --swap-state TRACE@x",
        "--swap-state: 'x' is no step. Write a number from 1, as in other.npz@120."
      ),
      (
        "run MODEL INPUT --swap-state TRACE@9999",
        "'TRACE' has no step 9999; it has STEPS."
      ),
      (
        "run CHARACTERS --text ab --swap-state TRACE@1",
        "'TRACE' was recorded from another model: the fingerprints differ. Record it again from this "
          + "one."
      ),
      (
        "run MODEL INPUT --patch layer1.forward.kept=TRACE",
        "'TRACE' has no 'layer1.forward.kept'; it has layer1.forward.candidate, "
          + "layer1.forward.cellState, layer1.forward.forgetGate, layer1.forward.hiddenState, "
          + "layer1.forward.inputGate, layer1.forward.outputGate. Record it, too."
      ),
      (
        "step --input 1 --at 3",
        "--at, --sequence, --text and what is held belong to a step of a model's run. Name the model "
          + "and its sequences, as in\nlstm step model.pt input.npy --at 12"
      ),
      (
        "step MODEL INPUT --at 9999",
        "--at: there is no step 9999; the run has STEPS. Choose among them."
      ),
      (
        "step MODEL INPUT --sequence 2",
        "--sequence: there is no sequence 2; the run has 1. Choose among them."
      ),
      (
        "step MODEL INPUT --layer 9",
        "--layer: there is no layer 9; 'MODEL' has 1. Choose among them."
      ),
      (
        "step MODEL INPUT --direction reverse",
        "--direction: layer 1 of 'MODEL' does not read backward. Leave it out."
      ),
      (
        "step MODEL INPUT --seed 3",
        "the step of a model's run has its numbers, weights and variant from there. Leave --input, "
          + "--hidden, --cell,\nweights and variant out; or leave the model out, and name its file "
          + "with --weights."
      ),
      (
        "step MODEL INPUT --at 3 --clamp layer1.forward.forgetGate=1",
        "numbers of this very step are held, so that its arithmetic would not come out. Look at a "
          + "later step, or at what lstm trace records of this one."
      ),
      (
        "step --input 1 --hidden-gradient 1",
        "--hidden-gradient and --cell-gradient belong to the way back. Add --backward, or leave them "
          + "out."
      ),
      (
        "step --input 1 --backward --format svg",
        "--backward is written as text or json. Choose one of them with --format."
      ),
      (
        "trace MODEL INPUT --format svg",
        "a picture shows one array, and 6 are recorded. Choose one, as in --record "
          + "layer1.forward.forgetGate, or write .html, which has room for all."
      ),
      (
        "trace MODEL INPUT --format map --sequence 2",
        "--sequence: there is no sequence 2; the run has 1. Choose among them."
      ),
      (
        "trace MODEL INPUT --format map --output t.npz",
        "--output t.npz says by its extension what is written, and so does --format map. Leave one of "
          + "them out."
      ),
      (
        "explain MODEL INPUT --format svg",
        "--format svg draws the ledger of a cell state. Add --ledger, as in --ledger "
          + "layer1.forward.cellState[3], or choose text or json."
      ),
      (
        "explain MODEL INPUT --format svg --ledger cellState",
        "a picture shows the ledger of one unit. Choose one, as in layer1.forward.cellState[3]."
      ),
      (
        "compare TRACE TRACE --input INPUT",
        "traces are compared as they are, without a run. Leave --input, --cells and --threads out."
      ),
      (
        "trace MODEL INPUT --sequence 1",
        "--sequence chooses what a heat map shows; the other forms have all sequences. Leave it out, or "
          + "choose map, svg or html."
      ),
      (
        "run MODEL INPUT --resample-seed 3",
        "--resample-seed is for --ablate …=resample. Add that, or leave the seed out."
      ),
      (
        "compare TRACE MODEL",
        "'TRACE' is a trace, and 'MODEL' is none that is read here. A trace is compared with another, in "
          + ".npz or .safetensors."
      ),
      (
        "stream MODEL --trace t.npz",
        "--trace t.npz: a stream has no end that arrays could be made for. Its trace is lines of JSON: "
          + "give the file a name as in trace.jsonl."
      ),
      (
        "stream MODEL --record kept",
        "--record says what --trace writes. Add --trace FILE, or leave it out."
      ),
      (
        "stream MODEL --text",
        "--text: this model reads numbers, no tokens. Leave it out."
      ),
      (
        "stream MODEL --vocabulary v.json",
        "--vocabulary is for lines of text. Add --text, or leave it out."
      ),
      (
        "stream MODEL --state TRACE",
        "'TRACE' does not say of which model its states are. States are saved by a stream; begin with "
          + "hidden and cell in a file of sequences otherwise."
      ),
    ])
  func mistakes(_ line: String, _ message: String) throws {
    let steps = try SequenceFile(contentsOf: Self.input, readsTokens: false).input.steps
    try succeed("trace", Self.model, Self.input, "--output", path("t.npz"))
    let names = [
      ("MODEL", Self.model), ("INPUT", Self.input), ("CHARACTERS", try characters()),
      ("TRACE", path("t.npz")), ("STEPS", "\(steps)"),
    ]
    func named(_ text: String) -> String {
      names.reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map {
      named(String($0))
    }
    let outcome = try Program.lstm(words)
    #expect(outcome.status >= 64, "\(line): \(outcome.output)")
    func plain(_ text: String) -> String {
      text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    #expect(plain(outcome.errors).hasPrefix("Error: " + plain(named(message))), "\(outcome.errors)")
  }
}
