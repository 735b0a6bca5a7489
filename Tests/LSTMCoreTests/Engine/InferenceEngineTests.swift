// The engine against the readable cell: every kind of cell, every kernel set that this processor
// has, random shapes, and what must be equal to the last bit.

import AllocationCounter
import TestSupport
import Testing

@testable import LSTMCore

@Suite("The engine")
struct InferenceEngineTests {
  // Sums of a few dozen products around 1 in single precision: some 1e-7 each.
  private static let tolerance = Tolerance.relative(4e-6)

  @Test(
    "Every kind of cell equals the readable cell, with every kernel set",
    arguments: RandomCellCase.all)
  func everyCell(_ kind: RandomCellCase) throws {
    var kind = kind
    let isLarge = LongTests.sample(of: RandomCellCase.all.map(\.name), every: 3).contains(kind.name)
    for hiddenSize in [kind.shape.hiddenSize] + (isLarge ? [19] : []) {
      kind.shape.hiddenSize = hiddenSize
      let sample = try EngineSample(
        kind, directions: [.forward, .reverse], lengths: [4, 6, 0, 1, 6], seed: 5)
      for kernels in KernelSet.available {
        try sample.check(kind.name, kernels: kernels, within: Self.tolerance)
      }
    }
  }

  @Test("Cells whose activations no kernel knows run as the readable cell, and are named")
  func readableCells() throws {
    let known: [Activation<Double>.Kind] = [
      .sigmoid, .tanh, .identity, .relu, .hardSigmoid, .scaledTanh,
    ]
    for kind in Activation<Double>.Kind.allCases {
      var sample = RandomCellCase("candidate \(kind.rawValue)")
      sample.variant.activations.candidate = .sample(kind)
      let engine = try InferenceEngine(
        EngineSample(sample, directions: [.forward, .reverse], lengths: [1], seed: 1).network)
      let expected = known.contains(kind) ? [] : [Direction.forward, .reverse]
      #expect(engine.readableCells.map(\.direction) == expected, "\(kind)")
      #expect(engine.readableCells.allSatisfy { $0.layer == 0 })
    }
  }

  @Test("Random shapes equal the readable cell, with every kernel set")
  func randomShapes() throws {
    var generator = SplitMix64(seed: 2026)
    func pick(_ choices: [Int]) -> Int { choices[Int(generator.next() % UInt64(choices.count))] }
    for round in 0..<LongTests.count(40, every: 3) {
      let kind = RandomCellCase("shape \(round)") {
        let hidden = pick([1, 3, 8, 15, 16, 17, 31, 33, 48, 70])
        $0.shape = CellShape(
          inputSize: pick([1, 2, 7, 16, 40]), hiddenSize: hidden,
          projectionSize: pick([0, 0, 1]) == 1 ? max(1, hidden * 2 / 3) : nil,
          hasPeepholes: pick([0, 1]) == 1)
      }
      let (batch, steps) = (pick([1, 1, 2, 3, 5, 6, 7, 13, 25]), pick([1, 2, 5, 9]))
      let lengths = (0..<batch).map { _ in pick([steps, steps, steps / 2, 0, 1]) }
      let directions: [Direction] = [[.forward], [.reverse], [.forward, .reverse]][pick([0, 1, 2])]
      let sample = try EngineSample(
        kind, layers: pick([1, 2, 3]), directions: directions,
        order: pick([0, 1]) == 0 ? .steps : .processing,
        lengths: lengths.max() == 0 ? [steps] : lengths, seed: UInt64(round + 1))
      let threads = pick([1, 2, 3, 4])
      for kernels in KernelSet.available {
        try sample.check(
          "\(kind.name) \(kind.shape) lengths \(lengths) \(directions)", kernels: kernels,
          threads: threads, within: Self.tolerance)
      }
    }
  }

