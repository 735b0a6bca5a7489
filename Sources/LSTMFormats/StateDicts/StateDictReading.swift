// A model out of the arrays that were found to be its LSTM: its cells, then the embedding and the head
// that fit their widths, all in the type of numbers that the file has.

import LSTMCore

extension StateDictReader {
  /// A model being made of an LSTM that was found.
  struct Reading {
    let archive: TensorArchive
    let table: TensorTable
    let format: String?
    let choice: StateDictChoice
    let lstm: LSTMCandidate
    /// The names of all cells' arrays, those of other LSTMs too.
    let taken: Set<String>
  }
}

extension StateDictReader.Reading {
  /// The model in Double, which holds every number.
  func model() throws -> LSTMModel {
    let layers: [NetworkLayer<Double>] = try layers()
    return try model(layers, around: try linearParts(around: layers))
  }

  /// The model in a type of numbers; nil where the type does not hold every number that is used.
  func model<Number: NetworkNumber>(in type: Number.Type) throws -> LSTMModel? {
    guard table.holds(lstm.sources.flatMap(\.names.values), as: type) else { return nil }
    let layers: [NetworkLayer<Number>] = try layers()
    let around = try linearParts(around: layers)
    let names = [around.embedding, around.head].compactMap { $0 }.flatMap(\.names)
    guard table.holds(names, as: type) else { return nil }
    return try model(layers, around: around)
  }

  private func layers<Number: NetworkNumber>() throws -> [NetworkLayer<Number>] {
    try lstm.layers.compactMap { layer in
      func cell(_ source: CellSource) throws -> ReadableCell<Number> {
        ReadableCell(parameters: try source.parameters(table))
      }
      let (forward, reverse) = (try layer.forward.map(cell), try layer.reverse.map(cell))
      if let forward { return NetworkLayer(forward: forward, reverse: reverse) }
      return reverse.map { NetworkLayer(reverse: $0) }
    }
  }

  /// The embedding before and the head after these layers.
  private func linearParts<Number: NetworkNumber>(around layers: [NetworkLayer<Number>]) throws
    -> (embedding: LinearPart?, head: LinearPart?)
  {
    let bare = try LSTMNetwork(layers: layers)
    var others = LinearPart.all(in: archive, except: taken)
    let embedding = try part(
      .embedding, choice.embedding, isWanted: !choice.withoutEmbedding,
      fitting: others.filter { $0.fits(embedding: bare.inputSize) },
      likely: LinearPart.embeddings(others, width: bare.inputSize))
    others.removeAll { $0.weight == embedding?.weight && choice.head == nil }
    let head = try part(
      .head, choice.head, isWanted: !choice.withoutHead,
      fitting: others.filter { $0.fits(head: bare.outputSize) },
      likely: LinearPart.heads(others, width: bare.outputSize))
    return (embedding, head)
  }

  private func model<Number: NetworkNumber>(
    _ layers: [NetworkLayer<Number>], around: (embedding: LinearPart?, head: LinearPart?)
  ) throws -> LSTMModel {
    let (embedding, head) = around
    let network = try table.naming((embedding?.names ?? []) + (head?.names ?? [])) {
      try LSTMNetwork(
        front: embedding.map { .embedding(try $0.matrix(table)) }, layers: layers,
        head: head.map { try $0.head(table) })
    }
    var parts = cellParts
    if let embedding { parts.append(.init(role: "embedding", names: [embedding.weight])) }
    if let head { parts.append(.init(role: "head", names: head.names)) }
    let used = parts.flatMap(\.names)
    let taken = Set(used)
    return LSTMModel(
      weights: Number.weights(network),
      precision: StateDictReader.precision(used.compactMap(table.type)),
      hasBiases: lstm.sources.contains { source in
        source.naming.forgetBonus != 0
          || source.names.keys.contains {
            if case .gateBias = $0 { true } else { $0 == .bias || $0 == .recurrentBias }
          }
      },
      provenance: .init(
        format: format, file: table.file, framework: lstm.sources.first?.naming.rawValue),
      parts: parts, unused: archive.entries.map(\.name).filter { !taken.contains($0) })
  }

  /// Where each cell was found.
  private var cellParts: [LSTMModel.Part] {
    let places = Dictionary(
      archive.entries.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    return lstm.layers.enumerated().flatMap { index, layer in
      layer.cells.map { direction, source in
        LSTMModel.Part(
          role: "layer \(index + 1), \(direction.rawValue)",
          names: source.names.values.sorted { places[$0, default: 0] < places[$1, default: 0] })
      }
    }
  }

  /// The part that was named, or the only likely one.
  private func part(
    _ kind: Remedy.Part, _ name: String?, isWanted: Bool, fitting: [LinearPart],
    likely: [LinearPart]
  ) throws -> LinearPart? {
    if let name {
      guard let chosen = fitting.first(where: { $0.weight == name || $0.module == name }) else {
        throw ModelError.unknownPart(
          kind, file: table.file, name: name,
          nearest: nearestName(to: name, among: fitting.flatMap { [$0.module, $0.weight] }),
          candidates: fitting.map(\.description))
      }
      return chosen
    }
    guard isWanted else { return nil }
    guard likely.count < 2 else {
      throw ModelError.several(kind, file: table.file, candidates: likely.map(\.description))
    }
    return likely.first
  }
}

extension LinearPart {
  /// The names of its arrays.
  fileprivate var names: [String] { [weight] + (bias.map { [$0] } ?? []) }

  /// The matrix, a row an output (or a token).
  fileprivate func matrix<Number: NetworkNumber>(_ table: TensorTable) throws -> Matrix<Number> {
    try table.matrix(weight, shape[0], shape[1], isTransposed: isTransposed, because: "")
  }

  fileprivate func head<Number: NetworkNumber>(_ table: TensorTable) throws -> LinearHead<Number> {
    LinearHead(
      weights: try matrix(table),
      bias: try bias.map {
        try table.vector($0, outputs, because: "'\(weight)' has \(outputs) outputs")
      })
  }
}
