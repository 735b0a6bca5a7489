// The JSON files: the numbers of a step, the weights of a cell, and a model, which is written and
// read again, has to be the same, and runs a step.

import FoundationEssentials
import LSTMCore

func run(_ bytes: UnsafeBufferPointer<UInt8>) throws {
  let data = Data(bytes)
  _ = try? StepNumbers(data: data, file: "f")
  _ = try? CellWeightsFile(data: data, file: "f").parameters
  let model = try ModelJSON.parse(data, file: "f")
  guard let text = try? ModelJSON.text(of: model),
    let again = try? ModelJSON.parse(Data(text.utf8), file: "f")
  else { fatalError("what was read can be written and read again") }
  precondition(again == model, "written, it reads otherwise")
  guard model.network.inputSize <= 64 else { return }
  let input: NetworkInput<Double> =
    model.network.front == nil
    ? .values(Array3(zeros: 2, 1, model.network.inputSize))
    : .tokens(ids: [0, 0], steps: 2, batch: 1)
  _ = try model.network.run(RunRequest(input))
}
