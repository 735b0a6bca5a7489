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
    case .head(let count):
      return .init(name: name, meaning: try meaning(count, name), axes: axes(flow))
    case .input, .embedded, .front: throw failure("is made before the LSTM")
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

  private func meaning(_ count: Int, _ name: String) throws -> ONNXSequenceModel.Meaning {
    guard let head else {
      throw ONNXError.output(
        file: graph.file, output: name.shortened, reason: "is made by no node that is read")
    }
    let hasFinish = head.activation != nil
    switch head.layers.count - count {
    case 0 where hasFinish:
      return head.isLogarithm ? .logProbabilities(head.reading) : .probabilities(head.reading)
    case 0: return .logits(head.reading)
    case 1 where hasFinish: return .logits(head.reading)
    default:
      throw ONNXError.output(
        file: graph.file, output: name.shortened,
        reason: "is what a layer within the head gives, which is not read")
    }
  }

  /// The head where it is more than one linear layer.
  var headLayers: PlainHead<Double>? {
    guard let plain = head?.plain, plain.asLinearHead == nil else { return nil }
    return plain
  }

  func network() throws -> LSTMNetwork<Double> {
    do {
      return try LSTMNetwork(
        front: embedding.map { .embedding($0) }, layers: layers.map(\.layer),
        head: head?.plain.asLinearHead)
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
    case .front(let input, _): name = input
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
