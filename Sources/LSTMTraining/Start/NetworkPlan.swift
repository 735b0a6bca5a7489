// A network to be trained, before it has numbers: its sizes and kind, and how it starts.

import LSTMCore

/// What a new network is to be.
public struct NetworkPlan: Equatable, Sendable {
  /// What it reads.
  public enum Front: Equatable, Sendable {
    /// Numbers, so many a step.
    case values(Int)
    /// Tokens as vectors with a single one.
    case oneHot(Int)
    /// Tokens through a learned vector of this size.
    case embedding(tokens: Int, size: Int)
  }

  /// What it reads.
  public var front: Front
  /// The hidden units of each layer, H.
  public var hiddenSize: Int
  /// How many layers.
  public var layers: Int
  /// Whether each layer also reads backward.
  public var isBidirectional: Bool
  /// How many outputs the head has, O.
  public var outputs: Int
  /// What the head reads.
  public var source: OutputSelection
  /// What its logits go through.
  public var activation: LinearHead<Double>.Activation?
  /// Whether forget, input and output gate have peepholes.
  public var hasPeepholes: Bool
  /// The kind of cell.
  public var variant: CellVariant<Double>

  /// Makes a plan.
  public init(
    front: Front, hiddenSize: Int, layers: Int = 1, isBidirectional: Bool = false, outputs: Int,
    source: OutputSelection = .everyStep, activation: LinearHead<Double>.Activation? = nil,
    hasPeepholes: Bool = false, variant: CellVariant<Double> = .init()
  ) {
    self.front = front
    self.hiddenSize = hiddenSize
    self.layers = layers
    self.isBidirectional = isBidirectional
    self.outputs = outputs
    self.source = source
    self.activation = activation
    self.hasPeepholes = hasPeepholes
    self.variant = variant
  }
}

/// How a network starts.
public struct NetworkStart: Equatable, Sendable {
  /// How weights are drawn.
  public enum Weights: String, CaseIterable, Sendable {
    /// As PyTorch's `LSTM`, `Embedding` and `Linear`: all evenly within ±1/√H, two biases; vectors of
    /// tokens from a normal distribution.
    case pytorch
    /// As Keras': W evenly within ±√(6 / (I + 4H)), U's gates together orthogonal, biases 0 and 1 for
    /// the forget gate; the head after Glorot and Bengio, vectors of tokens within ±0.05.
    case keras
    /// As Keras', each gate's U orthogonal by itself (Saxe, McClelland and Ganguli 2014).
    case orthogonal
  }

  /// How weights are drawn.
  public var weights: Weights
  /// What every forget gate's bias is instead of what is drawn (Jozefowicz et al. 2015: 1).
  public var forgetBias: Double?
  /// Chrono initialisation for memories of up to so many steps: b_f = ln(U(1, steps − 1)),
  /// b_i = −b_f (Tallec and Ollivier 2018).
  public var chronoSteps: Int?

  /// Makes a start.
  public init(_ weights: Weights = .pytorch, forgetBias: Double? = nil, chronoSteps: Int? = nil) {
    (self.weights, self.forgetBias, self.chronoSteps) = (weights, forgetBias, chronoSteps)
  }
}

extension NetworkPlan {
  /// The network with the numbers it starts from. The same seed gives the same network everywhere.
  ///
  /// - Throws: `LSTMCoreError` or `NetworkError` where sizes do not fit.
  public func network(_ start: NetworkStart = .init(), seed: UInt64) throws -> LSTMNetwork<Float> {
    var draws = StartingNumbers(seed: seed)
    let (front, width): (NetworkFront<Double>?, Int) =
      switch self.front {
      case .values(let count): (nil, count)
      case .oneHot(let size): (.oneHot(size: size), size)
      case .embedding(let tokens, let size):
        (.embedding(draws.embedding(tokens, size, start.weights)), size)
      }
    var inputs = width
    var layers: [NetworkLayer<Double>] = []
    for _ in 0..<self.layers {
      func cell(_ draws: inout StartingNumbers) throws -> ReadableCell<Double> {
        ReadableCell(
          parameters: try draws.cell(inputs, hiddenSize, hasPeepholes: hasPeepholes, start),
          variant: variant)
      }
      let forward = try cell(&draws)
      layers.append(
        NetworkLayer(forward: forward, reverse: isBidirectional ? try cell(&draws) : nil))
      inputs = isBidirectional ? 2 * hiddenSize : hiddenSize
    }
    let (weights, bias) = draws.head(outputs, inputs, start.weights)
    let head = LinearHead(weights: weights, bias: bias, activation: activation, source: source)
    return try LSTMNetwork<Float>(LSTMNetwork(front: front, layers: layers, head: head))
  }
}
