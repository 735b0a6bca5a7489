// Models with one fault each (Scripts/fixtures/make_onnx_refused.py), and the whole text of each error.

import LSTMFormats
import TestSupport
import Testing

@Suite("Refused ONNX models")
struct ONNXRefusedTests {
  /// The file and what is said of it.
  static let faults: [(file: String, error: String)] = [
    (
      "activation-count",
      ": node LSTM 'lstm' has 2 activations, not 3: three for each direction."
    ),
    (
      "activation-name",
      ": node LSTM 'lstm' has the activation 'Tanhh', which ONNX does not have (nearest: "
        + "'Tanh')."
    ),
    (
      "attribute-kind",
      ": node LSTM 'lstm' has the attribute 'clip', which is not a number."
    ),
    (
      "b-shape",
      ": node LSTM 'lstm' has B of shape [1, 8], not [1, 16]."
    ),
    (
      "branches",
      ": node If 'if' has the attribute 'else_branch', a graph of its own. If, Loop and "
        + "Scan are not followed."
    ),
    (
      "clip",
      ": node LSTM 'lstm' has the clip -1.0; it has to be above 0."
    ),
    (
      "computed-state",
      ": node LSTM 'lstm' has the initial_h computed from other data, which is not read."
    ),
    (
      "part-of-input",
      ": node LSTM 'lstm' reads a part of the input."
    ),
    (
      "state-axes",
      ": node LSTM 'lstm' has the initial_h from an input with its axes in another order."
    ),
    (
      "coupled",
      ": node LSTM 'lstm' has the input_forget 2, not 0 or 1."
    ),
    (
      "direction-count",
      ": node LSTM 'lstm' has R of shape [1, 8, 2], not [2, 4H, H]."
    ),
    (
      "direction-name",
      ": node LSTM 'lstm' has the direction 'backward', not forward, reverse or "
        + "bidirectional."
    ),
    (
      "domain",
      ": node Fused 'fused' belongs to the operators of 'com.microsoft', not to ONNX's "
        + "own. Export it without optimisations of a runtime."
    ),
    (
      "doubling",
      " has more than 1068232 bytes of weights that nodes rearrange. A sequence model has "
        + "far fewer; the file is damaged or made to exhaust memory."
    ),
    (
      "gru-only",
      " has no LSTM node that leads to an output. Its nodes: GRU."
    ),
    (
      "head-width",
      ": node MatMul 'head' is for 3 units, but the layers give 2."
    ),
    (
      "hidden-size",
      ": node LSTM 'lstm' has the hidden_size 3, but R is for 2."
    ),
    (
      "input-size",
      ": node LSTM 'lstm' reads 5 inputs, but its weights are for 3."
    ),
    (
      "integer-input",
      ": node LSTM 'lstm' reads whole numbers; tokens need an embedding (Gather)."
    ),
    (
      "layout",
      ": node LSTM 'lstm' has the layout 2."
    ),
    (
      "middle-step",
      ": node Gather 'pick' takes other steps than the first or the last."
    ),
    (
      "missing-output",
      ": output 'Z' is made by no node."
    ),
    (
      "missing-weights",
      ": node LSTM 'lstm' reads 'R', which no input, initialiser or earlier node makes."
    ),
    (
      "misspelt-weights",
      ": node LSTM 'lstm' reads 'RR', which no input, initialiser or earlier node makes. "
        + "Did it mean 'R'?"
    ),
    (
      "mixed-reshape",
      ": node Reshape 'r' divides or mixes the steps, the sequences or the units, which is "
        + "not read."
    ),
    (
      "not-finite",
      ": the weights of node LSTM 'lstm' make no LSTM: the forget gate's input weights are "
        + "not a number at entry 1, counted row after row. Every entry has to be a finite "
        + "number."
    ),
    (
      "output-sequence",
      ": node LSTM 'lstm' has the attribute 'output_sequence' of operator set 1. Convert "
        + "the model with onnx.version_converter."
    ),
    (
      "p-shape",
      ": node LSTM 'lstm' has P of shape [1, 8], not [1, 6]."
    ),
    (
      "r-shape",
      ": node LSTM 'lstm' has R of shape [1, 8, 3], not [1, 4H, H]."
    ),
    (
      "rank",
      ": node LSTM 'lstm' reads a value of 2 axes; X is [T, B, I]."
    ),
    (
      "softmax-axis",
      ": node Softmax 'soft' is taken over the axis 0, not over the classes."
    ),
    (
      "squeeze-steps",
      ": node Squeeze 'squeeze' removes the axis 0, which may be of any size."
    ),
    (
      "state-shape",
      ": node LSTM 'lstm' has the initial_h of shape [2, 1, 2], not [1, B, 2]."
    ),
    (
      "two-stacks",
      ": node LSTM 'lstm' reads the same as another LSTM node, which is not its other "
        + "direction."
    ),
    (
      "unknown-attribute",
      ": node LSTM 'lstm' has the attribute 'projection', which LSTM does not have."
    ),
    (
      "unknown-operator",
      ": node Abs 'act' is not read: a sequence model has an embedding, LSTM nodes and plain "
        + "layers."
    ),
    (
      "w-shape",
      ": node LSTM 'lstm' has W of shape [1, 6, 3], not [1, 8, I]."
    ),
  ]

  @Test("each fault has its error", arguments: faults.indices)
  func fault(_ index: Int) throws {
    let (name, error) = Self.faults[index]
    let storage = ByteStorage(try Fixtures.data("onnx-refused/\(name).onnx"))
    expectError("'m.onnx'" + error) { try ONNXSequenceModel(storage: storage, file: "m.onnx") }
  }

  @Test("every refused model is in the table")
  func complete() {
    let files = Fixtures.names(in: "onnx-refused", endingIn: ".onnx").map { $0.dropLast(5) }
    #expect(Set(files.map(String.init)) == Set(Self.faults.map(\.file) + ["huge-state"]))
  }

  @Test("a state of a trillion zeros is zeros, and takes no memory")
  func hugeState() throws {
    let storage = ByteStorage(try Fixtures.data("onnx-refused/huge-state.onnx"))
    let model = try ONNXSequenceModel(storage: storage, file: "m.onnx")
    #expect(model.starts == [.init(hidden: .zeros, cell: .zeros)])
  }
}
