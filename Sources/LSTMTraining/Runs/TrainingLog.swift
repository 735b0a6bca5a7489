// What is said of a training while it runs: a line of JSON for each note.

import LSTMCore

/// A note on a training.
public struct TrainingNote: Equatable, Sendable {
  /// The step after which it was made, from 1.
  public var step: Int
  /// The mean loss since the last note; in nats, where it is a probability's.
  public var loss: Double
  /// The norm of the last step's gradients, before clipping.
  public var gradientNorm: Double
  /// The last step's learning rate.
  public var learningRate: Double
  /// How often the data were read to their end.
  public var epoch: Int
  /// Steps of sequences (tokens of a text) a second since the last note.
  public var stepsPerSecond: Double
  /// The loss of the data that are held back, where it was taken.
  public var validationLoss: Double?

  /// The note as a line of JSON.
  public var json: String {
    var parts = [
      "\"step\": \(step)", "\"loss\": \(Self.number(loss))",
      "\"gradientNorm\": \(Self.number(gradientNorm))",
      "\"learningRate\": \(Self.number(learningRate))",
      "\"epoch\": \(epoch)", "\"stepsPerSecond\": \(Self.number(stepsPerSecond.rounded()))",
    ]
    if let validationLoss { parts.append("\"validationLoss\": \(Self.number(validationLoss))") }
    return "{\(parts.joined(separator: ", "))}"
  }

  /// A number of JSON; null for one that is not finite.
  static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }
}
