// What is said of a training while it runs: a line of JSON for each note.

import LSTMCore
import LSTMFormats

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

  /// The note of a line of JSON; nil where it is none.
  init?(json: String) {
    guard let values = try? FlatJSON(json, file: "a note").values,
      let step = values["step"].flatMap({ Int($0) })
    else { return nil }
    func number(_ key: String) -> Double? { values[key].flatMap { Double($0) } }
    self.init(
      step: step, loss: number("loss") ?? .nan, gradientNorm: number("gradientNorm") ?? .nan,
      learningRate: number("learningRate") ?? .nan, epoch: values["epoch"].flatMap { Int($0) } ?? 0,
      stepsPerSecond: number("stepsPerSecond") ?? .nan, validationLoss: number("validationLoss"))
  }

  init(
    step: Int, loss: Double, gradientNorm: Double, learningRate: Double, epoch: Int,
    stepsPerSecond: Double, validationLoss: Double?
  ) {
    (self.step, self.loss, self.gradientNorm) = (step, loss, gradientNorm)
    (self.learningRate, self.epoch, self.stepsPerSecond) = (learningRate, epoch, stepsPerSecond)
    self.validationLoss = validationLoss
  }

  /// A number of JSON; null for one that is not finite.
  static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }
}
