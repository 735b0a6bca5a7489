// What every error says of itself: its kind, what is wrong, and remedies as values.

import Foundation
import LSTMCore
import Testing

@Suite struct FailureTests {
  private struct Example: LSTMFailure {
    var kind: FailureKind { .data }
    var message = "it is too wide."
    var remedies: [Remedy] = []
  }

  @Test("A description is the message, and the remedies as one sentence")
  func description() {
    #expect("\(Example())" == "it is too wide.")
    #expect(
      "\(Example(remedies: [.leaveOut(setting: "mask")]))" == "it is too wide. Leave it out.")
    #expect(
      "\(Example(remedies: [.equalSizes, .chooseWeights]))"
        == "it is too wide. Make the two equal, or choose other weights.")
    #expect(
      "\(Example(message: "it is too wide.\n", remedies: [.takeFewerUnits, .takeIdentity, .takeJSON]))"
        == "it is too wide.\nTake fewer units, identity weights, or the numbers as JSON.")
  }

  @Test("Whoever shows an error words its remedies; after a long one the next begins a line")
  func described() {
    let long = String(repeating: "a", count: 61)
    let example = Example(remedies: [.chooseForm(["onnx"]), .leaveOut(setting: "mask")])
    #expect(
      example.described { remedy in
        switch remedy {
        case .leaveOut(let setting): "press \(setting)"
        default: long
        }
      } == "it is too wide. A\(long.dropFirst()),\nor press mask.")
  }

  @Test("Remedies carry what can be chosen, by the names that the package takes")
  func remedies() {
    #expect(
      NetworkError.emptySequence(0).remedies == [
        .chooseFinalState(["keep-initial-state", "zero-state"])
      ])
    #expect(
      NetworkError.beyondPrecision(.initialCell, value: 1e9, precision: .float16).remedies == [
        .choosePrecision(["float32", "float64"])
      ])
    #expect(
      "\(NetworkError.beyondPrecision(.initialCell, value: 1e9, precision: .float16))"
        == "an initial cell state: a number is 1000000000.0, which is beyond the range of float16. "
        + "Write it as float32 or float64.")
    #expect(LSTMCoreError.identityWithProjection.remedies == [.takeOutProjection, .chooseWeights])
    let step = NetworkError.step(
      .identityWithProjection, layer: 0, .forward, step: 0, sequence: 0)
    #expect(step.remedies == LSTMCoreError.identityWithProjection.remedies)
    #expect(
      "\(step)" == "layer 1, forward, step 1, sequence 1: \(LSTMCoreError.identityWithProjection)")
  }

  @Test("An error of the engine says its kind")
  func engine() {
    #expect(EngineError.noForward.kind == .usage)
    #expect(EngineError.noHead.kind == .data)
    #expect(
      EngineError.count(of: .logits, found: 3, expected: [2, 2]).description
        == "the logits have 3 numbers, not 2 x 2.")
  }

  @Test("Every type of error in the sources is an LSTMFailure")
  func everyError() throws {
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    let files = try #require(
      FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
    )
    .compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
    let heading = #/\b(?:enum|struct|class|actor|extension) ([\w.]+)(?:<[^{]*>)?\s*:([^{]*)\{/#
    var failures: [String] = []
    for file in files {
      for match in try String(contentsOf: file, encoding: .utf8).matches(of: heading) {
        let parents = match.2.split { $0 == "," || $0.isWhitespace }
        if parents.contains("LSTMFailure") { failures.append(String(match.1)) }
        #expect(
          !parents.contains { ["Error", "Swift.Error", "LocalizedError"].contains($0) },
          "\(match.1) in \(file.lastPathComponent) says no kind: make it an LSTMFailure")
      }
    }
    for name in ["LSTMCoreError", "EngineError", "ModelError", "DiagnosisError", "UsageError"] {
      #expect(failures.contains(name), "\(name) was not found")
    }
    #expect(failures.count >= 20)
  }
}
