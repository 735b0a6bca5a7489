// What the reader found, put together: the network, and what the outputs of the graph are.

import LSTMCore

extension ONNXModelReader {
  func output(_ name: String) throws -> ONNXSequenceModel.Output {
    func failure(_ reason: String) -> ONNXError {
      .output(file: graph.file, output: name.shortened, reason: reason)
    }
    guard let value = values[name] else { throw failure("is made by no node that is read") }
    guard case .flow(let flow) = value else { throw failure("does not depend on the input") }
    switch flow.source {
    case .output(let layer, let directions, let reading):
      guard layer == layers.count - 1, directions == directionCodes(layer) else {
        throw failure("is a part of what the layers give; only all of the last layer is read")
      }
      return .init(name: name, meaning: .output(reading), axes: axes(flow))
    case .final(let isCell, let slots):
      let places = slots.map(place)
      return .init(
        name: name, meaning: isCell ? .cell(slots: places) : .hidden(slots: places),
        axes: axes(flow))
    case .head(let stage):
      return .init(name: name, meaning: try meaning(stage, name), axes: axes(flow))
    case .input, .embedded: throw failure("is the input itself")
    }
  }

  /// What the axes of an output run over.
  private func axes(_ flow: ONNXFlow) -> [[ONNXSequenceModel.Axis]] {
    let isFinal = if case .final = flow.source { true } else { false }
    let isHead = if case .head = flow.source { true } else { false }
    return flow.axes.map { atoms in
      atoms.map { atom in
        if atom == flow.special, !(isHead && head?.reading == .finalState) {
          return isFinal ? .states : .steps
        }
        if atom == flow.features.last { return isHead ? .classes : .units }
        return flow.features.contains(atom) ? .directions : .sequences
      }
    }
  }

  private func meaning(_ stage: ONNXFlow.Stage, _ name: String) throws
    -> ONNXSequenceModel.Meaning
  {
    let reading = head?.reading ?? .everyStep
    switch (stage, head?.finish) {
    case (.finish, "LogSoftmax"): return .logProbabilities(reading)
    case (.finish, _): return .probabilities(reading)
    case (.product, _) where head?.bias != nil:
      throw ONNXError.output(
        file: graph.file, output: name.shortened,
        reason: "is the linear layer's product before its bias is added, which is not read")
    default: return .logits(reading)
    }
  }

  func network() throws -> LSTMNetwork<Double> {
    let activations: [String: LinearHead<Double>.Activation] = [
      "Softmax": .softmax, "Sigmoid": .sigmoid,
    ]
    do {
      return try LSTMNetwork(
        front: embedding.map { .embedding($0) }, layers: layers.map(\.layer),
        head: head.map { head in
          LinearHead(
            weights: head.weights, bias: head.bias,
            activation: head.finish.flatMap { activations[$0] },
            source: head.reading)
        })
    } catch {
      throw ONNXError.network(file: graph.file, reason: "\(error)")
    }
  }

  /// The name of the main input and whether its first axis is that of the sequences.
  func inputAndOrder() throws -> (String, Bool) {
    guard let first = layerInputs.first else {
      throw ONNXError.noLSTM(file: graph.file, operators: [])
    }
    let name: String
    switch first.source {
    case .input(let input, _, _): name = input
    case .embedded(let input): name = input
    default: name = ""
    }
    // `lstm` puts what a layer reads in the order steps, sequences, features.
    let leading = inputAtoms[name]?.first.map { [$0] } ?? []
    return (name, !leading.isEmpty && first.axes[1] == leading && first.axes[0] != leading)
  }

  /// A final state's place among all: layer by layer, forward before reverse.
  private func place(_ slot: ONNXFlow.Slot) -> Int {
    let before = layers.prefix(slot.layer).map(\.direction.count).reduce(0, +)
    return before + (layers[slot.layer].direction == .bidirectional ? slot.direction : 0)
  }
}
