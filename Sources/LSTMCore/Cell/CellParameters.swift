// The learned numbers of one LSTM cell.

import RealModule

/// What one gate (or the candidate) has learned.
///
/// H is the number of hidden units, I of inputs, P of projected units (P = H without projection).
public struct GateParameters<Scalar: Real>: Equatable {
  /// What the gate makes of the input x: `[H, I]`, *W* in equations.
  public var inputWeights: Matrix<Scalar>
  /// What the gate makes of the old hidden state h: `[H, P]`, *U* in equations.
  public var hiddenWeights: Matrix<Scalar>
  /// The bias: `[H]`, *b* in equations. Where there are two, the input's.
  public var bias: [Scalar]
  /// The second bias, where there is one, as in PyTorch (`bias_hh`) and ONNX: `[H]`.
  public var recurrentBias: [Scalar]?
  /// The peephole: what the gate makes of its own unit's cell state, `[H]`, *p* in equations
  /// (Gers, Schraudolph and Schmidhuber 2002). Forget and input gate see the old cell state,
  /// the output gate the new one; the candidate has none.
  public var peephole: [Scalar]?

  /// Makes the parameters of one gate. Sizes are checked where the four gates come together, in
  /// ``CellParameters/init(gates:projection:)``.
  public init(
    inputWeights: Matrix<Scalar>, hiddenWeights: Matrix<Scalar>, bias: [Scalar],
    recurrentBias: [Scalar]? = nil, peephole: [Scalar]? = nil
  ) {
    self.inputWeights = inputWeights
    self.hiddenWeights = hiddenWeights
    self.bias = bias
    self.recurrentBias = recurrentBias
    self.peephole = peephole
  }

  /// Parameters of the same shape, all zero.
  public var zeros: GateParameters {
    func zeros(_ like: [Scalar]) -> [Scalar] { like.map { _ in 0 } }
    return GateParameters(
      inputWeights: inputWeights.map { _ in 0 }, hiddenWeights: hiddenWeights.map { _ in 0 },
      bias: zeros(bias), recurrentBias: recurrentBias.map(zeros), peephole: peephole.map(zeros))
  }
}

/// What one LSTM cell has learned: four gates and, where there is one, a recurrent projection.
public struct CellParameters<Scalar: Real>: Equatable {
  /// The parameters of each gate. A gate that the variant pins or couples is not read.
  public package(set) var gates: PerGate<GateParameters<Scalar>>
  /// The recurrent projection `[P, H]`, h = R (o ⊙ tanh c) (Sak, Senior and Beaufays 2014), or
  /// nil where the hidden state is as wide as the cell state.
  public package(set) var projection: Matrix<Scalar>?

  /// The number of inputs, I.
  public var inputSize: Int { gates.forget.inputWeights.columns }
  /// The number of hidden units, H: the width of the cell state.
  public var hiddenSize: Int { gates.forget.inputWeights.rows }
  /// The width of the hidden state: P with a projection, else H.
  public var outputSize: Int { projection?.rows ?? hiddenSize }

  /// Brings the four gates together.
  ///
  /// - Throws: ``LSTMCoreError/size(of:found:expected:)`` where sizes do not fit one another,
  ///   ``LSTMCoreError/candidatePeephole`` where the candidate has a peephole, and
  ///   ``LSTMCoreError/notFinite(_:index:value:)`` where a parameter is not a finite number.
  public init(gates: PerGate<GateParameters<Scalar>>, projection: Matrix<Scalar>? = nil) throws {
    self.gates = gates
    self.projection = projection
    try check()
  }

  /// Gradients in the shapes of a cell's parameters, which have them right already; they may be
  /// infinite.
  init(gradients gates: PerGate<GateParameters<Scalar>>, projection: Matrix<Scalar>?) {
    (self.gates, self.projection) = (gates, projection)
  }

  private func check() throws {
    if let projection {
      try LSTMCoreError.check(
        .projection, [projection.rows, projection.columns],
        [projection.rows, hiddenSize])
      try LSTMCoreError.checkFinite(.projection, projection.values)
    }
    for gate in Gate.allCases {
      let parameters = gates[gate]
      let inputWeights = parameters.inputWeights
      let hiddenWeights = parameters.hiddenWeights
      try LSTMCoreError.check(
        .inputWeights(gate), [inputWeights.rows, inputWeights.columns], [hiddenSize, inputSize])
      try LSTMCoreError.check(
        .hiddenWeights(gate), [hiddenWeights.rows, hiddenWeights.columns],
        [hiddenSize, outputSize])
      try LSTMCoreError.checkFinite(.inputWeights(gate), inputWeights.values)
      try LSTMCoreError.checkFinite(.hiddenWeights(gate), hiddenWeights.values)
      let vectors: [(LSTMCoreError.Subject, [Scalar]?)] = [
        (.bias(gate), parameters.bias), (.recurrentBias(gate), parameters.recurrentBias),
        (.peephole(gate), parameters.peephole),
      ]
      for case (let subject, let values?) in vectors {
        try LSTMCoreError.check(subject, [values.count], [hiddenSize])
        try LSTMCoreError.checkFinite(subject, values)
      }
      if gate == .candidate, parameters.peephole != nil { throw LSTMCoreError.candidatePeephole }
    }
  }

  /// Parameters of the same shape, all zero.
  public var zeros: CellParameters {
    var result = self
    result.gates = gates.map(\.zeros)
    result.projection = projection?.map { _ in 0 }
    return result
  }
}

extension CellParameters<Double> {
  /// The parameters with each number rounded to what a type stores.
  ///
  /// - Throws: ``LSTMCoreError/notFinite(_:index:value:)`` where a number is beyond its range.
  package func rounded(to precision: StoredPrecision) throws -> CellParameters {
    func round(_ values: [Double]) -> [Double] { values.map(precision.rounded) }
    return try CellParameters(
      gates: gates.map { gate in
        GateParameters(
          inputWeights: gate.inputWeights.map(precision.rounded),
          hiddenWeights: gate.hiddenWeights.map(precision.rounded), bias: round(gate.bias),
          recurrentBias: gate.recurrentBias.map(round), peephole: gate.peephole.map(round))
      }, projection: projection?.map(precision.rounded))
  }
}

extension GateParameters where Scalar: BinaryFloatingPoint {
  /// The same parameters in another precision, each number rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: GateParameters<Other>) {
    self.init(
      inputWeights: Matrix(other.inputWeights), hiddenWeights: Matrix(other.hiddenWeights),
      bias: other.bias.converted(), recurrentBias: other.recurrentBias?.converted(),
      peephole: other.peephole?.converted())
  }
}

extension CellParameters where Scalar: BinaryFloatingPoint {
  /// The same parameters in another precision, each number rounded to the nearest.
  ///
  /// - Throws: ``LSTMCoreError/notFinite(_:index:value:)`` where a number is beyond its range.
  public init<Other: Real & BinaryFloatingPoint>(_ other: CellParameters<Other>) throws {
    try self.init(
      gates: other.gates.map { GateParameters($0) }, projection: other.projection.map { Matrix($0) }
    )
  }
}

extension GateParameters: Sendable where Scalar: Sendable {}
extension CellParameters: Sendable where Scalar: Sendable {}
