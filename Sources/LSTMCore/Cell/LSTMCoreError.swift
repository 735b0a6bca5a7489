// What can be wrong with the numbers handed to a cell. The cases carry what was found and what
// was expected; `message` is the one place that turns them into words.

import RealModule

/// An error of the network itself: sizes that do not fit and numbers that are none.
public enum LSTMCoreError: LSTMFailure, Equatable {
  /// What an error is about.
  public enum Subject: Equatable, Sendable {
    /// The input x, `[I]`.
    case input
    /// The old hidden state h, `[H]`, or `[P]` with a projection.
    case hidden
    /// The old cell state c, `[H]`.
    case cell
    /// W of a gate, `[H, I]`.
    case inputWeights(Gate)
    /// U of a gate, `[H, P]`.
    case hiddenWeights(Gate)
    /// The (first) bias of a gate, `[H]`.
    case bias(Gate)
    /// The second bias of a gate, `[H]`.
    case recurrentBias(Gate)
    /// The peephole of a gate, `[H]`.
    case peephole(Gate)
    /// The recurrent projection, `[P, H]`.
    case projection
    /// The pre-activation of a gate, `[H]`.
    case preactivation(Gate)
    /// The value of a gate, `[H]`.
    case gate(Gate)
    /// The new cell state, `[H]`.
    case newCell
    /// The hidden state before the projection, `[H]`.
    case unprojectedHidden
    /// The new hidden state, `[H]`, or `[P]` with a projection.
    case newHidden
    /// The gradient of the loss by the new hidden state.
    case hiddenGradient
    /// The gradient of the loss by the new cell state.
    case cellGradient
  }

  /// Something has another size than it should.
  case size(of: Subject, found: [Int], expected: [Int])
  /// A number is not finite; `index` counts from 0, row after row.
  case notFinite(Subject, index: Int, value: Double)
  /// The candidate was given a peephole; no published LSTM has one.
  case candidatePeephole
  /// The identity weights were asked for though inputs and hidden units differ in number.
  case identityNeedsEqualSizes(inputs: Int, hiddenUnits: Int)
  /// The identity weights were asked for together with a projection, which makes the hidden state
  /// narrower than the cell state.
  case identityWithProjection

  static func check(_ subject: Subject, _ found: [Int], _ expected: [Int]) throws {
    guard found == expected else { throw size(of: subject, found: found, expected: expected) }
  }

  static func checkFinite<Scalar: Real>(_ subject: Subject, _ values: [Scalar]) throws {
    if let index = values.firstNotFinite() {
      let value = values[index]
      throw notFinite(
        subject, index: index,
        value: value.isNaN ? .nan : value.sign == .minus ? -.infinity : .infinity)
    }
  }
}

extension LSTMCoreError.Subject: CustomStringConvertible {
  /// The subject in words, "the forget gate's bias".
  public var description: String {
    switch self {
    case .input: "the input"
    case .hidden: "the old hidden state"
    case .cell: "the old cell state"
    case .inputWeights(let gate): "\(gate.inWords)'s input weights"
    case .hiddenWeights(let gate): "\(gate.inWords)'s hidden weights"
    case .bias(let gate): "\(gate.inWords)'s bias"
    case .recurrentBias(let gate): "\(gate.inWords)'s recurrent bias"
    case .peephole(let gate): "\(gate.inWords)'s peephole"
    case .projection: "the projection"
    case .preactivation(let gate): "\(gate.inWords)'s pre-activation"
    case .gate(let gate): "\(gate.inWords)"
    case .newCell: "the new cell state"
    case .unprojectedHidden: "the hidden state before the projection"
    case .newHidden: "the new hidden state"
    case .hiddenGradient: "the gradient of the new hidden state"
    case .cellGradient: "the gradient of the new cell state"
    }
  }
}

extension LSTMCoreError.Subject {
  /// Whether the subject's words are plural: "weights are".
  fileprivate var isPlural: Bool {
    switch self {
    case .inputWeights, .hiddenWeights: true
    default: false
    }
  }

  /// Whether the subject is a matrix, so that an entry has to be said to count row after row.
  fileprivate var isMatrix: Bool { isPlural || self == .projection }
}

extension Gate {
  /// "the forget gate", "the candidate".
  var inWords: String {
    self == .candidate ? "the candidate" : "the \(rawValue) gate"
  }
}

extension LSTMCoreError {
  /// Wrong data, all of them.
  public var kind: FailureKind { .data }

  /// What is wrong and what would be right, in one or two sentences.
  public var message: String {
    switch self {
    case .size(let subject, let found, let expected):
      if found.count == 1, let found = found.first, let expected = expected.first {
        return "\(subject) has \(found) \(found == 1 ? "value" : "values"), "
          + "but the weights need \(expected)."
      }
      return "\(subject) \(subject.isPlural ? "are" : "is") \(Self.shape(found)), "
        + "but \(subject.isPlural ? "have" : "has") to be \(Self.shape(expected)) "
        + "(rows are units)."
    case .notFinite(let subject, let index, let value):
      let found = value.isNaN ? "not a number" : value < 0 ? "minus infinity" : "infinity"
      let advice: String =
        switch subject {
        case .preactivation, .gate, .newCell, .unprojectedHidden, .newHidden:
          "The numbers that go into it are too large: scale them down."
        default: "Every entry has to be a finite number."
        }
      return "\(subject) \(subject.isPlural ? "are" : "is") \(found) at entry \(index + 1)"
        + "\(subject.isMatrix ? ", counted row after row" : ""). \(advice)"
    case .candidatePeephole:
      return "the candidate has a peephole. Only forget, input and output gate can have one: "
        + "take it out."
    case .identityNeedsEqualSizes(let inputs, let hiddenUnits):
      return "identity weights need as many inputs as hidden units, not \(inputs) "
        + "\(inputs == 1 ? "input" : "inputs") and \(hiddenUnits) hidden "
        + "\(hiddenUnits == 1 ? "unit" : "units")."
    case .identityWithProjection:
      return "identity weights and a projection do not go together."
    }
  }

  /// Other weights or sizes, where the identity does not fit.
  public var remedies: [Remedy] {
    switch self {
    case .identityNeedsEqualSizes: [.equalSizes, .chooseWeights]
    case .identityWithProjection: [.takeOutProjection, .chooseWeights]
    default: []
    }
  }

  private static func shape(_ sizes: [Int]) -> String {
    sizes.map(String.init).joined(separator: " x ")
  }
}
