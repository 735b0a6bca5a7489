// A model out of named arrays: the LSTM, the embedding before it and the linear layer after it are
// found by their names and shapes. What container the arrays came in is somebody else's business.

import LSTMCore

/// Reads models out of named arrays, in the names of PyTorch, MLX, Keras, TensorFlow 1, Flax and
/// Haiku.
public enum StateDictReader {
  /// Reads a model.
  ///
  /// TensorFlow 1 and Haiku add 1 to the forget gate when they run and store it nowhere: it comes
  /// back as the forget gate's second bias.
  ///
  /// - Parameters:
  ///   - archive: the arrays.
  ///   - file: the file's name, for errors and the provenance.
  ///   - format: what kind of file it is, for the provenance.
  ///   - choice: which parts to take where several would do.
  /// - Throws: ``ModelError`` where there is no LSTM, where several parts would do, and where
  ///   something is missing or of the wrong shape; `NetworkError` where the parts do not fit one
  ///   another.
  public static func read(
    _ archive: TensorArchive, file: String, format: String? = nil,
    choice: StateDictChoice = .init()
  ) throws -> LSTMModel {
    let table = TensorTable(archive, file: file)
    let all = CellSource.all(in: archive)
    let cells = all.filter { $0.otherKind(table) == nil }
    let lstm = try lstm(cells, others: all, table, archive.entries.count, choice)

    let places = Dictionary(
      archive.entries.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    var parts: [LSTMModel.Part] = []
    var layers: [NetworkLayer<Double>] = []
    for (index, layer) in lstm.layers.enumerated() {
      for (direction, source) in layer.cells {
        parts.append(
          .init(
            role: "layer \(index + 1), \(direction.rawValue)",
            names: source.names.values.sorted { places[$0, default: 0] < places[$1, default: 0] }))
      }
      let forward = try layer.forward.map { ReadableCell(parameters: try $0.parameters(table)) }
      let reverse = try layer.reverse.map { ReadableCell(parameters: try $0.parameters(table)) }
      if let forward {
        layers.append(NetworkLayer(forward: forward, reverse: reverse))
      } else if let reverse {
        layers.append(NetworkLayer(reverse: reverse))
      }
    }
    let bare = try LSTMNetwork(layers: layers)

    var others = LinearPart.all(in: archive, except: Set(all.flatMap { $0.names.values }))
    let embedding = try part(
      .embedding, choice.embedding, isWanted: !choice.withoutEmbedding, file: file,
      fitting: others.filter { $0.fits(embedding: bare.inputSize) },
      likely: LinearPart.embeddings(others, width: bare.inputSize))
    others.removeAll { $0.weight == embedding?.weight && choice.head == nil }
    let head = try part(
      .head, choice.head, isWanted: !choice.withoutHead, file: file,
      fitting: others.filter { $0.fits(head: bare.outputSize) },
      likely: LinearPart.heads(others, width: bare.outputSize))

    if let embedding { parts.append(.init(role: "embedding", names: [embedding.weight])) }
    if let head {
      parts.append(.init(role: "head", names: [head.weight] + (head.bias.map { [$0] } ?? [])))
    }
    let used = parts.flatMap(\.names)
    let taken = Set(used)
    return LSTMModel(
      network: try LSTMNetwork(
        front: embedding.map { try .embedding($0.matrix(table)) }, layers: layers,
        head: head.map { try $0.head(table) }),
      precision: precision(used.compactMap(table.type)),
      hasBiases: lstm.sources.contains { source in
        source.naming.forgetBonus != 0
          || source.names.keys.contains {
            if case .gateBias = $0 { true } else { $0 == .bias || $0 == .recurrentBias }
          }
      },
      provenance: .init(
        format: format, file: file, framework: lstm.sources.first?.naming.rawValue),
      parts: parts, unused: archive.entries.map(\.name).filter { !taken.contains($0) })
  }

  /// The type that holds the numbers of all the tensors.
  static func precision(_ types: [NumberType]) -> StoredPrecision {
    let different = Set(types)
    if different.count == 1, let only = different.first?.storedPrecision { return only }
    return different.contains(.float64) ? .float64 : .float32
  }

  private static func lstm(
    _ cells: [CellSource], others: [CellSource], _ table: TensorTable, _ count: Int,
    _ choice: StateDictChoice
  ) throws -> LSTMCandidate {
    let candidates = LSTMCandidate.all(cells, table)
    if choice.lstm.isEmpty {
      if candidates.count == 1 { return candidates[0] }
      guard candidates.isEmpty else {
        throw ModelError.several(
          .lstm, file: table.file, candidates: candidates.map { $0.description(table) })
      }
      throw ModelError.noLSTM(
        file: table.file, tensors: count, instead: others.first?.otherKind(table))
    }
    // A cell of a stack can be taken by itself too.
    let alone = cells.filter { $0.layer == nil }.map {
      LSTMCandidate(name: $0.module, layers: [.init(forward: $0)])
    }
    let layers = try choice.lstm.flatMap { name -> [LSTMCandidate.Layer] in
      let plain = name.hasSuffix(".") || name.hasSuffix("/") ? String(name.dropLast()) : name
      guard let chosen = (candidates + alone).first(where: { $0.name == plain }) else {
        throw ModelError.unknownPart(
          .lstm, file: table.file, name: name,
          nearest: nearestName(to: plain, among: candidates.map(\.name)),
          candidates: candidates.map { $0.description(table) })
      }
      return chosen.layers
    }
    return LSTMCandidate(name: choice.lstm.joined(separator: ","), layers: layers)
  }

  /// The part that was named, or the only likely one.
  private static func part(
    _ kind: ModelError.PartKind, _ name: String?, isWanted: Bool, file: String,
    fitting: [LinearPart], likely: [LinearPart]
  ) throws -> LinearPart? {
    if let name {
      guard let chosen = fitting.first(where: { $0.weight == name || $0.module == name }) else {
        throw ModelError.unknownPart(
          kind, file: file, name: name,
          nearest: nearestName(to: name, among: fitting.flatMap { [$0.module, $0.weight] }),
          candidates: fitting.map(\.description))
      }
      return chosen
    }
    guard isWanted else { return nil }
    guard likely.count < 2 else {
      throw ModelError.several(kind, file: file, candidates: likely.map(\.description))
    }
    return likely.first
  }
}

extension LinearPart {
  /// The matrix, a row an output (or a token).
  fileprivate func matrix(_ table: TensorTable) throws -> Matrix<Double> {
    let stored = try table.matrix(weight, shape[0], shape[1], because: "")
    return isTransposed ? stored.transposed : stored
  }

  fileprivate func head(_ table: TensorTable) throws -> LinearHead<Double> {
    LinearHead(
      weights: try matrix(table),
      bias: try bias.map {
        try table.vector($0, outputs, because: "'\(weight)' has \(outputs) outputs")
      })
  }
}
