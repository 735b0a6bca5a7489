// Models that exporters, ONNX's own tests and a script wrote, read and run through the network.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

@Suite("ONNX models are read")
struct ONNXReaderTests {
  @Test("the fixtures can be read and none is missing")
  func fixtures() throws {
    let cases = try ONNXCase.readAll()
    #expect(cases.count >= 120)
    #expect(Set(cases.map(\.name)).count == cases.count)
    #expect(
      Fixtures.names(in: "onnx", endingIn: ".onnx").count == cases.count)
    #expect(cases.count { $0.name.hasPrefix("onnx-") } == 6)
    #expect(cases.count { $0.name.hasPrefix("ort-") } == 64)
  }

  @Test("the network gives what ONNX Runtime gave", arguments: ONNXCase.all)
  func outputs(_ fixture: ONNXCase) throws {
    try fixture.expectOutputs(of: fixture.model())
  }
}
