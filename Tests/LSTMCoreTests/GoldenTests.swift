// The readable cell against what other implementations computed: Tests/Fixtures/goldens, made by
// Scripts/goldens.

import LSTMCore
import TestSupport
import Testing

@Suite("Goldens")
struct GoldenTests {
  /// The files that have to be there; more are read too.
  static let files = ["onnxruntime.json", "published.json", "pytorch.json", "tensorflow.json"]

  @Test(
    "Every golden file is there, can be read and has cases",
    arguments: Set(GoldenCase.files).union(GoldenTests.files).sorted())
  func filesAreRead(file: String) throws {
    let cases = try GoldenCase.read(file)
    #expect(!cases.isEmpty)
    #expect(Set(cases.map(\.name)).count == cases.count, "two cases have the same name")
  }

  @Test("The readable cell gets the same numbers", arguments: GoldenCase.all)
  func readableCellAgrees(golden: GoldenCase) throws {
    try check(golden, golden.cell) { $0 }
    // What was computed in Float is computed in both: in Float as it was, and in Double since a
    // difference that stays within the tolerance must be rounding.
    if golden.precision == .float {
      try check(golden, ReadableCell<Float>(golden.cell)) { Float($0) }
    }
  }

  private func check<Scalar: Real & BinaryFloatingPoint>(
    _ golden: GoldenCase, _ cell: ReadableCell<Scalar>, _ convert: (Double) -> Scalar
  ) throws {
    let tolerance = Tolerance.absolute(golden.tolerance)
    var hidden = golden.hidden.map(convert)
    var state = golden.state.map(convert)
    for (index, input) in golden.inputs.enumerated() {
      let step = try cell.step(input: input.map(convert), hidden: hidden, cell: state)
      (hidden, state) = (step.newHidden, step.newCell)
      if let outputs = golden.outputs {
        expectClose("\(Scalar.self) outputs[\(index)]", hidden, outputs[index], within: tolerance)
      }
    }
    if let expected = golden.newHidden {
      expectClose("\(Scalar.self) newHidden", hidden, expected, within: tolerance)
    }
    if let expected = golden.newCell {
      expectClose("\(Scalar.self) newCell", state, expected, within: tolerance)
    }
    #expect(golden.outputs.map { $0.count == golden.inputs.count } ?? true)
    #expect(
      golden.outputs != nil || golden.newHidden != nil || golden.newCell != nil,
      "the case expects nothing")
  }

  /// With equal gates a mix-up of two of them would go unseen.
  @Test("No golden has two gates with equal weights", arguments: GoldenCase.all)
  func gatesDiffer(golden: GoldenCase) {
    let read = Gate.allCases.filter { golden.cell.variant.source(of: $0) == .weights }
    for (index, gate) in read.enumerated() {
      for other in read[(index + 1)...] {
        #expect(golden.cell.parameters.gates[gate] != golden.cell.parameters.gates[other])
      }
    }
  }
}
