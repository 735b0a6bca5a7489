// A model file on the engine, as README shows it, against the readable cell.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

@Suite("An opened model on the engine")
struct OpenedModelEngineTests {
  @Test("The example of README gives the numbers of the readable cell, step by step")
  func readme() throws {
    let model = try LSTMModel(
      contentsOf: Fixtures.folder.appending(path: "../../Examples/sine.pt").path)
    let engine = try InferenceEngine(LSTMNetwork<Float>(model.network))
    let session = try engine.makeSession(batch: 1)
    var output = [Float](repeating: 0, count: engine.outputSize)
    let input = (0..<20).map { [0.5, -1, 0.25][$0 % 3] }
    let expected = try model.network.run(
      .values(Array3(planes: 20, rows: 1, columns: 1, values: input)))
    for (step, number) in input.enumerated() {
      try session.step([Float(number)], into: &output)
      expectClose(
        "h of step \(step)", output, expected.output.row(step, 0), within: .relative(2e-6))
    }
  }
}
