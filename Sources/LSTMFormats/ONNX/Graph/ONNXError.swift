// What can be wrong with an ONNX model, and the one place where it becomes words.

import LSTMCore

/// An error in an ONNX model: what, where, and how to put it right.
public enum ONNXError: LSTMFailure, Equatable {
  /// The bytes are not those of an ONNX model; `byte` counts from 0.
  case notONNX(file: String, byte: Int, reason: String)
  /// The model holds more parts than any sequence model has.
  case tooLarge(file: String, what: String, limit: Int)
  /// The model was made with an operator set that is not read.
  case operatorSet(file: String, version: Int)
  /// The model does not say which operator set it was made with.
  case noOperatorSet(file: String)
  /// The model has no graph.
  case noGraph(file: String)
  /// The model has something that no exporter of a sequence model writes.
  case unsupportedPart(file: String, what: String, remedy: String)
  /// A tensor's numbers lie in another file.
  case externalData(file: String, tensor: String)
  /// A stored tensor is not in order.
  case tensor(file: String, tensor: String, reason: String)
  /// A node is of a kind, or used in a way, that the reader does not follow.
  case node(file: String, node: String, reason: String)
  /// A node reads a value that nothing makes.
  case missingValue(file: String, node: String, value: String, nearest: String?)
  /// No LSTM node leads to an output of the graph.
  case noLSTM(file: String, operators: [String])
  /// LSTMs are written out as loops of products and functions.
  case writtenOut(file: String, loops: Int)
  /// A graph output is not part of what a sequence model gives.
  case output(file: String, output: String, reason: String)
  /// The weights are not those of a network.
  case weights(file: String, node: String, reason: String)
  /// The parts make no network.
  case network(file: String, reason: String)
  /// A first state, stored or given, has another shape than `[planes, B, H]`.
  case initialState(name: String, found: [Int], expected: [Int])
  /// The model cannot be written as ONNX.
  case unwritable(reason: String)
}

extension ONNXError {
  /// Wrong data, all of them.
  public var kind: FailureKind { .data }

  /// What is wrong, where, and how to fix it.
  public var message: String {
    switch self {
    case .notONNX(let file, let byte, let reason):
      return "'\(file)' is not a whole ONNX model: at byte \(byte), \(reason).\n"
        + "Copy or export it again."
    case .tooLarge(let file, let what, let limit):
      return "'\(file)' has more than \(limit) \(what). A sequence model has far fewer; "
        + "the file is damaged or made to exhaust memory."
    case .operatorSet(let file, let version):
      let found = "'\(file)' was made with ONNX operator set \(version)"
      return version < ONNXGraph.operatorSets.lowerBound
        ? "\(found); \(ONNXGraph.operatorSets.lowerBound) is the first that is read. Convert it:\n"
          + "python -c \"import onnx; from onnx import version_converter as v; "
          + "onnx.save(v.convert_version(onnx.load('old.onnx'), 17), 'new.onnx')\""
        : "\(found); \(ONNXGraph.operatorSets.upperBound) is the last that is read. "
          + "Export it with opset_version=17."
    case .noOperatorSet(let file):
      return "'\(file)' does not say which ONNX operator set it was made with "
        + "(opset_import): it is no ONNX, but a dialect of the program that wrote it.\n"
        + "Export it from there as ONNX that onnx.checker accepts."
    case .noGraph(let file):
      return "'\(file)' has no graph, so it is not an ONNX model, or an empty one."
    case .unsupportedPart(let file, let what, let remedy):
      return "'\(file)' has \(what). \(remedy)"
    case .externalData(let file, let tensor):
      return "'\(file)' keeps the numbers of '\(tensor)' in another file (external data). "
        + "Put them inside:\npython -c \"import onnx; "
        + "onnx.save(onnx.load('model.onnx'), 'whole.onnx')\""
    case .tensor(let file, let tensor, let reason):
      return "'\(file)': tensor '\(tensor)' \(reason)."
    case .node(let file, let node, let reason):
      return "'\(file)': node \(node) \(reason)."
    case .missingValue(let file, let node, let value, let nearest):
      let hint = nearest.map { " Did it mean '\($0)'?" } ?? ""
      return "'\(file)': node \(node) reads '\(value)', which no input, initialiser or earlier "
        + "node makes.\(hint)"
    case .noLSTM(let file, let operators):
      return "'\(file)' has no LSTM node that leads to an output. "
        + (operators.isEmpty
          ? "It has no nodes." : "Its nodes: \(operators.joined(separator: ", ")).")
    case .writtenOut(let file, let loops):
      return
        "'\(file)' has no LSTM node: \(loops == 1 ? "its Loop is" : "each of its \(loops) Loops is") "
        + "a written-out LSTM, as tf2onnx leaves one that it does not recognise.\n"
        + "Open the Keras model itself, or export it with a free batch size and time_major off, so "
        + "that LSTM nodes come out."
    case .output(let file, let output, let reason):
      return "'\(file)': output '\(output)' \(reason)."
    case .weights(let file, let node, let reason):
      return "'\(file)': the weights of node \(node) make no LSTM: \(reason)"
    case .network(let file, let reason):
      return "'\(file)': its parts make no network: \(reason)"
    case .initialState(let name, let found, let expected):
      return "the first state \(name) has the shape \(found), but the run needs \(expected)."
    case .unwritable(let reason):
      return "the model cannot be written as ONNX: \(reason)."
    }
  }
}
