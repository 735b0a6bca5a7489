// What can be wrong with an address, or with what is asked of the numbers that it names. Indices are
// counted from 0 in the cases and from 1 in the text.

/// An error of an address of a run's numbers.
public enum TraceError: LSTMFailure, Equatable {
  /// No layer, direction or quantity is called so.
  case unknownName(address: String, what: String, found: String, valid: [String])
  /// The address has a layer, but no direction or no quantity.
  case tooShort(address: String)
  /// A bracket is not closed.
  case openBracket(address: String)
  /// Where numbers are to stand is something else.
  case notNumbers(address: String, what: String, found: String)
  /// There are fewer layers, units or steps.
  case beyond(address: String, what: String, found: Int, count: Int, of: String)
  /// No layer that is meant reads in this direction.
  case noDirection(address: String, Direction)
  /// The network has no such quantity.
  case notThere(address: String, quantity: TraceQuantity)
  /// The quantity can be seen, but no other number can be put in its place.
  case cannotHold(address: String, quantity: TraceQuantity)
  /// The number to hold something at is none.
  case notFinite(address: String)
  /// The numbers to put in have another width, or too few steps or sequences.
  case patchShape(address: String, found: [Int], expected: [Int])

  /// Something was asked for that is not there.
  public var kind: FailureKind {
    if case .patchShape = self { .data } else { .usage }
  }

  /// What is wrong, where, and what there is instead.
  public var message: String {
    switch self {
    case .unknownName(let address, let what, let found, let valid):
      let near = nearestName(to: found, among: valid)
      return "'\(address)': there is no \(what) '\(found)'. "
        + (near.map { "Did you mean '\($0)'?" }
          ?? "There are \(valid.dropLast().joined(separator: ", ")) and \(valid.last ?? "").")
    case .tooShort(let address):
      return "'\(address)': an address is layer, direction and quantity, as in "
        + "layer1.forward.forgetGate, or a quantity alone, as in forgetGate."
    case .openBracket(let address):
      return "'\(address)': the units stand in brackets at the end of the quantity, as in "
        + "layer1.forward.forgetGate[3,5-9]@40-60."
    case .notNumbers(let address, let what, let found):
      return
        "'\(address)': '\(found)' are no \(what). Write numbers from 1, lists and ranges, as in "
        + "3,5-9, or * for all."
    case .beyond(let address, let what, let found, let count, let owner):
      let there =
        switch count {
        case 0: "has none"
        case 1: "has 1"
        default: "has \(count), from 1 to \(count)"
        }
      return "'\(address)': there is no \(what) \(found + 1); \(owner) \(there)."
    case .noDirection(let address, let direction):
      return "'\(address)': no layer that is meant here reads \(direction.inWords)."
    case .notThere(let address, let quantity):
      return "'\(address)': this network has no \(quantity.name): \(quantity.absence)."
    case .cannotHold(let address, let quantity):
      return "'\(address)': \(quantity.name) can be recorded, but not held at other numbers. "
        + quantity.holdInstead
    case .notFinite(let address):
      return "'\(address)': the number to hold it at is not finite. Give a finite one."
    case .patchShape(let address, let found, let expected):
      func words(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: " x ") }
      return "'\(address)': the numbers to put in are \(words(found)) (steps x sequences x width), "
        + "but the run's are \(words(expected))."
    }
  }
}

extension Direction {
  fileprivate var inWords: String { self == .forward ? "forward" : "backward" }
}

extension TraceQuantity {
  /// Why a network may lack it.
  fileprivate var absence: String {
    switch self {
    case .projection: "no cell that is meant here has a projection"
    case .embedding: "it reads numbers, no tokens"
    case .logits: "it has no head"
    case .probabilities: "its head has no softmax or sigmoid"
    default: "no cell that is meant here computes it"
    }
  }

  fileprivate var holdInstead: String {
    switch self {
    case .inputTerm(let gate), .recurrentTerm(let gate):
      "Hold the sum, \(TraceQuantity.preactivation(gate).name)."
    case .embedding: "Hold the first layer's input."
    default: "Hold what leads to it, such as the last layer's hiddenState."
    }
  }
}
