// What can be said of a trained network without running it: its sizes, its parameters gate by gate,
// and how long each layer would remember if its inputs were silent.

import LSTMCore

/// A network at a glance.
public struct NetworkSummary: Sendable {
  /// The spread of a set of numbers.
  public struct Spread: Equatable, Sendable {
    /// How many there are.
    public let count: Int
    /// The mean.
    public let mean: Double
    /// The standard deviation, over all of them.
    public let deviation: Double
    /// The least.
    public let least: Double
    /// The greatest.
    public let greatest: Double

    /// Measures numbers; of none everything is 0.
    public init(_ values: [Double]) {
      count = values.count
      let size = Double(max(1, values.count))
      let mean = values.reduce(0, +) / size
      self.mean = mean
      deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / size).squareRoot()
      least = values.min() ?? 0
      greatest = values.max() ?? 0
    }
  }

  /// What one gate of one cell has learned.
  public struct GateSummary: Equatable, Sendable {
    /// The gate.
    public let gate: Gate
    /// How it gets its value: nil where from its weights, else in words: "pinned to 1", "1 - i".
    public let source: String?
    /// W, `[H, I]`.
    public let inputWeights: Spread
    /// U, `[H, P]`.
    public let hiddenWeights: Spread
    /// The sum of the biases, `[H]`.
    public let bias: Spread
  }

  /// How long a layer keeps what it has, as its biases alone have it: with x = 0 and h = 0 the
  /// forget gate of a unit is σ(b_f), and its memory falls to 1/e in -1/ln f steps (Tallec and
  /// Ollivier, "Can recurrent neural networks warp time?", 2018).
  public struct Memory: Equatable, Sendable {
    /// The function of the forget gate: "σ", "hard sigmoid with 0.2, 0.5".
    public let function: String
    /// σ(b_f) of each unit, `[H]`.
    public let forgetGate: [Double]
    /// -1 / ln σ(b_f) of each unit in steps, `[H]`; infinite where the gate is 1.
    public let timescale: [Double]

    /// The numbers at a share of the units, 0 for the shortest memory, 1 for the longest.
    public func timescale(at share: Double) -> Double {
      let sorted = timescale.sorted()
      guard !sorted.isEmpty else { return 0 }
      return sorted[Int((share * Double(sorted.count - 1)).rounded())]
    }
  }

  /// One direction of one layer.
  public struct CellSummary: Sendable {
    /// The layer, counted from 0.
    public let layer: Int
    /// The direction.
    public let direction: Direction
    /// The sizes.
    public let shape: CellShape
    /// The four gates.
    public let gates: [GateSummary]
    /// What its memory looks like; nil where the forget gate does not follow from a bias.
    public let memory: Memory?
    /// The settings in which the cell differs from the usual one, in words.
    public let variant: [String]
  }

  /// What makes the first layer's input of tokens.
  public struct FrontSummary: Equatable, Sendable {
    /// Whether it is a one-hot, which has learned nothing, and no embedding.
    public let isOneHot: Bool
    /// How many tokens there are.
    public let tokens: Int
    /// The width of what it hands to the first layer.
    public let width: Int
  }

  /// The linear layer after the last.
  public struct HeadSummary: Equatable, Sendable {
    /// How many features it reads.
    public let inputs: Int
    /// How many numbers it gives.
    public let outputs: Int
    /// What it reads.
    public let source: OutputSelection
    /// What its logits go through: "softmax", "sigmoid".
    public let activation: String?
  }

  /// What stands before the first layer; nil where the network reads numbers.
  public let front: FrontSummary?
  /// The cells, layer after layer, forward before reverse.
  public let cells: [CellSummary]
  /// What stands after the last layer.
  public let head: HeadSummary?

  /// A plain layer.
  public struct LayerSummary: Equatable, Sendable {
    /// The layer in words: "linear 32 -> 16".
    public let words: String
    /// How many numbers it has learned.
    public let parameters: Int
  }

  /// The plain layers before the network.
  public private(set) var before: [LayerSummary] = []
  /// The layers of a head that is more than one linear layer, and what follows them.
  public private(set) var after: [LayerSummary] = []
  /// What such a head reads.
  public private(set) var afterReads = OutputSelection.everyStep

  /// Sums a model's network up. Only a gate's numbers at a time become Doubles.
  public init(_ model: LSTMModel) {
    switch model.weights {
    case .single(let network): self.init(network)
    case .double(let network): self.init(network)
    }
    before = model.frontLayers.map { .init(words: $0.words, parameters: $0.parameterCount) }
    guard let head = model.headLayers else { return }
    after = head.layers.map { .init(words: $0.words, parameters: $0.parameterCount) }
    if head.addedInputs > 0 { after.append(.init(words: "the input added", parameters: 0)) }
    if let activation = head.activation {
      after.append(.init(words: activation.rawValue, parameters: 0))
    }
    afterReads = head.source
  }

  /// Sums a network up.
  public init<Scalar: Real & BinaryFloatingPoint>(_ network: LSTMNetwork<Scalar>) {
    front = network.front.map { front in
      let isOneHot = if case .oneHot = front { true } else { false }
      return FrontSummary(isOneHot: isOneHot, tokens: front.tokenCount, width: front.outputSize)
    }
    head = network.head.map {
      HeadSummary(
        inputs: $0.weights.columns, outputs: $0.weights.rows, source: $0.source,
        activation: $0.activation?.rawValue)
    }
    cells = network.cells.map { layer, direction, cell in
      let variant = CellVariant<Double>(cell.variant)
      let gates = Gate.allCases.map { gate in
        let learned = GateParameters<Double>(cell.parameters.gates[gate])
        let source: String? =
          switch variant.source(of: gate) {
          case .weights: nil
          case .constant(let value): "pinned to \(NumberFormat().text(value))"
          case .oneMinus(let other): "1 - \(other.letter)"
          }
        return GateSummary(
          gate: gate, source: source, inputWeights: Spread(learned.inputWeights.values),
          hiddenWeights: Spread(learned.hiddenWeights.values),
          bias: Spread(learned.biasSum))
      }
      return CellSummary(
        layer: layer, direction: direction, shape: cell.parameters.shape, gates: gates,
        memory: Memory(
          biases: GateParameters<Double>(cell.parameters.gates.forget).biasSum, variant),
        variant: variant.differences)
    }
  }
}

