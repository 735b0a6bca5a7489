// fuzz: Bytes Tensors ONNX ONNX/Generated NearestName.swift LSTMFormatsError.swift
// modules: LSTMCore RealModule _NumericsShims SwiftProtobuf
// An ONNX model: what is read is written, and has to be read again as the same network.

import LSTMCore

private func read(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  let model = try ONNXModelReader.read(ByteStorage(bytes), file: "f")
  guard let written = try? ONNXModelWriter.bytes(of: model) else { return }
  let again = try ONNXModelReader.read(ByteStorage(written), file: "f")
  precondition(again.network.layers.count == model.network.layers.count, "layers are lost")
  precondition(again.outputs.map(\.meaning) == model.outputs.map(\.meaning), "outputs differ")
  let twice = try ONNXModelWriter.bytes(of: again)
  precondition(twice == written, "written twice, it differs")
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  do {
    try read(UnsafeBufferPointer(start: start, count: count))
  } catch {
    precondition("\(error)".split(separator: "\n").count <= 3, "an error has three lines at most")
  }
  return 0
}
