// An ONNX model: what is read is written, and has to be read again as the same network.

import LSTMCore

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  let model = try ONNXSequenceModel(storage: ByteStorage(bytes), file: "f")
  guard let written = try? model.bytes() else { return }
  let again = try ONNXSequenceModel(storage: ByteStorage(written), file: "f")
  precondition(again.network.layers.count == model.network.layers.count, "layers are lost")
  precondition(again.outputs.map(\.meaning) == model.outputs.map(\.meaning), "outputs differ")
  let twice = try again.bytes()
  precondition(twice == written, "written twice, it differs")
}
