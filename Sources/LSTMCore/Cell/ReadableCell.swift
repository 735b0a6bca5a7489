// The readable cell: one LSTM time step, written to be held against the equations. It is the
// specification that everything faster has to equal. It keeps every intermediate and leaves
// sequences, batches, layers and speed to others; ReadableCell+Backward.swift has the gradients.

import RealModule

/// One LSTM cell that shows what it does.
///
/// With x(t) the input, h(t-1) the old hidden state and c(t-1) the old cell state (Gers,
/// Schmidhuber and Cummins 2000; peepholes p of Gers, Schraudolph and Schmidhuber 2002; projection
/// R of Sak, Senior and Beaufays 2014):
///
///     f(t) = σ(W_f x(t) + U_f h(t-1) + b_f + p_f ⊙ c(t-1))       forget gate
///     i(t) = σ(W_i x(t) + U_i h(t-1) + b_i + p_i ⊙ c(t-1))       input gate
///     g(t) = tanh(W_g x(t) + U_g h(t-1) + b_g)                   candidate
///     c(t) = f(t) ⊙ c(t-1) + i(t) ⊙ g(t)                         cell state
///     o(t) = σ(W_o x(t) + U_o h(t-1) + b_o + p_o ⊙ c(t))         output gate
///     h(t) = R (o(t) ⊙ tanh c(t))                                hidden state
///
/// A weight times a vector is a matrix product; ⊙ multiplies entry by entry.
public struct ReadableCell<Scalar: Real>: Equatable {
  /// The learned numbers.
  public internal(set) var parameters: CellParameters<Scalar>
  /// The settings: activations, coupling, pins and clips.
  public let variant: CellVariant<Scalar>

  /// Makes a cell from its parameters and settings.
  public init(parameters: CellParameters<Scalar>, variant: CellVariant<Scalar> = .init()) {
    self.parameters = parameters
    self.variant = variant
  }

  /// What is put in place of a quantity as soon as it is computed: it is given what the cell
  /// computed and gives what the cell shall go on with, as many numbers.
  public typealias Replacement = (TraceQuantity, [Scalar]) -> [Scalar]

