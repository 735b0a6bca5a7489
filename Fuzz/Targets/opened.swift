// Any model file, told by its content: what opens runs two steps, and is written as JSON and read again.

import LSTMCore

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  let model = try LSTMModel(storage: ByteStorage(bytes), file: "f")
  guard model.parameterCount.total <= 1 << 14, model.inputSize <= 64 else { return }
  let input: NetworkInput<Double> =
    model.readsTokens
    ? .tokens(ids: [0, 0], steps: 2, batch: 1)
    : .values(Array3(zeros: 2, 1, model.inputSize))
  _ = try? model.run(RunRequest(input, lengths: model.lengths == nil ? nil : [2]))
  guard let text = try? ModelJSON.text(of: model) else { return }
  let again = try LSTMModel(storage: ByteStorage(Array(text.utf8)), file: "f")
  precondition(again.headLayers == model.headLayers, "the head comes back")
}
