// Neural Amp Modeler's .nam files: JSON with all weights of a model as one list. Of each layer come W and
// U side by side, [4H, I + H] with the gates i, f, candidate, o; the bias; the first h and the first c;
// then the linear layer (`NeuralAmpModelerCore/NAM/lstm.cpp`).

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads and writes LSTMs of Neural Amp Modeler.
enum NAMModel {
  static let title = "NAM model"
  static let version = "0.5.4"

  /// Reads a model.
  ///
  /// - Throws: ``LSTMFormatsError``, ``ModelError``.
  static func model(_ json: JSONValue, file: String, _ choice: StateDictChoice) throws -> LSTMModel
  {
    func wrong(_ place: String, _ expected: String) -> LSTMFormatsError {
      .wrongKind(file: file, place: place, expected: expected)
    }
    guard json["architecture"] == .text("LSTM") else {
      throw ModelError.noLSTM(
        file: file, tensors: 0,
        instead: "it is a NAM model of the architecture "
          + (json["architecture"]?.inWords ?? "null") + ", not LSTM")
    }
    func size(_ key: String) throws -> Int {
      guard let value = json["config"]?[key]?.int, (1...65536).contains(value) else {
        throw wrong("config.\(key)", "a whole number from 1 to 65536")
      }
      return value
    }
    let (inputs, units, count) = (
      try size("input_size"), try size("hidden_size"), try size("num_layers")
    )
    guard let list = json["weights"]?.entries, case let numbers = list.compactMap(\.double),
      numbers.count == list.count, numbers.allSatisfy(\.isFinite)
    else { throw wrong("weights", "a list of finite numbers") }
    func layerSize(_ width: Int) -> Int { 4 * units * (width + units) + 4 * units + 2 * units }
    let needed = layerSize(inputs) + (count - 1) * layerSize(units)
    // The linear layer: a row and a bias for each output.
    guard count <= 1024, numbers.count > needed, (numbers.count - needed) % (units + 1) == 0 else {
      throw wrong("weights", "\(needed + units + 1) numbers, as its config says")
    }
    var rest = numbers[...]
    func take(_ count: Int) -> [Double] {
      defer { rest = rest.dropFirst(count) }
      return Array(rest.prefix(count))
    }
    var layers: [NetworkLayer<Double>] = []
    var states: [NetworkState<Double>.Part] = []
    for index in 0..<count {
      let width = index == 0 ? inputs : units
      let weights = Matrix(
        rows: 4 * units, columns: width + units, values: take(4 * units * (width + units)))
      let bias = GateOrder.pytorch.split(take(4 * units))
      let gates = GateOrder.pytorch.split(weights)
      let parameters = try CellParameters(
        gates: PerGate { gate in
          GateParameters(
            inputWeights: gates[gate].columns(0..<width),
            hiddenWeights: gates[gate].columns(width..<width + units), bias: bias[gate])
        })
      layers.append(NetworkLayer(forward: ReadableCell(parameters: parameters)))
      let hidden = Matrix(rows: 1, columns: units, values: take(units))
      states.append(
        .init(hidden: hidden, cell: Matrix(rows: 1, columns: units, values: take(units))))
    }
    let outputs = rest.count / (units + 1)
    let head = LinearHead(
      weights: Matrix(rows: outputs, columns: units, values: take(outputs * units)),
      bias: take(outputs))
    try choice.refuseParts(
      file: file, lstm: ["lstm"], hasEmbedding: false, head: choice.withoutHead ? nil : "head")
    let network = try LSTMNetwork(layers: layers, head: choice.withoutHead ? nil : head)
    let isZero = states.allSatisfy { part in
      (part.hidden.values + part.cell.values).allSatisfy { $0 == 0 }
    }
    var model = LSTMModel(
      weights: try .init(network, of: .float32), precision: .float32,
      initialState: isZero ? nil : NetworkState(parts: states),
      provenance: .init(
        format: title, file: file, framework: "Neural Amp Modeler"),
      parts: [.init(role: "all layers and the head", names: ["weights"])])
    model.audio = AudioDescription(json, sampleRate: "sample_rate", besides: ["weights", "config"])
    return model
  }

