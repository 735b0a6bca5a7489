// The one place where the benchmark meets our training. There is none yet, so that the training
// rows are without ours.

import LSTMCore

/// Our training, as the benchmark uses it.
enum OurTraining {
  /// One step of training with ``TrainingSettings``, which returns the loss before it.
  typealias Step = () throws -> Float

  /// Makes what trains: embedding, layers, head, mean cross-entropy over all steps and sequences,
  /// clipping by the global norm, Adam. The second bias of each gate stays zero.
  ///
  /// - Parameters:
  ///   - data: the network with embedding and head, the tokens and the targets.
  ///   - threads: how many threads may compute.
  /// - Returns: nil while there is no training.
  static func start(_ data: CaseData, threads: Int) throws -> Step? { nil }
}

/// The settings that every competitor trains with; Peers/worker.py has them too.
enum TrainingSettings {
  static let learningRate: Float = 1e-3
  static let beta1: Float = 0.9
  static let beta2: Float = 0.999
  static let epsilon: Float = 1e-8
  static let largestGradientNorm: Float = 1
}
