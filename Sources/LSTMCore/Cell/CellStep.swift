// Everything that happens in one time step, kept: what the readable cell returns and what every
// explanation, picture and comparison is made of.

import RealModule

/// One time step of one LSTM cell with every intermediate.
///
/// H is the number of hidden units, I of inputs, P of projected units (P = H without projection).
/// The letters in the comments are those of the equations: see ``ReadableCell``.
public struct CellStep<Scalar: Real>: Equatable {
  /// The terms whose sum is the pre-activation of one gate, each `[H]`.
  public struct Terms: Equatable {
    /// W·x, what the gate makes of the input.
    public var input: [Scalar]
    /// U·h, what the gate makes of the old hidden state.
    public var hidden: [Scalar]
    /// b, the (first) bias.
    public var bias: [Scalar]
    /// The second bias, where there is one.
    public var recurrentBias: [Scalar]?
    /// p ⊙ c, where there is a peephole: c is the old cell state for the forget and the input
    /// gate, the new one for the output gate.
    public var peephole: [Scalar]?

    /// Makes the terms of one gate, each `[H]`.
    public init(
      input: [Scalar], hidden: [Scalar], bias: [Scalar],
      recurrentBias: [Scalar]? = nil, peephole: [Scalar]? = nil
    ) {
      self.input = input
      self.hidden = hidden
      self.bias = bias
      self.recurrentBias = recurrentBias
      self.peephole = peephole
    }

    /// z, the sum of the terms: `[H]`. Added in the order W·x, U·h, b, second bias, p ⊙ c.
    public var sum: [Scalar] {
      var total = zip(input, hidden).map(+)
      for more in [bias, recurrentBias, peephole] {
        if let more { total = zip(total, more).map(+) }
      }
      return total
    }
  }

  /// What one gate did.
  public struct GateStep: Equatable {
    /// The terms of the pre-activation; nil where the gate is pinned or coupled, since then its
    /// weights are not read.
    public var terms: Terms?
    /// z, the sum of the terms, before clipping: `[H]`.
    public var preactivation: [Scalar]?
    /// What the activation is given: z held within ±clip, `[H]`.
    public var clipped: [Scalar]?
    /// The value of the gate, `[H]`.
    public var value: [Scalar]
  }

  /// x(t), `[I]`.
  public let input: [Scalar]
  /// h(t-1), `[P]`.
  public let hidden: [Scalar]
  /// c(t-1), `[H]`.
  public let cell: [Scalar]
  /// f(t), i(t), g(t) and o(t) with what went into them.
  public let gates: PerGate<GateStep>
  /// f ⊙ c(t-1), what is kept of the old cell state: `[H]`.
  public let kept: [Scalar]
  /// i ⊙ g, what is written: `[H]`.
  public let written: [Scalar]
  /// c(t), the sum of the two, held within ±cellClip: `[H]`.
  public let newCell: [Scalar]
  /// tanh c(t), or what the variant has in place of tanh: `[H]`.
  public let activatedCell: [Scalar]
  /// o ⊙ tanh c(t), the hidden state before a projection: `[H]`.
  public let unprojectedHidden: [Scalar]
  /// h(t), `[P]`.
  public let newHidden: [Scalar]
}

extension CellStep where Scalar: BinaryFloatingPoint {
  /// The same step in another precision, each number rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: CellStep<Other>) {
    func all(_ values: [Other]) -> [Scalar] { values.converted() }
    self.init(
      input: all(other.input), hidden: all(other.hidden), cell: all(other.cell),
      gates: other.gates.map { gate in
        GateStep(
          terms: gate.terms.map { terms in
            Terms(
              input: all(terms.input), hidden: all(terms.hidden), bias: all(terms.bias),
              recurrentBias: terms.recurrentBias.map(all), peephole: terms.peephole.map(all))
          },
          preactivation: gate.preactivation.map(all), clipped: gate.clipped.map(all),
          value: all(gate.value))
      },
      kept: all(other.kept), written: all(other.written), newCell: all(other.newCell),
      activatedCell: all(other.activatedCell), unprojectedHidden: all(other.unprojectedHidden),
      newHidden: all(other.newHidden))
  }
}

extension CellStep: Sendable where Scalar: Sendable {}
extension CellStep.Terms: Sendable where Scalar: Sendable {}
extension CellStep.GateStep: Sendable where Scalar: Sendable {}
