// The weights of a cell as a person writes them: every form that is read.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Documents for the tests, put together from gates with I = 2, H = 3 whose numbers all differ.
enum WeightsText {
  /// The number that a gate's tests are told apart by: 100, 200, 300, 400.
  static func base(_ gate: Gate) -> Int {
    switch gate {
    case .forget: 100
    case .input: 200
    case .candidate: 300
    case .output: 400
    }
  }

  /// Rows of whole numbers that count on from `start`.
  static func rows(_ rows: Int, _ columns: Int, from start: Int) -> String {
    let text = (0..<rows).map { row in
      "[" + (0..<columns).map { "\(start + row * columns + $0)" }.joined(separator: ", ") + "]"
    }
    return "[" + text.joined(separator: ", ") + "]"
  }

  /// One gate: W from base, U from base + 10, b from base + 20, and what more is asked for.
  static func gate(_ gate: Gate, hiddenColumns: Int = 3, more: String = "") -> String {
    let base = base(gate)
    return "\"\(gate)\": {\"inputWeights\": \(rows(3, 2, from: base)), "
      + "\"hiddenWeights\": \(rows(3, hiddenColumns, from: base + 10)), "
      + "\"bias\": [\(base + 20), \(base + 21), \(base + 22)]\(more)}"
  }

  /// A whole document of gates and what more is asked for.
  static func document(_ gates: [String], more: String = "") -> String {
    "{\n  " + (gates + (more.isEmpty ? [] : [more])).joined(separator: ",\n  ") + "\n}"
  }

  static let plain = document(Gate.allCases.map { gate($0) })
}

@Suite("Weights written by hand")
struct CellWeightsFileTests {
  private func parse(_ text: String, optionalGates: Set<Gate> = []) throws
    -> CellParameters<Double>
  {
    try CellWeightsFile(data: Data(text.utf8), file: "w.json", optionalGates: optionalGates)
      .parameters
  }

  @Test("Each number comes to its gate and its place")
  func plain() throws {
    let parameters = try parse(WeightsText.plain)
    for gate in Gate.allCases {
      let base = Double(WeightsText.base(gate))
      let learned = parameters.gates[gate]
      #expect(learned.inputWeights.rows == 3 && learned.inputWeights.columns == 2)
      #expect(learned.inputWeights.values == (0..<6).map { base + Double($0) })
      #expect(learned.hiddenWeights.values == (0..<9).map { base + 10 + Double($0) })
      #expect(learned.bias == [base + 20, base + 21, base + 22])
      #expect(learned.recurrentBias == nil && learned.peephole == nil)
    }
    #expect(parameters.projection == nil)
  }

  @Test("A bias that is left out is zero")
  func noBias() throws {
    let gates = Gate.allCases.map {
      "\"\($0)\": {\"inputWeights\": [[1], [2]], \"hiddenWeights\": [[1, 2], [3, 4]]}"
    }
    #expect(try parse(WeightsText.document(gates)).gates.candidate.bias == [0, 0])
  }

  @Test("The order of the keys makes no difference")
  func keyOrder() throws {
    let gates = Gate.allCases.reversed().map { WeightsText.gate($0) }
    #expect(try parse(WeightsText.document(gates)) == parse(WeightsText.plain))
  }

