// How the learning rate changes from step to step.

import LSTMCore

/// How the learning rate changes over a training, as a factor on the largest one.
public struct LearningRateSchedule: Equatable, Sendable {
  /// What it does after warming up.
  public enum Form: Equatable, Sendable {
    /// It stays.
    case constant
    /// It falls as half a cosine to 0 at the last step (Loshchilov and Hutter 2017).
    case cosine
    /// It is multiplied by a factor after every so many steps.
    case step(every: Int, factor: Double)
    /// It is multiplied by a factor after every step.
    case exponential(factor: Double)
    /// Up along half a cosine from 1/25 over the first 30 % of the steps, down to 1/250000 after
    /// (Smith and Topin 2018, with PyTorch's numbers).
    case oneCycle
    /// It is multiplied by a factor after so many evaluations without a better loss.
    case plateau(patience: Int, factor: Double)
  }

  /// What it does after warming up.
  public var form: Form
  /// Over how many first steps the rate grows evenly from 0.
  public var warmUp: Int

  /// Makes a schedule.
  public init(_ form: Form = .constant, warmUp: Int = 0) {
    (self.form, self.warmUp) = (form, warmUp)
  }

  /// The factor at a step.
  ///
  /// - Parameters:
  ///   - step: counts from 0.
  ///   - steps: how many there will be in all.
  ///   - plateau: what ``Form/plateau(patience:factor:)`` has come to.
  public func factor(at step: Int, of steps: Int, _ plateau: PlateauState = .init()) -> Double {
    let rising = step < warmUp ? Double(step + 1) / Double(warmUp) : 1
    let (done, all) = (max(0, step - warmUp), max(1, steps - warmUp))
    return rising * factor(Double(min(done, all)), Double(all), done, plateau)
  }

  private func factor(_ done: Double, _ all: Double, _ step: Int, _ plateau: PlateauState) -> Double
  {
    /// Half a cosine from one value to another.
    func between(_ from: Double, _ to: Double, _ part: Double) -> Double {
      to + (from - to) * (1 + Double.cos(.pi * part)) / 2
    }
    switch form {
    case .constant: return 1
    case .cosine: return between(1, 0, done / all)
    case .step(let every, let factor): return .pow(factor, Double(step / max(1, every)))
    case .exponential(let factor): return .pow(factor, Double(step))
    case .oneCycle:
      let peak = 0.3 * all - 1
      return done <= peak
        ? between(1 / 25, 1, peak > 0 ? done / peak : 1)
        : between(1, 1 / 250_000, min(1, (done - peak) / max(1, all - 1 - peak)))
    case .plateau: return plateau.factor
    }
  }
}

/// How long the loss has not become better.
public struct PlateauState: Equatable, Sendable {
  /// The factor that the learning rate has come to.
  public private(set) var factor = 1.0
  /// The best loss so far.
  public private(set) var best: Double?
  /// How many evaluations ago it was.
  public private(set) var waited = 0

  /// Before the first evaluation.
  public init() {}

  init(factor: Double, best: Double?, waited: Int) {
    (self.factor, self.best, self.waited) = (factor, best, waited)
  }

  /// Takes note of an evaluation.
  public mutating func note(_ loss: Double, _ schedule: LearningRateSchedule) {
    if best.map({ loss < $0 }) ?? true {
      (best, waited) = (loss, 0)
      return
    }
    waited += 1
    guard case .plateau(let patience, let factor) = schedule.form, waited > patience else { return }
    (self.factor, waited) = (self.factor * factor, 0)
  }
}
