// A chain of layers as formats list them, LSTMs among others, put together as a model: what stands before
// the first LSTM, what stands between two and can be folded into the weights of the second, and the head.

import LSTMCore

/// Builds a model of layer after layer.
struct ChainBuilder {
  /// What an array of tokens becomes.
  var embedding: NetworkFront<Double>?
  private(set) var front: [PlainLayer<Double>] = []
  private(set) var layers: [NetworkLayer<Double>] = []
  private(set) var head: [PlainLayer<Double>] = []
  /// What the layer after the last LSTM reads of it.
  var source = OutputSelection.everyStep
  /// How many features of the input are added to what comes out.
  var addedInputs = 0

  /// Whether nothing was added.
  var isEmpty: Bool { embedding == nil && front.isEmpty && layers.isEmpty && head.isEmpty }

  /// Adds a plain layer.
  mutating func add(_ layer: PlainLayer<Double>) {
    if case .activation(let function) = layer, function == .identity { return }
    if layers.isEmpty { front.append(layer) } else { head.append(layer) }
  }

  /// Whether an LSTM may follow what there is: only batch normalisations stand before it.
  var takesLSTM: Bool {
    source == .everyStep
      && head.allSatisfy { if case .scale = $0 { true } else { false } }
  }

  /// Adds an LSTM layer. Normalisations between it and the one before are folded into its weights:
  /// W (a x + b) = (W a) x + W b.
  ///
  /// - Precondition: ``takesLSTM``.
  mutating func add(_ layer: NetworkLayer<Double>) throws {
    var layer = layer
    for case .scale(let factors, let shifts) in head.reversed() {
      layer = try layer.folding(factors: factors, shifts: shifts)
    }
    head = []
    layers.append(layer)
  }

  /// The network, and what stands around it.
  ///
  /// - Throws: `NetworkError` where widths do not fit.
  func apply(to model: (LSTMNetwork<Double>) throws -> LSTMModel) throws -> LSTMModel {
    var (chain, activation) = (head, LinearHead<Double>.Activation?.none)
    switch chain.last {
    case .softmax?: (activation, chain) = (.softmax, chain.dropLast())
    case .activation(.sigmoid)?: (activation, chain) = (.sigmoid, chain.dropLast())
    default: break
    }
    let whole = PlainHead(
      source: source, layers: chain, activation: activation, addedInputs: addedInputs)
    let hasHead = !chain.isEmpty || activation != nil || addedInputs > 0
    var built = try model(
      LSTMNetwork(front: embedding, layers: layers, head: hasHead ? whole.asLinearHead : nil))
    built.frontLayers = front
    if hasHead, whole.asLinearHead == nil { built.headLayers = whole }
    built.gives = hasHead ? .everyStep : source
    return built
  }
}

extension NetworkLayer<Double> {
  /// The layer that reads a x + b as this one reads it.
  fileprivate func folding(factors: [Double], shifts: [Double]) throws -> NetworkLayer {
    func folded(_ cell: ReadableCell<Double>) throws -> ReadableCell<Double> {
      let parameters = cell.parameters
      guard parameters.inputSize == factors.count else {
        throw NetworkError.plainLayer(
          "scale", found: factors.count, expected: parameters.inputSize)
      }
      let gates = parameters.gates.map { gate in
        let weights = gate.inputWeights
        var values = weights.values
        var bias = gate.bias
        for row in 0..<weights.rows {
          for column in 0..<weights.columns {
            bias[row] += weights[row, column] * shifts[column]
            values[row * weights.columns + column] *= factors[column]
          }
        }
        return GateParameters(
          inputWeights: Matrix(rows: weights.rows, columns: weights.columns, values: values),
          hiddenWeights: gate.hiddenWeights, bias: bias, recurrentBias: gate.recurrentBias,
          peephole: gate.peephole)
      }
      return ReadableCell(
        parameters: try CellParameters(gates: gates, projection: parameters.projection),
        variant: cell.variant)
    }
    let reverse = try self.reverse.map(folded)
    if let forward { return NetworkLayer(forward: try folded(forward), reverse: reverse) }
    guard let reverse else { return self }
    return NetworkLayer(reverse: reverse, order: reverseOrder)
  }
}
