// The backward step of the readable cell: the chain rule through the equations of
// ReadableCell.swift, in the opposite order. Back-propagation through time calls it step by step.

import RealModule

/// The gradients of a loss by everything that went into one time step.
public struct CellGradients<Scalar: Real>: Equatable {
  /// By the parameters, in their own shapes. Zero for a gate that is pinned or coupled.
  public var parameters: CellParameters<Scalar>
  /// By x(t), `[I]`.
  public var input: [Scalar]
  /// By h(t-1), `[P]`.
  public var hidden: [Scalar]
  /// By c(t-1), `[H]`.
  public var cell: [Scalar]
}

/// One step back with every intermediate, as ``CellStep`` is the step forward.
public struct CellStepBack<Scalar: Real>: Equatable {
  /// What one gate hands back.
  public struct GateStepBack: Equatable {
    /// The gradient by the gate's value, `[H]`.
    public var value: [Scalar]
    /// The slope of the gate's activation; nil where the gate is not computed from its weights.
    public var slope: [Scalar]?
    /// The gradient by the gate's pre-activation, value times slope, `[H]`; nil likewise.
    public var preactivation: [Scalar]?
  }

  /// The gradient by h(t), `[P]`, and by c(t) along every path but h(t), `[H]`: what was given.
  public let hiddenGradient: [Scalar]
  /// The gradient by c(t) along every path but h(t), `[H]`: what was given.
  public let cellGradient: [Scalar]
  /// The gradient by o ⊙ tanh c(t), `[H]`.
  public let shown: [Scalar]
  /// The slope of tanh at c(t), `[H]`.
  public let cellSlope: [Scalar]
  /// The gradient by c(t) along every path, `[H]`.
  public let newCell: [Scalar]
  /// What the gates hand back.
  public let gates: PerGate<GateStepBack>
  /// What all of it comes to.
  public let gradients: CellGradients<Scalar>
}

extension CellGradients: Sendable where Scalar: Sendable {}
extension CellStepBack: Sendable where Scalar: Sendable {}
extension CellStepBack.GateStepBack: Sendable where Scalar: Sendable {}

