// What can be seen of a network at a step, by name: the last part of an address
// (TraceAddress.swift), with what people want to know of each.

/// A quantity of a network's run: what a cell computes at a step, or what stands before the first
/// layer and after the last.
public enum TraceQuantity: Hashable, Sendable {
  /// x(t), what the cell reads: `[I]`.
  case input
  /// W·x, what a gate makes of the input: `[H]`.
  case inputTerm(Gate)
  /// U·h(t-1), what a gate makes of the old hidden state: `[H]`.
  case recurrentTerm(Gate)
  /// z, the sum of a gate's terms, before a clip: `[H]`.
  case preactivation(Gate)
  /// f(t), i(t), g(t) or o(t): `[H]`.
  case gate(Gate)
  /// f ⊙ c(t-1), what is kept of the old cell state: `[H]`.
  case kept
  /// i ⊙ g, what is written to the cell state: `[H]`.
  case written
  /// c(t): `[H]`.
  case cellState
  /// tanh c(t): `[H]`.
  case squashedCell
  /// h(t), what the cell hands on: `[P]`, `[H]` without a projection.
  case hiddenState
  /// R (o ⊙ tanh c), before its clip: `[P]`; only where the cell has a projection.
  case projection
  /// What the embedding or one-hot makes of a token: `[E]`.
  case embedding
  /// W y + b of the head: `[O]`.
  case logits
  /// The logits after softmax or sigmoid: `[O]`.
  case probabilities

  /// The quantities of a cell, in the order in which they are computed.
  public static let ofCells: [TraceQuantity] =
    [.input] + Gate.allCases.map { .inputTerm($0) } + Gate.allCases.map { .recurrentTerm($0) }
    + Gate.allCases.map { .preactivation($0) }
    + [
      .gate(.forget), .gate(.input), .gate(.candidate), .kept, .written, .cellState,
      .gate(.output), .squashedCell, .projection, .hiddenState,
    ]
  /// The quantities outside of the layers.
  public static let outside: [TraceQuantity] = [.embedding, .logits, .probabilities]
  /// All quantities.
  public static let all = ofCells + outside

  /// What a trace has where nobody says what to record: the gates and the two states.
  public static let usual: [TraceQuantity] =
    Gate.allCases.map { .gate($0) } + [.cellState, .hiddenState]

  /// The name in an address, "forgetGate" or "preactivation.forget".
  public var name: String {
    switch self {
    case .input: "input"
    case .inputTerm(let gate): "inputTerm.\(gate.rawValue)"
    case .recurrentTerm(let gate): "recurrentTerm.\(gate.rawValue)"
    case .preactivation(let gate): "preactivation.\(gate.rawValue)"
    case .gate(let gate): gate.quantityName
    case .kept: "kept"
    case .written: "written"
    case .cellState: "cellState"
    case .squashedCell: "squashedCell"
    case .hiddenState: "hiddenState"
    case .projection: "projection"
    case .embedding: "embedding"
    case .logits: "logits"
    case .probabilities: "probabilities"
    }
  }

  /// Finds a quantity by its name. A gate that a term belongs to may be called as the gate is too:
  /// "preactivation.forgetGate".
  public init?(name: String) {
    let plain = Gate.allCases.reduce(name) { name, gate in
      name.hasSuffix(".\(gate.quantityName)")
        ? name.dropLast(gate.quantityName.count) + gate.rawValue : name
    }
    guard let found = Self.all.first(where: { $0.name == plain }) else { return nil }
    self = found
  }

  /// The equation that computes it.
  public var equation: String {
    func letter(_ gate: Gate) -> String {
      switch gate {
      case .forget: "f"
      case .input: "i"
      case .candidate: "g"
      case .output: "o"
      }
    }
    switch self {
    case .input: return "x(t)"
    case .inputTerm(let gate): return "W_\(letter(gate)) x(t)"
    case .recurrentTerm(let gate): return "U_\(letter(gate)) h(t-1)"
    case .preactivation(let gate):
      let letter = letter(gate)
      let peephole =
        switch gate {
        case .forget, .input: " + p_\(letter) ⊙ c(t-1)"
        case .output: " + p_o ⊙ c(t)"
        case .candidate: ""
        }
      return "z_\(letter)(t) = W_\(letter) x(t) + U_\(letter) h(t-1) + b_\(letter)\(peephole)"
    case .gate(let gate):
      let letter = letter(gate)
      return "\(letter)(t) = \(gate == .candidate ? "tanh" : "σ") z_\(letter)(t)"
    case .kept: return "f(t) ⊙ c(t-1)"
    case .written: return "i(t) ⊙ g(t)"
    case .cellState: return "c(t) = f(t) ⊙ c(t-1) + i(t) ⊙ g(t)"
    case .squashedCell: return "tanh c(t)"
    case .hiddenState: return "h(t) = o(t) ⊙ tanh c(t), projected where there is a projection"
    case .projection: return "R (o(t) ⊙ tanh c(t))"
    case .embedding: return "the token's row of the embedding"
    case .logits: return "W y(t) + b of the head"
    case .probabilities: return "softmax or σ of the logits"
    }
  }

  /// The shape of its array in words: "[T, B, H]".
  public var shape: String {
    switch self {
    case .input: "[T, B, I]"
    case .hiddenState, .projection: "[T, B, P]"
    case .embedding: "[T, B, E]"
    case .logits, .probabilities: "[T, B, O]"
    default: "[T, B, H]"
    }
  }

  /// Whether a run can be told to take other numbers in its place. The terms of a sum cannot: their
  /// sum can.
  public var canBeHeld: Bool {
    switch self {
    case .inputTerm, .recurrentTerm, .embedding, .logits, .probabilities: false
    default: true
    }
  }
}

extension Gate {
  /// What a trace calls the gate: "forgetGate", but "candidate", which is none.
  var quantityName: String { self == .candidate ? rawValue : "\(rawValue)Gate" }
}
