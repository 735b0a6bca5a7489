// The programs that `lstm step` writes are run, and must print the numbers that it prints.

import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct StepProgramTests {
  /// Steps whose programs are run, by name; without long tests the first is compiled, and every
  /// fourth handed to Python.
  static let steps: [(name: String, options: String)] = [
    (
      "everything at once",
      """
      --input 1,2,-1 --hidden 0.3,-0.4 --cell 1,-1,0.5,2 --hidden-size 4 --projection-size 2 \
      --weights uniform:-1:1 --seed 7 --peephole random --recurrent-bias random \
      --coupled input-from-forget --activation candidate=elu:0.7,output=hard-sigmoid \
      --clip 1.5 --cell-clip 1 --projection-clip 0.3
      """
    ),
    ("the cell of 1997", "--input 1,2 --hidden 0,1 --cell 2,-1 --variant 1997 --bias 0.1"),
    ("founding", Program.founding.joined(separator: " ")),
    ("old cell, two biases", "--input 1,-2 --hidden 0.5,0.25,-1 --cell 1,0,-1 --weights pytorch"),
    ("float", "--input 1,2 --hidden 0,1 --cell 2,-1 --weights normal:1 --precision float"),
    (
      "other activations",
      """
      --input 1,2 --hidden 0,1 --cell 2,-1 --weights normal:1 --coupled forget-from-input \
      --activation input=softsign,candidate=leaky-relu:0.2,output=softplus,cell=affine:0.5:0.1
      """
    ),
    (
      "more activations",
      """
      --input 1,2 --hidden 0,1 --cell 2,-1 --weights normal:1 --pin input=0.5 \
      --activation forget=thresholded-relu:0.1,candidate=relu,output=scaled-tanh:1.5:0.5
      """
    ),
    ("one unit", "--input 0.5 --hidden 0.25 --cell -1"),
  ]

  @Test(
    "A NumPy program prints the numbers of the step",
    .enabled(if: Program.isCI || Program.works(Program.python, ["-c", "import numpy"])),
    arguments: LongTests.sample(of: steps.map(\.name), every: 4))
  func numpy(_ name: String) throws {
    try check(name, "numpy", file: "step.py") { [Program.python, $0] }
  }

  @Test(
    "A PyTorch program prints the numbers of the step, and PyTorch's own cell agrees",
    .enabled(if: Program.works(Program.python, ["-c", "import torch"])),
    arguments: LongTests.sample(of: steps.map(\.name), every: 4))
  func pytorch(_ name: String) throws {
    let output = try check(name, "pytorch", file: "step.py") { [Program.python, $0] }
    let hasOwnCell = ["founding", "old cell, two biases", "float", "one unit"].contains(name)
    #expect(output.contains("torch.nn.LSTMCell agrees: True") == hasOwnCell)
  }

  @Test(
    "A Swift program compiles and prints the numbers of the step",
    .enabled(if: Program.isCI || Program.works("swiftc", ["--version"])),
    arguments: LongTests.sample(of: steps.map(\.name), every: 8))
  func swift(_ name: String) throws {
    try check(name, "swift", file: "step.swift") { file in
      let program = file + ".out"
      let compiled = try Program.run("swiftc", ["-Onone", file, "-o", program])
      #expect(compiled.status == 0, "\(compiled.errors)")
      #expect(!compiled.errors.contains("warning:"), "\(compiled.errors)")
      return [program]
    }
  }

  /// The steps as JSON, printed once for all languages.
  private static let documents = Mutex<[[String]: StepDocument]>([:])

  private static func document(_ options: [String]) throws -> StepDocument {
    if let known = documents.withLock({ $0[options] }) { return known }
    let json = try Program.lstm(["step"] + options + ["--format", "json"])
    let document = try JSONDecoder().decode(StepDocument.self, from: Data(json.output.utf8))
    documents.withLock { $0[options] = document }
    return document
  }

  @discardableResult
  private func check(
    _ name: String, _ format: String, file: String, command: (String) throws -> [String]
  ) throws -> String {
    let options = try #require(Self.steps.first { $0.name == name }).options
      .split(separator: " ").map(String.init)
    let folder = try TemporaryFolder()
    let source = try Program.lstm(["step"] + options + ["--format", format])
    #expect(source.status == 0, "\(source.errors)")
    let path = try folder.write(file, source.output)
    let words = try command(path)
    let outcome = try Program.run(words[0], Array(words.dropFirst()))
    #expect(outcome.status == 0, "\(outcome.errors)")

    let expected = try Self.document(options)
    // Sums are added in another order there: a few roundings of the precision in use.
    let tolerance = options.contains("float") ? 1e-6 : 1e-14
    for (title, values) in expected.results {
      let line = try #require(
        outcome.output.split(separator: "\n").first { $0.hasPrefix("\(title):") },
        "no line '\(title)' in \(outcome.output)")
      let found = line.dropFirst(title.count + 1).filter { !"[] ".contains($0) }
        .split(separator: ",").compactMap { Double($0) }
      #expect(found.count == values.count)
      for (found, expected) in zip(found, values) {
        #expect(abs(found - expected) <= tolerance * max(1, abs(expected)), "\(title)")
      }
    }
    return outcome.output
  }

  @Test("Weights too many to write out are refused")
  func tooMany() throws {
    let outcome = try Program.lstm(
      "step --weights pytorch --hidden-size 100 --format numpy")
    #expect(outcome.status == 64)
    #expect(
      outcome.errors == """
        Error: a program would have to spell out 80000 weights; at most 20000 are written.
        Take fewer units, identity weights, or --format json.

        """)
    #expect(outcome.output.isEmpty)
  }
}

/// The JSON of a step, as far as the tests compare it.
struct StepDocument: Decodable {
  struct Gates: Decodable {
    let forget: [Double]
    let input: [Double]
    let candidate: [Double]
    let output: [Double]
  }

  let gates: Gates
  let newCell: [Double]
  let newHidden: [Double]
  let notes: [String]

  var results: [(title: String, values: [Double])] {
    [
      ("forget gate", gates.forget), ("input gate", gates.input),
      ("candidate", gates.candidate), ("output gate", gates.output),
      ("new cell state", newCell), ("new hidden state", newHidden),
    ]
  }
}
