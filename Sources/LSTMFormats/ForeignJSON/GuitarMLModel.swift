// The JSON of GuitarML and Automated-GuitarAmpModelling: what the model is (`model_data`) and PyTorch's
// state dict of it, an LSTM `rec` and a linear layer `lin`. With `skip` the first features of the input
// are added to the output (`Automated-GuitarAmpModelling/CoreAudioML/networks.py`, SimpleRNN).

import LSTMCore

/// Reads and writes models of GuitarML.
enum GuitarMLModel {
  static let title = "GuitarML model"

  /// Reads a model.
  ///
  /// - Throws: ``LSTMFormatsError``, ``ModelError``.
  static func model(_ json: JSONValue, file: String, _ choice: StateDictChoice) throws -> LSTMModel
  {
    let data = json["model_data"]
    if let unit = data?["unit_type"]?.string, unit != "LSTM" {
      throw ModelError.noLSTM(
        file: file, tensors: 0, instead: "it is a GuitarML model of the unit type '\(shown(unit))'")
    }
    let archive = try ForeignJSON.stateDict(json["state_dict"] ?? .null, file: file)
    var model = try StateDictReader.read(archive, file: file, format: title, choice: choice)
    model.provenance.framework = "PyTorch (GuitarML)"
    let skip = data?["skip"]?.int ?? 0
    guard (0...1024).contains(skip) else {
      throw LSTMFormatsError.wrongKind(
        file: file, place: "model_data.skip", expected: "a whole number from 0 on")
    }
    if skip > 0, let head = model.network.head {
      let network = model.network
      model.weights = try .init(
        LSTMNetwork(front: network.front, layers: network.layers), of: model.precision)
      model.headLayers = PlainHead(
        layers: [.linear(weights: head.weights, bias: head.bias)],
        addedInputs: min(skip, head.outputSize))
      model.readingNotes.append(
        ReadingNote(.changed, "its skip connection adds the input to the head's output"))
    }
    model.audio = AudioDescription(
      json, sampleRate: "sample_rate", besides: ["model_data", "state_dict"])
    if model.audio?.sampleRate == nil { model.audio?.sampleRate = data?["sample_rate"]?.double }
    return model
  }

  /// The document of a model.
  ///
  /// - Throws: ``ModelError/cannotHold(_:_:instead:)``.
  static func text(of model: LSTMModel) throws -> String {
    let network = model.network
    let (inputs, units) = try network.audioSizes(.guitarML)
    let head = try model.audioHead(.guitarML)
    func rows(_ matrix: Matrix<Double>) -> String {
      "[" + (0..<matrix.rows).map { list(Array(matrix.row($0))) }.joined(separator: ", ") + "]"
    }
    func list(_ values: [Double]) -> String {
      "[\(values.map { "\(Float($0))" }.joined(separator: ", "))]"
    }
    var state: [String] = []
    for (index, layer) in network.layers.enumerated() {
      guard let gates = layer.forward?.parameters.gates else { continue }
      let zeros = [Double](repeating: 0, count: units)
      state += [
        "\"rec.weight_ih_l\(index)\": \(rows(GateOrder.pytorch.stack(gates.map(\.inputWeights))))",
        "\"rec.weight_hh_l\(index)\": \(rows(GateOrder.pytorch.stack(gates.map(\.hiddenWeights))))",
        "\"rec.bias_ih_l\(index)\": \(list(GateOrder.pytorch.stack(gates.map(\.bias))))",
        "\"rec.bias_hh_l\(index)\": "
          + list(GateOrder.pytorch.stack(gates.map { $0.recurrentBias ?? zeros })),
      ]
    }
    state += [
      "\"lin.weight\": \(rows(head.weights))",
      "\"lin.bias\": \(list(head.bias ?? [Double](repeating: 0, count: head.weights.rows)))",
    ]
    var members = (model.audio?.metadata ?? [:]).filter {
      !["model_data", "state_dict", "sample_rate", "architecture", "version"].contains($0.key)
    }
    members["model_data"] =
      "{\"model\": \"SimpleRNN\", \"input_size\": \(inputs), \"skip\": \(head.skip), "
      + "\"output_size\": \(head.weights.rows), \"unit_type\": \"LSTM\", "
      + "\"num_layers\": \(network.layers.count), \"hidden_size\": \(units), \"bias_fl\": true}"
    members["state_dict"] = "{\n    \(state.joined(separator: ",\n    "))\n  }"
    members["sample_rate"] = model.audio?.sampleRate.map { "\($0)" }
    let lines = members.sorted { $0.key < $1.key }.map { "  \"\($0.key)\": \($0.value)" }
    return "{\n\(lines.joined(separator: ",\n"))\n}\n"
  }
}

extension LSTMModel {
  /// The linear layer over every step that audio programs hold, and how many inputs are added to it.
  ///
  /// - Throws: ``ModelError/cannotHold(_:_:instead:)``.
  func audioHead(_ form: ModelForm) throws -> (weights: Matrix<Double>, bias: [Double]?, skip: Int)
  {
    if let head = network.head { return (head.weights, head.bias, 0) }
    guard let head = headLayers else { throw network.lacksHead(form) }
    guard head.layers.count == 1, case .linear(let weights, let bias) = head.layers[0],
      head.source == .everyStep, head.activation == nil
    else {
      throw ModelError.cannotHold(
        .form(form), .setting(.headLayers, words: words(for: .headLayers) ?? ""),
        instead: [.swiftLSTM, .json])
    }
    return (weights, bias, head.addedInputs)
  }
}
