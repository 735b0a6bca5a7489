// What an ONNX file holds, as a model, and a model as what an ONNX file holds. Graphs are read and
// written in Graph/.

import LSTMCore

extension ModelForm {
  /// An ONNX model.
  public static let onnx = ModelForm(
    identifier: "onnx", title: onnxTitle, extensions: ["onnx"],
    settings: Set(LSTMModel.Setting.allCases).subtracting([.oneHot, .mask, .outputs]),
    recognise: { content, _ in
      // ModelProto begins with its ir_version, field 1 as a variable integer.
      content.withUnsafeBytes { $0.first } == 0x08 ? .possible : .foreign
    },
    read: { content, file, _ in
      try LSTMModel(ONNXSequenceModel(storage: content, file: file), file: file)
    },
    write: { model, output in
      try output.write(ONNXSequenceModel(model).bytes())
      return model.notes
    })

  fileprivate static let onnxTitle = "ONNX model"
}

extension LSTMModel {
  /// A model of what an ONNX file holds. First states that are inputs of the graph are given to a
  /// run, and so is not said here that there are any.
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
      network: onnx.network, precision: onnx.precision, hasBiases: onnx.hasBiases,
      initialState: try batches.max().map { try onnx.initialState(batch: $0) }, lengths: lengths,
      provenance: .init(
        format: ModelForm.onnxTitle, file: file,
        framework: onnx.producer.isEmpty ? nil : onnx.producer))
  }
}

extension ONNXSequenceModel {
  /// A model as what an ONNX file holds, its outputs named as ``standardOutputs(of:)`` names them.
  init(_ model: LSTMModel) {
    var parts = (model.initialState?.parts ?? [])[...]
    let starts = model.network.layers.map { layer in
      let own = parts.prefix(layer.cells.count)
      parts = parts.dropFirst(own.count)
      return LayerStart(
        hidden: InitialState(storing: own.map(\.hidden)),
        cell: InitialState(storing: own.map(\.cell)))
    }
    self.init(
      network: model.network, starts: starts, lengths: model.lengths.map { .stored($0) } ?? .full,
      hasBiases: model.hasBiases, precision: model.precision)
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
