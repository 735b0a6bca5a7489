// Files of other kinds are said by name, with the way out; and pickles of other things run nothing.

import LSTMCore
import TestSupport
import Testing

@testable import LSTMFormats

@Suite("Files of other kinds")
struct ForeignFileTests {
  @Test("Each is told by its first bytes")
  func told() {
    func recognised(_ bytes: [UInt8], _ file: String = "x") -> ForeignFile? {
      ForeignFile.recognised(ByteStorage(bytes), file: file)
    }
    let zeros = [UInt8](repeating: 0, count: 64)
    #expect(recognised(Array("version https://git-lfs.github.com/spec/v1\n".utf8)) == .lfsPointer)
    #expect(recognised([0x1C, 0, 0, 0] + Array("TFL3".utf8) + zeros) == .tensorFlowLite)
    #expect(
      recognised(zeros + [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]) == .tensorFlowIndex)
    #expect(recognised(zeros, "m.ckpt.data-00000-of-00001") == .tensorFlowData)
    #expect(
      recognised([8, 1, 0x12, 0x9B, 0x8E, 0x10, 0x0A, 0xD8, 0x19, 0x12] + zeros) == .savedModel)
    #expect(
      recognised([8, 2, 0x12, 0xD2, 0x6A, 0x0A, 0x15, 0x0A, 5] + Array("input".utf8) + zeros)
        == .coreML)
    #expect(recognised(Array("4\n1\n3\nV 1\n13\nnn.Sequential\n".utf8)) == .torch7)
    // ONNX begins alike, and goes on with the name of a program.
    #expect(recognised([8, 8, 0x12, 7] + Array("pytorch".utf8) + zeros) == nil)
    #expect(recognised(zeros) == nil)
  }

  @Test("The way out is said, for this file")
  func wayOut() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4\nsize 5\n"
    expectError(
      "'m.pth' is a Git LFS pointer, a few lines of text that stand for the file, which is not read "
        + "here.\nGet the file itself, in the repository that it came from: git lfs pull"
    ) { try LSTMModel(storage: ByteStorage(Array(pointer.utf8)), file: "m.pth") }
    expectError(
      "'m.json' is the description of a TensorFlow.js model, which is not read here.\n"
        + "Its weights are in the .bin files beside it. Make a Keras model of it in Python:\n"
        + "  import tensorflowjs; model = tensorflowjs.converters.load_keras_model(\"m.json\")\n"
        + "  model.save(\"model.keras\")"
    ) {
      try LSTMModel(
        storage: ByteStorage(Array("{\"modelTopology\": {}, \"weightsManifest\": []}".utf8)),
        file: "m.json")
    }
  }

  @Test("A pickle of another program's object is said by its class, and nothing of it is run")
  func otherPickle() {
    let pickle: [UInt8] =
      [0x80, 2] + Array("cmadmom.ml.nn\nNeuralNetwork\n)\u{1}".utf8).dropLast()
      + [0x81, UInt8(ascii: ".")]
    expectError(
      "'m.pkl' is a pickle of 'madmom.ml.nn.NeuralNetwork', not a file of PyTorch, and nothing of it "
        + "was run.\nTake its arrays out in Python, where 'madmom' is installed, and save them by name: "
        + "model = pickle.load(open(\"m.pkl\", \"rb\")); "
        + "numpy.savez(\"model.npz\", weight_ih_l0=..., weight_hh_l0=..., bias_ih_l0=...)"
    ) { try LSTMModel(storage: ByteStorage(pickle), file: "m.pkl") }
  }
}
