// The weights of a layer as a file lists them, checked against the layer's settings and given the
// names of KerasLayer.Kind. Forms of old versions become Keras's present one; see
// KerasOldForms.swift.

/// Where the weights of one layer come from: a list for each part of the layer.
protocol KerasWeightSource {
  /// The weights of an LSTM, a dense layer or an embedding, in Keras's order.
  ///
  /// - Parameter part: which of a layer's parts, in the order in which they are stored.
  func weights(of layer: KerasLayerConfig, part: KerasWeights.Part) throws -> [Tensor]
}

/// The weights of one layer.
struct KerasWeights {
  /// A part of a layer that has weights of its own.
  enum Part { case whole, forward, backward }

  let layer: KerasLayerConfig
  let majorVersion: Int
  let source: any KerasWeightSource

  /// The weights that a kind of layer needs, named.
  ///
  /// - Parameter width: the number of features that come in; nil where it is not known.
  func archive(_ kind: KerasLayer.Kind, width: Int?) throws -> TensorArchive {
    switch kind {
    case .input, .masking, .activation, .dropout, .function: return TensorArchive()
    case .batchNorm(_, let hasScale, let hasCenter):
      return try vectors(
        (hasScale ? ["gamma"] : []) + (hasCenter ? ["beta"] : [])
          + ["moving_mean", "moving_variance"], width: width)
    case .layerNorm(_, let hasScale, let hasCenter):
      return try vectors(
        (hasScale ? ["gamma"] : []) + (hasCenter ? ["beta"] : []), width: width)
    case .convolution(let convolution):
      let found = try source.weights(of: layer, part: .whole)
      let hasBias = convolution.hasBias
      try check(
        count: found, [hasBias ? 2 : 1], hasBias ? "2 (kernel, bias)" : "1 (kernel)")
      try check("kernel", found[0], [convolution.size, width, convolution.filters])
      if hasBias { try check("bias", found[1], [convolution.filters]) }
      return TensorArchive(Array(zip(["kernel", "bias"], found)))
    case .embedding(let tokens, let size, _):
      let found = try source.weights(of: layer, part: .whole)
      try check(count: found, [1], "1 (embeddings)")
      try check("embeddings", found[0], [tokens, size])
      return TensorArchive([("embeddings", found[0])])
    case .dense(let units, _, let hasBias):
      let found = try source.weights(of: layer, part: .whole)
      try check(
        count: found, [hasBias ? 2 : 1], hasBias ? "2 (kernel, bias)" : "1 (kernel)")
      try check("kernel", found[0], [width, units])
      if hasBias { try check("bias", found[1], [units]) }
      return TensorArchive(Array(zip(["kernel", "bias"], found)))
    case .lstm(let lstm):
      return TensorArchive(try tensors(lstm, part: .whole, width: width))
    case .bidirectional(let forward, let backward):
      let first = try tensors(forward, part: .forward, width: width)
      let second = try tensors(backward, part: .backward, width: width)
      return TensorArchive(
        first.map { ("forward/\($0)", $1) } + second.map { ("backward/\($0)", $1) })
    }
  }

  /// Weights that are a number for each feature.
  private func vectors(_ names: [String], width: Int?) throws -> TensorArchive {
    let found = names.isEmpty ? [] : try source.weights(of: layer, part: .whole)
    try check(
      count: found, [names.count], "\(names.count) (\(names.joined(separator: ", ")))")
    let count = width ?? found.first?.shape.first
    for (name, tensor) in zip(names, found) { try check(name, tensor, [count]) }
    return TensorArchive(Array(zip(names, found)))
  }

  private func tensors(_ lstm: KerasLSTM, part: Part, width: Int?) throws -> [(String, Tensor)] {
    let found = try source.weights(of: layer, part: part)
    let prefix = part == .whole ? "" : "\(part) "
    let units = lstm.units
    if found.count == 12, lstm.hasBias {
      for gate in 0..<4 {
        try check(prefix + "kernel", found[3 * gate], [width, units])
        try check(prefix + "recurrent_kernel", found[3 * gate + 1], [units, units])
        try check(prefix + "bias", found[3 * gate + 2], [units])
        guard found[3 * gate].shape == found[0].shape else {
          throw shapeError(prefix + "kernel", found[3 * gate], found[0].shape)
        }
      }
      return KerasOldForms.joiningGates(found)
    }
    try check(
      count: found, [lstm.hasBias ? 3 : 2],
      lstm.hasBias ? "3 (kernel, recurrent_kernel, bias)" : "2 (kernel, recurrent_kernel)")
    let (gates, isTooLarge) = units.multipliedReportingOverflow(by: 4)
    guard !isTooLarge else { throw shapeError(prefix + "kernel", found[0], [width, nil]) }
    try check(prefix + "kernel", found[0], [width, gates])
    try check(prefix + "recurrent_kernel", found[1], [units, gates])
    if lstm.hasBias, majorVersion < 3, found[2].shape == [2 * gates] {
      return KerasOldForms.fromCuDNN(found, units: units)
    }
    if lstm.hasBias { try check(prefix + "bias", found[2], [gates]) }
    return Array(zip(["kernel", "recurrent_kernel", "bias"], found))
  }

  private func check(count found: [Tensor], _ expected: [Int], _ words: String) throws {
    guard expected.contains(found.count) else {
      if found.isEmpty { throw KerasError.neverBuilt(file: layer.file, layer: layer.name) }
      throw KerasError.weightCount(
        file: layer.file, layer: layer.name, found: found.count, expected: words)
    }
  }

  private func check(_ weight: String, _ tensor: Tensor, _ expected: [Int?]) throws {
    let fits =
      tensor.shape.count == expected.count
      && zip(tensor.shape, expected).allSatisfy { $0 > 0 && ($1 == nil || $0 == $1) }
    guard fits else { throw shapeError(weight, tensor, expected) }
  }

  private func shapeError(_ weight: String, _ tensor: Tensor, _ expected: [Int?]) -> KerasError {
    .weightShape(
      file: layer.file, layer: layer.name, weight: weight, found: tensor.shape, expected: expected)
  }
}

extension KerasLayer.Kind {
  /// The features that a layer hands on when it gets `width` of them; nil: not known.
  func outputWidth(_ width: Int?) -> Int? {
    switch self {
    case .input, .masking, .activation, .dropout, .batchNorm, .layerNorm: width
    case .convolution(let convolution): convolution.filters
    // How many steps there are, and so what flattening gives, only a run knows.
    case .function(.flatten): nil
    case .function: width
    case .embedding(_, let size, _): size
    case .dense(let units, _, _): units
    case .lstm(let lstm): lstm.units
    case .bidirectional(let forward, let backward): forward.units + backward.units
    }
  }
}
