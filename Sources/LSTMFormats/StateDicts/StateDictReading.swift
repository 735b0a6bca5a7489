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
    /// Whether there are cells that are not of the LSTM.
    let hasOthers: Bool
    /// Whether the file's order is that in which somebody made the modules.
    let isOrdered: Bool
  }
}

extension StateDictReader.Reading {
  /// The model in Double, which holds every number.
  func model() throws -> LSTMModel {
    let layers: [NetworkLayer<Double>] = try layers()
    return try model(layers, around: try surroundings(of: layers))
  }

  /// The model in a type of numbers; nil where the type does not hold every number that is used.
  func model<Number: NetworkNumber>(in type: Number.Type) throws -> LSTMModel? {
    guard table.holds(lstm.sources.flatMap(\.names.values), as: type),
      lstm.sources.allSatisfy({ $0.variant.fitsFloat })
    else { return nil }
    let layers: [NetworkLayer<Number>] = try layers()
    let around = try surroundings(of: layers)
    let names = [around.embedding, around.head].compactMap { $0 }.flatMap(\.names)
    guard table.holds(names, as: type) else { return nil }
    return try model(layers, around: around)
  }

  private func layers<Number: NetworkNumber>() throws -> [NetworkLayer<Number>] {
    try lstm.layers.compactMap { layer in
      func cell(_ source: CellSource) throws -> ReadableCell<Number> {
        ReadableCell(
          parameters: try source.parameters(table), variant: CellVariant(source.variant))
      }
      let (forward, reverse) = (try layer.forward.map(cell), try layer.reverse.map(cell))
      if let forward { return NetworkLayer(forward: forward, reverse: reverse) }
      return reverse.map { NetworkLayer(reverse: $0) }
    }
  }

  /// What stands around the LSTM.
  fileprivate struct Surroundings {
    var embedding: LinearPart?
    var head: LinearPart?
    var front: [PlainLayer<Double>] = []
    var headLayers: PlainHead<Double>?
    var parts: [LSTMModel.Part] = []
    var notes: [ReadingNote] = []
  }

  /// The embedding before and the head after these layers.
  private func surroundings<Number: NetworkNumber>(of layers: [NetworkLayer<Number>]) throws
    -> Surroundings
  {
    let bare = try LSTMNetwork(layers: layers)
    var found = Surroundings()
    let others = LinearPart.all(in: archive, except: taken)
      .filter { !LeftOver.isOfTraining($0.weight) }
    if let name = choice.embedding {
      let fitting = others.filter { $0.fits(embedding: bare.inputSize) }
      found.embedding = try part(.embedding, name, among: fitting)
    } else if !choice.withoutEmbedding, choice.front == nil {
      let likely = LinearPart.embeddings(others, width: bare.inputSize)
      let different = likely.filter { part in
        part.weight == likely[0].weight || !table.areSame(part.weight, likely[0].weight)
      }
      if different.count == 1 { found.embedding = likely[0] }
      if different.count > 1 {
        found.notes.append(
          ReadingNote(
            .leftOut,
            "no embedding was taken, since several would do: "
              + likely.map(\.description).joined(separator: ", "),
            remedy: .choosePart(.embedding, candidates: likely.map(\.module))))
      }
    }
    var used = taken.union(found.embedding?.names ?? [])
    func told(_ part: Remedy.Part) -> ToldLayers {
      ToldLayers(
        table: table, kind: part, parts: others.filter { !used.contains($0.weight) },
        leftOver: LeftOver.all(in: archive, except: used))
    }
    if let front = choice.front {
      let (layers, _, names) = try told(.embedding).layers(front)
      found.front = layers
      found.parts.append(.init(role: "before it", names: names))
      used.formUnion(names)
    }
    let rest = others.filter { !used.contains($0.weight) }
    if let text = choice.head {
      let fitting = rest.filter { $0.fits(head: bare.outputSize) }
      if let chosen = fitting.first(where: { $0.weight == text || $0.module == text }) {
        found.head = chosen
      } else if text.contains(",") || text.contains(":") {
        let (layers, activation, names) = try told(.head).layers(text)
        found.headLayers = PlainHead(layers: layers, activation: activation)
        found.parts.append(.init(role: "head", names: names))
        used.formUnion(names)
      } else {
        found.head = try part(.head, text, among: fitting)
      }
    } else if !choice.withoutHead {
      search(rest, width: bare.outputSize, used, &found)
    }
    used.formUnion(found.head?.names ?? [])
    note(LeftOver.all(in: archive, except: used), &found)
    return found
  }

