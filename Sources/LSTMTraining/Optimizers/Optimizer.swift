// The optimisers: how parameters change along gradients. What each remembers is in
// OptimizerMemory.swift, how fast it goes in LearningRateSchedule.swift.

/// How parameters change along their gradients. Each takes the steps of PyTorch's optimiser of the
/// same name; weight decay acts on every array, biases too, as there.
public enum Optimizer: Equatable, Sendable {
  /// Stochastic gradient descent: v ← momentum · v + g, w ← w − rate · v; with Nesterov's look ahead
  /// w ← w − rate · (g + momentum · v).
  case sgd(momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0)
  /// Hinton's lecture 6e (2012): s ← decay · s + (1 − decay) · g²,
  /// w ← w − rate · g / (√s + epsilon); with momentum, of these steps.
  case rmsprop(
    decay: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0, weightDecay: Double = 0)
  /// Kingma and Ba (2015). The weight decay is added to the gradient.
  case adam(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0)
  /// Loshchilov and Hutter (2019): Adam, with the weights shrunk by rate · weightDecay beside it.
  case adamW(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01)

  /// How many numbers are remembered for each parameter.
  var memoryCount: Int {
    switch self {
    case .sgd(let momentum, _, _): momentum == 0 ? 0 : 1
    case .rmsprop(_, _, let momentum, _): momentum == 0 ? 1 : 2
    case .adam, .adamW: 2
    }
  }

  /// What one step does to every number, once its constants are known.
  ///
  /// - Parameters:
  ///   - rate: the learning rate.
  ///   - step: counts steps from 1.
  ///   - scale: what the gradient is multiplied by first, for clipping by norm.
  func update(rate: Double, step: Int, scale: Double) -> ParameterUpdate {
    let (rate32, scale32) = (Float(rate), Float(scale))
    switch self {
    case .sgd(let momentum, let nesterov, let decay):
      return .sgd(
        rate: rate32, scale: scale32, decay: Float(decay), momentum: Float(momentum),
        nesterov: nesterov, isFirst: step == 1)
    case .rmsprop(let alpha, let epsilon, let momentum, let decay):
      return .rmsprop(
        rate: rate32, scale: scale32, decay: Float(decay), alpha: Float(alpha),
        epsilon: Float(epsilon), momentum: Float(momentum))
    case .adam(let beta1, let beta2, let epsilon, let decay):
      return Self.adam(rate, step, scale32, beta1, beta2, epsilon, decay: decay, shrink: 1)
    case .adamW(let beta1, let beta2, let epsilon, let decay):
      return Self.adam(
        rate, step, scale32, beta1, beta2, epsilon, decay: 0, shrink: 1 - rate * decay)
    }
  }

  private static func adam(
    _ rate: Double, _ step: Int, _ scale: Float, _ beta1: Double, _ beta2: Double,
    _ epsilon: Double, decay: Double, shrink: Double
  ) -> ParameterUpdate {
    func correction(_ beta: Double) -> Double {
      1 - (0..<step).reduce(into: 1.0) { power, _ in power *= beta }
    }
    return .adam(
      rate: Float(rate / correction(beta1)), scale: scale, decay: Float(decay),
      shrink: Float(shrink), beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon),
      rootScale: Float(1 / correction(beta2).squareRoot()))
  }
}
