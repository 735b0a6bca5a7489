// What can be wrong with what the engine is given, and the one place where it becomes words.

/// An error of the engine.
public enum EngineError: LSTMFailure, Equatable {
  /// A weight is too large for half precision.
  case weightBeyondHalf(layer: Int, Direction, largest: Float)
  /// The kernels know no way back through a cell.
  case notTrainable(layer: Int, Direction, Obstacle)
  /// A run that is gone back through was to hold or record something.
  case notInTraining(Extra)
  /// Gradients were asked for before anything was run.
  case noForward
  /// Logits were asked for, or their gradients given, but the network has no head.
  case noHead
  /// Gradients have another shape than what they are the gradients of.
  case gradientShape(of: Outcome, found: [Int], expected: [Int])
  /// An array of a session's call has more or fewer numbers than the sizes say.
  case count(of: Passed, found: Int, expected: [Int])

  /// What stands in the way of gradients.
  public enum Obstacle: Equatable, Sendable {
    /// The pre-activations are bounded.
    case preactivationClip
    /// No kernel knows one of the activations.
    case activation
  }

  /// What a request can ask for beside a run.
  public enum Extra: Equatable, Sendable {
    /// Numbers in place of what is computed.
    case holds
    /// What layers and cells did.
    case recording
  }

  /// Something that comes out of a run and that a loss has gradients by.
  public enum Outcome: String, Equatable, Sendable {
    /// The outputs of the last layer.
    case output
    /// The logits of the head.
    case logits
  }

  /// An array that a session's call reads or fills.
  public enum Passed: String, Equatable, Sendable {
    /// What is read.
    case input
    /// The outputs of the last layer.
    case output
    /// The logits of the head.
    case logits
  }

  static func check(_ name: Outcome, _ found: [Int], _ expected: [Int]) throws {
    guard found == expected else {
      throw gradientShape(of: name, found: found, expected: expected)
    }
  }
}

extension EngineError {
  /// Wrong usage where a call is missing, else wrong data.
  public var kind: FailureKind { self == .noForward ? .usage : .data }

  /// What is wrong, where, and how to fix it.
  public var message: String {
    switch self {
    case .weightBeyondHalf(let layer, let direction, let largest):
      "\(Self.place(layer, direction)) has a weight of magnitude \(largest), but half precision "
        + "ends at 65504. Keep the weights in single precision (weights: .float32)."
    case .notTrainable(let layer, let direction, let obstacle):
      "\(Self.place(layer, direction)) has \(obstacle.words), through which the kernels know no way "
        + "back. Take its gradients with ReadableCell.backward, step by step."
    case .notInTraining(let extra):
      "a training session \(extra == .holds ? "holds" : "records") nothing: its runs are kept for the "
        + "way back. Run the request in an inference session."
    case .noForward:
      "there is nothing to go back through. Call forward first, and again after each update."
    case .noHead:
      "the network has no head, and so no logits. Take its output, or the gradients of that."
    case .count(let name, let found, let expected):
      "the \(name.rawValue) \(name == .logits ? "have" : "has") \(found) numbers, not "
        + "\(expected.map(String.init).joined(separator: " x "))."
    case .gradientShape(let name, let found, let expected):
      "the gradient of the \(name.rawValue) is \(found), but the "
        + "\(name.rawValue) \(name == .logits ? "are" : "is") "
        + "\(expected). The two have to be equal."
    }
  }

  private static func place(_ layer: Int, _ direction: Direction) -> String {
    "layer \(layer + 1)\(direction == .reverse ? ", reverse" : "")"
  }
}

extension EngineError.Obstacle {
  fileprivate var words: String {
    switch self {
    case .preactivationClip: "a clip of the pre-activations"
    case .activation: "an activation that no kernel knows"
    }
  }
}
