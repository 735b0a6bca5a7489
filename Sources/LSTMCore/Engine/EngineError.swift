// What can be wrong with what the engine is given, and the one place where it becomes words.

/// An error of the engine.
public enum EngineError: Error, Equatable, Sendable {
  /// A weight is too large for half precision.
  case weightBeyondHalf(layer: Int, Direction, largest: Float)
  /// The kernels know no way back through a cell; `setting` says why.
  case notTrainable(layer: Int, Direction, setting: String)
  /// Gradients were asked for before anything was run.
  case noForward
  /// Gradients of logits were given, but the network has no head.
  case noHead
  /// Gradients have another shape than what they are the gradients of.
  case gradientShape(of: String, found: [Int], expected: [Int])

  static func check(_ name: String, _ found: [Int], _ expected: [Int]) throws {
    guard found == expected else {
      throw gradientShape(of: name, found: found, expected: expected)
    }
  }
}

extension EngineError: CustomStringConvertible {
  /// What is wrong, where, and how to fix it.
  public var description: String {
    switch self {
    case .weightBeyondHalf(let layer, let direction, let largest):
      "\(Self.place(layer, direction)) has a weight of magnitude \(largest), but half precision "
        + "ends at 65504. Keep the weights in single precision (weights: .float32)."
    case .notTrainable(let layer, let direction, let setting):
      "\(Self.place(layer, direction)) has \(setting), through which the kernels know no way back. "
        + "Take its gradients with ReadableCell.backward, step by step."
    case .noForward:
      "there is nothing to go back through. Call forward first, and again after each update."
    case .noHead:
      "gradients of logits were given, but the network has no head. Give those of its output."
    case .gradientShape(let name, let found, let expected):
      "the gradient of the \(name) is \(found), but the \(name) \(name == "logits" ? "are" : "is") "
        + "\(expected). The two have to be equal."
    }
  }

  private static func place(_ layer: Int, _ direction: Direction) -> String {
    "layer \(layer + 1)\(direction == .reverse ? ", reverse" : "")"
  }
}