  @Test("Any number of threads gives the same bits", arguments: [1, 7, 20])
  func threads(batch: Int) throws {
    let kind = RandomCellCase("threads") {
      $0.shape = CellShape(inputSize: 5, hiddenSize: 83, projectionSize: 50)
    }
    let sample = try EngineSample(
      kind, layers: 2, directions: [.forward, .reverse],
      lengths: (0..<batch).map { 9 - $0 % 4 }, seed: 3)
    let engine = try InferenceEngine(sample.network)
    func run(_ threads: Int) throws -> NetworkOutput<Float> {
      let session = try InferenceSession(
        engine: engine, batch: batch, threads: threads, threadWork: 1)
      #expect(session.threads == threads)
      try session.setState(sample.state(seed: 4))
      return try session.run(.values(sample.input), lengths: sample.lengths)
    }
    let alone = try run(1)
    for threads in 2...5 { #expect(try run(threads) == alone, "\(threads) threads") }
  }

  @Test(
    "A sequence step by step gives the same bits as at once, and the same states",
    arguments: [
      CellShape(inputSize: 6, hiddenSize: 21), CellShape(inputSize: 100, hiddenSize: 33),
      CellShape(inputSize: 1, hiddenSize: 83, projectionSize: 37, hasPeepholes: true),
    ])
  func steps(_ shape: CellShape) throws {
    for kernels in KernelSet.available {
      // A single sequence computes its input half in another way than a batch.
      for batch in [1, 2] {
        let sample = try EngineSample(
          RandomCellCase("steps") { $0.shape = shape }, layers: 2,
          lengths: [Int](repeating: 61, count: batch), seed: 8)
        let engine = try InferenceEngine(sample.network, options: .init(kernels: kernels))
        let stepping = try engine.makeSession(batch: batch)
        let whole = try (1...3).map {
          try InferenceSession(engine: engine, batch: batch, threads: $0, threadWork: 1)
        }
        let (inputs, outputs) = (batch * engine.inputSize, batch * engine.outputSize)
        var (output, row) = (
          [Float](repeating: 0, count: 61 * outputs), [Float](repeating: 0, count: outputs)
        )
        var expected: [Float] = []
        for step in 0..<61 {
          try stepping.step(
            Array(sample.input.values[step * inputs..<(step + 1) * inputs]), into: &row)
          expected += row
        }
        for session in whole {
          try session.run(sample.input.values, steps: 61, into: &output)
          #expect(output == expected, "\(kernels), \(batch), \(session.threads) threads")
          #expect(session.state == stepping.state)
          session.reset()
          #expect(session.state == sample.network.zeroState(batch: batch))
        }
      }
    }
  }

  @Test("A step allocates nothing, with one thread or two")
  func allocations() throws {
    guard allocations_are_counted() == 1 else { return }
    let sample = try EngineSample(
      RandomCellCase("allocations") { $0.shape = CellShape(inputSize: 30, hiddenSize: 40) },
      layers: 2, directions: [.forward, .reverse], lengths: [1, 1], seed: 8)
    for threads in [1, 2] {
      let engine = try InferenceEngine(sample.network)
      let session = try InferenceSession(engine: engine, batch: 2, threads: threads, threadWork: 1)
      var output = [Float](repeating: 0, count: 2 * 80)
      try session.step(sample.input.values, into: &output)
      let before = allocations_of_this_thread()
      for _ in 0..<100 { try session.step(sample.input.values, into: &output) }
      #expect(allocations_of_this_thread() - before == 0, "\(threads) threads")
    }
    let before = allocations_of_this_thread()
    _ = FloatBuffer(zeros: 100)
    #expect(allocations_of_this_thread() > before, "the counter counts")
  }

  @Test("Half precision gives the bits of the rounded weights, and says what rounding changed")
  func half() throws {
    for kernels in KernelSet.available {
      for batch in [1, 3, 20] {
        let sample = try EngineSample(
          RandomCellCase("half") {
            $0.shape = CellShape(inputSize: 9, hiddenSize: 37, projectionSize: 11)
          }, lengths: [Int](repeating: 4, count: batch), seed: 12)
        let engine = try InferenceEngine(
          sample.network, options: .init(weights: .float16, kernels: kernels))
        let rounded = try sample.network.roundingWeightsToHalf()
        let exact = try InferenceEngine(rounded, options: .init(kernels: kernels))
        let found = try engine.makeSession(batch: batch).run(.values(sample.input))
        #expect(try exact.makeSession(batch: batch).run(.values(sample.input)) == found)
        #expect(
          found
            != (try InferenceEngine(sample.network).makeSession(batch: batch)
              .run(.values(sample.input))))
        #expect(exact.weightRounding == WeightRounding())
        #expect(engine.weightRounding.count == 4 * 37 * (9 + 11) + 37 * 11)
        let bound = engine.weightRounding.largestRelativeError
        #expect(bound > 0x1p-13 && bound <= 0x1p-11)
        #expect(engine.weightRounding.largestError <= 0x1p-12)
      }
    }
  }

