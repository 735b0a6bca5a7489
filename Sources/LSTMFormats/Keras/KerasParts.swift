// Keras models of which only a part can be a network here: the LSTMs in them by name, alone or with what
// surrounds them that is read, and what is left out.

import LSTMCore

/// The LSTMs of one file.
struct KerasParts {
  let contents: KerasContents
  let file: String

  private var version: String { contents.version }
  private var layers: [KerasLayerConfig] {
    contents.config.layers.filter { !$0.isMaskOperation }
  }

  /// A run of layers that a network can be made of.
  private struct Candidate {
    var layers: [KerasLayerConfig]
    /// The LSTMs among them.
    var names: [String]
    /// Whether every layer of the model is one of them.
    var isWhole = false
  }

  /// The model that was chosen, or that is the only one.
  ///
  /// - Parameter error: why the whole model is none.
  /// - Throws: ``ModelError`` where several would do or a name is none, and `error` where there is no
  ///   LSTM.
  func model(_ choice: StateDictChoice, insteadOf error: (any Error)?) throws -> LSTMModel {
    let lstms = layers.filter(isLSTM)
    guard !lstms.isEmpty else {
      throw error
        ?? KerasError.layerPlace(
          file: file, layer: layers.last?.name ?? "", reason: "ends a model without an LSTM")
    }
    guard choice.lstm.isEmpty else {
      return try named(choice.lstm, among: lstms, choice)
    }
    let candidates = self.candidates()
    guard candidates.count == 1, let only = candidates.first else {
      throw ModelError.several(
        .lstm, file: file, candidates: candidates.map { describe($0.names, lstms) })
    }
    var model = try build(only.layers)
    model.listedLSTMs = listed
    let left = layers.filter { layer in
      !only.layers.contains { $0.name == layer.name } && !isTrainingOnly(layer)
    }
    model.readingNotes += notes(left)
    if let reason = error as? KerasError, case .notAChain(_, let words) = reason {
      model.readingNotes.append(
        ReadingNote(.leftOut, "the layers do not follow one another in one line: \(words)"))
    }
    return try model.takingKeras(choice, file: file, layers: only.layers.map(\.name))
  }

  /// LSTM layers by name, as they stand: every step comes out.
  private func named(
    _ names: [String], among lstms: [KerasLayerConfig], _ choice: StateDictChoice
  ) throws -> LSTMModel {
    let valid = lstms.map(\.name)
    let chosen = try names.map { name in
      guard let layer = lstms.first(where: { $0.name == name }) else {
        throw ModelError.unknownPart(
          .lstm, file: file, name: name, nearest: nearestName(to: name, among: valid),
          candidates: lstms.map { describe([$0.name], lstms) })
      }
      return layer
    }
    try choice.refuseParts(file: file, lstm: valid, hasEmbedding: false, head: nil)
    let elements = KerasElements(file: file, majorVersion: KerasModel.majorVersion(version))
    var chain = ChainBuilder()
    var read: [KerasLayer] = []
    for layer in chosen {
      let own = try self.layer(layer)
      read.append(own)
      guard case .lstm(let cells, _) = try elements.element(own) else { continue }
      try chain.add(cells)
    }
    let types = Set(read.flatMap { $0.weights.entries.map(\.tensor.type) })
    let precision = types.count == 1 ? types.first?.storedPrecision ?? .float32 : .float64
    var model: LSTMModel
    do {
      model = try chain.apply { network in
        LSTMModel(
          weights: try .init(network, of: precision), precision: precision,
          provenance: .init(format: "Keras model", file: file, framework: "Keras \(version)"),
          parts: read.map { .init(role: $0.name, names: $0.weights.entries.map(\.name)) })
      }
    } catch {
      throw KerasError.numbers(file: file, part: "the network", reason: "\(error)")
    }
    model.listedLSTMs = listed
    model.readingNotes = notes(
      layers.filter { layer in
        !names.contains(layer.name) && !isTrainingOnly(layer)
      })
    return model
  }

  // MARK: - Candidates

  private func isLSTM(_ layer: KerasLayerConfig) -> Bool {
    switch try? layer.kind() {
    case .lstm, .bidirectional: true
    default: false
    }
  }

