// The JSON of RTNeural, and of AIDA-X, which is the same with a skip connection and gains: Keras' layers
// with Keras' arrays (`RTNeural/python/model_utils.py`).

import LSTMCore

/// Reads and writes models of RTNeural.
enum RTNeuralModel {
  static let title = "RTNeural model"

  /// Reads a model.
  ///
  /// - Throws: ``LSTMFormatsError``, ``ModelError``.
  static func model(_ json: JSONValue, file: String, _ choice: StateDictChoice) throws -> LSTMModel
  {
    guard let layers = json["layers"]?.entries, layers.count <= 256 else {
      throw LSTMFormatsError.wrongKind(
        file: file, place: "layers", expected: "a list of at most 256 layers")
    }
    var names: [String: Int] = [:]
    var parts: [(name: String, part: Part)] = []
    for (index, layer) in layers.enumerated() {
      let kind = layer["type"]?.string ?? ""
      let count = names[kind, default: 0]
      names[kind] = count + 1
      let name = count == 0 ? kind : "\(kind)_\(count)"
      for part in try Self.parts(layer, kind, file: file, place: "layers[\(index)]") {
        parts.append((name, part))
      }
    }
    let skip = json["in_skip"]?.int ?? 0
    var model = try build(parts, skip: skip, file: file, choice)
    model.audio = AudioDescription(json, sampleRate: "samplerate", besides: ["layers", "in_shape"])
    return model
  }

  /// What a layer of the list comes to.
  private enum Part {
    case lstm(CellParameters<Double>)
    case plain(PlainLayer<Double>)
    case unread
  }

  private static func parts(_ layer: JSONValue, _ kind: String, file: String, place: String) throws
    -> [Part]
  {
    let weights = layer["weights"]?.entries ?? []
    func array(_ index: Int, _ dimensions: Int) throws -> PlainArray {
      guard weights.indices.contains(index),
        let array = weights[index].array("weight", dimensions: dimensions),
        array.shape.allSatisfy({ $0 > 0 }), array.values.allSatisfy(\.isFinite)
      else {
        throw LSTMFormatsError.wrongKind(
          file: file, place: "\(place).weights[\(index)]",
          expected: dimensions == 1 ? "a list of numbers" : "nested lists of numbers")
      }
      return array
    }
    func matrix(_ index: Int) throws -> Matrix<Double> {
      let array = try array(index, 2)
      return Matrix(rows: array.shape[0], columns: array.shape[1], values: array.values)
    }
    var found: [Part] = []
    switch kind {
    case "dense", "time-distributed-dense":
      found = [
        .plain(.linear(weights: try matrix(0).transposed, bias: try array(1, 1).values))
      ]
    case "lstm":
      let (kernel, recurrent) = (try matrix(0), try matrix(1))
      let bias = try array(2, 1).values
      let units = recurrent.rows
      guard kernel.columns == 4 * units, recurrent.columns == 4 * units, bias.count == 4 * units
      else {
        throw LSTMFormatsError.wrongKind(
          file: file, place: "\(place).weights", expected: "[I, 4H], [H, 4H] and [4H] of one H")
      }
      let (w, u, b) = (
        GateOrder.keras.split(kernel.transposed), GateOrder.keras.split(recurrent.transposed),
        GateOrder.keras.split(bias)
      )
      return [
        .lstm(
          try CellParameters(
            gates: PerGate {
              GateParameters(inputWeights: w[$0], hiddenWeights: u[$0], bias: b[$0])
            }))
      ]
    case "conv1d":
      let kernel = try array(0, 3)
      let size = kernel.shape[1] * kernel.shape[2]
      let taps = (0..<kernel.shape[0]).map {
        Matrix(
          rows: kernel.shape[1], columns: kernel.shape[2],
          values: Array(kernel.values[$0 * size..<($0 + 1) * size])
        ).transposed
      }
      let dilation = layer["dilation"]?.int ?? layer["dilation"]?.entries?.first?.int ?? 1
      guard (1...65536).contains(dilation) else { return [.unread] }
      found = [
        .plain(
          .convolution(
            taps: taps, bias: try array(1, 1).values, stride: 1, dilation: dilation,
            padding: .causal))
      ]
    case "activation": break
    default: return [.unread]
    }
    switch layer["activation"]?.string ?? "" {
    case "", "linear": break
    case "softmax": found.append(.plain(.softmax))
    case let name:
      guard let function = KerasActivation.function(name, majorVersion: 2) else { return [.unread] }
      found.append(.plain(.activation(function)))
    }
    return found
  }

