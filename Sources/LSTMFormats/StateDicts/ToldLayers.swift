// Plain layers that somebody names: "fc1:relu,fc2". The arrays' shapes say what each is; what stands
// between has no arrays and is said by its function's name.

import LSTMCore

/// Layers by name, as a ``StateDictChoice`` has them.
struct ToldLayers {
  let table: TensorTable
  let kind: Remedy.Part
  let parts: [LinearPart]
  let leftOver: [LeftOver]

  /// The layers of a list: names of modules, each with or without `:function`, or a function alone.
  ///
  /// - Returns: the layers, the function softmax or sigmoid at their end, and the arrays' names.
  /// - Throws: ``ModelError/unknownPart(_:file:name:nearest:candidates:)``.
  func layers(_ text: String) throws -> (
    layers: [PlainLayer<Double>], end: LinearHead<Double>.Activation?, names: [String]
  ) {
    var layers: [PlainLayer<Double>] = []
    var names: [String] = []
    for item in text.split(separator: ",").map(String.init) {
      let (name, function) = split(item)
      if let name {
        let (layer, own) = try layer(name)
        layers.append(layer)
        names += own
      }
      if let function { layers.append(function) }
      if name == nil, function == nil { throw unknown(item) }
    }
    switch layers.last {
    case .softmax? where kind == .head:
      return (layers.dropLast(), .softmax, names)
    case .activation(.sigmoid)? where kind == .head:
      return (layers.dropLast(), .sigmoid, names)
    default: return (layers, nil, names)
    }
  }

  /// The name of a module and the function after it.
  private func split(_ item: String) -> (name: String?, function: PlainLayer<Double>?) {
    if isModule(item) { return (item, nil) }
    if let function = Self.function(item) { return (nil, function) }
    for place in item.indices where item[place] == ":" {
      let name = String(item[..<place])
      if isModule(name), let function = Self.function(String(item[item.index(after: place)...])) {
        return (name, function)
      }
    }
    return (nil, nil)
  }

  private func isModule(_ name: String) -> Bool {
    parts.contains { $0.module == name || $0.weight == name }
      || leftOver.contains { $0.module == name }
  }

  private static func function(_ text: String) -> PlainLayer<Double>? {
    if text == "softmax" { return .softmax }
    return Activation<Double>(text: text).map { .activation($0) }
  }

  private func unknown(_ name: String) -> ModelError {
    .unknownPart(
      kind, file: table.file, name: name,
      nearest: nearestName(to: name, among: parts.flatMap { [$0.module, $0.weight] }),
      candidates: parts.map(\.description))
  }

  /// A module as a layer: linear, a normalisation, or PReLU.
  private func layer(_ name: String) throws -> (PlainLayer<Double>, [String]) {
    if let part = parts.first(where: { $0.module == name || $0.weight == name }) {
      let head: LinearHead<Double> = try part.head(table)
      return (.linear(weights: head.weights, bias: head.bias), part.names)
    }
    guard let module = leftOver.first(where: { $0.module == name }) else { throw unknown(name) }
    func list(_ leaf: String) throws -> [Double]? {
      let full = module.arrays.first {
        $0.name == "\(name).\(leaf)" || $0.name == "\(name)/\(leaf)"
      }
      return try full.map { try table.vector($0.name, nil, because: "") }
    }
    guard let weights = try list("weight") ?? list("gamma") else { throw unknown(name) }
    let names = module.arrays.map(\.name)
    guard let shifts = try list("bias") ?? list("beta"), shifts.count == weights.count else {
      guard weights.count == 1 else { throw unknown(name) }
      return (.activation(Activation(.leakyRelu, alpha: weights[0])), names)  // PReLU
    }
    guard let means = try list("running_mean"), let variances = try list("running_var"),
      means.count == weights.count, variances.count == weights.count
    else { return (.layerNorm(epsilon: 1e-5, factors: weights, shifts: shifts), names) }
    return (
      .batchNorm(
        epsilon: 1e-5, means: means, variances: variances, factors: weights, shifts: shifts), names
    )
  }
}

extension PlainLayer<Double> {
  /// Batch normalisation at inference, (y - mean) / √(variance + ε) · a + b, as one factor and one sum
  /// a feature.
  static func batchNorm(
    epsilon: Double, means: [Double], variances: [Double], factors: [Double]?, shifts: [Double]?
  ) -> PlainLayer {
    let scale = variances.indices.map { place in
      (factors?[place] ?? 1) / (variances[place] + epsilon).squareRoot()
    }
    return .scale(
      factors: scale,
      shifts: scale.indices.map { (shifts?[$0] ?? 0) - means[$0] * scale[$0] })
  }
}
