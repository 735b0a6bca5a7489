// Models written by hand as JSON, and the errors of the project's two own forms of a model with
// their whole text.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Models written by hand")
struct ModelJSONTests {
  private func parse(_ text: String) throws -> LSTMModel {
    try ModelJSON.parse(Data(text.utf8), file: "m.json")
  }

  /// A layer with I = 2, H = 3 and what more is asked for.
  private func layer(_ more: String = "", direction: String = "forward") -> String {
    "{\"\(direction)\": \(WeightsText.plain)\(more)}"
  }

  @Test("The weights of one cell by themselves are a model of one layer")
  func oneCell() throws {
    let model = try parse(WeightsText.plain)
    let cell = try CellWeightsFile(data: Data(WeightsText.plain.utf8), file: "m.json").parameters
    #expect(model.network.layers == [.init(forward: ReadableCell(parameters: cell))])
    #expect(model.hasBiases && model.precision == .float64)
    #expect(model.provenance == .init(format: "JSON", file: "m.json"))
  }

  @Test("Layers, settings, embedding, head and vocabulary")
  func whole() throws {
    let model = try parse(
      """
      {"layers": [\(layer(", \"variant\": {\"clip\": 3, \"coupled\": \"forget-from-input\"}"))],
       "embedding": [[1, 2], [0.1, 4]],
       "head": {"weights": [[1, 2, 3], [4, 5, 6]], "activation": "softmax"},
       "vocabulary": {"kind": "characters", "entries": ["a", "b"]},
       "task": "next letter", "precision": "float32"}
      """)
    let cell = try #require(model.network.layers[0].forward)
    #expect(cell.variant.clip == 3 && cell.variant.coupling == .forgetFromInput)
    #expect(
      model.network.front
        == .embedding(Matrix(rows: 2, columns: 2, values: [1, 2, Double(Float(0.1)), 4])))
    #expect(model.network.head?.activation == .softmax && model.network.head?.bias == nil)
    #expect(model.vocabulary == .init(.characters, ["a", "b"]) && model.task == "next letter")
    #expect(model.precision == .float32)
  }

  @Test("Settings hold for both directions unless the reverse has its own; coupled gates may lack")
  func directions() throws {
    let gates = Gate.allCases.filter { $0 != .forget }.map { WeightsText.gate($0) }
    let cell = WeightsText.document(gates)
    let both = "{\"forward\": \(cell), \"reverse\": \(cell), "
    let shared = try parse(
      "{\"layers\": [\(both)\"variant\": {\"coupled\": \"forget-from-input\"}}]}")
    #expect(shared.network.layers[0].reverse?.variant.coupling == .forgetFromInput)
    let own = try parse(
      "{\"layers\": [\(both)\"variant\": {\"coupled\": \"forget-from-input\"}, "
        + "\"reverseVariant\": {\"pinned\": {\"forget\": 1}}}]}")
    #expect(own.network.layers[0].reverse?.variant.pinned.forget == 1)
    #expect(own.network.layers[0].reverse?.variant.coupling == nil)
    let backward = try parse(
      "{\"layers\": [\(layer(", \"reverseOrder\": \"processing\"", direction: "reverse"))]}")
    #expect(backward.network.layers[0].directions == [.reverse])
    #expect(backward.network.layers[0].reverseOrder == .processing)
  }

  @Test("Mistakes in a document are found by place")
  func errors() {
    expectError("'m.json' lacks the key 'layers'. Add it.") { try parse("{}") }
    expectError("the network has no layer. Give it at least one.") {
      try parse("{\"layers\": []}")
    }
    expectError("'m.json' lacks the key 'layers[0].forward'. Add it.") {
      try parse("{\"layers\": [{}]}")
    }
    expectError(
      "'m.json' has the unknown key 'layer'. Did you mean 'layers'?\nValid here: layers, "
        + "embedding, oneHot, head, mask, initialState, lengths, gives, graphInputs, vocabulary, "
        + "columns, labels, task, precision, provenance, frontLayers, headLayers, audio."
    ) {
      try parse("{\"layer\": []}")
    }
    expectError(
      "'m.json': precision has to be \"float16\" or \"bfloat16\" or \"float32\" or \"float64\"."
    ) {
      try parse("{\"layers\": [], \"precision\": \"int8\"}")
    }
    expectError("'m.json': there are both 'embedding' and 'oneHot'. Keep one.") {
      try parse("{\"layers\": [], \"embedding\": [[1]], \"oneHot\": 1}")
    }
    expectError("'m.json' lacks the key 'head.weights'. Add it.") {
      try parse("{\"layers\": [], \"head\": {}}")
    }
    expectError("'m.json': head.activation has to be \"softmax\" or \"sigmoid\".") {
      try parse("{\"layers\": [], \"head\": {\"weights\": [[1]], \"activation\": \"relu\"}}")
    }
    expectError("'m.json' lacks the key 'vocabulary.entries'. Add it.") {
      try parse("{\"layers\": [], \"vocabulary\": {\"kind\": \"words\"}}")
    }
    expectError(
      "'m.json': layers[0].reverseOrder is for a layer that only reads backward, "
        + "but this one has 'forward' too. Take one of them out."
    ) {
      try parse("{\"layers\": [\(layer(", \"reverseOrder\": \"processing\""))]}")
    }
    func variant(_ text: String) -> String {
      "{\"layers\": [\(layer(", \"variant\": \(text)"))]}"
    }
    expectError("'m.json': layers[0].variant.clip has to be a number above 0.") {
      try parse(variant("{\"clip\": 0}"))
    }
    expectError(
      "'m.json': layers[0].variant.coupled has to be \"forget-from-input\" or "
        + "\"input-from-forget\"."
    ) {
      try parse(variant("{\"coupled\": \"yes\"}"))
    }
    expectError(
      "'m.json' has the unknown key 'layers[0].variant.activations.forgett'. "
        + "Did you mean 'forget'?\nValid here: forget, input, candidate, output, cell."
    ) {
      try parse(variant("{\"activations\": {\"forgett\": \"tanh\"}}"))
    }
    for text in ["tan", "tanh:1", "hard-sigmoid:x", "hard-sigmoid:1:2:3", "elu:inf", ""] {
      expectError(
        "'m.json': layers[0].variant.activations.cell has to be a function with its numbers, such "
          + "as \"hard-sigmoid:0.2:0.5\"; functions are sigmoid, tanh, identity, relu, affine, "
          + "leaky-relu, thresholded-relu, scaled-tanh, hard-sigmoid, elu, softsign, softplus."
      ) {
        try parse(variant("{\"activations\": {\"cell\": \"\(text)\"}}"))
      }
    }
  }
}

