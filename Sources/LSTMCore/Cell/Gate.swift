// The four rows of parameters of an LSTM cell, and a value for each of them.
//
// Gate order is a type here, never a comment: code says `.forget`, not `1`. The orders in which
// frameworks stack their blocks stand in GateOrder.swift.

/// One of the four parts of an LSTM cell that read the input and the old hidden state.
///
/// Three of them are gates: numbers between 0 and 1 that scale something else. The candidate is
/// the fourth part with weights of its own, though it is content, not a gate.
public enum Gate: String, CaseIterable, Sendable, Hashable, Codable {
  /// How much of the old cell state is kept, *f* in equations.
  case forget
  /// How much of the candidate is written to the cell state, *i* in equations.
  case input
  /// The new content that could be written, *g* in equations (also called *c̃*, *j* or *z*).
  case candidate
  /// How much of the cell state is shown as the hidden state, *o* in equations.
  case output

  /// The three proper gates, without the candidate.
  public static let scaling: [Gate] = [.forget, .input, .output]

  /// The gates that a peephole connection can reach: all but the candidate
  /// (Gers, Schraudolph and Schmidhuber 2002).
  public static let withPeephole: [Gate] = scaling
}

/// A value for each of the four gates, found by name.
public struct PerGate<Value> {
  /// The value of the forget gate.
  public var forget: Value
  /// The value of the input gate.
  public var input: Value
  /// The value of the candidate.
  public var candidate: Value
  /// The value of the output gate.
  public var output: Value

  /// Makes the four values, each given by name.
  public init(forget: Value, input: Value, candidate: Value, output: Value) {
    self.forget = forget
    self.input = input
    self.candidate = candidate
    self.output = output
  }

  /// Makes the four values by calling `make` once for each gate.
  public init(_ make: (Gate) throws -> Value) rethrows {
    self.init(
      forget: try make(.forget), input: try make(.input),
      candidate: try make(.candidate), output: try make(.output))
  }

  /// Makes the four values, all the same.
  public init(all value: Value) {
    self.init { _ in value }
  }

  /// The value of one gate.
  public subscript(gate: Gate) -> Value {
    get {
      switch gate {
      case .forget: forget
      case .input: input
      case .candidate: candidate
      case .output: output
      }
    }
    // In place: a value that holds large arrays is changed without being copied.
    _modify {
      switch gate {
      case .forget: yield &forget
      case .input: yield &input
      case .candidate: yield &candidate
      case .output: yield &output
      }
    }
  }

  /// The four values, each put through `transform`.
  public func map<Other>(_ transform: (Value) throws -> Other) rethrows -> PerGate<Other> {
    try PerGate<Other> { try transform(self[$0]) }
  }
}

extension PerGate: Sendable where Value: Sendable {}
extension PerGate: Equatable where Value: Equatable {}
extension PerGate: Hashable where Value: Hashable {}
