// What is said of a training while it runs: a line of JSON for each note.

import LSTMCore

/// A note on a training.
public struct TrainingNote: Equatable, Sendable {
  /// The step after which it was made, from 1.
  public var step: Int
  /// The mean loss since the last note, in nats.
  public var loss: Double
  /// The norm of the last step's gradients, before clipping.
  public var gradientNorm: Double
  /// The last step's learning rate.
  public var learningRate: Double
  /// How often the data were read to their end.
  public var epoch: Int
  /// Tokens or steps of sequences a second since the last note.
  public var tokensPerSecond: Double
  /// The loss of the data that are held back, in nats, where it was taken.
  public var validationLoss: Double?

  /// The note as a line of JSON.
  public var json: String {
    var parts = [
      "\"step\": \(step)", "\"loss\": \(Self.number(loss))",
      "\"gradientNorm\": \(Self.number(gradientNorm))",
      "\"learningRate\": \(Self.number(learningRate))",
      "\"epoch\": \(epoch)", "\"tokensPerSecond\": \(Self.number(tokensPerSecond.rounded()))",
    ]
    if let validationLoss { parts.append("\"validationLoss\": \(Self.number(validationLoss))") }
    return "{\(parts.joined(separator: ", "))}"
  }

  /// A number of JSON; null for one that is not finite.
  static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }
}
