// An optimiser at work on one network: what it remembers, and a step of it.

import LSTMCore

/// What an optimiser remembers of a network's parameters: as many numbers as they are, once or twice.
public struct OptimizerMemory: Equatable, Sendable {
  /// How the parameters change.
  public let optimizer: Optimizer
  /// How many steps were taken.
  public internal(set) var steps = 0
  /// What is remembered, block after block, each in the parameters' order: `[blocks, parameters]`.
  var values: [Float]
  private let parameterCount: Int

  /// The memory of an optimiser that has not begun.
  public init(_ optimizer: Optimizer, _ layout: ParameterLayout) {
    self.optimizer = optimizer
    parameterCount = layout.count
    values = [Float](repeating: 0, count: optimizer.memoryCount * layout.count)
  }

  /// Takes a step: changes the session's parameters along their gradients.
  ///
  /// - Parameters:
  ///   - session: the network.
  ///   - gradients: one for each of its parameters, in their order.
  ///   - rate: the learning rate.
  ///   - scale: what the gradients are multiplied by first.
  public mutating func step(
    _ session: TrainingSession, along gradients: ParameterBlock<Float>, rate: Double,
    scale: Double = 1
  ) {
    precondition(
      gradients.layout.count == parameterCount && session.layout.count == parameterCount,
      "gradients and memory are those of the network")
    steps += 1
    let update = optimizer.update(rate: rate, step: steps, scale: scale)
    let hasSecond = values.count > parameterCount
    gradients.values.withUnsafeBufferPointer { slopes in
      values.withUnsafeMutableBufferPointer { memory in
        let first = memory.isEmpty ? nil : memory.baseAddress
        session.updateEachParameter { entry, values in
          let start = first.map { $0 + entry.range.lowerBound }
          update.apply(
            to: values, UnsafeBufferPointer(rebasing: slopes[entry.range]), start,
            hasSecond ? start.map { $0 + parameterCount } : nil)
        }
      }
    }
  }
}