  /// Looks for a head that is the LSTM's without a doubt.
  private func search(
    _ rest: [LinearPart], width: Int, _ used: Set<String>, _ found: inout Surroundings
  ) {
    let places = lstm.sources.flatMap(\.names.values).compactMap { name in
      archive.entries.firstIndex { $0.name == name }
    }
    let search = HeadSearch(
      scope: HeadSearch.parent(lstm.sources.first?.module ?? ""),
      places: (places.min() ?? 0)...(places.max() ?? 0), width: width, isOrdered: isOrdered,
      hasOthers: hasOthers,
      modules: Set(archive.entries.map { HeadSearch.parent($0.name) }))
    switch search.search(
      LinearPart.heads(rest, width: width), LeftOver.all(in: archive, except: used))
    {
    case .head(let part): found.head = part
    case .doubtful(let parts, let because):
      found.notes.append(
        ReadingNote(
          .leftOut,
          "no head was taken: \(parts.map(\.description).joined(separator: ", ")) could be it, but "
            + because,
          remedy: .choosePart(.head, candidates: parts.map(\.module))))
    case .none: break
    }
  }

  /// Says what is left over.
  private func note(_ leftOver: [LeftOver], _ found: inout Surroundings) {
    guard !leftOver.isEmpty else { return }
    found.notes.append(
      ReadingNote(
        .leftOut,
        "of the file's network \(LeftOver.list(leftOver)) "
          + (leftOver.count == 1 ? "is" : "are") + " not in this model"))
  }

  private func model<Number: NetworkNumber>(
    _ layers: [NetworkLayer<Number>], around: Surroundings
  ) throws -> LSTMModel {
    let (embedding, head) = (around.embedding, around.head)
    let network = try table.naming((embedding?.names ?? []) + (head?.names ?? [])) {
      try LSTMNetwork(
        front: embedding.map { .embedding(try $0.matrix(table)) }, layers: layers,
        head: head.map { try $0.head(table) })
    }
    var parts = cellParts
    if let embedding { parts.append(.init(role: "embedding", names: [embedding.weight])) }
    if let head { parts.append(.init(role: "head", names: head.names)) }
    parts += around.parts
    let used = parts.flatMap(\.names)
    let taken = Set(used)
    var model = LSTMModel(
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
      parts: parts,
      unused: archive.entries.map(\.name).filter {
        !taken.contains($0) && !LeftOver.isOfTraining($0)
      })
    (model.frontLayers, model.headLayers) = (around.front, around.headLayers)
    model.readingNotes = around.notes + archive.notes + assumptions
    return model
  }

  /// What the names make us take for granted.
  private var assumptions: [ReadingNote] {
    var found: [ReadingNote] = []
    if lstm.name.contains(","), choice.lstm.isEmpty {
      found.append(
        ReadingNote(
          .assumed,
          "\(lstm.name) are layers of one LSTM: their widths fit only in this order"))
    }
    if let first = lstm.sources.first {
      let words = first.naming.assumption(hasProjection: first.names[.projection] != nil)
      if let words { found.append(ReadingNote(.assumed, words)) }
      if first.naming == .byHand {
        found.append(
          ReadingNote(
            .assumed,
            "matrices are \(first.isTransposed ?? true ? "[in, H]" : "[H, in]"), "
              + (first.isTransposed == nil ? "which their shapes do not tell" : "by their shapes")))
      }
    }
    return found
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

  /// The part that was named.
  private func part(_ kind: Remedy.Part, _ name: String, among fitting: [LinearPart]) throws
    -> LinearPart
  {
    guard let chosen = fitting.first(where: { $0.weight == name || $0.module == name }) else {
      throw ModelError.unknownPart(
        kind, file: table.file, name: name,
        nearest: nearestName(to: name, among: fitting.flatMap { [$0.module, $0.weight] }),
        candidates: fitting.map(\.description))
    }
    return chosen
  }
}

extension LinearPart {
  /// The names of its arrays.
  var names: [String] { [weight] + (bias.map { [$0] } ?? []) }

  /// The matrix, a row an output (or a token).
  fileprivate func matrix<Number: NetworkNumber>(_ table: TensorTable) throws -> Matrix<Number> {
    try table.matrix(weight, shape[0], shape[1], isTransposed: isTransposed, because: "")
  }

  func head<Number: NetworkNumber>(_ table: TensorTable) throws -> LinearHead<Number> {
    LinearHead(
      weights: try matrix(table),
      bias: try bias.map {
        try table.vector($0, outputs, because: "'\(weight)' has \(outputs) outputs")
      })
  }
}
