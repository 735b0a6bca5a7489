// Keras's own files through the network here, against what Keras computes.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

@Suite struct KerasNetworkTests {
  @Test(
    "Every model of Keras 3 and Keras 2 computes what Keras computes",
    arguments: [2, 3])
  func sameOutputs(version: Int) throws {
    let fixtures = try (version == 2 ? KerasFixtures.two : KerasFixtures.three).get()
    for test in fixtures.cases {
      let keras = try KerasModel(storage: fixtures.file(test.file), file: test.file).network()
      let result = try keras.model.run(test.networkInput)
      let found = keras.outputLikeKeras(result, of: test)
      // float64 on both sides; the two differ in the order of a few sums.
      expectClose(
        test.file, found, test.output, within: .absolute(test.tolerance ?? 1e-14))
    }
  }
}

extension KerasNetwork {
  /// The output with the sequence first.
  fileprivate func outputLikeKeras(
    _ result: NetworkOutput<Double>, of test: KerasFixtures.Case
  ) -> [Double] {
    let shown = result.probabilities ?? result.logits
    if returnsSequences { return (shown ?? result.output).swappingPlanesAndRows.values }
    if let shown { return shown.values }
    return (0..<test.inputShape[0]).flatMap { sequence in
      result.finalState.parts.flatMap { Array($0.hidden.row(sequence)) }
    }
  }
}