  private func isTrainingOnly(_ layer: KerasLayerConfig) -> Bool {
    switch try? layer.kind() {
    case .input, .dropout: true
    default: false
    }
  }

  /// The runs of layers that are networks: of one line of layers those that are read and follow one
  /// another, else every LSTM by itself. What follows an LSTM up to the model's end is its head.
  private func candidates() -> [Candidate] {
    guard let order = try? contents.config.order() else {
      return layers.filter(isLSTM).map { Candidate(layers: [$0], names: [$0.name]) }
    }
    let line = order.map { contents.config.layers[$0] }.filter { !$0.isMaskOperation }
    var found: [Candidate] = []
    var run: [KerasLayerConfig] = []
    func end(isEnd: Bool) {
      defer { run = [] }
      guard let first = run.firstIndex(where: isLSTM), let last = run.lastIndex(where: isLSTM)
      else {
        return
      }
      // Before the first LSTM something is missing; after the last everything is there, or nothing.
      var taken = Array(run[first...last])
      if isEnd { taken = Array(run[first...]) }
      if (try? build(taken)) == nil { taken = Array(run[first...last]) }
      if (try? build(taken)) != nil {
        found.append(Candidate(layers: taken, names: taken.filter(isLSTM).map(\.name)))
      } else {
        found += run.filter(isLSTM).map { Candidate(layers: [$0], names: [$0.name]) }
      }
    }
    for layer in line {
      if (try? layer.kind()) == nil { end(isEnd: false) } else { run.append(layer) }
    }
    end(isEnd: true)
    return found
  }

  private func build(_ layers: [KerasLayerConfig]) throws -> LSTMModel {
    let model = KerasModel(
      file: file, name: contents.config.name, version: version, layers: try layers.map(layer))
    return try model.network().model
  }

  private func layer(_ config: KerasLayerConfig) throws -> KerasLayer {
    let kind = try config.kind()
    let weights = KerasWeights(
      layer: config, majorVersion: KerasModel.majorVersion(version), source: contents.source)
    return KerasLayer(
      name: config.name, kind: kind, weights: try weights.archive(kind, width: nil))
  }

  // MARK: - Words

  /// The LSTMs of the file, where there are several.
  var listed: [String] {
    let lstms = layers.filter(isLSTM)
    return lstms.count > 1 ? lstms.map { describe([$0.name], lstms) } : []
  }

  private func describe(_ names: [String], _ lstms: [KerasLayerConfig]) -> String {
    let sizes = names.compactMap { name -> String? in
      guard let layer = lstms.first(where: { $0.name == name }) else { return nil }
      switch try? layer.kind() {
      case .lstm(let lstm): return "H \(lstm.units)"
      case .bidirectional(let forward, _): return "H \(forward.units), both directions"
      default: return nil
      }
    }
    return "\(names.joined(separator: ",")) (\(sizes.joined(separator: "; ")))"
  }

  private func notes(_ left: [KerasLayerConfig]) -> [ReadingNote] {
    guard !left.isEmpty else { return [] }
    let words = left.prefix(12).map { layer in
      let isCode = layer.className == "Lambda" ? ", Python code" : ""
      return "\(shown(layer.name)) (\(shown(layer.className))\(isCode))"
    }
    return [
      ReadingNote(
        .leftOut,
        "of the file's network \(words.joined(separator: ", "))"
          + (left.count > 12 ? " and \(left.count - 12) more" : "")
          + (left.count == 1 ? " is" : " are") + " not in this model")
    ]
  }
}

extension LSTMModel {
  /// A Keras model with what was chosen: parts by the names of their layers.
  ///
  /// - Throws: ``ModelError/unknownPart(_:file:name:nearest:candidates:)``.
  func takingKeras(_ choice: StateDictChoice, file: String, layers: [String]) throws -> LSTMModel {
    var choice = choice
    // Layers are named as in the file; here the parts have one name each.
    if let name = choice.head, layers.contains(name) { choice.head = "head" }
    if let name = choice.embedding, layers.contains(name) { choice.embedding = "embedding" }
    choice.lstm = []
    return try taking(choice, file: file)
  }
}
