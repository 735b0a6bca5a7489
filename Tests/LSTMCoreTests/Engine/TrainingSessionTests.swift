// The backward engine against the readable cell: every kind of cell that kernels can go back
// through, stacks and directions, threads, and recomputation.

import TestSupport
import Testing

@testable import LSTMCore

@Suite("The backward engine")
struct TrainingSessionTests {
  /// Made-up gradients of a loss.
  private func draw(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float(2 * generator.nextUnit() - 1) }
  }

  private func session(
    _ sample: EngineSample, kernels: KernelSet = .fastest, threads: Int = 1,
    memory: TrainingMemory = .stored
  ) throws -> TrainingSession {
    try TrainingSession(
      sample.network, batch: sample.lengths.count, threads: threads, memory: memory,
      kernels: kernels, threadWork: 1)
  }

  private func gradients(_ sample: EngineSample, in session: TrainingSession) throws
    -> NetworkGradients
  {
    _ = try session.forward(
      .values(sample.input), lengths: sample.lengths, state: sample.state(seed: 31))
    return try session.backward(loss(of: sample))
  }

  private func loss(of sample: EngineSample) -> OutputGradients {
    let shape = [sample.input.planes, sample.lengths.count, sample.network.outputSize]
    var finalState = sample.network.zeroState(batch: sample.lengths.count)
    for part in finalState.parts.indices {
      finalState.parts[part].hidden.values = draw(
        finalState.parts[part].hidden.values.count, seed: UInt64(part) + 60)
      finalState.parts[part].cell.values = draw(
        finalState.parts[part].cell.values.count, seed: UInt64(part) + 90)
    }
    return OutputGradients(
      output: Array3(
        planes: shape[0], rows: shape[1], columns: shape[2],
        values: draw(shape.reduce(1, *), seed: 21)), finalState: finalState)
  }

  private func expected(_ sample: EngineSample) throws -> ReferenceGradients {
    func double(_ state: NetworkState<Float>) -> NetworkState<Double> {
      NetworkState(
        parts: state.parts.map {
          .init(hidden: Matrix<Double>($0.hidden), cell: Matrix<Double>($0.cell))
        })
    }
    let loss = loss(of: sample)
    return try ReferenceGradients(
      sample.exact, input: Array3<Double>(sample.input), lengths: sample.lengths,
      state: double(sample.state(seed: 31)),
      output: Array3<Double>(try #require(loss.output)),
      finalState: double(try #require(loss.finalState)))
  }

  private func check(_ name: String, _ found: NetworkGradients, _ expected: ReferenceGradients) {
    // Sums of some hundred products in single precision.
    let tolerance = Tolerance.ofLargest(1e-5)
    for (index, (found, wanted)) in zip(found.cells, expected.cells).enumerated() {
      expectClose(
        "parameters of cell \(index) of \(name)", found.allValues, wanted.allValues,
        within: tolerance)
    }
    expectClose(
      "input of \(name)", found.input?.values ?? [], expected.input.values, within: tolerance)
    for (index, (found, wanted)) in zip(found.initialState.parts, expected.initialState.parts)
      .enumerated()
    {
      expectClose(
        "h\(index) of \(name)", found.hidden.values, wanted.hidden.values, within: tolerance)
      expectClose("c\(index) of \(name)", found.cell.values, wanted.cell.values, within: tolerance)
    }
  }

  @Test(
    "Every kind of cell has the gradients of the readable cell, with every kernel set, or is refused by name",
    arguments: RandomCellCase.all)
  func everyCell(_ kind: RandomCellCase) throws {
    for kernels in EngineSample.kernels(inTurnFor: kind) {
      var kind = kind
      kind.shape.hiddenSize = kernels == .fastest ? 19 : kind.shape.hiddenSize
      let sample = try EngineSample(
        kind, directions: [.forward, .reverse], lengths: [4, 6, 1, 6], seed: 5)
      let engine = try InferenceEngine(sample.network)
      let setting =
        kind.variant.clip != nil
        ? "a clip of the pre-activations"
        : engine.readableCells.isEmpty ? nil : "an activation that no kernel knows"
      if let setting {
        let error = #expect(throws: EngineError.self) { try session(sample, kernels: kernels) }
        #expect(
          error.map { "\($0)" }
            == "layer 1 has \(setting), through which the kernels know no way back. "
            + "Take its gradients with ReadableCell.backward, step by step.")
      } else {
        check(
          "\(kind.name), \(kernels)", try gradients(sample, in: session(sample, kernels: kernels)),
          try expected(sample))
      }
    }
  }

  @Test("Stacks, directions, lengths and recomputation have the gradients of the readable cell")
  func shapes() throws {
    var generator = SplitMix64(seed: 77)
    func pick(_ choices: [Int]) -> Int { choices[Int(generator.next() % UInt64(choices.count))] }
    for round in 0..<LongTests.count(20, every: 2) {
      let kind = RandomCellCase("shape \(round)") {
        let hidden = pick([1, 5, 16, 17, 33, 40])
        $0.shape = CellShape(
          inputSize: pick([1, 3, 18]), hiddenSize: hidden,
          projectionSize: pick([0, 0, 1]) == 1 ? max(1, hidden / 2) : nil,
          hasPeepholes: pick([0, 1]) == 1, hasRecurrentBias: pick([0, 1]) == 1)
      }
      let (batch, steps) = (pick([1, 2, 5, 13]), pick([1, 3, 8]))
      let directions: [Direction] = [[.forward], [.reverse], [.forward, .reverse]][pick([0, 1, 2])]
      let sample = try EngineSample(
        kind, layers: pick([1, 2, 3]), directions: directions,
        order: pick([0, 1]) == 0 ? .steps : .processing,
        lengths: (0..<batch).map { _ in pick([steps, steps, max(1, steps / 2), 1]) },
        seed: UInt64(round + 1))
      let expected = try expected(sample)
      for kernels in KernelSet.available {
        let threads = pick([1, 2, 4])
        let name = "\(kind.name), \(kernels), \(threads) threads"
        let stored = try gradients(
          sample, in: session(sample, kernels: kernels, threads: threads))
        check(name, stored, expected)
        let again = try gradients(
          sample, in: session(sample, kernels: kernels, memory: .recomputed(every: 3)))
        check("\(name), recomputed", again, expected)
      }
    }
  }

  @Test("Any number of threads gives the same bits, and so does recomputation in one segment")
  func bits() throws {
    let kind = RandomCellCase("threads") {
      $0.shape = CellShape(inputSize: 5, hiddenSize: 83, projectionSize: 50, hasPeepholes: true)
    }
    let sample = try EngineSample(
      kind, layers: 2, directions: [.forward, .reverse], lengths: [9, 8, 5, 9, 2], seed: 3)
    let alone = try gradients(sample, in: session(sample))
    for threads in 2...4 {
      #expect(try gradients(sample, in: session(sample, threads: threads)) == alone)
    }
    #expect(
      try gradients(sample, in: session(sample, memory: .recomputed(every: 9))) == alone)
    // Sums over segments are taken in another order.
    let segments = try gradients(sample, in: session(sample, memory: .recomputed(every: 4)))
    #expect(segments.input == alone.input)
  }

  @Test("A session goes on after an update, and a second run forgets the first")
  func update() throws {
    func sample(_ seed: UInt64) throws -> EngineSample {
      let kind = RandomCellCase("update") {
        $0.shape = CellShape(
          inputSize: 3, hiddenSize: 21, projectionSize: 11, hasPeepholes: true,
          hasRecurrentBias: true)
      }
      return try EngineSample(
        kind, layers: 2, directions: [.forward, .reverse], lengths: [4, 2], seed: seed)
    }
    let (first, second) = (try sample(1), try sample(2))
    let fresh = try gradients(second, in: session(second))
    for threads in 1...3 {
      let session = try session(first, threads: threads)
      _ = try gradients(first, in: session)
      session.update(second.network)
      #expect(throws: EngineError.noForward) { try session.backward(.init()) }
      #expect(try gradients(second, in: session) == fresh)
      #expect(try gradients(second, in: session) == fresh)
      #expect(session.network == second.network)
    }
  }

  @Test("Tokens have the gradients of the rows that they stand for, however often each comes")
  func repeatedTokens() throws {
    for directions in [[Direction.forward], [.reverse], [.forward, .reverse]] {
      let sample = try EngineSample(
        RandomCellCase("tokens") { $0.shape = CellShape(inputSize: 7, hiddenSize: 35) }, layers: 2,
        directions: directions, lengths: [9, 8, 9, 3, 1, 9, 7], seed: 6)
      let (network, ids, input, values) = try sample.tokens(seed: 2)
      let loss = loss(of: sample)
      for kernels in KernelSet.available {
        func gradients(
          _ network: LSTMNetwork<Float>, _ input: NetworkInput<Float>, threads: Int = 1,
          memory: TrainingMemory = .stored
        ) throws -> (output: NetworkOutput<Float>, gradients: NetworkGradients) {
          let session = try TrainingSession(
            network, batch: 7, threads: threads, memory: memory, kernels: kernels, threadWork: 1)
          return (
            try session.forward(input, lengths: sample.lengths), try session.backward(loss)
          )
        }
        let (output, expected) = try gradients(sample.network, .values(values))
        let (found, alone) = try gradients(network, input)
        #expect(found == output)
        let tolerance = Tolerance.ofLargest(1e-5)
        for (found, wanted) in zip(alone.cells, expected.cells) {
          expectClose("parameters", found.allValues, wanted.allValues, within: tolerance)
        }
        var sums = [Double](repeating: 0, count: 5 * 7)
        for (place, slope) in try #require(expected.input).values.enumerated() {
          sums[ids[place / 7] * 7 + place % 7] += Double(slope)
        }
        expectClose(
          "embedding", try #require(alone.embedding).values, sums, within: tolerance)
        for memory in [TrainingMemory.stored, .recomputed(every: 9)] {
          #expect(try gradients(network, input, threads: 3, memory: memory).gradients == alone)
        }
        let segments = try gradients(network, input, memory: .recomputed(every: 4)).gradients
        expectClose(
          "segments", try #require(segments.embedding).values, sums, within: tolerance)
      }
    }
  }

  @Test(
    "Embedding and head have the gradients that differences of the loss show",
    arguments: OutputSelection.allCases)
  func ends(_ source: OutputSelection) throws {
    let embedding = Matrix<Double>(
      rows: 4, columns: 2, values: [1, 0.5, -1, 0.5, 0, 0.25, -0.5, 1])
    let mixed = try NetworkSamples.mixed(front: .embedding(embedding))
    var head = try #require(mixed.head)
    (head.source, head.activation) = (.init(rawValue: source.rawValue) ?? .everyStep, nil)
    let ids = [0, 1, 3, 1, 0, 3]
    let lengths = [3, 2]
    let weights = draw(12, seed: 5)
    func loss(_ front: Matrix<Double>, _ head: LinearHead<Double>) throws -> Double {
      let network = try LSTMNetwork(front: .embedding(front), layers: mixed.layers, head: head)
      let output = try network.run(.tokens(ids: ids, steps: 3, batch: 2), lengths: lengths)
      return zip(try #require(output.logits).values, weights).reduce(0) { $0 + $1.0 * Double($1.1) }
    }
    let network = try LSTMNetwork<Float>(
      LSTMNetwork<Double>(front: .embedding(embedding), layers: mixed.layers, head: head))
    let session = try TrainingSession(network, batch: 2)
    let output = try session.forward(.tokens(ids: ids, steps: 3, batch: 2), lengths: lengths)
    let planes = try #require(output.logits).planes
    let found = try session.backward(
      .init(
        logits: Array3(
          planes: planes, rows: 2, columns: 2, values: Array(weights[..<(planes * 4)]))))
    #expect(found.input == nil)

    func slopes(_ count: Int, _ shifted: (Int, Double) throws -> Double) rethrows -> [Double] {
      try (0..<count).map { (try shifted($0, 1e-5) - shifted($0, -1e-5)) / 2e-5 }
    }
    let byEmbedding = try slopes(8) { index, shift in
      var front = embedding
      front.values[index] += shift
      return try loss(front, head)
    }
    let byWeights = try slopes(4) { index, shift in
      var shifted = head
      shifted.weights.values[index] += shift
      return try loss(embedding, shifted)
    }
    let byBias = try slopes(2) { index, shift in
      var shifted = head
      shifted.bias?[index] += shift
      return try loss(embedding, shifted)
    }
    let tolerance = Tolerance.ofLargest(1e-5)
    expectClose(
      "embedding", try #require(found.embedding).values, byEmbedding, within: tolerance)
    expectClose("weights", try #require(found.headWeights).values, byWeights, within: tolerance)
    expectClose("bias", try #require(found.headBias), byBias, within: tolerance)
  }

  @Test("A run in training puts out what a run of the engine does, probabilities too")
  func outputs() throws {
    let network = try LSTMNetwork<Float>(NetworkSamples.mixed())
    let input = NetworkInput.values(Array3<Float>(NetworkSamples.values(3, 2, 2)))
    let found = try TrainingSession(network, batch: 2).forward(input, lengths: [3, 2])
    #expect(found.probabilities != nil)
    #expect(
      try InferenceEngine(network).makeSession(batch: 2).run(input, lengths: [3, 2]) == found)
  }

  @Test("What does not fit is refused with the reason")
  func errors() throws {
    let sample = try EngineSample(RandomCellCase("errors"), lengths: [2, 2], seed: 1)
    let session = try session(sample)
    func message(_ loss: OutputGradients) -> String? {
      do {
        _ = try session.backward(loss)
        return nil
      } catch { return "\(error)" }
    }
    #expect(
      message(.init())
        == "there is nothing to go back through. Call forward first, and again after each update.")
    _ = try session.forward(.values(sample.input))
    #expect(
      message(.init(output: Array3(zeros: 2, 2, 3)))
        == "the gradient of the output is [2, 2, 3], but the output is [2, 2, 4]. "
        + "The two have to be equal.")
    #expect(
      message(.init(logits: Array3(zeros: 2, 2, 3)))
        == "the network has no head, and so no logits. Take its output, or the gradients of that.")
    #expect(message(.init()) == nil)
    let mixed = try TrainingSession(try LSTMNetwork<Float>(NetworkSamples.mixed()), batch: 1)
    _ = try mixed.forward(.values(Array3(zeros: 2, 1, 2)))
    #expect(
      throws: EngineError.gradientShape(of: .logits, found: [1, 1, 2], expected: [2, 1, 2])
    ) {
      try mixed.backward(.init(logits: Array3(zeros: 1, 1, 2)))
    }
    #expect(
      EngineError.gradientShape(of: .logits, found: [1, 1, 2], expected: [2, 1, 2]).description
        == "the gradient of the logits is [1, 1, 2], but the logits are [2, 1, 2]. "
        + "The two have to be equal.")
  }
}
