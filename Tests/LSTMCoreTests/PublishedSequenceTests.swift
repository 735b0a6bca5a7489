// The network against what other projects print in their own tests:
// Tests/Fixtures/goldens-sequences, made by Scripts/goldens/make_sequences.py. docs/published-suites.md
// says which tests they are.

import LSTMCore
import TestSupport
import Testing

@Suite("Published sequences")
struct PublishedSequenceTests {
  @Test("The fixture is there, and every case says where its numbers stand")
  func fixture() throws {
    let cases = try SequenceGolden.read()
    #expect(cases.count == 57 && Set(cases.map(\.name)).count == 57)
    for golden in cases {
      #expect(!golden.source.repository.isEmpty && !golden.source.test.isEmpty)
      #expect(!golden.source.commit.isEmpty && !golden.source.path.isEmpty)
    }
  }

  @Test("The network gets the same numbers", arguments: SequenceGolden.all)
  func agrees(golden: SequenceGolden) throws {
    try check(golden, golden.network) { $0 }
    // All were computed in Float: what stays within the tolerance in both is rounding.
    try check(golden, LSTMNetwork<Float>(golden.network)) { Float($0) }
  }

  private func check<Scalar: Real & BinaryFloatingPoint>(
    _ golden: SequenceGolden, _ network: LSTMNetwork<Scalar>, _ convert: (Double) -> Scalar
  ) throws {
    func converted(_ array: Array3<Double>) -> Array3<Scalar> {
      Array3(
        planes: array.planes, rows: array.rows, columns: array.columns,
        values: array.values.map(convert))
    }
    let input: NetworkInput<Scalar> =
      switch golden.input {
      case .values(let array): .values(converted(array))
      case .tokens(let ids, let steps, let batch): .tokens(ids: ids, steps: steps, batch: batch)
      }
    var state = try golden.state.flatMap { state -> NetworkState<Scalar>? in
      guard let hidden = state.hidden, let cell = state.cell else { return nil }
      return try NetworkState(hidden: converted(hidden), cell: converted(cell))
    }
    var last: NetworkOutput<Scalar>?
    for _ in 0..<golden.runs {
      let done = try network.run(
        input, state: state, lengths: golden.lengths,
        emptySequences: golden.emptySequences)
      (last, state) = (done, done.finalState)
    }
    let found = try #require(last)
    let expected: [(String, Array3<Scalar>?, Array3<Double>?)] = [
      ("output", found.output, golden.output),
      ("newHidden", found.finalState.hidden, golden.newHidden),
      ("newCell", found.finalState.cell, golden.newCell),
      ("logits", found.logits, golden.logits),
    ]
    #expect(expected.contains { $0.2 != nil }, "the case expects nothing")
    for (name, found, wanted) in expected {
      guard var wanted else { continue }
      var numbers = try #require(found)
      #expect(numbers.shape == wanted.shape, "\(name)")
      if name == "output", let index = golden.misprinted {
        (numbers.values[index], wanted.values[index]) = (0, 0)
      }
      expectClose(
        "\(Scalar.self) \(name)", numbers.values, wanted.values,
        within: .absolute(golden.tolerance))
    }
  }
}
