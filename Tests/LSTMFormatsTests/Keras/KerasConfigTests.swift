// Descriptions of Keras models: what is read, and the exact error for what is not.

import TestSupport
import Testing

@testable import LSTMFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct KerasConfigTests {
  private func kinds(_ text: String) throws -> [KerasLayer.Kind] {
    let config = try KerasConfig(Data(text.utf8), file: "m", place: "config.json")
    return try config.order().map { try config.layers[$0].kind() }
  }

  private func sequential(_ layers: String...) -> String {
    """
    {"class_name": "Sequential", "config": {"name": "m", "layers": [\(layers.joined(separator: ","))]}}
    """
  }

  private func layer(_ className: String, _ settings: String = "", name: String = "one") -> String {
    """
    {"class_name": "\(className)", "config": {"name": "\(name)"\(settings.isEmpty ? "" : ", ")\(settings)}}
    """
  }

  static let usual = KerasLSTM(
    units: 2, activation: "tanh", recurrentActivation: "sigmoid", hasBias: true,
    returnsSequences: false, goesBackwards: false, isStateful: false)

  @Test("Settings are read; those left out are Keras's defaults")
  func settings() throws {
    #expect(try kinds(sequential(layer("LSTM", #""units": 2"#))) == [.lstm(Self.usual)])
    var other = Self.usual
    other.activation = "linear"
    other.recurrentActivation = "hard_sigmoid"
    other.hasBias = false
    other.returnsSequences = true
    other.goesBackwards = true
    other.isStateful = true
    let text = sequential(
      layer(
        "LSTM",
        #""units": 2, "activation": null, "recurrent_activation": "hard_sigmoid", "#
          + #""use_bias": false, "return_sequences": true, "go_backwards": true, "stateful": true"#)
    )
    #expect(try kinds(text) == [.lstm(other)])
  }

  @Test("Each layer that is not read is named")
  func unsupported() {
    expectError(
      "'m': the layer 'one' is a 'GRU', which is not read.\n"
        + "Read are InputLayer, Embedding, Masking, LSTM, Bidirectional(LSTM), RNN(LSTMCell), Dense, "
        + "TimeDistributed(Dense), BatchNormalization, LayerNormalization, Conv1D, pooling over time, "
        + "Flatten, Activation, ReLU, LeakyReLU, ELU, Softmax, Dropout."
    ) { try kinds(sequential(layer("GRU", #""units": 2"#))) }
    expectError(
      "'m': the layer 'one' has merge_mode = 'sum', which is not read.\nSupported: 'concat'."
    ) {
      try kinds(
        sequential(
          layer(
            "Bidirectional", #""merge_mode": "sum", "layer": "# + layer("LSTM", #""units": 2"#))))
    }
    expectError(
      "'m': the layer 'one' has layer = GRU, which is not read.\nSupported: LSTM."
    ) {
      try kinds(
        sequential(layer("Bidirectional", #""layer": "# + layer("GRU", #""units": 2"#))))
    }
    expectError(
      "'m': the layer 'one' has units = -1, which is not read.\n"
        + "Supported: a whole number from 1 on."
    ) { try kinds(sequential(layer("LSTM", #""units": -1"#))) }
    expectError("'m: config.json' lacks the key 'one.units'. Add it.") {
      try kinds(sequential(layer("LSTM")))
    }
    expectError(
      "'m': the layer 'one' has activation = the object 'Mine', which is not read.\n"
        + "Supported: tanh, sigmoid, hard_sigmoid, linear, relu, softsign, elu, softplus, "
        + "leaky_relu."
    ) {
      try kinds(
        sequential(layer("LSTM", #""units": 2, "activation": {"class_name": "Mine"}"#)))
    }
    expectError(
      "'m' is a model of the class 'MyModel', whose layers are not in the file.\n"
        + "Read are Sequential and Functional models: build it as one of them and copy the "
        + "weights."
    ) { try kinds(#"{"class_name": "MyModel", "config": {}}"#) }
  }

  private func functional(_ layers: [(name: String, reads: [String])], output: String) -> String {
    let texts = layers.map { layer in
      let reads = layer.reads.map { "[\"\($0)\", 0, 0, {}]" }.joined(separator: ",")
      let className = layer.reads.isEmpty ? "InputLayer" : "Dropout"
      return """
        {"class_name": "\(className)", "config": {"name": "\(layer.name)"}, \
        "inbound_nodes": [\(layer.reads.isEmpty ? "" : "[\(reads)]")]}
        """
    }
    return """
      {"class_name": "Functional", "config": {"layers": [\(texts.joined(separator: ","))], \
      "output_layers": [["\(output)", 0, 0]]}}
      """
  }

  @Test("A Functional model is read in the order of the data, not of the document")
  func order() throws {
    let text = functional([("b", ["a"]), ("in", []), ("a", ["in"])], output: "b")
    let config = try KerasConfig(Data(text.utf8), file: "m", place: "config.json")
    #expect(try config.order().map { config.layers[$0].name } == ["in", "a", "b"])
  }

  @Test("A model that is not one line of layers says where it forks")
  func notAChain() {
    func expect(
      _ reason: String, _ layers: [(name: String, reads: [String])], output: String = "b"
    ) {
      expectError(
        "'m': the layers do not follow one another in one line: \(reason).\n"
          + "Only models that are a single chain of layers are read."
      ) { try kinds(functional(layers, output: output)) }
    }
    expect("there are 2 inputs", [("in", []), ("too", []), ("b", ["in"])])
    expect("'a' and 'b' both read from 'in'", [("in", []), ("a", ["in"]), ("b", ["in"])])
    expect("the layer 'b' reads from 2 places", [("in", []), ("a", ["in"]), ("b", ["in", "a"])])
    expect("'b' reads from 'no', which does not exist", [("in", []), ("b", ["no"])])
    expect(
      "the layer 'a' is not on the way from the input",
      [("in", []), ("a", ["c"]), ("c", ["a"]), ("b", ["in"])])
    expect(
      "the output is 'a', but the last layer is 'b'",
      [("in", []), ("a", ["in"]), ("b", ["a"])], output: "a")
    expect("two layers are named 'in'", [("in", []), ("in", [])])
  }

  @Test("An archive whose weights are pickled is refused")
  func pickled() throws {
    expectError(
      "'m': the weights are 'model.weights.npz', Python objects that Keras itself no longer loads.\n"
        + "Save the model with model.save(\"NAME.keras\"), which writes 'model.weights.h5'."
    ) { throw KerasError.pickledWeights(file: "m") }
  }

  @Test("The hard sigmoid has the slope of its version", arguments: [(2, 0.2), (3, 1.0 / 6)])
  func hardSigmoid(version: Int, slope: Double) {
    #expect(KerasActivation.function("hard_sigmoid", majorVersion: version)?.alpha == slope)
  }
}