@Suite("The document of a model file")
struct ModelFileErrorTests {
  private func model() throws -> LSTMModel {
    LSTMModel(
      network: try LSTMNetwork(layers: [
        .init(forward: ReadableCell(parameters: ForeignCells.parameters(2, 3)))
      ]))
  }

  private func read(_ document: String, dropping names: [String] = []) throws -> LSTMModel {
    var archive = try ModelFile.archive(of: model())
    archive.metadata[ModelFile.metadataKey] = document
    archive.entries.removeAll { names.contains($0.name) }
    return try ModelFile.model(from: archive, file: "m.safetensors")
  }

  @Test("The document of a simple model is short")
  func document() throws {
    #expect(
      try ModelFile.archive(of: model()).metadata[ModelFile.metadataKey]
        == #"{"layers":[{"forward":{"secondBiases":[]}}],"precision":"float64","version":1}"#)
  }

  @Test("Mistakes are found by place, missing arrays by name")
  func errors() throws {
    let place = "'m.safetensors, metadata 'swift-lstm''"
    let layers = #""layers": [{"forward": {}}]"#
    expectError("'m.safetensors' lacks the key 'swift-lstm'. Add it.") {
      try ModelFile.model(from: TensorArchive(), file: "m.safetensors")
    }
    expectError("\(place) is not valid JSON: it is empty.") { try read("") }
    expectError("\(place) lacks the key 'version'. Add it.") { try read("{\(layers)}") }
    expectError("\(place): version has to be 1: a newer program wrote 2.") {
      try read("{\"version\": 2, \(layers)}")
    }
    expectError(
      "\(place): layers[0].forward.secondBiases has to be a list of gates: "
        + "forget, input, candidate, output."
    ) {
      try read(#"{"version": 1, "layers": [{"forward": {"secondBiases": ["x"]}}]}"#)
    }
    let incomplete = "\nThe file is incomplete: save the model again."
    expectError(
      "'m.safetensors' lacks the tensor 'lstm.bias_hh_l0', but 'lstm.weight_hh_l0' has 3 units."
        + incomplete
    ) {
      try read("{\"version\": 1, \(layers)}", dropping: ["lstm.bias_hh_l0"])
    }
    expectError(
      "'m.safetensors' lacks the tensor 'head.weight', but the document says so." + incomplete
    ) {
      try read("{\"version\": 1, \(layers), \"head\": {}}")
    }
    expectError(
      "'m.safetensors' lacks the tensor 'lstm.weight_hh_l0_reverse', "
        + "but other parts of this LSTM are there." + incomplete
    ) {
      try read(#"{"version": 1, "layers": [{"reverse": {}}]}"#)
    }
  }
}
