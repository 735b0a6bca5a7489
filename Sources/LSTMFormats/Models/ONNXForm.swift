// What an ONNX file holds, as a model, and a model as what an ONNX file holds. Graphs are read and
// written elsewhere.

import LSTMCore

extension LSTMModel {
  /// A model of what an ONNX file holds.
  ///
  /// - Parameter file: the file's name, for errors.
  /// - Throws: ``ModelError/cannotHold(form:what:advice:)`` where first states or lengths other
  ///   than none are stored in the graph.
  init(_ onnx: ONNXSequenceModel, file: String) throws {
    func isStored(_ state: ONNXSequenceModel.InitialState) -> Bool {
      if case .stored = state { true } else { false }
    }
    if onnx.starts.contains(where: { isStored($0.hidden) || isStored($0.cell) }) {
      throw ModelError.cannotHold(
        form: "model", what: "first states stored in the graph of '\(file)'",
        advice: "Make them inputs of the graph.")
    }
    if case .stored = onnx.lengths {
      throw ModelError.cannotHold(
        form: "model", what: "lengths stored in the graph of '\(file)'",
        advice: "Make sequence_lens an input of the graph.")
    }
    self.init(
      network: onnx.network, precision: onnx.numberType, hasBiases: onnx.hasBiases,
      provenance: .init(
        format: ModelForm.onnx.title, file: file,
        framework: onnx.producer.isEmpty ? nil : onnx.producer))
  }
}

extension ONNXSequenceModel {
  /// A model as what an ONNX file holds: named as ``standardOutputs(of:)`` names its outputs, with
  /// first states and lengths of its own left out.
  init(_ model: LSTMModel) {
    self.init(
      network: model.network, hasBiases: model.hasBiases, numberType: model.precision)
  }
}
