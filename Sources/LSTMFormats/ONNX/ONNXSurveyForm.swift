// Models of the LSTM nodes that a survey of a graph found: those that feed one another, or those that
// somebody names; and what is left out of the graph.

import LSTMCore

extension ONNXSurvey {
  /// Nodes that feed one another alone, the first first.
  private var chains: [[Int]] {
    var above: [Int: [Int]] = [:]
    for (place, node) in found.enumerated() {
      if let below = node.below { above[below, default: []].append(place) }
    }
    return found.indices.compactMap { place -> [Int]? in
      if let below = found[place].below, above[below]?.count == 1 { return nil }
      var chain = [place]
      while let next = above[chain[chain.count - 1]], next.count == 1 { chain.append(next[0]) }
      return chain
    }
  }

  /// The model that was chosen, or that is the only one.
  ///
  /// - Parameter error: why the whole graph is none.
  /// - Throws: ``ModelError`` where several would do or a name is none, and `error` where there is no
  ///   LSTM node.
  func model(_ choice: StateDictChoice, insteadOf error: ONNXError?) throws -> LSTMModel {
    guard !found.isEmpty else {
      if case .writtenOut = reader.graph.lacksLSTM { throw reader.graph.lacksLSTM }
      throw error ?? faults.first ?? reader.graph.lacksLSTM
    }
    try choice.refuseParts(
      file: file, lstm: choice.lstm, hasEmbedding: false, head: nil)
    let chains = self.chains
    if choice.lstm.isEmpty {
      guard chains.count == 1 else {
        throw ModelError.several(.lstm, file: file, candidates: chains.map(describe))
      }
      return try model(chains[0])
    }
    let nodes = try choice.lstm.map { name -> Int in
      guard let place = found.firstIndex(where: { $0.name == name }) else {
        throw ModelError.unknownPart(
          .lstm, file: file, name: name,
          nearest: nearestName(to: name, among: found.map(\.name)),
          candidates: found.indices.map { describe([$0]) })
      }
      return place
    }
    return try model(nodes)
  }

  /// "LSTM__51,LSTM__72 (I 5, H 128; H 64)".
  private func describe(_ chain: [Int]) -> String {
    let names = chain.map { found[$0].name.shortened }.joined(separator: ",")
    let first = found[chain[0]]
    var facts = ["I \(first.inputSize)"]
    for node in chain.map({ found[$0] }) {
      let direction =
        node.layer.direction == .forward ? "" : ", \(node.layer.direction.rawValue)"
      facts.append("H \(node.hiddenSize)\(direction)")
    }
    let place = first.path.isEmpty ? "" : "; in \(first.path.joined(separator: ", "))"
    return "\(names) (\(facts.joined(separator: ", "))\(place))"
  }

  private func model(_ chain: [Int]) throws -> LSTMModel {
    let nodes = chain.map { found[$0] }
    let network: LSTMNetwork<Double>
    do {
      network = try LSTMNetwork(layers: nodes.map(\.layer.layer))
    } catch {
      throw ONNXError.network(file: file, reason: "\(error)")
    }
    let precision = nodes[0].type.storedPrecision ?? .float32
    let onnx = ONNXSequenceModel(
      network: network, starts: nodes.map { .init(hidden: $0.layer.hidden, cell: $0.layer.cell) },
      hasBiases: network.cells.contains { _, _, cell in
        Gate.allCases.contains { cell.parameters.gates[$0].recurrentBias != nil }
      }, precision: precision, producer: reader.graph.producer)
    var model = try LSTMModel(onnx, file: file)
    model.parts = nodes.enumerated().map { index, node in
      .init(role: "layer \(index + 1)", names: [node.name])
    }
    model.readingNotes = notes(chain, nodes)
    if found.count > 1 { model.listedLSTMs = found.indices.map { describe([$0]) } }
    return model
  }

  private func notes(_ chain: [Int], _ nodes: [Found]) -> [ReadingNote] {
    var notes: [ReadingNote] = []
    let others = found.indices.filter { !chain.contains($0) }
    if !others.isEmpty {
      notes.append(
        ReadingNote(
          .leftOut,
          "\(others.count) of the file's \(found.count) LSTM nodes: "
            + others.prefix(8).map { found[$0].name.shortened }.joined(separator: ", ")
            + (others.count > 8 ? ", …" : "")))
    }
    // What moves numbers only is no part of a network.
    let silent: Set = [
      "LSTM", "DynamicQuantizeLSTM", "Constant", "Shape", "Identity", "Cast", "Transpose",
      "Squeeze", "Unsqueeze", "Reshape",
      "Gather", "Concat", "Slice", "Expand", "ConstantOfShape", "Equal", "Where", "Dropout",
      "Flatten",
    ]
    let left = operators.filter { !silent.contains($0.key) }.sorted { $0.key < $1.key }
    let shown = left.prefix(12).map { $0.value == 1 ? $0.key : "\($0.value) \($0.key)" }
    notes.append(
      ReadingNote(
        .leftOut,
        left.isEmpty
          ? "what stands around the LSTM nodes in the graph, which moves numbers only"
          : "the graph's other nodes: \(shown.map(\.shortened).joined(separator: ", "))"
            + (left.count > 12 ? " and more" : "")))
    for node in nodes where !node.path.isEmpty {
      notes.append(
        ReadingNote(
          .assumed, "\(node.name.shortened) stands in \(node.path.joined(separator: ", "))"))
    }
    for node in nodes where quantised.contains(node.name) {
      notes.append(
        ReadingNote(
          .changed,
          "\(node.name.shortened) is quantised: its weights became float32, and its input is not "
            + "rounded here"))
    }
    if nodes.contains(where: \.hasOtherStates) {
      notes.append(
        ReadingNote(
          .assumed,
          "its first states, which the graph computes or is given, are zeros where a run has none"))
    }
    return notes
  }
}
