// The equations of a step as data, so that text, LaTeX, MathML and program code are written from
// one source. What a formula looks like is the business of a FormulaSyntax.

import LSTMCore

/// A named thing in the equations of a step.
public enum Quantity: Hashable, Sendable {
  /// x(t), the input.
  case input
  /// h(t-1), the old hidden state.
  case oldHidden
  /// c(t-1), the old cell state.
  case oldCell
  /// W of a gate.
  case inputWeights(Gate)
  /// U of a gate.
  case hiddenWeights(Gate)
  /// b of a gate.
  case bias(Gate)
  /// The second bias of a gate, b′.
  case recurrentBias(Gate)
  /// p of a gate.
  case peephole(Gate)
  /// f(t), i(t), g(t) or o(t).
  case gate(Gate)
  /// c(t), the new cell state.
  case newCell
  /// m(t), the hidden state before a projection.
  case unprojectedHidden
  /// R, the recurrent projection.
  case projection
  /// h(t), the new hidden state.
  case newHidden
}

extension Gate {
  /// The letter of the gate in equations: f, i, g or o.
  public var letter: String {
    switch self {
    case .forget: "f"
    case .input: "i"
    case .candidate: "g"
    case .output: "o"
    }
  }

  /// Whether it scales something else, and so is a share of it: all but the candidate.
  var isShare: Bool { self != .candidate }

  /// The gate in words: "forget gate", "candidate".
  public var title: String {
    self == .candidate ? "candidate" : "\(rawValue) gate"
  }
}

/// The right-hand side of an equation.
public indirect enum Formula: Equatable, Sendable {
  /// A named quantity, whole.
  case quantity(Quantity)
  /// One entry of a named quantity; units count from 0 here, from 1 where it is written.
  case entry(Quantity, unit: Int)
  /// A number.
  case number(Double)
  /// Terms added up.
  case sum([Formula])
  /// A matrix times a vector.
  case matrixProduct(Formula, Formula)
  /// Two vectors multiplied entry by entry, ⊙; of single numbers, the ordinary product.
  case elementwise(Formula, Formula)
  /// An activation function.
  case apply(Activation<Double>, Formula)
  /// 1 - something.
  case oneMinus(Formula)
  /// Something held within ± a bound.
  case clipped(Formula, bound: Double)
}

/// One equation of a step.
public struct Equation: Equatable, Sendable {
  /// What it defines.
  public let left: Quantity
  /// How it is computed.
  public let right: Formula
}
