// Keras's own files through the network here, against what Keras computes. Needs the trait HDF5.

#if HDF5
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
        let keras = try KerasModel(fixtures.file(test.file), file: test.file).network()
        let (input, lengths) = keras.skippingMasked(test.networkInput)
        let result = try keras.network.run(
          input, lengths: lengths, options: .init(emptySequences: .keepInitialState))
        let found = keras.outputLikeKeras(result, of: test)
        // float64 on both sides; the two differ in the order of a few sums.
        expectClose(
          test.file, found, test.output, within: .absolute(test.tolerance ?? 1e-14))
      }
    }
  }

  extension KerasNetwork {
    /// The output with the sequence first, and, at a step that Keras skips, that of the step before
    /// (zeros at the first).
    fileprivate func outputLikeKeras(
      _ result: NetworkOutput<Double>, of test: KerasFixtures.Case
    ) -> [Double] {
      let (batch, steps) = (test.inputShape[0], test.inputShape[1])
      guard returnsSequences else {
        if let array = result.probabilities ?? result.logits { return array.values }
        return (0..<batch).flatMap { sequence in
          result.finalState.parts.flatMap { Array($0.hidden.row(sequence)) }
        }
      }
      var output: [Double] = []
      for sequence in 0..<batch {
        var next = 0
        // A dense layer sees zeros before the first step that is not skipped.
        var hidden = [Double](repeating: 0, count: result.output.columns)
        for step in 0..<steps {
          if !isMasked(test, sequence: sequence, step: step) {
            hidden = result.output.row(next, sequence)
            next += 1
          }
          guard let head = network.head else {
            output += hidden
            continue
          }
          let logits = head.logits(hidden)
          output += head.probabilities(logits) ?? logits
        }
      }
      return output
    }

    private func isMasked(_ test: KerasFixtures.Case, sequence: Int, step: Int) -> Bool {
      let place = sequence * test.inputShape[1] + step
      switch masking {
      case nil: return false
      case .tokenZero: return test.input[place] == 0
      case .value(let value):
        let width = test.inputShape[2]
        return test.input[place * width..<(place + 1) * width].allSatisfy { $0 == value }
      }
    }
  }
#endif
