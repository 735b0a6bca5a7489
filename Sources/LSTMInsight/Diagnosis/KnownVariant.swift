// Mistakes that are somebody's published cell: what to set where it was meant.

import LSTMCore

/// A published variant that a mistake is, too.
public enum KnownVariant: Equatable, Sendable {
  /// A variant by name.
  case named(NamedVariant)
  /// One gate made of another.
  case coupled(CellVariant<Double>.Coupling)
  /// Forget, input and output gate with another activation.
  case gates(Activation<Double>)
  /// The same weights, without peepholes.
  case withoutPeepholes

  /// What to set, in words.
  public var words: String {
    switch self {
    case .named(.original1997), .named(.noForgetGate):
      "take the variant without a forget gate, the cell of 1997"
    case .named(let variant): "take the variant \(variant.rawValue)"
    case .coupled(let coupling): "couple the gates, \(coupling.rawValue)"
    case .gates(let activation): "take \(activation.kind.rawValue) for the gates"
    case .withoutPeepholes: "the same weights without peepholes"
    }
  }
}
