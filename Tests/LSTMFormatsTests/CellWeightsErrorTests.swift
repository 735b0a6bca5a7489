// Every way in which a file of weights can be wrong, with the whole text that a user reads.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Errors in weights written by hand")
struct CellWeightsErrorTests {
  private func parse(_ text: String) throws -> CellParameters<Double> {
    try CellWeightsFile(data: Data(text.utf8), file: "w.json").parameters
  }

  /// A document in which the forget gate is this.
  private func withForget(_ gate: String, more: String = "") -> String {
    let others = Gate.allCases.filter { $0 != .forget }.map { WeightsText.gate($0) }
    return WeightsText.document(["\"forget\": \(gate)"] + others, more: more)
  }

  @Test("An unknown key at the top names the nearest valid one")
  func unknownKey() {
    let valid = "Valid here: forget, input, candidate, output, projection, concatenation."
    expectError("'w.json' has the unknown key 'forgot'. Did you mean 'forget'?\n\(valid)") {
      try parse(#"{"forgot": {}}"#)
    }
    expectError("'w.json' has the unknown key 'cell'. Nothing of that name is read.\n\(valid)") {
      try parse(#"{"cell": {}}"#)
    }
  }

  @Test("An unknown key in a gate names the gate too")
  func unknownKeyInGate() {
    let valid = "Valid here: inputWeights, hiddenWeights, bias, recurrentBias, peephole, weights."
    expectError(
      "'w.json' has the unknown key 'forget.inputweights'. Did you mean 'inputWeights'?\n\(valid)"
    ) {
      try parse(withForget(#"{"inputweights": [[1]]}"#))
    }
    expectError("'w.json' has the unknown key 'forget.b'. Nothing of that name is read.\n\(valid)")
    {
      try parse(withForget(#"{"b": [1]}"#))
    }
  }

  @Test("A missing gate or matrix is named")
  func missing() {
    expectError("'w.json' lacks the key 'forget'. Add it.") { try parse("{}") }
    expectError("'w.json' lacks the key 'forget'. Add it.") { try parse(withForget("null")) }
    expectError("'w.json' lacks the key 'forget.inputWeights'. Add it.") {
      try parse(withForget(#"{"hiddenWeights": [[1]]}"#))
    }
    expectError("'w.json' lacks the key 'forget.hiddenWeights'. Add it.") {
      try parse(withForget(#"{"inputWeights": [[1]]}"#))
    }
  }

  @Test("Of several errors it is always the same that is told")
  func order() {
    let empty = Gate.allCases.map { "\"\($0)\": {}" }
    for _ in 0..<20 {
      expectError("'w.json' lacks the key 'forget.inputWeights'. Add it.") {
        try parse(WeightsText.document(empty))
      }
    }
  }

  @Test("A row of another length is named, counted from 1")
  func raggedRows() {
    expectError(
      "'w.json': row 2 of forget.inputWeights has 1 number, but the first row has 2. "
        + "All rows have to be equally long."
    ) {
      try parse(withForget(#"{"inputWeights": [[1, 2], [3]], "hiddenWeights": [[1]]}"#))
    }
    expectError(
      "'w.json': row 3 of projection has 2 numbers, but the first row has 1. "
        + "All rows have to be equally long."
    ) {
      try parse(withForget("{}", more: #""projection": [[1], [2], [3, 4]]"#))
    }
  }

  @Test("An empty matrix is an error", arguments: ["[]", "[[]]", "[[], [1]]"])
  func empty(matrix: String) {
    expectError("'w.json': forget.hiddenWeights is empty. Give at least one number.") {
      try parse(withForget("{\"inputWeights\": [[1]], \"hiddenWeights\": \(matrix)}"))
    }
  }

  @Test("A value of another kind is named with its place")
  func kinds() {
    let cases: [(gate: String, error: String)] = [
      (#"{"inputWeights": [[1, "2"]]}"#, "forget.inputWeights[0][1] has to be a number."),
      (#"{"inputWeights": [[1], [[2]]]}"#, "forget.inputWeights[1][0] has to be a number."),
      (#"{"inputWeights": [[1], [null]]}"#, "forget.inputWeights[1][0] has to be a number."),
      (#"{"inputWeights": [1]}"#, "forget.inputWeights[0] has to be a list."),
      (#"{"inputWeights": 1}"#, "forget.inputWeights has to be a list."),
      (#"{"bias": "0"}"#, "forget.bias has to be a list."),
      (#"{"bias": [[0]]}"#, "forget.bias[0] has to be a number."),
      (#"{"bias": [0, 1e400]}"#, "forget.bias[1], '1e400', has to be a finite number."),
      (#"{"bias": [NaN]}"#, "forget.bias[0], 'NaN', has to be a finite number."),
      ("[]", "forget has to be an object in braces."),
      ("1", "forget has to be an object in braces."),
    ]
    for (gate, error) in cases { expectError("'w.json': \(error)") { try parse(withForget(gate)) } }
    expectError("'w.json': projection[0] has to be a list.") {
      try parse(withForget("{}", more: #""projection": [1]"#))
    }
    expectError("'w.json': the document has to be an object in braces.") { try parse("[1]") }
  }

  @Test("Sizes that do not fit are the network's errors")
  func sizes() {
    let hidden = WeightsText.rows(3, 3, from: 1)
    expectError("the forget gate's bias has 2 values, but the weights need 3.") {
      try parse(
        withForget(
          "{\"inputWeights\": [[1, 2], [1, 2], [1, 2]], \"hiddenWeights\": \(hidden), "
            + "\"bias\": [1, 2]}"))
    }
    expectError("the input gate's input weights are 3 x 2, but have to be 3 x 1 (rows are units).")
    {
      try parse(
        withForget("{\"inputWeights\": [[1], [1], [1]], \"hiddenWeights\": \(hidden)}"))
    }
    expectError(
      "the candidate has a peephole. Only forget, input and output gate can have one: take it out."
    ) {
      let gates = Gate.allCases.map {
        WeightsText.gate($0, more: $0 == .candidate ? ", \"peephole\": [1, 2, 3]" : "")
      }
      return try parse(WeightsText.document(gates))
    }
  }

  @Test("One matrix without a word on its order is an error")
  func noConcatenation() {
    expectError(
      "'w.json': forget has 'weights', so the file must say in which order they stand.\n"
        + "Add \"concatenation\": \"hidden,input\" or \"input,hidden\" beside the gates."
    ) {
      try parse(withForget(#"{"weights": [[1, 2]]}"#))
    }
  }

  @Test("Both forms in one gate are an error", arguments: ["inputWeights", "hiddenWeights"])
  func bothForms(key: String) {
    expectError(
      "'w.json': forget has both 'weights' and 'inputWeights' or 'hiddenWeights'. "
        + "Keep 'weights' for the concatenated form, or the other two."
    ) {
      try parse(
        withForget(
          "{\"weights\": [[1, 2]], \"\(key)\": [[1]]}",
          more: #""concatenation": "hidden,input""#))
    }
  }

  @Test("Too few columns leave none for the input", arguments: ["hidden,input", "input,hidden"])
  func fewColumns(order: String) {
    expectError(
      "'w.json': forget.weights has 3 columns, but 3 of them belong to the hidden state, which "
        + "leaves none for the input. Rows are units: [H, H + I]."
    ) {
      try parse(
        withForget(
          "{\"weights\": \(WeightsText.rows(3, 3, from: 1))}",
          more: "\"concatenation\": \"\(order)\""))
    }
  }

  @Test("A concatenation that is neither order is an error", arguments: ["", "h,x", "input"])
  func badConcatenation(value: String) {
    expectError("'w.json': concatenation has to be \"hidden,input\" or \"input,hidden\".") {
      try parse(withForget("{}", more: "\"concatenation\": \"\(value)\""))
    }
  }

  @Test("A concatenation that is no text is an error")
  func concatenationKind() {
    expectError("'w.json': concatenation has to be a text in quotes.") {
      try parse(withForget("{}", more: "\"concatenation\": 1"))
    }
  }

  @Test("A gate that stands twice is an error, not a silent choice")
  func gateTwice() {
    let gates = Gate.allCases.map { WeightsText.gate($0) } + [WeightsText.gate(.forget)]
    expectError(
      "'w.json': the key 'forget' stands twice, the second time in line 6. Keep one of them."
    ) {
      try parse(WeightsText.document(gates))
    }
  }

  @Test("A file that is cut off anywhere is an error, and one of ours")
  func truncated() {
    let bytes = Array(
      WeightsText.document(Gate.allCases.map { WeightsText.gate($0) }, more: "\"projection\": null")
        .utf8)
    for count in LongTests.sample(of: bytes.indices, every: 5) {
      #expect(throws: LSTMFormatsError.self, "\(count) bytes") {
        try CellWeightsFile(data: Data(bytes[..<count]), file: "w.json").parameters
      }
    }
  }

  @Test("A file with any one byte changed is read or refused, and never brings the reader down")
  func changedBytes() {
    let bytes = Array(WeightsText.plain.utf8)
    for index in LongTests.sample(of: bytes.indices, every: 3) {
      // Another of the bytes that mean something, from place to place.
      var changed = bytes
      changed[index] = Array("\"[]{},:-.e9n\\\n\0".utf8 + [0xFF])[index * 7 % 16]
      do {
        _ = try CellWeightsFile(data: Data(changed), file: "w.json").parameters
      } catch {
        #expect(error is LSTMFormatsError || error is LSTMCoreError, "byte \(index): \(error)")
      }
    }
  }
}
