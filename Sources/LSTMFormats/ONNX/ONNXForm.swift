// What an ONNX file holds, as a model, and a model as what an ONNX file holds. Graphs are read and
// written in Graph/.

import LSTMCore

extension ModelForm {
  /// An ONNX model.
  public static let onnx = ModelForm(
    identifier: "onnx", title: onnxTitle, extensions: ["onnx"],
    settings: Set(LSTMModel.Setting.allCases).subtracting([.oneHot, .mask]),
    recognise: { content, _ in
      content.withUnsafeBytes(beginsAsONNX) ? .possible : .foreign
    },
    read: { content, file, choice in
      guard choice.lstm.isEmpty else {
        return try ONNXSurvey(content, file: file).model(choice, insteadOf: nil)
      }
      do {
        return try LSTMModel(ONNXSequenceModel(storage: content, file: file), file: file)
          .taking(choice, file: file)
      } catch let error as ONNXError {
        switch error {
        case .node, .output, .missingValue, .noLSTM:
          return try ONNXSurvey(content, file: file).model(choice, insteadOf: error)
        default: throw error
        }
      }
    },
    write: { model, output in
      try output.write(ONNXSequenceModel(model).bytes())
      return model.notes
    })

  static let onnxTitle = "ONNX model"
}

/// Whether bytes begin as a ModelProto does: its ir_version, a small number in field 1, and then
/// another of its fields.
private func beginsAsONNX(_ bytes: UnsafeRawBufferPointer) -> Bool {
  guard bytes.count >= 2, bytes[0] == 0x08, bytes[1] < 0x40 else { return false }
  guard bytes.count > 2 else { return true }
  let (field, kind) = (bytes[2] >> 3, bytes[2] & 7)
  return field == 5 ? kind == 0 : [2, 3, 4, 6, 7, 8, 14].contains(field) && kind == 2
}

extension LSTMModel {
  /// A model of what an ONNX file holds. First states and lengths that are inputs of the graph are
  /// given to a run; that the graph takes them is kept.
  ///
  /// - Parameter file: the file's name, for errors.
  /// - Throws: ``ONNXError/initialState(name:found:expected:)`` where first states of different
  ///   numbers of sequences are stored.
  init(_ onnx: ONNXSequenceModel, file: String) throws {
    let batches = onnx.starts.flatMap { [$0.hidden, $0.cell] }.compactMap { state in
      if case .stored(_, let shape) = state { shape.count == 3 ? shape[1] : nil } else { nil }
    }
    var lengths: [Int]?
    if case .stored(let stored) = onnx.lengths { lengths = stored }
    self.init(
      weights: try .init(onnx.network, of: onnx.precision), precision: onnx.precision,
      hasBiases: onnx.hasBiases,
      initialState: try batches.max().map { try onnx.initialState(batch: $0) }, lengths: lengths,
      gives: onnx.gives,
      provenance: .init(
        format: ModelForm.onnxTitle, file: file,
        framework: onnx.producer.isEmpty ? nil : onnx.producer))
    graphInputs = onnx.graphInputs
    (frontLayers, headLayers) = (onnx.frontLayers, onnx.headLayers)
  }
}

extension ONNXSequenceModel {
  /// What the graph takes beside the sequence.
  fileprivate var graphInputs: Set<GraphInput> {
    func isInput(_ state: InitialState) -> Bool { if case .input = state { true } else { false } }
    var found: Set<GraphInput> = []
    if starts.contains(where: { isInput($0.hidden) }) { found.insert(.hidden) }
    if starts.contains(where: { isInput($0.cell) }) { found.insert(.cell) }
    if case .input = lengths { found.insert(.lengths) }
    return found
  }

  /// What a graph without a head gives: every step if it can, else the step that it has or, where
  /// there are only final states, these.
  fileprivate var gives: OutputSelection {
    guard network.head == nil, headLayers == nil else { return .everyStep }
    let readings = outputs.compactMap { output -> OutputSelection? in
      switch output.meaning {
      case .output(let reading): reading
      case .hidden: .finalState
      default: nil
      }
    }
    return [.everyStep, .lastStep, .firstStep].first(where: readings.contains)
      ?? readings.first ?? .everyStep
  }
}

extension ONNXSequenceModel {
  /// A model as what an ONNX file holds, its outputs named as ``standardOutputs(of:giving:headLayers:)`` names
  /// them.
  ///
  /// What the model's file took as inputs, the graph takes: `initial_hidden` and `initial_cell`,
  /// `[L·D, B, H]`, or one for each layer, `initial_hidden_l0` and so on, where the widths differ;
  /// and `lengths`, `[B]`. States and lengths that are stored stay stored.
  init(_ model: LSTMModel) {
    let network = model.network
    let isEven = Set(network.cells.map(\.cell.parameters.hiddenSize)).count == 1
    var parts = (model.initialState?.parts ?? [])[...]
    var planes: [GraphInput: Int] = [:]
    func start(_ kind: GraphInput, _ layer: Int, _ directions: Int, _ stored: [Matrix<Double>])
      -> InitialState
    {
      let state = InitialState(storing: stored)
      guard state == .zeros, model.graphInputs.contains(kind) else { return state }
      let name = "initial_\(kind.rawValue)"
      guard isEven else { return .input("\(name)_l\(layer)", offset: 0) }
      defer { planes[kind, default: 0] += directions }
      return .input(name, offset: planes[kind, default: 0])
    }
    let starts = network.layers.enumerated().map { index, layer in
      let own = parts.prefix(layer.cells.count)
      parts = parts.dropFirst(own.count)
      return LayerStart(
        hidden: start(.hidden, index, layer.cells.count, own.map(\.hidden)),
        cell: start(.cell, index, layer.cells.count, own.map(\.cell)))
    }
    self.init(
      network: network, starts: starts,
      lengths: model.lengths.map { .stored($0) }
        ?? (model.graphInputs.contains(.lengths) ? .input("lengths") : .full),
      outputs: Self.standardOutputs(
        of: network, giving: model.gives, headLayers: model.headLayers),
      hasBiases: model.hasBiases, precision: model.precision)
    (frontLayers, headLayers) = (model.frontLayers, model.headLayers)
  }
}

extension ONNXSequenceModel.InitialState {
  /// Stored states, a matrix `[B, H]` for each direction; zeros where all of them are.
  fileprivate init(storing directions: [Matrix<Double>]) {
    guard directions.contains(where: { $0.values.contains { $0 != 0 } }),
      let first = directions.first
    else {
      self = .zeros
      return
    }
    self = .stored(
      directions.flatMap(\.values), shape: [directions.count, first.rows, first.columns])
  }
}