  @Test("A weight beyond half precision is refused, with its layer")
  func beyondHalf() throws {
    let cell = try NetworkSamples.cell(2, 3, seed: 1)
    var parameters = cell.parameters
    parameters.gates.candidate.hiddenWeights[1, 2] = 70000
    let network = try LSTMNetwork<Float>(
      LSTMNetwork<Double>(layers: [
        NetworkLayer(forward: try NetworkSamples.cell(2, 2, seed: 2)),
        NetworkLayer(forward: cell, reverse: ReadableCell(parameters: parameters)),
      ]))
    let error = #expect(throws: EngineError.self) {
      try InferenceEngine(network, options: .init(weights: .float16))
    }
    #expect(
      error.map { "\($0)" }
        == "layer 2, reverse has a weight of magnitude 70000.0, but half precision ends at 65504. "
        + "Keep the weights in single precision (weights: .float32).")
  }

  @Test("Tokens, the head and its probabilities are the network's own", arguments: [0, 1, 2])
  func ends(_ front: Int) throws {
    let embedding = Matrix(rows: 4, columns: 2, values: [1, 2, -1, 0.5, 0, 3, -2, 1.5])
    let fronts: [NetworkFront<Double>?] = [nil, .embedding(embedding), .oneHot(size: 2)]
    for source in OutputSelection.allCases {
      for activation in [nil, LinearHead<Double>.Activation.softmax, .sigmoid] {
        let mixed = try NetworkSamples.mixed(front: fronts[front])
        var head = try #require(mixed.head)
        (head.source, head.activation) = (source, activation)
        let network = try LSTMNetwork(front: fronts[front], layers: mixed.layers, head: head)
        let single = try LSTMNetwork<Float>(network)
        let input: NetworkInput<Double> =
          front == 0
          ? .values(NetworkSamples.values(3, 2, 2))
          : .tokens(ids: [0, 1, 1, 0, 1, 1], steps: 3, batch: 2)
        let singleInput: NetworkInput<Float> =
          front == 0
          ? .values(Array3<Float>(NetworkSamples.values(3, 2, 2)))
          : .tokens(ids: [0, 1, 1, 0, 1, 1], steps: 3, batch: 2)
        let expected = try network.run(input, lengths: [3, 2])
        let found = try InferenceEngine(single).makeSession(batch: 2).run(
          singleInput, lengths: [3, 2])
        expectClose("output", found.output.values, expected.output.values, within: Self.tolerance)
        expectClose(
          "logits", try #require(found.logits).values, try #require(expected.logits).values,
          within: Self.tolerance)
        #expect(found.logits?.shape == expected.logits?.shape)
        #expect((found.probabilities == nil) == (expected.probabilities == nil))
        if let wanted = expected.probabilities {
          expectClose(
            "probabilities", try #require(found.probabilities).values, wanted.values,
            within: Self.tolerance)
        }
      }
    }
  }

  @Test("Tokens give the bits of the rows that they stand for, however often each comes")
  func repeatedTokens() throws {
    for weights in WeightPrecision.allCases {
      for lengths in [[40], [9, 8, 9, 3, 1, 9, 7], [2, 1]] {
        for kernels in KernelSet.available {
          let sample = try EngineSample(
            RandomCellCase("tokens") { $0.shape = CellShape(inputSize: 7, hiddenSize: 35) },
            layers: 2, directions: [.forward, .reverse], lengths: lengths, seed: 6)
          let (network, _, input, values) = try sample.tokens(seed: 2)
          let options = InferenceEngine.Options(weights: weights, kernels: kernels)
          let expected = try InferenceEngine(sample.network, options: options)
            .makeSession(batch: lengths.count).run(.values(values), lengths: lengths)
          let engine = try InferenceEngine(network, options: options)
          for threads in 1...3 {
            let session = try InferenceSession(
              engine: engine, batch: lengths.count, threads: threads, threadWork: 1)
            #expect(try session.run(input, lengths: lengths) == expected)
          }
        }
      }
    }
  }

  @Test("What a run is given is checked as the network does it")
  func errors() throws {
    let network = try LSTMNetwork<Float>(NetworkSamples.mixed(front: .oneHot(size: 2)))
    let session = try InferenceEngine(network).makeSession(batch: 2)
    func message(_ input: NetworkInput<Float>, _ lengths: [Int]? = nil) -> String? {
      do {
        _ = try session.run(input, lengths: lengths)
        return nil
      } catch { return "\(error)" }
    }
    let tokens = NetworkInput<Float>.tokens(ids: [0, 1, 1, 0], steps: 2, batch: 2)
    #expect(
      message(.tokens(ids: [0], steps: 1, batch: 1))
        == "the input has 1 sequence, but the session was made for 2. "
        + "Make a session with batch: 1.")
    for (input, lengths) in [
      (.tokens(ids: [0, 2], steps: 1, batch: 2), nil), (tokens, [3, 1]), (tokens, [1]),
      (tokens, [0, 1]), (.values(Array3(zeros: 1, 2, 2)), nil),
      (.tokens(ids: [0], steps: 1, batch: 2), nil),
    ] as [(NetworkInput<Float>, [Int]?)] {
      let expected = #expect(throws: NetworkError.self) { try network.run(input, lengths: lengths) }
      #expect(message(input, lengths) == expected.map { "\($0)" })
    }
    #expect(message(tokens) == nil)
  }

  @Test("An empty sequence keeps its state or loses it, as asked")
  func emptySequences() throws {
    let sample = try EngineSample(RandomCellCase("empty"), lengths: [0, 3], seed: 2)
    for choice in [EmptySequences.keepInitialState, .zeroState] {
      let session = try InferenceEngine(sample.network).makeSession(batch: 2)
      try session.setState(sample.state(seed: 6))
      let expected = try sample.network.run(
        .values(sample.input), state: session.state, lengths: [0, 3],
        emptySequences: choice)
      let found = try session.run(.values(sample.input), lengths: [0, 3], emptySequences: choice)
      #expect(found.finalState.parts[0].hidden.row(0) == expected.finalState.parts[0].hidden.row(0))
      #expect(found.finalState.parts[0].cell.row(0) == expected.finalState.parts[0].cell.row(0))
    }
  }
}

extension LSTMNetwork<Float> {
  /// The same network with every weight of its layers rounded to half precision.
  fileprivate func roundingWeightsToHalf() throws -> LSTMNetwork {
    func rounded(_ matrix: Matrix<Float>) -> Matrix<Float> { matrix.map { Float(Float16($0)) } }
    return try LSTMNetwork(
      layers: layers.map { layer in
        var parameters = layer.cells[0].cell.parameters
        for gate in Gate.allCases {
          parameters.gates[gate].inputWeights = rounded(parameters.gates[gate].inputWeights)
          parameters.gates[gate].hiddenWeights = rounded(parameters.gates[gate].hiddenWeights)
        }
        parameters.projection = parameters.projection.map(rounded)
        return NetworkLayer(forward: ReadableCell(parameters: parameters))
      })
  }
}