  @Test("Two biases, peepholes and null")
  func optionalParts() throws {
    let parameters = try parse(
      WeightsText.document([
        WeightsText.gate(.forget, more: ", \"recurrentBias\": [1, 2, 3], \"peephole\": [4, 5, 6]"),
        WeightsText.gate(.input, more: ", \"peephole\": [7, 8, 9]"),
        WeightsText.gate(.candidate, more: ", \"peephole\": null, \"recurrentBias\": null"),
        WeightsText.gate(.output),
      ]))
    #expect(parameters.gates.forget.recurrentBias == [1, 2, 3])
    #expect(
      parameters.gates.map(\.peephole)
        == PerGate(
          forget: [4, 5, 6], input: [7, 8, 9], candidate: nil, output: nil))
    #expect(parameters.gates.candidate.recurrentBias == nil)
  }

  @Test("A projection makes the hidden state narrower")
  func projection() throws {
    let parameters = try parse(
      WeightsText.document(
        Gate.allCases.map { WeightsText.gate($0, hiddenColumns: 1) },
        more: "\"projection\": [[1, 2, 3]]"))
    #expect(parameters.outputSize == 1 && parameters.hiddenSize == 3)
    #expect(parameters.projection == Matrix(rows: 1, columns: 3, values: [1, 2, 3]))
  }

  /// The document of `plain`, or of the cell with a projection to one, in concatenated form.
  private func concatenated(_ order: String, hiddenColumns: Int = 3, more: [String] = []) -> String
  {
    let gates = Gate.allCases.map { gate in
      let base = WeightsText.base(gate)
      let rows = (0..<3).map { row in
        let input = (0..<2).map { "\(base + row * 2 + $0)" }
        let hidden = (0..<hiddenColumns).map { "\(base + 10 + row * hiddenColumns + $0)" }
        let all = order.hasPrefix("hidden") ? hidden + input : input + hidden
        return "[" + all.joined(separator: ", ") + "]"
      }
      return "\"\(gate)\": {\"weights\": [\(rows.joined(separator: ", "))], "
        + "\"bias\": [\(base + 20), \(base + 21), \(base + 22)]}"
    }
    return WeightsText.document(gates + more, more: "\"concatenation\": \"\(order)\"")
  }

  @Test(
    "One matrix for [h, x] or [x, h] gives the same parameters",
    arguments: ["hidden,input", "input,hidden", "hidden, input", "input , hidden"])
  func concatenation(order: String) throws {
    #expect(try parse(concatenated(order)) == parse(WeightsText.plain))
    let projection = "\"projection\": [[1, 2, 3]]"
    let narrow = Gate.allCases.map { WeightsText.gate($0, hiddenColumns: 1) }
    #expect(
      try parse(concatenated(order, hiddenColumns: 1, more: [projection]))
        == parse(WeightsText.document(narrow, more: projection)))
  }

  @Test("A gate that is not read may be absent", arguments: Gate.allCases)
  func optionalGate(gate: Gate) throws {
    let others = Gate.allCases.filter { $0 != gate }
    let text = WeightsText.document(others.map { WeightsText.gate($0) })
    let parameters = try parse(text, optionalGates: [gate])
    let full = try parse(WeightsText.plain)
    for other in others { #expect(parameters.gates[other] == full.gates[other]) }
    #expect(parameters.gates[gate] == full.gates[gate].zeros)
    expectError("'w.json' lacks the key '\(gate)'. Add it.") { try parse(text) }
  }

  @Test("In place of an absent candidate no peephole is made up")
  func absentCandidate() throws {
    let gates = Gate.scaling.map { WeightsText.gate($0, more: ", \"peephole\": [1, 2, 3]") }
    let parameters = try parse(WeightsText.document(gates), optionalGates: [.candidate])
    #expect(parameters.gates.candidate.peephole == nil)
  }

  @Test("A gate that may be absent is read where it is there")
  func optionalGatePresent() throws {
    #expect(
      try parse(WeightsText.plain, optionalGates: Set(Gate.allCases)) == parse(WeightsText.plain))
  }

  @Test("A file is read by its name")
  func file() throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "weights.json").path
      try FileAccess.write(WeightsText.plain, to: path)
      #expect(try CellWeightsFile(contentsOf: path).parameters == parse(WeightsText.plain))
      try FileAccess.write("{", to: path)
      expectError(
        "'\(path)' is not valid JSON: line 1, column 2: expected a key in double quotes, "
          + "but the file ends."
      ) {
        try CellWeightsFile(contentsOf: path).parameters
      }
    }
  }
}
