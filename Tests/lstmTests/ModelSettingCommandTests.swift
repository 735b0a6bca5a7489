// `lstm convert`, `inspect`, `run` and `compare` on models that say more than weights, and on layers
// of different widths.

import Foundation
import LSTMCore
import LSTMFormats
import Testing

@Suite struct ModelSettingCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.url.appending(path: name).path }

  private func cell(_ inputs: Int, _ hidden: Int, seed: UInt64) throws -> ReadableCell<Double> {
    ReadableCell(
      parameters: try CellParameters<Double>(
        .uniform(low: -1, high: 1), shape: CellShape(inputSize: inputs, hiddenSize: hidden),
        seed: seed))
  }

  /// A reader of tokens with a mask, a state of its own and a softmax over the final state.
  private func full() throws -> LSTMModel {
    LSTMModel(
      network: try LSTMNetwork(
        front: .oneHot(size: 2), layers: [.init(forward: cell(2, 2, seed: 1))],
        head: LinearHead(
          weights: Matrix(rows: 2, columns: 2, values: [1, 2, 3, 4]), activation: .softmax,
          source: .finalState)),
      mask: .tokenZero,
      initialState: .init(parts: [
        .init(
          hidden: Matrix(rows: 1, columns: 2, values: [0.5, 0]),
          cell: Matrix(rows: 1, columns: 2, values: [0, -0.25]))
      ]), lengths: [3, 2])
  }

  @Test("inspect says where a model starts, what it skips and what its head reads")
  func inspect() throws {
    try full().write(to: path("m.json"))
    let text = try Program.lstm(["inspect", path("m.json")])
    #expect(text.status == 0, "\(text.errors)")
    for words in [
      "head              2 -> 2, the final state, softmax",
      "   starts from states of its own for any batch, 0.5 at most in size\n   skips steps with token 0\n"
        + "   takes sequences of 3, 2 steps where no lengths are given\n",
    ] {
      #expect(text.output.contains(words), "no '\(words)' in \(text.output)")
    }
    struct Summary: Decodable {
      struct Head: Decodable { let reads: String }
      struct State: Decodable {
        let hidden: [[Double]]
        let cell: [[Double]]
      }
      let head: Head
      let mask: String
      let initialState: [State]
      let lengths: [Int]
    }
    let json = try Program.lstm(["inspect", path("m.json"), "--format", "json"])
    let summary = try JSONDecoder().decode(Summary.self, from: Data(json.output.utf8))
    #expect(summary.head.reads == "final-state" && summary.mask == "steps with token 0")
    #expect(summary.initialState.map(\.hidden) == [[[0.5, 0]]])
    #expect(summary.initialState.map(\.cell) == [[[0, -0.25]]])
    #expect(summary.lengths == [3, 2])
  }

  @Test("convert refuses what changes numbers, names it, and leaves it out when told to")
  func drop() throws {
    try full().write(to: path("m.safetensors"))
    var arguments = ["convert", path("m.safetensors"), path("m.pt")]
    for (setting, words) in [
      ("mask", "that steps with token 0 are skipped"), ("one-hot", "the one-hot of 2"),
      ("head-activation", "the head's softmax"),
      ("head-reading", "that the head reads the final state"),
      ("initial-state", "the initial states"), ("lengths", "the lengths of 2 sequences"),
    ] {
      let refused = try Program.lstm(arguments)
      #expect(refused.status == 65)
      #expect(
        refused.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
          == "Error: the form pytorch cannot hold \(words). Write swift-lstm or json, which hold "
          + "everything, or leave it out: --drop \(setting).")
      #expect(!FileManager.default.fileExists(atPath: path("m.pt")))
      arguments += ["--drop", setting]
    }
    let written = try Program.lstm(arguments)
    #expect(written.status == 0)
    #expect(
      written.output
        == """
        \(path("m.pt")): PyTorch state dict, 44 parameters, float64
        left out, as asked: that steps with token 0 are skipped
        left out, as asked: the one-hot of 2
        left out, as asked: the head's softmax
        left out, as asked: that the head reads the final state
        left out, as asked: the initial states
        left out, as asked: the lengths of 2 sequences

        """)
    try full().without(.mask).write(to: path("n.json"))
    let none = try Program.lstm(["convert", path("n.json"), path("n.pt"), "--drop", "mask"])
    #expect(none.status == 64)
    #expect(
      none.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        == "Error: --drop mask: this model has none. It has: one-hot, head-activation, "
        + "head-reading, initial-state, lengths.")
    let half = try Program.lstm(
      ["convert", path("m.safetensors"), path("n.json"), "--drop", "one-hot"])
    #expect(half.status == 64)
    #expect(
      half.errors
        == "Error: --drop one-hot: without tokens no token is skipped either. Add --drop mask.\n")
  }

  @Test("compare tells models apart by what stands around their networks")
  func compare() throws {
    let model = try full()
    try model.write(to: path("a.json"))
    try model.without(.headActivation).write(to: path("b.json"))
    try model.without(.mask).without(.initialState).without(.lengths).write(to: path("c.json"))
    let harmless = try Program.lstm(["compare", path("a.json"), path("b.json")])
    #expect(harmless.status == 0)
    #expect(
      harmless.output.contains("head's activation\n     the first has a softmax, the second none."))
    let other = try Program.lstm(["compare", path("a.json"), path("c.json")])
    #expect(other.status == 1)
    for words in [
      "mask\n     the first skips steps with token 0, the second nothing.",
      "lengths\n     the first stores [3, 2], the second none.",
      "initial states\n     the first stores 4 numbers, the second none.",
    ] {
      #expect(other.output.contains(words), "no '\(words)' in \(other.output)")
    }
  }

  @Test("convert --precision says what rounding changed")
  func precision() throws {
    func convert(_ more: [String]) throws -> Outcome {
      try Program.lstm(["convert", ModelCommandTests.model, path("m.safetensors")] + more)
    }
    let narrow = try convert(["--precision", "bfloat16"])
    #expect(narrow.status == 0, "\(narrow.errors)")
    let lines = narrow.output.split(separator: "\n")
    #expect(lines.first?.hasSuffix("swift-lstm model, 361 parameters, bfloat16") == true)
    // 361 numbers of up to 2 in size: half of 2^-7 at most.
    let pattern =
      #/float32 to bfloat16: (\d+) of 361 numbers rounded, by at most (0\.00\d+) \((0\.\d+) units in the last place\)/#
    let match = try #require(lines.last?.wholeMatch(of: pattern))
    #expect(try #require(Int(match.1)) > 300)
    #expect(try #require(Double(match.2)) <= 0x1p-8 && #require(Double(match.3)) <= 0.5)
    let wide = try convert(["--precision", "float64"])
    #expect(wide.output.hasSuffix("float32 to float64: no number changed\n"))
    #expect(try !convert(["--precision", "float32"]).output.contains("float32 to"))
  }

  @Test(
    "run writes an array of states for each direction where layers differ in width, and reads it")
  func uneven() throws {
    let network = try LSTMNetwork(layers: [
      .init(forward: cell(1, 3, seed: 1), reverse: cell(1, 3, seed: 2)),
      .init(forward: cell(6, 2, seed: 3)),
    ])
    try LSTMModel(network: network).write(to: path("m.safetensors"))
    let first = Array3<Double>(planes: 2, rows: 1, columns: 1, values: [0.5, -1])
    try NpzFile(
      TensorArchive([("input", Tensor(first.values, shape: first.shape))])
    ).write(to: path("in.npz"))
    let done = try Program.lstm(
      ["run", path("m.safetensors"), path("in.npz"), "--output", path("out.npz")])
    #expect(done.status == 0, "\(done.errors)")
    let out = try NpzFile(contentsOf: path("out.npz"))
    let names = [
      "hidden_l0", "hidden_l0_reverse", "hidden_l1", "cell_l0", "cell_l0_reverse", "cell_l1",
    ]
    #expect(out.names == ["output"] + names)
    let expected = try network.run(.values(first))
    for (place, part) in expected.finalState.parts.enumerated() {
      #expect(try out.tensor(names[place]).doubles() == part.hidden.values)
      #expect(try out.tensor(names[place + 3]).doubles() == part.cell.values)
    }
    // The next two steps, from where the first two ended.
    try NpzFile(
      TensorArchive(
        [("input", Tensor(first.values, shape: first.shape))]
          + names.map { ($0, try out.tensor($0)) })
    ).write(to: path("next.npz"))
    let next = try Program.lstm(
      ["run", path("m.safetensors"), path("next.npz"), "--output", path("next-out.npz")])
    #expect(next.status == 0, "\(next.errors)")
    #expect(
      try NpzFile(contentsOf: path("next-out.npz")).tensor("output").doubles()
        == network.run(.values(first), state: expected.finalState).output.values)
    let same = try Program.lstm(
      ["compare", path("m.safetensors"), path("out.npz"), "--input", path("in.npz")])
    #expect(same.status == 0 && same.output.hasPrefix("The numbers agree."))
    let wrong = TensorArchive(
      try out.archive().entries.map { entry in
        (
          entry.name,
          entry.name == "cell_l0_reverse" ? Tensor([0.0, 0, 0], shape: [1, 1, 3]) : entry.tensor
        )
      })
    try NpzFile(wrong).write(to: path("wrong.npz"))
    let different = try Program.lstm(
      ["compare", path("m.safetensors"), path("wrong.npz"), "--input", path("in.npz")])
    #expect(different.status == 1)
    #expect(
      different.output.contains(
        "first: layer 1, reverse, final state, sequence 1, unit 1, cell:"), "\(different.output)")
  }

  @Test("compare runs sequences without a step as run does, and skips what the model skips")
  func compareAsRun() throws {
    var model = LSTMModel(
      network: try LSTMNetwork(layers: [.init(forward: cell(1, 2, seed: 1))]), mask: .value(0))
    try model.write(to: path("m.json"))
    try NpzFile(
      TensorArchive([
        ("input", Tensor([1.0, 2, 0, 3], shape: [2, 2, 1])),
        ("lengths", Tensor([Int64(2), 2], shape: [2])),
      ])
    ).write(to: path("in.npz"))
    let out = path("out.npz")
    func both(_ model: String, _ input: String, _ more: [String] = []) throws -> [Outcome] {
      try [
        ["run", model, input, "--output", out] + more,
        ["compare", model, out, "--input", input] + more,
      ].map { try Program.lstm($0) }
    }
    #expect(try both(path("m.json"), path("in.npz")).map(\.status) == [0, 0])
    model.mask = nil
    try model.write(to: path("plain.json"))
    // Without its mask the model gives something else.
    #expect(
      try Program.lstm(["compare", path("plain.json"), out, "--input", path("in.npz")]).status == 1)
    try NpzFile(
      TensorArchive([
        ("input", Tensor([1.0, 2, 0, 3], shape: [2, 2, 1])),
        ("lengths", Tensor([Int64(0), 2], shape: [2])),
      ])
    ).write(to: path("empty.npz"))
    let empty = ["--empty-sequences", "zero-state"]
    #expect(try both(path("plain.json"), path("empty.npz"), empty).map(\.status) == [0, 0])
    let refused = try Program.lstm(
      ["compare", path("plain.json"), out, "--input", path("empty.npz")])
    #expect(refused.status == 65)
    #expect(refused.errors.hasPrefix("Error: sequence 1 "), "\(refused.errors)")
  }
}