  private static func build(
    _ parts: [(name: String, part: Part)], skip: Int, file: String, _ choice: StateDictChoice
  ) throws -> LSTMModel {
    let names = parts.compactMap { name, part in if case .lstm = part { name } else { nil } }
    guard !names.isEmpty else {
      let kinds = Set(parts.map(\.name)).sorted().joined(separator: ", ")
      throw ModelError.noLSTM(
        file: file, tensors: 0, instead: "its layers are of the kinds \(shown(kinds))")
    }
    try choice.refuseParts(file: file, lstm: names, hasEmbedding: false, head: nil)
    var builder = ChainBuilder()
    var left: [String] = []
    let chosen = choice.lstm.isEmpty ? nil : Set(choice.lstm)
    var isBroken = false
    for (name, part) in parts {
      switch part {
      case .lstm(let parameters):
        let isWanted = chosen?.contains(name) ?? !isBroken
        guard isWanted, builder.takesLSTM || builder.layers.isEmpty else {
          left.append(name)
          isBroken = isBroken || !builder.layers.isEmpty
          continue
        }
        if chosen != nil, builder.layers.isEmpty {
          left += builder.front.map(\.words)
          builder = ChainBuilder()
        }
        try builder.add(NetworkLayer(forward: ReadableCell(parameters: parameters)))
      case .plain(let layer):
        guard !isBroken, !(choice.withoutHead && !builder.layers.isEmpty) else {
          left.append(name)
          continue
        }
        builder.add(layer)
      case .unread:
        left.append(name)
        if builder.layers.isEmpty { builder = ChainBuilder() } else { isBroken = true }
      }
    }
    builder.addedInputs = left.isEmpty ? max(0, min(skip, 1024)) : 0
    var model = try builder.apply { network in
      LSTMModel(
        weights: try .init(network, of: .float32), precision: .float32,
        provenance: .init(format: title, file: file, framework: "RTNeural"),
        parts: [.init(role: "all layers", names: names)])
    }
    if !left.isEmpty {
      model.readingNotes.append(
        ReadingNote(
          .leftOut, "of the file's layers \(left.joined(separator: ", ")) are not in this model"))
    }
    return model
  }

  /// The document of a model.
  ///
  /// - Throws: ``ModelError/cannotHold(_:_:instead:)``.
  static func text(of model: LSTMModel) throws -> String {
    let network = model.network
    let (inputs, _) = try network.audioSizes(.rtneural)
    let head = try model.audioHead(.rtneural)
    func rows(_ matrix: Matrix<Double>) -> String {
      "[" + (0..<matrix.rows).map { list(Array(matrix.row($0))) }.joined(separator: ", ") + "]"
    }
    func list(_ values: [Double]) -> String {
      "[\(values.map { "\(Float($0))" }.joined(separator: ", "))]"
    }
    var layers: [String] = network.layers.compactMap { layer in
      guard let gates = layer.forward?.parameters.gates else { return nil }
      let order = GateOrder.keras
      return """
        {"type": "lstm", "activation": "tanh", "shape": [null, null, \(gates.forget.bias.count)], \
        "weights": [\(rows(order.stack(gates.map(\.inputWeights)).transposed)), \
        \(rows(order.stack(gates.map(\.hiddenWeights)).transposed)), \
        \(list(order.stack(gates.map(\.bothBiases))))]}
        """
    }
    layers.append(
      """
      {"type": "dense", "activation": "", "shape": [null, null, \(head.weights.rows)], \
      "weights": [\(rows(head.weights.transposed)), \
      \(list(head.bias ?? [Double](repeating: 0, count: head.weights.rows)))]}
      """)
    var members = (model.audio?.metadata ?? [:]).filter {
      !["in_shape", "layers", "in_skip", "samplerate", "architecture", "version"].contains($0.key)
    }
    members["in_shape"] = "[null, null, \(inputs)]"
    if head.skip > 0 { members["in_skip"] = "\(head.skip)" }
    members["samplerate"] = model.audio?.sampleRate.map { "\($0)" }
    members["layers"] = "[\n    \(layers.joined(separator: ",\n    "))\n  ]"
    let lines = members.sorted { $0.key < $1.key }.map { "  \"\($0.key)\": \($0.value)" }
    return "{\n\(lines.joined(separator: ",\n"))\n}\n"
  }
}