extension NetworkSummary.Memory {
  /// The memory of a cell whose forget gate is computed from weights.
  fileprivate init?(biases: [Double], _ variant: CellVariant<Double>) {
    guard variant.source(of: .forget) == .weights else { return nil }
    let gates = biases.map { variant.value(of: .forget, preactivation: $0) }
    function =
      variant.activations.forget == .sigmoid
      ? "σ" : PlainSyntax.name(variant.activations.forget, NumberFormat())
    forgetGate = gates
    timescale = gates.map { gate in
      gate <= 0 ? 0 : gate >= 1 ? .infinity : -1 / .log(gate)
    }
  }
}

extension GateParameters where Scalar == Double {
  /// b, or b + b′ where there are two.
  var biasSum: [Double] {
    guard let recurrentBias else { return bias }
    return zip(bias, recurrentBias).map(+)
  }
}

extension CellVariant where Scalar == Double {
  /// In what the settings differ from the usual cell's, in words; empty for the usual cell.
  var differences: [String] {
    let usual = CellVariant()
    let numbers = NumberFormat()
    var words: [String] = []
    for gate in Gate.allCases where activations[gate] != usual.activations[gate] {
      words.append("\(gate.title): \(PlainSyntax.name(activations[gate], numbers))")
    }
    if cellActivation != usual.cellActivation {
      words.append("cell state: \(PlainSyntax.name(cellActivation, numbers))")
    }
    switch coupling {
    case .forgetFromInput: words.append("f = 1 - i")
    case .inputFromForget: words.append("i = 1 - f")
    case nil: break
    }
    for gate in Gate.allCases {
      if let value = pinned[gate] { words.append("\(gate.letter) = \(numbers.text(value))") }
    }
    for (name, bound) in [
      ("pre-activations", clip), ("cell state", cellClip), ("projection", projectionClip),
    ] {
      if let bound { words.append("\(name) within ±\(numbers.text(bound))") }
    }
    return words
  }
}
