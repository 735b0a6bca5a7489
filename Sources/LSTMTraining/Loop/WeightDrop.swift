// Weight drop: at each step of training some weights between hidden states are left out (Wan et al.
// 2013; Merity, Keskar and Socher 2018). The model that comes of it is a plain LSTM.

import LSTMCore

/// Weights between hidden states that a step does without.
struct WeightDrop {
  /// What each number of the block is multiplied by: 0, or what makes up for the others' absence; nil
  /// for an array that is left alone.
  private let factors: [ParameterName: [Float]]
  /// The numbers before.
  private var whole: [ParameterName: [Float]] = [:]

  /// Draws the weights to leave out.
  ///
  /// - Parameters:
  ///   - part: the probability of each.
  ///   - layout: of the network.
  ///   - draws: of this step alone.
  init(_ part: Double, _ layout: ParameterLayout, _ draws: inout SplitMix64) {
    var factors: [ParameterName: [Float]] = [:]
    for entry in layout.entries {
      guard case .cell(_, _, .hiddenWeights) = entry.name else { continue }
      let kept = Float(1 / (1 - part))
      factors[entry.name] = entry.range.map { _ in draws.nextUnit() < part ? 0 : kept }
    }
    self.factors = factors
  }

  /// Leaves them out.
  mutating func begin(_ session: TrainingSession) {
    var whole: [ParameterName: [Float]] = [:]
    session.updateEachParameter { entry, values in
      guard let factors = factors[entry.name] else { return }
      whole[entry.name] = Array(values)
      for index in values.indices { values[index] *= factors[index] }
    }
    self.whole = whole
  }

  /// Puts them back, and makes the gradients those by the whole weights.
  func end(_ session: TrainingSession, _ gradients: inout ParameterBlock<Float>) {
    session.updateEachParameter { entry, values in
      if let numbers = whole[entry.name] { _ = values.update(fromContentsOf: numbers) }
    }
    let layout = gradients.layout
    gradients.withUnsafeMutableBufferPointer { slopes in
      for entry in layout.entries {
        guard let factors = factors[entry.name] else { continue }
        for (index, place) in entry.range.enumerated() { slopes[place] *= factors[index] }
      }
    }
  }
}
