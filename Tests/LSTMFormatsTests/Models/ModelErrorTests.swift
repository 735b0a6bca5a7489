// Every error in making a model of named arrays and the other way round, with the whole text that
// a user reads.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

@Suite("Errors of models")
struct ModelErrorTests {
  private let lstm: [(String, Tensor)]

  init() throws {
    lstm = ForeignCells.pytorch(try ForeignCells.parameters(2, 3), "lstm.", "_l0")
  }

  private func zeros(_ shape: Int...) -> Tensor {
    Tensor([Double](repeating: 0, count: shape.reduce(1, *)), shape: shape)
  }

  private func read(_ entries: [(String, Tensor)], _ choice: StateDictChoice = .init()) throws
    -> LSTMModel
  {
    try StateDictReader.read(TensorArchive(entries), file: "m.pt", choice: choice)
  }

  private func changed(_ name: String, _ tensor: Tensor?) -> [(String, Tensor)] {
    lstm.compactMap { entry in
      entry.0 == name ? tensor.map { (name, $0) } : entry
    }
  }

  @Test("A file without an LSTM says what is understood, and what there is instead")
  func noLSTM() {
    let names =
      "Names that are understood: weight_ih_l0 (PyTorch), Wx (MLX), recurrent_kernel (Keras), "
      + "lstm_cell/kernel (TensorFlow 1), hi/kernel (Flax), lstm/linear/w (Haiku), lstm_W (Theano), "
      + "input_linearity.weight (AllenNLP), forget_gate.input_transform.weight (burn), W_f and U_f."
    expectError(
      "'m.pt' holds no LSTM: none of its 1 tensors is named like a part of one.\n" + names
    ) {
      try read([("fc.weight", zeros(2, 3))])
    }
    expectError(
      "'m.pt' holds no LSTM: 'gru.weight_hh_l0' has three blocks, so it is of a GRU.\n" + names
    ) {
      try read([("gru.weight_ih_l0", zeros(9, 2)), ("gru.weight_hh_l0", zeros(9, 3))])
    }
    expectError(
      "'m.pt' holds no LSTM: 'weight_hh_l0' has one block, so it is of a plain RNN.\n" + names
    ) {
      try read([("weight_ih_l0", zeros(3, 2)), ("weight_hh_l0", zeros(3, 3))])
    }
  }

  @Test("Two LSTMs are listed, and either or both can be chosen")
  func severalLSTMs() throws {
    let second = ForeignCells.pytorch(try ForeignCells.parameters(3, 4), "decoder.", "_l0")
    expectError(
      "'m.pt' holds several parts that could be the LSTM: lstm (PyTorch, 1 layer, I 2, H 3), "
        + "decoder (PyTorch, 1 layer, I 3, H 4).\n"
        + "As layers they fit one another as lstm,decoder.\n"
        + "Choose the LSTM by its name, or several as layers, the first first."
    ) {
      try read(lstm + second)
    }
    let one = try read(lstm + second, .init(lstm: ["decoder."]))
    #expect(one.network.inputSize == 3 && one.network.layers.count == 1)
    #expect(one.unused == lstm.map(\.0))
    let both = try read(lstm + second, .init(lstm: ["lstm", "decoder"]))
    #expect(both.network.layers.map(\.outputSize) == [3, 4])
    expectError(
      "layer 2, forward reads 2 features, but layer 1 hands on 4. The two have to be equal."
    ) {
      try read(lstm + second, .init(lstm: ["decoder", "lstm"]))
    }
    expectError(
      "'m.pt' has no LSTM 'decode' that fits. Did you mean 'decoder'?\n"
        + "Possible are: lstm (PyTorch, 1 layer, I 2, H 3), decoder (PyTorch, 1 layer, I 3, H 4)."
    ) {
      try read(lstm + second, .init(lstm: ["decode"]))
    }
  }

