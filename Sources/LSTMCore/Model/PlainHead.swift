// A head of several layers: what the single linear layer of LinearHead cannot say.

import RealModule

/// Plain layers over what the last LSTM layer puts out: several linear layers with functions between.
public struct PlainHead<Scalar: Real>: Equatable {
  /// What the head reads.
  public var source: OutputSelection
  /// The layers, the first reads.
  public var layers: [PlainLayer<Scalar>]
  /// What the last layer's results, the logits, go through, if anything.
  public var activation: LinearHead<Scalar>.Activation?
  /// How many features of the input, the first ones, are added to the logits at each step: the skip
  /// connection of audio models.
  public var addedInputs: Int

  /// Makes a head. Sizes are checked where a run begins.
  public init(
    source: OutputSelection = .everyStep, layers: [PlainLayer<Scalar>],
    activation: LinearHead<Scalar>.Activation? = nil, addedInputs: Int = 0
  ) {
    (self.source, self.layers, self.activation) = (source, layers, activation)
    self.addedInputs = addedInputs
  }

  /// The head in words: its layers, and what is added.
  public var words: String {
    (layers.map(\.words) + (addedInputs > 0 ? ["the input added"] : [])).joined(separator: ", ")
  }

  /// How many numbers the head has learned.
  public var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }

  /// The same as a single linear layer; nil where it is more than that.
  public var asLinearHead: LinearHead<Scalar>? {
    guard layers.count == 1, case .linear(let weights, let bias) = layers[0], addedInputs == 0
    else { return nil }
    return LinearHead(weights: weights, bias: bias, activation: activation, source: source)
  }
}

extension PlainHead: Sendable where Scalar: Sendable {}

extension PlainHead where Scalar: BinaryFloatingPoint {
  /// The same head in another precision, each number rounded to the nearest.
  public init<Other: Real & BinaryFloatingPoint>(_ other: PlainHead<Other>) {
    self.init(
      source: other.source, layers: other.layers.map { PlainLayer($0) },
      activation: other.activation.flatMap { .init(rawValue: $0.rawValue) },
      addedInputs: other.addedInputs)
  }
}

extension LSTMModel {
  /// Whether every step before and after the LSTM is computed by itself, so that a run can be taken in
  /// blocks of steps.
  package var hasStepwiseLayers: Bool {
    frontLayers.allSatisfy(\.isStepwise)
      && (headLayers?.layers.allSatisfy(\.isStepwise) ?? true)
  }

  /// The features of a step that the model reads; that of the LSTM where nothing stands before it.
  public var inputSize: Int {
    for layer in frontLayers {
      switch layer {
      case .linear(let weights, _): return weights.columns
      case .scale(let factors, _), .layerNorm(_, let factors, _): return factors.count
      case .convolution(let taps, _, _, _, _): return taps.first?.columns ?? 0
      case .activation, .softmax, .pool, .poolAll, .flatten: break
      }
    }
    return shape.inputSize
  }

  /// How many steps the LSTM takes for so many of the input.
  package func networkSteps(_ steps: Int) -> Int {
    (try? frontLayers.sizes(after: PlainSizes(steps: steps, width: inputSize)).steps) ?? steps
  }

  /// How many steps of how many logits come out of the head for so many steps of the LSTM; nil without
  /// a head.
  package func logitSizes(networkSteps steps: Int) -> (steps: Int, width: Int)? {
    guard let outline = headOutline else { return nil }
    let read = outline.source == .everyStep ? steps : 1
    guard let headLayers else { return (read, outline.outputSize) }
    let sizes = try? headLayers.layers.sizes(
      after: PlainSizes(steps: read, width: shape.outputSize))
    return sizes.map { ($0.steps, $0.width) }
  }
}
