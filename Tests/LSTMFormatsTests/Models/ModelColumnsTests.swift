// The columns, the labels and the vocabulary that training leaves in a model, through the project's own
// forms; what other forms have no place for is said.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

@Suite("What training leaves in a model")
struct ModelColumnsTests {
  private var model: LSTMModel {
    get throws {
      let cell = ReadableCell(
        parameters: try CellParameters<Double>(
          .pytorch, shape: CellShape(inputSize: 2, hiddenSize: 3), seed: 1))
      var model = LSTMModel(
        network: try LSTMNetwork(
          layers: [NetworkLayer(forward: cell)], head: LinearHead(weights: Matrix(zeros: 1, 3))))
      model.columns = .init(
        inputs: [.init(name: "sold", mean: 3.25, scale: 2), .init(name: "price")],
        targets: [.init(name: "sold", mean: 0.1, scale: 0.5)], foretellsChange: true,
        errors: [0.75])
      model.labels = ["a"]
      return model
    }
  }

  @Test("Columns and labels come back from our own forms", arguments: ["safetensors", "json"])
  func ownForms(_ form: String) throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "model.\(form)").path
      let written = try model
      let leftOut = try written.write(to: path)
      let read = try LSTMModel(contentsOf: path)
      #expect(leftOut == [] && read.columns == written.columns && read.labels == written.labels)
    }
  }

  @Test("What is left out of another form is said")
  func otherForms() throws {
    try Fixtures.withTemporaryFolder { folder in
      let leftOut = try model.write(to: folder.appending(path: "model.pt").path)
      #expect(leftOut == ["the columns and their scaling", "the labels"])
    }
  }

  @Test("A vocabulary is read from a file of its own")
  func vocabularyFile() throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "vocabulary.json").path
      try FileAccess.write("{\"kind\": \"characters\", \"entries\": [\"a\", \"b\"]}", to: path)
      #expect(try LSTMModel.Vocabulary(contentsOf: path) == .init(.characters, ["a", "b"]))
      try FileAccess.write("{\"kind\": \"letters\", \"entries\": []}", to: path)
      expectError(
        "'\(path)': kind has to be \"characters\" or \"words\" or \"bytes\"."
      ) { try LSTMModel.Vocabulary(contentsOf: path) }
    }
  }
}
