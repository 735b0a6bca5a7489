// The inputs that `lstm diagnose` proposes: the printed command runs as it stands, and shows the
// mistakes that the person's own inputs hid.

import Foundation
import TestSupport
import Testing

@Suite struct DiagnoseProbeTests {
  /// The words of the command at the end of a diagnosis, as a shell would read them.
  private static func printedCommand(_ text: String) throws -> [String] {
    let start = try #require(text.range(of: "\n  lstm step \\\n"))
    return text[start.lowerBound...].split(whereSeparator: { " \n\\".contains($0) }).map(
      String.init)
  }

  /// Steps of several kinds that hide something, with a forget gate or hidden state that is right.
  private static let steps: [[String]] = [
    Program.founding,
    ["--input", "1,2", "--hidden", "0,1", "--coupled", "input-from-forget", "--clip", "2"],
    [
      "--input", "1,2", "--hidden", "0,1", "--activation", "candidate = softsign", "--pin",
      "output=0.5",
    ],
    ["--input", "1,2,3", "--hidden-size", "2", "--weights", "pytorch", "--peephole", "random"],
    ["--input", "1", "--hidden-size", "3", "--weights", "normal:1", "--projection-size", "2"],
  ]

  /// What is hidden, the words of the printed command, and the options of the same in JSON.
  private static func probe(_ step: [String]) throws -> (hidden: [String], command: [String]) {
    let folder = try TemporaryFolder()
    let json = try Program.lstm(["step"] + step + ["--format", "json"])
    let mine = try folder.write("mine.json", json.output)
    let text = try Program.lstm(["diagnose"] + step + ["--mine", mine])
    #expect(text.status == 0, "\(text.errors)")
    let document = try Program.lstm(["diagnose"] + step + ["--mine", mine, "--format", "json"])
    let found = try JSONDecoder().decode(DiagnosisDocument.self, from: Data(document.output.utf8))
    let command = try printedCommand(text.output)
    let options = found.probe?.options.flatMap { $0.split(separator: " ").map(String.init) }
    #expect(options == Array(command.dropFirst(2)))
    return (found.hidden, command)
  }

  @Test(
    "The printed command runs, takes a step of the same kind, and hides nothing",
    arguments: LongTests.sample(of: steps, every: 3))
  func runs(_ step: [String]) throws {
    let (hidden, command) = try Self.probe(step)
    #expect(!hidden.isEmpty)
    #expect(command.prefix(2) == ["lstm", "step"])
    let text = try Program.lstm(Array(command.dropFirst()))
    #expect(text.status == 0, "\(text.errors)")
    let own = try Program.lstm(["step"] + step).output
    func equations(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter {
        $0.contains("(t) = ") && !$0.contains("₁") && !$0.contains("[")
      }
    }
    #expect(equations(text.output) == equations(own))

    let folder = try TemporaryFolder()
    let json = try Program.lstm(Array(command.dropFirst()) + ["--format", "json"])
    let mine = try folder.write("mine.json", json.output)
    let again = try Program.lstm(
      ["diagnose"] + command.dropFirst(2) + ["--mine", mine, "--format", "json"])
    #expect(again.status == 0)
    let found = try JSONDecoder().decode(DiagnosisDocument.self, from: Data(again.output.utf8))
    #expect(found.agrees)
    #expect(Set(found.hidden).isSubset(of: hidden))
    #expect(found.hidden.count < hidden.count)
    #expect(found.hidden.isEmpty)
  }

  @Test("What no inputs can show in a variant is said so, and what it does not read is no mistake")
  func neverShown() throws {
    let step = ["--input", "1,2", "--hidden", "0.1,1", "--cell", "1,2", "--pin", "forget=1"]
    let claim = ["--my-forget", "1.0,1.0"]
    let some = try Program.lstm(["diagnose"] + step + claim).output
    #expect(
      some.replacing("\n", with: " ").contains(
        "These would show them, but not cell-without-forget, which no inputs show in this variant.")
    )
    let weights = ["--weights", "uniform:-1:1"]
    let none = try Program.lstm(["diagnose"] + step + weights + claim).output
    #expect(none.hasSuffix("\n\nNo inputs show them in this variant.\n"))
    for mistake in ["gate-tanh:forget", "forget-bias-added", "coupled-forget"] {
      #expect(!some.contains(mistake) && !none.contains(mistake))
    }
  }

  @Test("Under the probe a transposed U differs, which the founding example hides")
  func transposed() throws {
    let (hidden, command) = try Self.probe(Program.founding)
    #expect(hidden.contains("transposed-recurrent-weights"))
    // The weights of the probe stand in its NumPy program; there U is transposed, by mistake.
    let program = try Program.lstm(Array(command.dropFirst()) + ["--format", "numpy"]).output
    #expect(program.contains("U_f @ h"))
    let rows = try Self.matrix("U_f", in: program)
    let vector = try Self.numbers(after: "h = np.array(", in: program)
    let product = rows.map { zip($0, vector).map(*).reduce(0, +) }
    let transposed = rows.indices.map { column in
      zip(rows, vector).map { $0[column] * $1 }.reduce(0, +)
    }
    for (right, wrong) in zip(product, transposed) { #expect(abs(right - wrong) > 1e-3) }
  }

  private static func numbers(after mark: String, in program: String) throws -> [Double] {
    let start = try #require(program.range(of: mark)?.upperBound)
    let end = try #require(program[start...].firstIndex(of: "]"))
    return program[start..<end].split(whereSeparator: { "[, ".contains($0) }).compactMap {
      Double($0)
    }
  }

  private static func matrix(_ name: String, in program: String) throws -> [[Double]] {
    let start = try #require(program.range(of: "\(name) = np.array([\n")?.upperBound)
    return program[start...].split(separator: "\n").prefix { $0.hasPrefix("    [") }.map { row in
      row.split(whereSeparator: { "[], ".contains($0) }).compactMap { Double($0) }
    }
  }
}
