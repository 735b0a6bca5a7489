// Every error of the network itself, provoked, with the whole text that a user reads.

import LSTMCore
import TestSupport
import Testing

@Suite("Errors of the network")
struct CoreErrorTests {
  private let usual = CellShape(inputSize: 2, hiddenSize: 3)

  private func cell(
    _ shape: CellShape, variant: CellVariant<Double> = .init(), scale: Double = 1
  ) throws -> ReadableCell<Double> {
    ReadableCell(
      parameters: try CellParameters(
        .uniform(low: 0.25 * scale, high: 0.5 * scale), shape: shape, seed: 1),
      variant: variant)
  }

  /// Changes one gate of good parameters and puts the four together again.
  private func parameters(
    _ gate: Gate, projection: Matrix<Double>? = nil,
    _ change: (inout GateParameters<Double>) -> Void
  ) throws -> CellParameters<Double> {
    var gates = try cell(usual).parameters.gates
    change(&gates[gate])
    return try CellParameters(gates: gates, projection: projection)
  }

  @Test("A vector of the wrong size names itself and what the weights need")
  func stepSizes() throws {
    let cell = try cell(usual)
    expectError("the input has 1 value, but the weights need 2.") {
      try cell.step(input: [1], hidden: [0, 0, 0], cell: [0, 0, 0])
    }
    expectError("the old hidden state has 4 values, but the weights need 3.") {
      try cell.step(input: [1, 2], hidden: [0, 0, 0, 0], cell: [0, 0, 0])
    }
    expectError("the old cell state has 0 values, but the weights need 3.") {
      try cell.step(input: [1, 2], hidden: [0, 0, 0], cell: [])
    }
    let projected = try self.cell(CellShape(inputSize: 2, hiddenSize: 3, projectionSize: 1))
    expectError("the old hidden state has 3 values, but the weights need 1.") {
      try projected.step(input: [1, 2], hidden: [0, 0, 0], cell: [0, 0, 0])
    }
  }

  @Test("A gradient of the wrong size names itself")
  func gradientSizes() throws {
    let cell = try cell(usual)
    let step = try cell.step(input: [1, 2], hidden: [0, 0, 0], cell: [0, 0, 0])
    expectError("the gradient of the new hidden state has 2 values, but the weights need 3.") {
      try cell.backward(through: step, hiddenGradient: [1, 2], cellGradient: [0, 0, 0])
    }
    expectError("the gradient of the new cell state has 4 values, but the weights need 3.") {
      try cell.backward(through: step, hiddenGradient: [1, 2, 3], cellGradient: [0, 0, 0, 0])
    }
  }

  @Test("Parameters of the wrong size name the gate")
  func parameterSizes() {
    let rows = "(rows are units)."
    expectError("the input gate's input weights are 3 x 4, but have to be 3 x 2 \(rows)") {
      try parameters(.input) { $0.inputWeights = Matrix(zeros: 3, 4) }
    }
    expectError("the candidate's hidden weights are 3 x 2, but have to be 3 x 3 \(rows)") {
      try parameters(.candidate) { $0.hiddenWeights = Matrix(zeros: 3, 2) }
    }
    expectError("the output gate's bias has 1 value, but the weights need 3.") {
      try parameters(.output) { $0.bias = [1] }
    }
    expectError("the forget gate's recurrent bias has 4 values, but the weights need 3.") {
      try parameters(.forget) { $0.recurrentBias = [1, 2, 3, 4] }
    }
    expectError("the input gate's peephole has 2 values, but the weights need 3.") {
      try parameters(.input) { $0.peephole = [1, 2] }
    }
    expectError("the projection is 2 x 4, but has to be 2 x 3 (rows are units).") {
      try parameters(.forget, projection: Matrix(zeros: 2, 4)) { _ in }
    }
    // A projection makes the hidden state two wide, and these weights read three.
    expectError("the forget gate's hidden weights are 3 x 3, but have to be 3 x 2 \(rows)") {
      try parameters(.forget, projection: Matrix(zeros: 2, 3)) { _ in }
    }
  }

  @Test("A number going in that is not finite is found by place and entry")
  func notFiniteIn() throws {
    let cell = try cell(usual)
    expectError("the input is not a number at entry 2. Every entry has to be a finite number.") {
      try cell.step(input: [1, .nan], hidden: [0, 0, 0], cell: [0, 0, 0])
    }
    expectError(
      "the old hidden state is infinity at entry 1. Every entry has to be a finite number."
    ) {
      try cell.step(input: [1, 2], hidden: [.infinity, 0, 0], cell: [0, 0, 0])
    }
    expectError(
      "the old cell state is minus infinity at entry 3. Every entry has to be a finite number."
    ) {
      try cell.step(input: [1, 2], hidden: [0, 0, 0], cell: [0, 0, -.infinity])
    }
  }

  @Test("A parameter that is not finite is found by gate and entry")
  func notFiniteParameters() {
    expectError(
      "the output gate's input weights are not a number at entry 4, counted row after row. "
        + "Every entry has to be a finite number."
    ) {
      try parameters(.output) { $0.inputWeights[1, 1] = .nan }
    }
    expectError(
      "the forget gate's hidden weights are infinity at entry 9, counted row after row. "
        + "Every entry has to be a finite number."
    ) {
      try parameters(.forget) { $0.hiddenWeights[2, 2] = .infinity }
    }
    let bounds: [(WritableKeyPath<GateParameters<Double>, [Double]?>, String)] = [
      (\.recurrentBias, "recurrent bias"), (\.peephole, "peephole"),
    ]
    for (path, words) in bounds {
      expectError(
        "the input gate's \(words) is minus infinity at entry 2. "
          + "Every entry has to be a finite number."
      ) {
        try parameters(.input) { $0[keyPath: path] = [0, -.infinity, 0] }
      }
    }
    expectError(
      "the candidate's bias is not a number at entry 1. Every entry has to be a finite number."
    ) {
      try parameters(.candidate) { $0.bias = [.nan, 0, 0] }
    }
    expectError(
      "the projection is infinity at entry 5, counted row after row. "
        + "Every entry has to be a finite number."
    ) {
      let values = [0, 0, 0, 0, .infinity, 0, 0, 0, 0]
      let projection = Matrix(rows: 3, columns: 3, values: values)
      return try parameters(.forget, projection: projection) { _ in }
    }
  }

