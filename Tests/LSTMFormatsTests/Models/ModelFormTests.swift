// The list of forms: what each is called, that files are told apart, and that another form is added by
// one value.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMFormats

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A form that nobody needs: the three numbers of a gate of one unit in a line of text, the same in
/// all four gates.
extension ModelForm {
  fileprivate static let lineOfText = ModelForm(
    identifier: "line", title: "line of text", extensions: ["line"], settings: [.lengths],
    recognise: { content, _ in
      content.withUnsafeBytes { $0.starts(with: Array("lstm ".utf8)) } ? .certain : .foreign
    },
    read: { content, file, _ in
      let text = content.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      let numbers = text.split(whereSeparator: \.isWhitespace).dropFirst().compactMap { Double($0) }
      guard numbers.count == 3 else {
        throw LSTMFormatsError.unreadableFile(file, reason: "its line has not three numbers")
      }
      return try LSTMModel(
        network: ModelFormTests.network(numbers),
        provenance: .init(format: "line of text", file: file))
    },
    write: { model, output in
      let gate = model.network.cells[0].cell.parameters.gates.forget
      let numbers = gate.inputWeights.values + gate.hiddenWeights.values + gate.bias
      let text = "lstm " + numbers.map { "\($0)" }.joined(separator: " ") + "\n"
      try output.write(Array(text.utf8))
      return model.notes
    })
}

@Suite("Forms of files")
struct ModelFormTests {
  /// A layer of one unit with one input: W, U and b of each gate.
  static func network(_ numbers: [Double]) throws -> LSTMNetwork<Double> {
    let gate = GateParameters(
      inputWeights: Matrix(rows: 1, columns: 1, values: [numbers[0]]),
      hiddenWeights: Matrix(rows: 1, columns: 1, values: [numbers[1]]), bias: [numbers[2]])
    return try LSTMNetwork(layers: [
      NetworkLayer(
        forward: ReadableCell(parameters: try CellParameters(gates: PerGate(all: gate))))
    ])
  }

  private static func model() throws -> LSTMModel {
    let layers = try network([0.5, -0.25, 1]).layers
    let head = LinearHead(weights: Matrix(rows: 1, columns: 1, values: [0.5]), bias: [0.25])
    return LSTMModel(network: try LSTMNetwork(layers: layers, head: head))
  }

  @Test("What users type for a form, and the extensions that name it, are these")
  func names() {
    #expect(
      ModelForm.all.map(\.identifier)
        == [
          "swift-lstm", "safetensors", "pytorch", "onnx", "keras", "numpy", "mlx", "json", "nam",
          "guitarml", "rtneural",
        ])
    let extensions = ModelForm.all.flatMap { form in form.extensions.map { ($0, form) } }
    #expect(
      extensions.map(\.0) == [
        "safetensors", "pt", "pth", "bin", "onnx", "keras", "h5", "npz", "json",
        "nam",
      ])
    for (ending, form) in extensions {
      #expect(ModelForm.named(byFile: "a.b/MODEL.\(ending.uppercased())") == form)
    }
    for name in ["model", "model.txt", "pt", "model.npy"] {
      #expect(ModelForm.named(byFile: name) == nil, "\(name)")
    }
  }

  @Test("No two forms share an identifier, a title or an extension")
  func unlike() {
    let forms = ModelForm.all
    #expect(Set(forms.map(\.identifier)).count == forms.count)
    #expect(Set(forms.map(\.title)).count == forms.count)
    #expect(Set(forms.flatMap(\.extensions)).count == forms.flatMap(\.extensions).count)
  }

  @Test(
    "A file of each form is told by its content, whatever it is called", arguments: ModelForm.all)
  func recognised(form: ModelForm) throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "nameless").path
      try Self.model().write(to: path, as: form)
      // MLX' names stand in a safetensors file, which is read as one, and audio models in JSON.
      let expected =
        form == .mlx
        ? .safetensors : [.nam, .guitarML, .rtneural].contains(form) ? .json : form
      #expect(try ModelForm.recognised(ByteStorage(mapping: path), file: path) == expected)
      let again = try LSTMModel(contentsOf: path)
      #expect(again.network.outputSize == 1)
    }
  }

  @Test("Content of no form is refused, and so is an array, each in its own words")
  func refused() throws {
    for text in ["", "lstm 1 2 3", "PK"] {
      expectError(
        "'f' is no model in a form that is known: safetensors, PyTorch (.pt, .pth, .bin), "
          + "ONNX, Keras (.keras, .h5), NumPy (.npz) or JSON."
      ) { try LSTMModel(storage: ByteStorage(Array(text.utf8)), file: "f") }
    }
    let array = NumpyFile(Tensor([1, 2] as [Double], shape: [2])).bytes()
    expectError(
      "'f' holds an array of numbers, not a model. A model has named weights: "
        + "an .npz file with weight_ih_l0 and so on."
    ) { try LSTMModel(storage: ByteStorage(array), file: "f") }
  }

  @Test("A zip file that is nobody's is PyTorch's to refuse")
  func nobodysZip() throws {
    let bytes = try ByteOutput.bytes { output in
      var zip = ZipWriter(output)
      try Array("text".utf8).withUnsafeBytes { try zip.add("a.txt", $0) }
      try zip.finish()
    }
    #expect(try ModelForm.recognised(ByteStorage(bytes), file: "f") == .pytorch)
  }

  @Test("A form that is one value more in the list opens, recognises and writes models")
  func another() throws {
    let forms = ModelForm.all + [.lineOfText]
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "model.line").path
      var model = try Self.model()
      model.task = "a task"
      #expect(try model.write(to: path, among: forms) == ["the task"])
      #expect(try FileAccess.readText(path) == "lstm 0.5 -0.25 1.0\n")
      let content = try ByteStorage(mapping: path)
      #expect(try ModelForm.recognised(content, file: path, among: forms) == .lineOfText)
      #expect(try ModelForm.recognised(content, file: path) == nil)
      let again = try LSTMModel(contentsOf: path, among: forms)
      #expect(again.network.layers == model.network.layers)
      #expect(again.provenance.format == "line of text")
      // The other forms are told apart as before.
      let other = folder.appending(path: "model.pt").path
      try again.write(to: other, among: forms)
      #expect(
        try LSTMModel(contentsOf: other, among: forms).provenance.format == "PyTorch state dict")
    }
  }

  @Test("What an added form has no place for is refused like everywhere, and nothing is written")
  func anotherRefuses() throws {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "model.line").path
      var model = try Self.model()
      model.lengths = [2]
      try model.write(to: path, as: .lineOfText)
      model.mask = .value(0)
      #expect(throws: ModelError.self) {
        try model.write(to: path + "2", as: .lineOfText)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.line"])
    }
  }
}