  @Test("Of several embeddings or linear layers that fit none is taken, and one can be chosen")
  func severalOthers() throws {
    func notes(_ entries: [(String, Tensor)]) throws -> [String] {
      try read(entries).readingNotes.map(\.words)
    }
    let embeddings = [("emb_a.weight", zeros(5, 2)), ("emb_b.weight", zeros(7, 2))]
    #expect(
      try notes(lstm + embeddings) == [
        "no embedding was taken, since several would do: emb_a.weight (5 x 2), emb_b.weight (7 x 2)",
        "of the file's network emb_a (5 x 2), emb_b (7 x 2) are not in this model",
      ])
    #expect(
      try read(lstm + embeddings, .init(embedding: "emb_b")).network.front?.tokenCount == 7)
    let heads = [("fc1.weight", zeros(5, 3)), ("fc2.weight", zeros(1, 3))]
    let several = try read(lstm + heads)
    #expect(several.network.head == nil)
    #expect(
      several.readingNotes.map(\.words) == [
        "no head was taken: fc1.weight (5 x 3), fc2.weight (1 x 3) could be it, but several would do",
        "of the file's network fc1 (5 x 3), fc2 (1 x 3) are not in this model",
      ])
    #expect(
      several.readingNotes.first?.remedy == .choosePart(.head, candidates: ["fc1", "fc2"]))
    #expect(try read(lstm + heads, .init(head: "fc2.weight")).network.head?.outputSize == 1)
    expectError(
      "'m.pt' has no head 'other' that fits.\n"
        + "Possible are: fc1.weight (5 x 3), fc2.weight (1 x 3)."
    ) {
      try read(lstm + heads, .init(head: "other"))
    }
    expectError(
      "'m.pt' has no embedding 'emb' that fits.\nNothing in the file could be one."
    ) {
      try read(lstm + [("emb.weight", zeros(5, 9))], .init(embedding: "emb"))
    }
  }

  @Test("A head is taken only where nothing can stand between it and the LSTM, or after it")
  func heads() throws {
    let head = ("fc.weight", zeros(5, 3))
    func because(_ others: (String, Tensor)..., before: Bool = false) throws -> String? {
      let model = try read(before ? others + lstm + [head] : lstm + others + [head])
      return model.network.head == nil ? model.readingNotes.first?.words : nil
    }
    #expect(try because() == nil)
    #expect(
      try because(("act.weight", zeros(1)))
        == "no head was taken: fc.weight (5 x 3) could be it, but "
        + "act (1) may stand between or after")
    #expect(try because(("conv.weight", zeros(2, 3, 1)), before: true) == nil)
    #expect(
      try because(("attention.weight", zeros(1, 3)), before: true)
        == "no head was taken: fc.weight (5 x 3) could be it, but attention (1 x 3) may stand between "
        + "or after")
    #expect(
      try read(lstm + [("fc.1.weight", zeros(5, 3))]).readingNotes.first?.words
        == "no head was taken: fc.1.weight (5 x 3) could be it, but by its number something stands "
        + "before it that has no arrays")
    // Optimizer state and counters are no parts of a network.
    let model = try read(
      lstm + [
        head, ("optimizer_state_dict.state.0.exp_avg", zeros(12, 2)),
        ("bn.num_batches_tracked", Tensor([Int64(3)], shape: [])),
      ])
    #expect(model.network.head != nil && model.unused.isEmpty && model.readingNotes.isEmpty)
  }

  @Test("What is missing is named, with what says that it has to be there")
  func missing() throws {
    let incomplete = "\nThe file is incomplete: save the model again."
    expectError(
      "'m.pt' lacks the tensor 'lstm.weight_hh_l0', but 'lstm.weight_ih_l0' is there." + incomplete
    ) {
      try read(changed("lstm.weight_hh_l0", nil))
    }
    expectError(
      "'m.pt' lacks the tensor 'lstm.weight_ih_l0', but 'lstm.weight_hh_l0' has 3 units."
        + incomplete
    ) {
      try read(changed("lstm.weight_ih_l0", nil))
    }
    expectError(
      "'m.pt' lacks the tensor 'lstm.weight_hr_l0', but 'lstm.weight_hh_l0' is 12 x 2: 3 units, "
        + "of which the hidden state has 2." + incomplete
    ) {
      try read(changed("lstm.weight_hh_l0", zeros(12, 2)))
    }
    let third = ForeignCells.pytorch(try ForeignCells.parameters(3, 3), "lstm.", "_l2")
    expectError(
      "'m.pt' lacks the tensor 'lstm.weight_hh_l1', but other parts of this LSTM are there."
        + incomplete
    ) {
      try read(lstm + third)
    }
    let reverse = ForeignCells.pytorch(try ForeignCells.parameters(2, 3), "lstm.", "_l0_reverse")
    let second = ForeignCells.pytorch(try ForeignCells.parameters(6, 3), "lstm.", "_l1")
    expectError(
      "'m.pt' lacks the tensor 'lstm.weight_hh_l1_reverse', but other parts of this LSTM are there."
        + incomplete
    ) {
      try read(lstm + reverse + second)
    }
  }

  @Test("Wrong shapes, types and numbers are found by tensor")
  func tensors() throws {
    expectError(
      "'m.pt': the tensor 'lstm.weight_ih_l0' is 8 x 2, but has to be 12 x n, since "
        + "'lstm.weight_hh_l0' has 3 units."
    ) {
      try read(changed("lstm.weight_ih_l0", zeros(8, 2)))
    }
    expectError(
      "'m.pt': the tensor 'lstm.bias_ih_l0' is 3 x 4, but has to be 12, since "
        + "'lstm.weight_hh_l0' has 3 units."
    ) {
      try read(changed("lstm.bias_ih_l0", zeros(3, 4)))
    }
    expectError(
      "'m.pt': the tensor 'lstm.weight_hh_l0' is 13 x 3, but has to be a multiple of four in rows, "
        + "a block for each gate."
    ) {
      try read(changed("lstm.weight_hh_l0", zeros(13, 3)))
    }
    expectError(
      "'m.pt': the tensor 'lstm.weight_hh_l0' is a single number, but has to be n x n, since "
        + "'lstm.weight_ih_l0' is there."
    ) {
      try read(changed("lstm.weight_hh_l0", Tensor([1.0], shape: [])))
    }
    expectError(
      "'m.pt': the tensor 'lstm.weight_ih_l0' holds numbers of type int64, but weights have to be "
        + "float16, bfloat16, float32 or float64."
    ) {
      try read(
        changed(
          "lstm.weight_ih_l0", Tensor([Int64](repeating: 1, count: 24), shape: [12, 2])))
    }
    var values = [Double](repeating: 0, count: 12)
    values[4] = .nan
    expectError(
      "'m.pt': the tensor 'lstm.bias_ih_l0' is not a finite number at entry 5. "
        + "Weights have to be finite: the training that made them went wrong."
    ) {
      try read(changed("lstm.bias_ih_l0", Tensor(values, shape: [12])))
    }
    expectError(
      "'m.pt': the tensor 'lstm_cell/kernel' is 3 x 12, but has to be more than 3 rows: those of "
        + "the input, then 3 of the hidden state."
    ) {
      try read([("lstm_cell/kernel", zeros(3, 12))])
    }
  }

  @Test(
    "Shapes without a number in them are refused, not divided by", arguments: [[0, 0], [12, 0]])
  func empty(shape: [Int]) {
    #expect(throws: ModelError.self) {
      try read(changed("lstm.weight_hh_l0", Tensor([Double](), shape: shape)))
    }
    #expect(throws: ModelError.self) {
      try read(changed("lstm.weight_ih_l0", Tensor([Double](), shape: shape)))
    }
    #expect(throws: ModelError.self) {
      try read([
        ("lstm/hf/kernel", Tensor([Double](), shape: shape)),
        ("lstm/if/kernel", Tensor([Double](), shape: shape)),
      ])
    }
    #expect(throws: ModelError.self) {
      try read([("lstm/kernel", Tensor([Double](), shape: shape))])
    }
  }

  @Test("Layer numbers beyond reason make no work")
  func layerNumbers() throws {
    let far = ForeignCells.pytorch(try ForeignCells.parameters(2, 3), "lstm.", "_l999999999999")
    #expect(throws: ModelError.self) { try read(far) }
    let beyond = ForeignCells.pytorch(
      try ForeignCells.parameters(2, 3), "lstm.", "_l99999999999999999999")
    #expect(throws: ModelError.self) { try read(beyond) }
  }
}