  @Test("A pre-activation that overflows is reported, clip or no clip", arguments: [nil, 0.5])
  func preactivationOverflow(clip: Double?) throws {
    let cell = try cell(usual, variant: CellVariant(clip: clip), scale: 1.7e308)
    expectError(
      "the forget gate's pre-activation is infinity at entry 1. "
        + "The numbers that go into it are too large: scale them down."
    ) {
      try cell.step(input: [4, 4], hidden: [0, 0, 0], cell: [0, 0, 0])
    }
    expectError(
      "the forget gate's pre-activation is minus infinity at entry 1. "
        + "The numbers that go into it are too large: scale them down."
    ) {
      try cell.step(input: [-4, -4], hidden: [0, 0, 0], cell: [0, 0, 0])
    }
    expectError(
      "the forget gate's pre-activation is not a number at entry 1. "
        + "The numbers that go into it are too large: scale them down."
    ) {
      try cell.step(input: [4, 4], hidden: [-4, -4, -4], cell: [0, 0, 0])
    }
  }

  @Test("A cell state that overflows is reported, clip or no clip", arguments: [nil, 0.5])
  func cellOverflow(clip: Double?) throws {
    var variant = CellVariant<Double>(cellClip: clip)
    variant.pinned.forget = 4
    expectError(
      "the new cell state is infinity at entry 2. "
        + "The numbers that go into it are too large: scale them down."
    ) {
      try cell(usual, variant: variant)
        .step(input: [1, 1], hidden: [0, 0, 0], cell: [0, 1e308, 0])
    }
  }

  @Test("A gate whose activation overflows is reported")
  func gateOverflow() throws {
    var variant = CellVariant<Double>()
    variant.activations.output = Activation(.affine, alpha: 1e308, beta: 0)
    expectError(
      "the output gate is infinity at entry 1. "
        + "The numbers that go into it are too large: scale them down."
    ) {
      try cell(usual, variant: variant).step(input: [9, 9], hidden: [0, 0, 0], cell: [0, 0, 0])
    }
    variant = CellVariant()
    variant.activations.candidate = Activation(.affine, alpha: 1e308, beta: 0)
    expectError(
      "the candidate is infinity at entry 1. "
        + "The numbers that go into it are too large: scale them down."
    ) {
      try cell(usual, variant: variant).step(input: [9, 9], hidden: [0, 0, 0], cell: [0, 0, 0])
    }
  }

  @Test("A hidden state that overflows is reported, before and after a projection")
  func hiddenOverflow() throws {
    let large = CellVariant<Double>(cellActivation: Activation(.affine, alpha: 1e308, beta: 0))
    expectError(
      "the new hidden state is infinity at entry 1. "
        + "The numbers that go into it are too large: scale them down."
    ) {
      try cell(usual, variant: large).step(input: [1, 1], hidden: [0, 0, 0], cell: [9, 9, 9])
    }
    var clipped = large
    clipped.projectionClip = 0.5
    let projected = CellShape(inputSize: 2, hiddenSize: 3, projectionSize: 1)
    expectError(
      "the hidden state before the projection is infinity at entry 3. "
        + "The numbers that go into it are too large: scale them down."
    ) {
      try cell(projected, variant: clipped).step(input: [1, 1], hidden: [0], cell: [0, 0, 9])
    }
  }

  @Test("A candidate with a peephole is refused")
  func candidatePeephole() {
    expectError(
      "the candidate has a peephole. Only forget, input and output gate can have one: take it out."
    ) {
      try parameters(.candidate) { $0.peephole = [0, 0, 0] }
    }
  }

  @Test("Identity weights need I = H and no projection")
  func identity() {
    expectError(
      "identity weights need as many inputs as hidden units, not 1 input and 3 hidden "
        + "units. Make the two equal, or choose other weights."
    ) {
      try CellParameters(.identity, shape: CellShape(inputSize: 1, hiddenSize: 3), seed: 0)
    }
    expectError(
      "identity weights need as many inputs as hidden units, not 2 inputs and 1 hidden "
        + "unit. Make the two equal, or choose other weights."
    ) {
      try CellParameters(.identity, shape: CellShape(inputSize: 2, hiddenSize: 1), seed: 0)
    }
    expectError(
      "identity weights and a projection do not go together. Take out the projection, "
        + "or choose other weights."
    ) {
      try CellParameters(
        .identity, shape: CellShape(inputSize: 3, hiddenSize: 3, projectionSize: 2), seed: 0)
    }
  }

  @Test("Going over to Float, a parameter beyond its range is reported")
  func narrowing() throws {
    let cell = try cell(usual, scale: 1e40)
    expectError(
      "the forget gate's input weights are infinity at entry 1, counted row after row. "
        + "Every entry has to be a finite number."
    ) {
      try ReadableCell<Float>(cell)
    }
  }
}