extension ReadableCell {
  /// Takes the gradients of a loss back through one time step.
  ///
  /// At a clip's bound or an activation's kink, where there is no derivative, it takes the slope
  /// inside the bound and that to the right of the kink.
  ///
  /// - Parameters:
  ///   - step: what ``step(input:hidden:cell:replacing:)`` of this cell returned.
  ///   - hiddenGradient: of the loss by h(t), `[P]`.
  ///   - cellGradient: of the loss by c(t) along every path but h(t), `[H]`: what the next time
  ///     step hands back.
  /// - Throws: ``LSTMCoreError/size(of:found:expected:)`` where a gradient has the wrong size.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func backward(
    through step: CellStep<Scalar>, hiddenGradient: [Scalar], cellGradient: [Scalar]
  ) throws -> CellGradients<Scalar> {
    try stepBack(
      through: step, hiddenGradient: hiddenGradient, cellGradient: cellGradient
    ).gradients
  }

  /// Takes the gradients of a loss back through one time step, and keeps every intermediate; as
  /// ``backward(through:hiddenGradient:cellGradient:)``.
  @_specialize(where Scalar == Double)
  @_specialize(where Scalar == Float)
  public func stepBack(
    through step: CellStep<Scalar>, hiddenGradient: [Scalar], cellGradient: [Scalar]
  ) throws -> CellStepBack<Scalar> {
    try LSTMCoreError.check(.hiddenGradient, [hiddenGradient.count], [parameters.outputSize])
    try LSTMCoreError.check(.cellGradient, [cellGradient.count], [parameters.hiddenSize])
    var gradients = CellGradients(
      parameters: parameters.zeros,
      input: step.input.map { _ in 0 }, hidden: step.hidden.map { _ in 0 }, cell: [])

    // h = R (o ⊙ a),  a = tanh c
    var shownGradient = hiddenGradient
    if let projection = parameters.projection {
      let projected = projection.product(step.unprojectedHidden)
      let open = passing(hiddenGradient, projected, within: variant.projectionClip)
      gradients.parameters.projection = Matrix(outer: open, step.unprojectedHidden)
      shownGradient = projection.transposedProduct(open)
    }
    let output = step.gates.output.value
    let cellSlope = zip(step.newCell, step.activatedCell).map {
      variant.cellActivation.derivative(at: $0, value: $1)
    }
    var newCellGradient = cellGradient
    for unit in newCellGradient.indices {
      newCellGradient[unit] += shownGradient[unit] * output[unit] * cellSlope[unit]
    }
    var back = PerGate(all: CellStepBack<Scalar>.GateStepBack(value: []))

    // o = σ(… + p_o ⊙ c): the peephole leads back into c.
    let outputGradient = zip(shownGradient, step.activatedCell).map(*)
    if let peephole = add(
      outputGradient, of: .output, step, cell: step.newCell, to: &gradients, &back)
    {
      newCellGradient = zip(newCellGradient, peephole).map(+)
    }

    // c = f ⊙ c(t-1) + i ⊙ g
    let sum = zip(step.kept, step.written).map(+)
    let open = passing(newCellGradient, sum, within: variant.cellClip)
    gradients.cell = zip(open, step.gates.forget.value).map(*)
    var gates: [(gate: Gate, gradient: [Scalar])] = [
      (.forget, zip(open, step.cell).map(*)),
      (.input, zip(open, step.gates.candidate.value).map(*)),
      (.candidate, zip(open, step.gates.input.value).map(*)),
    ]
    // A coupled gate hands its gradient, negated, to the gate it is coupled to.
    if case .oneMinus(.input) = variant.source(of: .forget) {
      gates[1].gradient = zip(gates[1].gradient, gates[0].gradient).map(-)
    } else if case .oneMinus(.forget) = variant.source(of: .input) {
      gates[0].gradient = zip(gates[0].gradient, gates[1].gradient).map(-)
    }
    for (gate, gradient) in gates {
      if let peephole = add(gradient, of: gate, step, cell: step.cell, to: &gradients, &back) {
        gradients.cell = zip(gradients.cell, peephole).map(+)
      }
    }
    return CellStepBack(
      hiddenGradient: hiddenGradient, cellGradient: cellGradient, shown: shownGradient,
      cellSlope: cellSlope, newCell: open, gates: back, gradients: gradients)
  }

  /// Takes a gate's gradient back to its parameters, x and h, and returns what reaches the cell
  /// state through its peephole. A gate that is not computed from weights adds nothing.
  private func add(
    _ valueGradient: [Scalar], of gate: Gate, _ step: CellStep<Scalar>, cell: [Scalar],
    to gradients: inout CellGradients<Scalar>,
    _ back: inout PerGate<CellStepBack<Scalar>.GateStepBack>
  ) -> [Scalar]? {
    back[gate].value = valueGradient
    guard case .weights = variant.source(of: gate), let sum = step.gates[gate].preactivation,
      let clipped = step.gates[gate].clipped
    else { return nil }
    let activation = variant.activations[gate]
    let slopes = zip(clipped, step.gates[gate].value).map {
      activation.derivative(at: $0, value: $1)
    }
    let z = passing(zip(valueGradient, slopes).map(*), sum, within: variant.clip)  // [H]
    (back[gate].slope, back[gate].preactivation) = (slopes, z)

    let learned = parameters.gates[gate]
    gradients.parameters.gates[gate] = GateParameters(
      inputWeights: Matrix(outer: z, step.input), hiddenWeights: Matrix(outer: z, step.hidden),
      bias: z, recurrentBias: learned.recurrentBias.map { _ in z },
      peephole: learned.peephole.map { _ in zip(z, cell).map(*) })
    gradients.input = zip(gradients.input, learned.inputWeights.transposedProduct(z)).map(+)
    gradients.hidden = zip(gradients.hidden, learned.hiddenWeights.transposedProduct(z)).map(+)
    return learned.peephole.map { zip(z, $0).map(*) }
  }

  /// The gradient where the value before clipping lies within ±`bound`, else zero.
  private func passing(_ gradient: [Scalar], _ unclipped: [Scalar], within bound: Scalar?)
    -> [Scalar]
  {
    guard let bound else { return gradient }
    return zip(gradient, unclipped).map { abs($1) <= bound ? $0 : 0 }
  }
}