  /// Computes one time step.
  ///
  /// - Parameters:
  ///   - input: x(t), `[I]`.
  ///   - hidden: h(t-1), `[P]`.
  ///   - cell: c(t-1), `[H]`.
  ///   - replacement: asked for every quantity for which ``TraceQuantity/canBeHeld`` holds, in the
  ///     order in which they are computed; nil where nothing is replaced.
  /// - Throws: ``LSTMCoreError/size(of:found:expected:)`` where a vector has the wrong size, and
  ///   ``LSTMCoreError/notFinite(_:index:value:)`` where a number going in or coming out is not
  ///   finite.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func step(
    input: [Scalar], hidden: [Scalar], cell: [Scalar], replacing replacement: Replacement? = nil
  ) throws -> CellStep<Scalar> {
    func replaced(_ quantity: TraceQuantity, _ values: [Scalar]) -> [Scalar] {
      replacement.map { $0(quantity, values) } ?? values
    }
    let input = replaced(.input, input)
    for (subject, values, size) in [
      (LSTMCoreError.Subject.input, input, parameters.inputSize),
      (.hidden, hidden, parameters.outputSize), (.cell, cell, parameters.hiddenSize),
    ] {
      try LSTMCoreError.check(subject, [values.count], [size])
      try LSTMCoreError.checkFinite(subject, values)
    }

    var gates = PerGate(all: CellStep<Scalar>.GateStep(value: []))
    // A coupled gate comes after the gate it is coupled to.
    let early: [Gate] =
      variant.source(of: .forget) == .oneMinus(.input)
      ? [.input, .forget, .candidate] : [.forget, .input, .candidate]
    for gate in early {
      gates[gate] = self.gate(
        gate, input: input, hidden: hidden, cell: cell, others: gates, replaced)
    }
    let kept = replaced(.kept, zip(gates.forget.value, cell).map(*))
    let written = replaced(.written, zip(gates.input.value, gates.candidate.value).map(*))
    let newCell = replaced(.cellState, self.newCell(kept: kept, written: written))
    gates.output = gate(
      .output, input: input, hidden: hidden, cell: newCell, others: gates, replaced)
    let activatedCell = replaced(.squashedCell, newCell.map { variant.cellActivation($0) })
    let unprojectedHidden = zip(gates.output.value, activatedCell).map(*)
    let newHidden = replaced(.hiddenState, project(unprojectedHidden, replaced))

    for gate in Gate.allCases {
      if let preactivation = gates[gate].preactivation {
        try LSTMCoreError.checkFinite(.preactivation(gate), preactivation)
      }
      try LSTMCoreError.checkFinite(.gate(gate), gates[gate].value)
    }
    // Before the clips, which would make a finite number of an infinite one.
    try LSTMCoreError.checkFinite(.newCell, zip(kept, written).map(+))
    if parameters.projection != nil {
      try LSTMCoreError.checkFinite(.unprojectedHidden, unprojectedHidden)
    }
    try LSTMCoreError.checkFinite(.newHidden, newHidden)
    return CellStep(
      input: input, hidden: hidden, cell: cell, gates: gates, kept: kept, written: written,
      newCell: newCell, activatedCell: activatedCell, unprojectedHidden: unprojectedHidden,
      newHidden: newHidden)
  }

  /// One gate, from its weights or, where the variant says so, from the other gate or a constant.
  private func gate(
    _ gate: Gate, input: [Scalar], hidden: [Scalar], cell: [Scalar],
    others: PerGate<CellStep<Scalar>.GateStep>, _ replaced: Replacement
  ) -> CellStep<Scalar>.GateStep {
    switch variant.source(of: gate) {
    case .constant(let value):
      let values = [Scalar](repeating: value, count: parameters.hiddenSize)
      return .init(value: replaced(.gate(gate), values))
    case .oneMinus(let other):
      return .init(value: replaced(.gate(gate), others[other].value.map { 1 - $0 }))
    case .weights:
      let learned = parameters.gates[gate]
      let terms = CellStep<Scalar>.Terms(
        input: learned.inputWeights.product(input),
        hidden: learned.hiddenWeights.product(hidden),
        bias: learned.bias, recurrentBias: learned.recurrentBias,
        peephole: learned.peephole.map { zip($0, cell).map(*) })
      let sum = replaced(.preactivation(gate), terms.sum)
      let clipped = sum.map { held($0, within: variant.clip) }
      return .init(
        terms: terms, preactivation: sum, clipped: clipped,
        value: replaced(.gate(gate), clipped.map { variant.activations[gate]($0) }))
    }
  }

  /// The value of a gate that is computed from its weights, given its pre-activation.
  ///
  /// - Parameters:
  ///   - gate: the gate.
  ///   - preactivation: z, one number of it.
  public func value(of gate: Gate, preactivation: Scalar) -> Scalar {
    variant.value(of: gate, preactivation: preactivation)
  }

  /// c(t) from f ⊙ c(t-1) and i ⊙ g: `[H]` each.
  public func newCell(kept: [Scalar], written: [Scalar]) -> [Scalar] {
    zip(kept, written).map { held($0 + $1, within: variant.cellClip) }
  }

  /// h(t) from o ⊙ tanh c(t): the recurrent projection and its clip, where the cell has them.
  ///
  /// - Parameter unprojected: `[H]`.
  /// - Returns: `[P]`.
  public func project(_ unprojected: [Scalar]) -> [Scalar] { project(unprojected) { $1 } }

  private func project(_ unprojected: [Scalar], _ replaced: Replacement) -> [Scalar] {
    guard let projection = parameters.projection else { return unprojected }
    return replaced(.projection, projection.product(unprojected))
      .map { held($0, within: variant.projectionClip) }
  }

  /// `x` where it lies within ±`bound`, else the nearer end; `x` itself without a bound.
  func held(_ x: Scalar, within bound: Scalar?) -> Scalar {
    guard let bound else { return x }
    return min(max(x, -bound), bound)
  }
}

extension ReadableCell where Scalar: BinaryFloatingPoint {
  /// The same cell in another precision.
  ///
  /// - Throws: ``LSTMCoreError/notFinite(_:index:value:)`` where a parameter is beyond its range.
  public init<Other: Real & BinaryFloatingPoint>(_ other: ReadableCell<Other>) throws {
    self.init(
      parameters: try CellParameters(other.parameters), variant: CellVariant(other.variant))
  }
}

extension ReadableCell: Sendable where Scalar: Sendable {}
