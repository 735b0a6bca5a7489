// Models drawn at random with everything that a model can say, and a request to run them.

import LSTMCore

/// A model and what to ask of it.
public struct RandomModel {
  /// The model.
  public let model: LSTMModel
  /// What is asked of it.
  public let request: RunRequest<Float>
  /// What was drawn, for messages.
  public let words: String

  /// Draws a model: embedding, one-hot or numbers; one to three layers in one or two directions, some
  /// projected; masks, first states, lengths; a head of any reading, or outputs of any selection.
  public init(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed &* 7919)
    func draw(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
    func numbers(_ count: Int, _ bound: Double = 0.6) -> [Double] {
      (0..<count).map { _ in Double(Float(bound * (2 * generator.nextUnit() - 1))) }
    }
    let (steps, batch) = (1 + draw(7), 1 + draw(5))
    let frontKind = draw(3)
    let tokens = 3 + draw(3)
    var width = frontKind == 2 ? tokens : 1 + draw(6)
    let front: NetworkFront<Double>? =
      switch frontKind {
      case 1: .embedding(Matrix(rows: tokens, columns: width, values: numbers(tokens * width)))
      case 2: .oneHot(size: tokens)
      default: nil
      }
    let layers = try (0..<1 + draw(3)).map { _ in
      func cell() throws -> ReadableCell<Double> {
        let hidden = 1 + draw(20)
        let shape = CellShape(
          inputSize: width, hiddenSize: hidden,
          projectionSize: draw(4) == 0 ? 1 + draw(hidden) : nil)
        return ReadableCell(
          parameters: try CellParameters(
            .uniform(low: -0.5, high: 0.5), shape: shape, seed: generator.next()))
      }
      let layer: NetworkLayer<Double> =
        switch draw(4) {
        case 0: NetworkLayer(forward: try cell(), reverse: try cell())
        case 1: NetworkLayer(reverse: try cell(), order: draw(2) == 0 ? .steps : .processing)
        default: NetworkLayer(forward: try cell())
        }
      width = layer.outputSize
      return layer
    }
    let selection = OutputSelection.allCases[draw(4)]
    let head: LinearHead<Double>? =
      draw(3) == 0
      ? nil
      : LinearHead(
        weights: Matrix(rows: 3, columns: width, values: numbers(3 * width)),
        bias: draw(2) == 0 ? nil : numbers(3),
        activation: [nil, .softmax, .sigmoid][draw(3)], source: selection)
    let network = try LSTMNetwork<Float>(
      LSTMNetwork<Double>(front: front, layers: layers, head: head))
    func state(_ rows: Int) -> NetworkState<Double> {
      NetworkState(
        parts: network.shape.cells.map { cell in
          .init(
            hidden: Matrix(
              rows: rows, columns: cell.outputSize, values: numbers(rows * cell.outputSize)),
            cell: Matrix(
              rows: rows, columns: cell.hiddenSize, values: numbers(rows * cell.hiddenSize)))
        })
    }
    let mask: StepMask? =
      draw(2) == 0 ? nil : front == nil ? .value(Double(Float(0.1))) : .tokenZero
    let lengths = draw(2) == 0 ? nil : (0..<batch).map { _ in draw(steps + 1) }
    model = LSTMModel(
      weights: .single(network), precision: .float32, mask: mask,
      initialState: [nil, state(1), state(batch)][draw(3)],
      lengths: draw(2) == 0 ? lengths : nil, gives: selection)
    let input: NetworkInput<Float>
    if front == nil {
      var values = Array3<Float>(
        Array3(
          planes: steps, rows: batch, columns: network.inputSize,
          values: numbers(steps * batch * network.inputSize, 1)))
      for step in 0..<steps {
        for sequence in 0..<batch where draw(3) == 0 {
          values.setRow(
            step, sequence, to: [Float](repeating: 0.1, count: network.inputSize))
        }
      }
      input = .values(values)
    } else {
      input = .tokens(
        ids: (0..<steps * batch).map { _ in draw(tokens) }, steps: steps, batch: batch)
    }
    request = RunRequest(
      input, state: draw(3) == 0 ? NetworkState<Float>(state(batch)) : nil,
      lengths: draw(2) == 0 ? nil : lengths,
      emptySequences: [.keepInitialState, .zeroState][draw(2)], recording: [.layerOutputs, .cells])
    words =
      "seed \(seed): T \(steps), B \(batch), \(layers.count) layers, front \(frontKind), "
      + "mask \(mask.map { "\($0)" } ?? "none"), \(selection), "
      + (head == nil ? "no head" : "a head")
  }
}