  /// The document of a model.
  ///
  /// - Throws: ``ModelError/cannotHold(_:_:instead:)``.
  static func text(of model: LSTMModel) throws -> String {
    let network = model.network
    let (inputs, units) = try network.audioSizes(.nam)
    var numbers: [Double] = []
    let state = try model.startingState(batch: 1)
    for (index, layer) in network.layers.enumerated() {
      guard let cell = layer.forward else { continue }
      let gates = cell.parameters.gates
      let (w, u) = (
        GateOrder.pytorch.stack(gates.map(\.inputWeights)),
        GateOrder.pytorch.stack(gates.map(\.hiddenWeights))
      )
      for row in 0..<w.rows { numbers += Array(w.row(row)) + Array(u.row(row)) }
      numbers += GateOrder.pytorch.stack(gates.map { $0.bothBiases })
      numbers += state.parts[index].hidden.values + state.parts[index].cell.values
    }
    guard let head = network.head else { throw network.lacksHead(.nam) }
    numbers += head.weights.values + (head.bias ?? [Double](repeating: 0, count: head.outputSize))
    var members = (model.audio?.metadata ?? [:]).filter {
      !["architecture", "config", "weights", "sample_rate"].contains($0.key)
    }
    if members["version"] == nil { members["version"] = "\"\(version)\"" }
    members["architecture"] = "\"LSTM\""
    members["config"] =
      "{\"hidden_size\": \(units), \"input_size\": \(inputs), \"num_layers\": \(network.layers.count)}"
    members["weights"] = "[\(numbers.map { "\(Float($0))" }.joined(separator: ", "))]"
    members["sample_rate"] = model.audio?.sampleRate.map { "\($0)" }
    let lines = members.sorted { $0.key < $1.key }.map { "  \"\($0.key)\": \($0.value)" }
    return "{\n\(lines.joined(separator: ",\n"))\n}\n"
  }
}

extension AudioDescription {
  /// What a document says beside the network.
  init(_ json: JSONValue, sampleRate key: String, besides others: Set<String>) {
    self.init(sampleRate: json[key]?.double)
    guard case .object(let object) = json else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    for (name, value) in object where !others.contains(name) && name != key {
      guard let data = try? encoder.encode(value) else { continue }
      metadata[name] = String(decoding: data, as: UTF8.self)
    }
  }
}

extension LSTMNetwork<Double> {
  /// I and H of a network that an audio program can hold: layers of one size that read forward, with a
  /// linear layer over every step.
  ///
  /// - Throws: ``ModelError/cannotHold(_:_:instead:)``.
  func audioSizes(_ form: ModelForm) throws -> (inputs: Int, units: Int) {
    func refuse(_ content: ModelError.Content) -> ModelError {
      .cannotHold(.form(form), content, instead: [.swiftLSTM, .pytorch])
    }
    for (layer, direction, cell) in cells {
      if let unusual = StateDictWriter.unusual(cell) {
        throw refuse(.cell(unusual, layer: layer, direction))
      }
      if direction == .reverse { throw refuse(.backward) }
      if cell.parameters.projection != nil { throw refuse(.projection(layer: layer)) }
    }
    let sizes = Set(cells.map(\.cell.parameters.hiddenSize))
    guard sizes.count == 1, let units = sizes.first else { throw refuse(.unequalLayers) }
    guard front == nil else { throw refuse(.tokens) }
    return (inputSize, units)
  }

  /// That the form needs a head.
  func lacksHead(_ form: ModelForm) -> ModelError {
    .cannotHold(.form(form), .noHead, instead: [.swiftLSTM, .pytorch])
  }
}

extension GateParameters<Double> {
  /// The sum of the biases.
  var bothBiases: [Double] { recurrentBias.map { zip(bias, $0).map(+) } ?? bias }
}

extension Matrix<Double> {
  /// Some of the columns.
  func columns(_ range: Range<Int>) -> Matrix {
    Matrix(
      rows: rows, columns: range.count,
      values: (0..<rows).flatMap { row in range.map { self[row, $0] } })
  }
}

extension StateDictChoice {
  /// Refuses names of parts that a form has not, where it has one LSTM.
  ///
  /// - Throws: ``ModelError/unknownPart(_:file:name:nearest:candidates:)``.
  func refuseParts(file: String, lstm: [String], hasEmbedding: Bool, head: String?) throws {
    func unknown(_ part: Remedy.Part, _ name: String, _ valid: [String]) -> ModelError {
      .unknownPart(
        part, file: file, name: name, nearest: nearestName(to: name, among: valid),
        candidates: valid)
    }
    if let name = self.lstm.first(where: { !lstm.contains($0) }) {
      throw unknown(.lstm, name, lstm)
    }
    if let embedding, !hasEmbedding { throw unknown(.embedding, embedding, []) }
    if let front { throw unknown(.embedding, front, []) }
    if let name = self.head, name != head { throw unknown(.head, name, head.map { [$0] } ?? []) }
  }
}
