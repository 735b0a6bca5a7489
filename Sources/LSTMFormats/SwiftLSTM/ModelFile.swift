// The project's own model file: named arrays that PyTorch's safetensors loads by itself, and one
// JSON document in the metadata for what arrays do not say. The safetensors container is read and
// written elsewhere; here is what stands in it.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The project's own form of a model, as named arrays with metadata.
///
/// The arrays have PyTorch's names and gate order: `lstm.weight_ih_l0`, `lstm.bias_hh_l1_reverse`,
/// `embedding.weight`, `head.weight`, `head.bias`. Peepholes, which PyTorch lacks, are
/// `lstm.peephole_forget_l0` and so on; states to start from are `initial.hidden_l0` and
/// `initial.cell_l0`, `[1, H]` or `[B, H]`. Everything else is JSON in the metadata.
public enum ModelFile {
  /// The key of the metadata under which the document stands.
  public static let metadataKey = "swift-lstm"

  /// Whether an archive is in this form.
  public static func isModel(_ archive: TensorArchive) -> Bool {
    archive.metadata[metadataKey] != nil
  }

  /// The arrays and the document of a model.
  ///
  /// - Throws: ``ModelError/outOfRange(tensor:value:type:)``.
  public static func archive(of model: LSTMModel) throws -> TensorArchive {
    var archive = try tensors(of: model)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let document = try encoder.encode(ModelFileDocument(model))
    archive.metadata = ["format": "pt", metadataKey: String(decoding: document, as: UTF8.self)]
    return archive
  }

  /// Every number of a model as arrays.
  ///
  /// - Throws: ``ModelError/outOfRange(tensor:value:type:)``.
  static func tensors(of model: LSTMModel) throws -> TensorArchive {
    var archive = try StateDictWriter.pytorchTensors(model)
    for (place, part) in zip(model.network.cells, model.initialState?.parts ?? []) {
      let names = stateNames(place.layer, place.direction)
      for (name, matrix) in [(names.hidden, part.hidden), (names.cell, part.cell)] {
        let entry = try StateDictWriter.entry(name, matrix, model)
        archive.entries.append(.init(name: entry.0, tensor: entry.1))
      }
    }
    for (name, array) in model.plainArrays {
      let entry = try StateDictWriter.entry(name, array.values, array.shape, model.precision)
      archive.entries.append(.init(name: entry.0, tensor: entry.1))
    }
    return archive
  }

  private static func stateNames(_ layer: Int, _ direction: Direction) -> (
    hidden: String, cell: String
  ) {
    let suffix = StateDictWriter.pytorchSuffix(layer, direction)
    return ("initial.hidden\(suffix)", "initial.cell\(suffix)")
  }

  /// Reads a model.
  ///
  /// - Parameters:
  ///   - archive: the arrays with their metadata.
  ///   - file: the file's name, for errors.
  /// - Throws: ``LSTMFormatsError`` where the document is not of this form, ``ModelError`` where
  ///   arrays are missing or of the wrong shape, `NetworkError` where parts do not fit.
  public static func model(from archive: TensorArchive, file: String) throws -> LSTMModel {
    let place = "\(file), metadata '\(metadataKey)'"
    guard let text = archive.metadata[metadataKey] else {
      throw LSTMFormatsError.missingKey(file: file, key: metadataKey)
    }
    let document = try decodeJSON(ModelFileDocument.self, from: Data(text.utf8), file: place)
    let table = TensorTable(archive, file: file)
    let precision =
      document.precision
      ?? StateDictReader.precision(archive.entries.compactMap { table.type($0.name) })
    return precision.fitsFloat && document.fitsFloat
      && table.holds(archive.entries.map(\.name), as: Float.self)
      ? try model(document, table, archive, in: Float.self)
      : try model(document, table, archive, in: Double.self)
  }

