// fuzz: Bytes Tensors ONNX ONNX/Generated NearestName.swift LSTMFormatsError.swift
// modules: LSTMCore CLSTMKernels RealModule _NumericsShims SwiftProtobuf
// An ONNX model: what is read is written, and has to be read again as the same network.

import LSTMCore

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  let model = try ONNXModelReader.read(ByteStorage(bytes), file: "f")
  guard let written = try? ONNXModelWriter.bytes(of: model) else { return }
  let again = try ONNXModelReader.read(ByteStorage(written), file: "f")
  precondition(again.network.layers.count == model.network.layers.count, "layers are lost")
  precondition(again.outputs.map(\.meaning) == model.outputs.map(\.meaning), "outputs differ")
  let twice = try ONNXModelWriter.bytes(of: again)
  precondition(twice == written, "written twice, it differs")
}
