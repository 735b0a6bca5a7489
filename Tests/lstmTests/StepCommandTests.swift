// What `lstm step` prints: the founding example to the letter, JSON to the bit, and nothing that
// does not belong on a terminal or in a pipe.

import Foundation
import TestSupport
import Testing

@Suite struct StepCommandTests {
  /// Five units with two biases and peepholes, whose tables are the widest.
  static let wide =
    Program.founding + [
      "--cell", "1,-1,0.5,2,-0.3", "--weights", "uniform:-1:1", "--recurrent-bias", "random",
      "--peephole", "random",
    ]

  private static func step(_ options: [String], environment: [String: String] = [:]) throws
    -> String
  {
    let outcome = try Program.lstm(["step"] + options, environment: environment)
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    return outcome.output
  }

  @Test("The founding example, to the letter")
  func founding() throws {
    let expected = try String(decoding: Fixtures.data("step/founding.txt"), as: UTF8.self)
    #expect(try Self.step(Program.founding) == expected)
  }

  @Test("The founding example answers what was asked, in the digits of the question")
  func answers() throws {
    let text = try Self.step(Program.founding)
    for number in ["0.47502081", "0.68997448", "0.549834", "0.4875026", "0.66818777"] {
      #expect(text.contains(number), "f(t)")
    }
    #expect(text.contains("A gate is a number between 0 and 1"), "should it not be 0 or 1?")
    #expect(text.contains("W_f·x(t) is a\n   matrix product") || text.contains("matrix product"))
    #expect(text.contains("Only ⊙, in stages 3 and 4, multiplies entry by entry."))
    #expect(
      text.contains("c(t) = [-0.04734437, 0.45816843, 0.10852366, -0.02435484, 0.40383116]"))
    #expect(text.contains("h(t) = [-0.02247277, 0.29571634, 0.05943684, -0.0118707, 0.25606443]"))
    #expect(text.contains("Note: no old cell was given: zeros; with zeros the forget gate has"))
  }

  @Test("JSON has the keys of its description, in their order")
  func keys() throws {
    let json = try Self.step(Program.founding + ["--format", "json"])
    func keys(indent: Int) -> [String] {
      json.split(separator: "\n").compactMap { line in
        let spaces = line.prefix { $0 == " " }.count
        guard spaces == indent, line.dropFirst(spaces).hasPrefix("\"") else { return nil }
        return line.split(separator: "\"").dropFirst().first.map(String.init)
      }
    }
    #expect(
      keys(indent: 2) == [
        "input", "hidden", "cell", "preactivation", "terms", "gates", "newCell", "newHidden",
        "notes",
      ])
    let gates = ["forget", "input", "candidate", "output"]
    let notes = keys(indent: 4).suffix(2).map { String($0.prefix(17)) }
    #expect(keys(indent: 4).dropLast(2) == (gates + gates + gates)[...])
    #expect(notes == ["no old cell was g", "all four pre-acti"])
    #expect(
      keys(indent: 6) == Array(repeating: ["input", "hidden", "bias"], count: 4).flatMap { $0 })
    let wide = try Self.step(Self.wide + ["--format", "json"])
    #expect(wide.contains("      \"recurrentBias\": [") && wide.contains("      \"peephole\": ["))
  }

  @Test("JSON's numbers are the bits of the step")
  func bits() throws {
    let text = try Self.step(Program.founding + ["--format", "json", "--digits", "2"])
    let read = try JSONDecoder().decode(StepDocument.self, from: Data(text.utf8))
    // σ(0.8), tanh(0.8) and σ(0.8) tanh(0.8), by the correctly rounded functions of Python's mpmath.
    #expect(read.gates.forget[1] == 0.6899744811276125)
    #expect(read.gates.candidate[1] == 0.6640367702678491)
    #expect(read.newCell[1] == 0.6899744811276125 * 0.6640367702678491)
    for number in text.split(whereSeparator: { " ,[]\n".contains($0) }).compactMap({ Double($0) }) {
      let shortest = "\(number)".hasSuffix(".0") ? "\(Int(number))" : "\(number)"
      #expect(text.contains(shortest))
    }
    #expect(read.notes.count == 2)
  }

  @Test("A gate that is not computed from weights has null for its terms")
  func null() throws {
    let json = try Self.step(
      ["--input", "1", "--coupled", "input-from-forget", "--pin", "output=1", "--format", "json"])
    #expect(json.ranges(of: "\"input\": null").count == 2)
    #expect(json.ranges(of: "\"output\": null").count == 2)
  }

  @Test(
    "Digits bound what is read, in text, Markdown and LaTeX",
    arguments: ["text", "markdown", "latex"])
  func digits(_ format: String) throws {
    let text = try Self.step(Program.founding + ["--digits", "3", "--format", format])
    #expect(text.contains("0.475") && !text.contains("0.4750"))
  }

  @Test(
    "Units are chosen by number, by list, or all",
    arguments: [
      ("1", [1]), ("4", [4]), ("2,5", [2, 5]), ("5,2", [5, 2]), ("all", [1, 2, 3, 4, 5]),
    ])
  func units(_ option: String, _ units: [Int]) throws {
    let text = try Self.step(Program.founding + ["--unit", option])
    let subscripts = ["", "₁", "₂", "₃", "₄", "₅"]
    let lines = text.split(separator: "\n").filter { $0.contains("(t) = σ(") && $0.contains("f") }
    #expect(
      lines.dropFirst().map { String($0.prefix(5).suffix(2)) } == units.map { "f\(subscripts[$0])" }
    )
  }

  @Test("In float the numbers differ a little, and how much is noted")
  func float() throws {
    let text = try Self.step(Self.wide + ["--precision", "float"])
    #expect(text.contains("Note: computed in float: the largest difference from double is "))
    let json = try Self.step(Self.wide + ["--precision", "float", "--format", "json"])
    let read = try JSONDecoder().decode(StepDocument.self, from: Data(json.utf8))
    #expect(
      read.newHidden.allSatisfy { "\(Float($0))".count <= 14 && json.contains("\(Float($0))") })
  }

  @Test("Every line fits 80 columns at five units", arguments: [Program.founding, wide])
  func width(_ options: [String]) throws {
    for line in try Self.step(options + ["--unit", "all"]).split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
    }
  }

  @Test("At 512 units there is a summary, the chosen units, and fewer than 200 lines")
  func manyUnits() throws {
    let text = try Self.step([
      "--hidden-size", "512", "--weights", "pytorch", "--unit", "1,300,512",
    ])
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count < 200)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.contains { $0.hasPrefix("    mean  ") } && text.contains("Unit 512 "))
    #expect(text.contains("512 numbers: --format json prints them all"))
  }

  @Test("Very large and very small numbers are shown, and nothing overflows on the way")
  func extremes() throws {
    let text = try Self.step(
      ["--input", "1e300,-1e300", "--hidden", "1e-300,2", "--cell", "1e-300,1e300"])
    #expect(text.contains("f₁(t) = σ(1e300 + 1e-300 + 0) = σ(1e300) = 1\n"))
    #expect(text.contains("h(t) = [0.76159416, 0]"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}
