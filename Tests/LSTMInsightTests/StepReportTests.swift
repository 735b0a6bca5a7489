// What a step is said to be: notes on what was not given, sentences on what happened.

import LSTMCore
import Testing

@testable import LSTMInsight

@Suite struct StepReportTests {
  /// A cell of two units with the weights of one seed, changed as told.
  static func report(
    given: StepInput = StepInput(input: [1, -1], hidden: [0.5, 0.25], cell: [1, -2]),
    weights: WeightInitialization = .uniform(low: -1, high: 1), precision: Precision = .double,
    shape: CellShape = CellShape(inputSize: 2, hiddenSize: 2),
    _ change: (inout CellVariant<Double>) -> Void = { _ in }
  ) throws -> StepReport {
    var variant = CellVariant<Double>()
    change(&variant)
    let parameters = try CellParameters<Double>(weights, shape: shape, seed: 3)
    return try StepReport(
      cell: ReadableCell(parameters: parameters, variant: variant), given: given,
      precision: precision, weights: "drawn", units: [0, 1])
  }

  private static func sentences(_ report: StepReport, _ kind: StageKind) throws -> [String] {
    try #require(report.stages.first { $0.kind == kind }).sentences.map(\.plain)
  }

  @Test("What was not given is said to be zeros, each with what that means")
  func notGiven() throws {
    #expect(
      try Self.report(given: StepInput()).notes.map(\.plain) == [
        "no input was given: zeros; with zeros W_f·x(t) is zero",
        "no old hidden state was given: zeros; with zeros U_f·h(t-1) is zero",
        "no old cell was given: zeros; with zeros the forget gate has nothing to keep",
      ])
    #expect(try Self.report().notes.isEmpty)
    let zeros = StepInput(input: [0, 0], hidden: [0, 0], cell: [0, 0])
    #expect(try Self.report(given: zeros).notes.isEmpty, "zeros that were given are no news")
  }

  @Test("Equal pre-activations are noted, where all four gates have one")
  func equalSums() throws {
    let note = """
      all four pre-activations are the same here, because the four gates have the same weights \
      and biases; a trained cell has different ones
      """
    #expect(try Self.report(weights: .identity).notes.map(\.plain) == [note])
    #expect(try Self.report(weights: .identity) { $0.pinned.forget = 1 }.notes.isEmpty)
  }

  @Test("A step in float says how far it lies from double, and where")
  func float() throws {
    let report = try Self.report(precision: .float)
    let note = try #require(report.notes.last).plain
    #expect(note.hasPrefix("computed in float: the largest difference from double is "))
    #expect(note.hasSuffix("₁(t)") || note.hasSuffix("₂(t)"))
    let exact = try Self.report()
    #expect(report.step.newHidden != exact.step.newHidden)
    #expect(report.step.newHidden.allSatisfy { Double(Float($0)) == $0 })
    let zeros = StepInput(input: [0, 0], hidden: [0, 0], cell: [0, 0])
    let same = try Self.report(given: zeros, weights: .identity, precision: .float)
    #expect(
      same.notes.first?.plain == "computed in float, which gives the same numbers as double here")
  }

  @Test("The forget gate's sentence says how much is kept, or that there is nothing to keep")
  func forgetSentences() throws {
    let pinned = try Self.report { $0.pinned.forget = 0.69 }
    #expect(
      try Self.sentences(pinned, .forget) == [
        "Unit 1 keeps 69 % of its old memory.", "Unit 2 keeps 69 % of its old memory.",
      ])
    let empty = try Self.report(given: StepInput(cell: [0, 3])) { $0.pinned.forget = 0.5 }
    #expect(
      try Self.sentences(empty, .forget) == [
        "Unit 1 would keep 50 % of its old memory, but that is 0.",
        "Unit 2 keeps 50 % of its old memory.",
      ])
  }

  @Test("A value that is no share is said to multiply", arguments: [-0.5, 1.5])
  func outside(_ value: Double) throws {
    let report = try Self.report(given: StepInput(input: [1, 1], cell: [0, 3])) {
      $0.pinned = .init(forget: value, input: value, candidate: 0.25, output: value)
    }
    let number = NumberFormat().text(value)
    #expect(
      try Self.sentences(report, .forget) == [
        "Unit 1 would keep a multiple of its old memory, but that is 0.",
        "Unit 2 multiplies its old memory by \(number).",
      ])
    #expect(
      try Self.sentences(report, .input)[0]
        == "Unit 1 multiplies its candidate, 0.25, by \(number)."
    )
    #expect(
      try Self.sentences(report, .output)[0].hasPrefix(
        "Unit 1 multiplies tanh(c₁(t)) by \(number):"))
    let remarks = report.stages[0].remarks.map(\.plain)
    #expect(!remarks.contains { $0.contains("between 0 and 1") }, "it would not be true here")
  }

  @Test("A clipped memory is said to be clipped, a rounded one is not")
  func clipped() throws {
    let given = StepInput(input: [1, 1], hidden: [0, 0], cell: [5, 0.1])
    let clipped = try Self.report(given: given) {
      $0.cellClip = 1
      $0.pinned.forget = 1
    }
    let sentences = try Self.sentences(clipped, .cell)
    #expect(sentences[0].hasPrefix("Unit 1's memory goes from 5 to 1: 5 kept, "))
    #expect(sentences[0].hasSuffix(" written, then clipped."))
    #expect(sentences[1].hasSuffix(" written."))
    for seed in [0.1, 0.2, 0.3, 0.7] {
      let float = try Self.report(
        given: StepInput(input: [seed, 1], hidden: [seed, 0], cell: [seed, 0.1]),
        precision: .float)
      #expect(try Self.sentences(float, .cell).allSatisfy { !$0.contains("clipped") })
    }
  }

  @Test("Each stage says what it reads and what it is applied to")
  func reads() throws {
    let plain = try Self.report().stages
    #expect(
      plain.map(\.reads.plain) == [
        "the input x(t) and the old hidden state h(t-1)",
        "the input x(t) and the old hidden state h(t-1)",
        "c(t-1), f(t), i(t) and g(t)",
        """
        the input x(t) and the old hidden state h(t-1); h(t) also reads the new cell state c(t)
        """,
      ])
    #expect(plain[0].appliedTo.plain == "the old cell state c(t-1), in stage 3")
    let coupled = try Self.report {
      $0.coupling = .inputFromForget
      $0.pinned.output = 1
    }.stages
    #expect(coupled[1].reads.plain == "only the forget gate f(t), to which it is coupled")
    #expect(
      coupled[3].reads.plain
        == "nothing: it is pinned to 1; h(t) also reads the new cell state c(t)"
    )
    let shape = CellShape(inputSize: 2, hiddenSize: 2, projectionSize: 2, hasPeepholes: true)
    let peephole = try Self.report(shape: shape).stages
    #expect(peephole[0].reads.plain.hasSuffix("through its peephole, the old cell state c(t-1)"))
    #expect(
      peephole[3].appliedTo.plain == """
        the new cell state, through tanh(c(t)): that is m(t), which the projection makes the \
        hidden state h(t), the output of this step and the old hidden state h(t-1) of the next
        """)
  }

  @Test("Sizes are told in words, and units that do not exist are left out")
  func sizes() throws {
    #expect(try Self.report().sizes == "2 inputs, 2 hidden units")
    let shape = CellShape(inputSize: 1, hiddenSize: 2, projectionSize: 1)
    let report = try Self.report(given: StepInput(), shape: shape)
    #expect(report.sizes == "1 input, 2 hidden units, 1 projected unit")
    #expect(try ShownStep.random.report(units: [-1, 3, 4, 1]).units == [3, 1])
  }
}