  /// Reads a model in a type of numbers.
  private static func model<Number: NetworkNumber>(
    _ document: ModelFileDocument, _ table: TensorTable, _ archive: TensorArchive,
    in type: Number.Type
  ) throws -> LSTMModel {
    var parts: [LSTMModel.Part] = []
    var layers: [NetworkLayer<Number>] = []
    for (index, layer) in document.layers.enumerated() {
      func cell(_ direction: Direction, _ cell: CellSettings?) throws -> ReadableCell<Number>? {
        guard let cell else { return nil }
        let source = source(index, direction, hasBiases: document.hasBiases, table)
        parts.append(
          .init(
            role: "layer \(index + 1), \(direction.rawValue)", names: source.names.values.sorted()))
        return try cell.cell(source.parameters(table))
      }
      let forward = try cell(.forward, layer.forward)
      let reverse = try cell(.reverse, layer.reverse)
      if let forward {
        layers.append(NetworkLayer(forward: forward, reverse: reverse))
      } else if let reverse {
        layers.append(
          NetworkLayer(
            reverse: reverse, order: .init(rawValue: layer.reverseOrder.rawValue) ?? .steps))
      }
    }
    var front: NetworkFront<Number>?
    switch document.front {
    case .oneHot(let size): front = .oneHot(size: size)
    case .embedding:
      front = .embedding(
        try table.matrix("embedding.weight", nil, nil, because: "the document says so"))
      parts.append(.init(role: "embedding", names: ["embedding.weight"]))
    case nil: break
    }
    let head: LinearHead<Number>? = try document.head?.head(table)
    if let head {
      parts.append(
        .init(role: "head", names: ["head.weight"] + (head.bias == nil ? [] : ["head.bias"])))
    }
    let network = try table.naming(["embedding.weight", "head.weight", "head.bias"]) {
      try LSTMNetwork(front: front, layers: layers, head: head)
    }
    var initialState: NetworkState<Double>?
    if document.hasInitialState {
      initialState = try self.initialState(of: network, table)
      parts.append(
        .init(
          role: "initial states",
          names: network.cells.flatMap { layer, direction, _ in
            let names = stateNames(layer, direction)
            return [names.hidden, names.cell]
          }))
    }
    let taken = Set(parts.flatMap(\.names))
    var model = LSTMModel(
      weights: Number.weights(network),
      precision: document.precision
        ?? StateDictReader.precision(taken.compactMap { table.type($0) }),
      hasBiases: document.hasBiases, mask: document.mask, initialState: initialState,
      lengths: document.lengths, gives: document.gives, vocabulary: document.vocabulary,
      task: document.task,
      provenance: document.provenance, parts: parts,
      unused: archive.entries.map(\.name).filter { !taken.contains($0) })
    (model.graphInputs, model.audio) = (document.graphInputs, document.audio)
    try document.plainLayers.apply(to: &model, file: table.file) { place, _, name, dimensions in
      let full = "\(place).\(name)"
      guard table.shape(full) != nil else { return nil }
      let tensor = try table.tensor(
        full, Array(repeating: nil, count: dimensions), because: "the document says so")
      return PlainArray(name: name, values: tensor.doubles(), shape: tensor.shape)
    }
    for (part, layers) in [("front", model.frontLayers), ("head", model.headLayers?.layers ?? [])] {
      for (index, layer) in layers.enumerated() where !layer.arrays.isEmpty {
        model.parts.append(
          .init(
            role: "\(part) layer \(index + 1)",
            names: layer.arrays.map { "\(part).\(index).\($0.name)" }))
      }
    }
    let used = Set(model.parts.flatMap(\.names))
    model.unused.removeAll { used.contains($0) }
    (model.columns, model.labels) = (document.columns, document.labels)
    return model
  }

  /// The states to start from, all of them for as many sequences as the first.
  private static func initialState<Number: NetworkNumber>(
    of network: LSTMNetwork<Number>, _ table: TensorTable
  ) throws -> NetworkState<Double> {
    let first = stateNames(0, network.layers[0].directions[0]).hidden
    let sequences = table.shape(first)?.first
    let because = "the document says that there are initial states"
    return NetworkState(
      parts: try network.cells.map { layer, direction, cell in
        let names = stateNames(layer, direction)
        return .init(
          hidden: try table.finiteMatrix(
            names.hidden, sequences, cell.parameters.outputSize, because: because),
          cell: try table.finiteMatrix(
            names.cell, sequences, cell.parameters.hiddenSize, because: because))
      })
  }

  /// The arrays of a cell, under the names that the writer gives them.
  private static func source(
    _ layer: Int, _ direction: Direction, hasBiases: Bool, _ table: TensorTable
  ) -> CellSource {
    var source = CellSource(
      naming: .pytorch, module: "lstm",
      suffix: StateDictWriter.pytorchSuffix(layer, direction))
    for (_, slot) in CellNaming.pytorch.leaves {
      let name = source.name(slot)
      let isBias = slot == .bias || slot == .recurrentBias
      if isBias ? hasBiases : table.shape(name) != nil { source.names[slot] = name }
    }
    return source
  }
}
