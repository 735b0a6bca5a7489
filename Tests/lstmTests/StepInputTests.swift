// How a step is told to `lstm step`: lists of numbers in every form, weights, variants.

import Foundation
import TestSupport
import Testing

@Suite struct StepInputTests {
  private static func document(_ options: [String], folder: URL? = nil) throws -> StepDocument {
    let outcome = try Program.lstm(["step"] + options + ["--format", "json"], folder: folder)
    #expect(outcome.status == 0, "\(options): \(outcome.errors)")
    return try JSONDecoder().decode(StepDocument.self, from: Data(outcome.output.utf8))
  }

  private static func text(_ options: [String], folder: URL? = nil) throws -> String {
    let outcome = try Program.lstm(["step"] + options, folder: folder)
    #expect(outcome.status == 0, "\(options): \(outcome.errors)")
    return outcome.output
  }

  /// What is printed for the plainest form of the list that ``lists(_:)`` reads.
  private static let plain = Result { try text(["--input", "-0.1,0.3"]) }

  @Test(
    "A list of numbers is read in every form in which people write it",
    arguments: LongTests.sample(
      of: [
        ["--input", "-0.1,0.3"], ["--input=-0.1,0.3"], ["--input", "-0.1, 0.3"],
        ["--input", "[-0.1, 0.3]"], ["--input", "(-0.1 0.3)"], ["--input", "  -0.1\n0.3 "],
        ["--input", "−0.1,.3"], ["--input", "-1e-1,+0.30"], ["--input", "row.txt"],
        ["--input", "column.txt"], ["--input", "array.json"], ["--input", "name with spaces.txt"],
      ], every: 3))
  func lists(_ options: [String]) throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("row.txt", "-0.1 0.3\n")
    _ = try folder.write("column.txt", "-0.1\n0.3\n")
    _ = try folder.write("array.json", "[-0.1, 0.3]\n")
    _ = try folder.write("name with spaces.txt", "-0.1,0.3")
    let found = try Self.text(options, folder: folder.url)
    #expect(try found == Self.plain.get())
  }

  /// One cell of one unit and two inputs, in every form that a file can have.
  private static let files: [(name: String, text: String)] = {
    func document(_ gate: (String) -> String, more: String = "") -> String {
      let gates = [("forget", "1"), ("input", "2"), ("candidate", "3"), ("output", "4")]
      return "{" + gates.map { "\"\($0)\": {\(gate($1))}" }.joined(separator: ", ") + more + "}"
    }
    let bias = "\"bias\": [0.5]"
    return [
      (
        "apart",
        document { "\"inputWeights\": [[\($0), -1]], \"hiddenWeights\": [[0.25]], \(bias)" }
      ),
      (
        "hidden first",
        document(
          { "\"weights\": [[0.25, \($0), -1]], \(bias)" },
          more: ", \"concatenation\": \"hidden,input\"")
      ),
      (
        "input first",
        document(
          { "\"weights\": [[\($0), -1, 0.25]], \(bias)" },
          more: ", \"concatenation\": \"input, hidden\"")
      ),
      (
        "second bias",
        document {
          "\"inputWeights\": [[\($0), -1]], \"hiddenWeights\": [[0.25]], \"bias\": [0.75], "
            + "\"recurrentBias\": [-0.25]"
        }
      ),
      (
        "projection by one",
        document(
          { "\"inputWeights\": [[\($0), -1]], \"hiddenWeights\": [[0.25]], \(bias)" },
          more: ", \"projection\": [[1]]")
      ),
    ]
  }()

  @Test("The same weights in every form of a file give the same step")
  func weightFiles() throws {
    let folder = try TemporaryFolder()
    let given = ["--input", "0.5,-0.25", "--hidden", "0.1", "--cell", "-1"]
    var results: [[Double]] = []
    for (index, (name, text)) in Self.files.enumerated() {
      _ = try folder.write("\(index).json", text)
      let read = try Self.document(given + ["--weights", "\(index).json"], folder: folder.url)
      results.append(read.results.flatMap(\.values))
      // σ(1·0.5 + 0.25 + 0.25·0.1 + 0.5) and so on, worked by hand
      #expect(abs(read.gates.forget[0] - 1 / (1 + exp(-1.275))) < 1e-15, "\(name)")
      #expect(abs(read.gates.output[0] - 1 / (1 + exp(-2.775))) < 1e-15, "\(name)")
    }
    #expect(Set(results).count == 1)
  }

  @Test("A file's peepholes and projection are used")
  func peepholeFile() throws {
    let folder = try TemporaryFolder()
    func gate(_ peephole: String) -> String {
      "{\"inputWeights\": [[1], [1]], \"hiddenWeights\": [[0], [0]]\(peephole)}"
    }
    let seen = gate(", \"peephole\": [2, 0]")
    _ = try folder.write(
      "w.json",
      """
      {"forget": \(seen), "input": \(gate("")), "candidate": \(gate("")), "output": \(seen),
       "projection": [[1, -1]]}
      """)
    let read = try Self.document(
      ["--input", "0", "--hidden", "0", "--cell", "1,1", "--weights", "w.json"], folder: folder.url)
    #expect(abs(read.gates.forget[0] - 1 / (1 + exp(-2.0))) < 1e-15)
    #expect(read.gates.forget[1] == 0.5)
    #expect(read.newHidden.count == 1)
    let shown = zip(read.gates.output, read.newCell).map { $0 * tanh($1) }
    #expect(abs(read.newHidden[0] - (shown[0] - shown[1])) < 1e-15)
  }

  @Test(
    "Every kind of weights is said where it comes from, and a seed repeats",
    arguments: LongTests.sample(
      of: [
        ("identity", "weights: identity"),
        ("uniform:-0.5:1", "weights: evenly from -0.5 to 1, seed 7"),
        ("normal:0.5", "weights: normal, standard deviation 0.5, seed 7"),
        ("pytorch", "weights: as PyTorch starts, evenly within ±1/√H, seed 7"),
      ], every: 2))
  func kinds(_ kind: String, _ words: String) throws {
    let options = ["--input", "1,2", "--hidden", "0,1", "--weights", kind, "--seed", "7"]
    let text = try Self.text(options)
    #expect(text.replacing("\n", with: " ").contains(words))
    #expect(text == (try Self.text(options)))
    let other = try Self.text(options.dropLast() + ["8"])
    #expect((other == text) == (kind == "identity"))
  }

  @Test(
    "Every setting of a variant changes the equations as it says",
    arguments: LongTests.sample(
      of: [
        ("--variant no-input-gate", "i(t) = 1\n"), ("--variant no-forget-gate", "f(t) = 1\n"),
        ("--variant no-output-gate", "o(t) = 1\n"), ("--variant 1997", "f(t) = 1\n"),
        ("--variant no-input-activation", "g(t) = W_g·x(t)"),
        ("--variant no-output-activation", "h(t) = o(t) ⊙ c(t)\n"),
        ("--variant coupled", "f(t) = 1 - i(t)\n"),
        ("--coupled forget-from-input", "f(t) = 1 - i(t)\n"),
        ("--coupled input-from-forget", "i(t) = 1 - f(t)\n"),
        ("--pin forget=0.25", "f(t) = 0.25\n"), ("--pin forget=-1,output=2", "o(t) = 2\n"),
        ("--pin forget=1 --pin input=0", "i(t) = 0\n"),
        ("--activation candidate=relu", "g(t) = relu("),
        ("--activation cell=identity", "h(t) = o(t) ⊙ c(t)\n"),
        ("--activation gates=hard-sigmoid:0.25:0.5", "o(t) = hard-sigmoid[0.25, 0.5]("),
        ("--activation forget=elu:0.5,input=softplus", "i(t) = softplus("),
        ("--clip 1.5", "f(t) = σ(clip(W_f·x(t) + U_f·h(t-1) + b_f, ±1.5))\n"),
        ("--cell-clip 0.1", "c(t) = clip(f(t) ⊙ c(t-1) + i(t) ⊙ g(t), ±0.1)\n"),
        ("--peephole 0.5", "o(t) = σ(W_o·x(t) + U_o·h(t-1) + b_o + p_o ⊙ c(t))\n"),
        ("--peephole forget=0.5", "i(t) = σ(W_i·x(t) + U_i·h(t-1) + b_i)\n"),
        ("--recurrent-bias 1", "f(t) = σ(W_f·x(t) + U_f·h(t-1) + b_f + b′_f)\n"),
        ("--recurrent-bias input=1", "f(t) = σ(W_f·x(t) + U_f·h(t-1) + b_f + b′_f)\n"),
        ("--bias forget=1", "f₁(t) = σ(1 + 0 + 1) = σ(2) = 0.88079708\n"),
        (
          "--weights pytorch --projection-size 1 --hidden 0 --hidden-size 2 --projection-clip 0.1",
          "h(t) = clip(R·m(t), ±0.1)\n"
        ),
      ], every: 4))
  func variants(_ options: String, _ line: String) throws {
    let given = options.contains("--hidden ") ? "--input 1,2" : "--input 1,2 --hidden 0,1"
    let text = try Self.text("\(given) \(options)".split(separator: " ").map(String.init))
    #expect(text.contains("   " + line))
  }
}
