// Numbers held in place of what is computed: what is held at itself changes nothing, everything held at
// another run's numbers is that run, and both executors go on with the same.

import TestSupport
import Testing

@testable import LSTMCore

@Suite("What is held, and what is recorded")
struct HoldTests {
  /// The models that run, with what they record by the engine.
  private static func recorded(
    _ seed: Int, kernels: KernelSet? = nil, recording: Recording = [.trace, .preactivations]
  ) throws -> (random: RandomModel, engine: InferenceEngine, trace: RunTrace<Float>)? {
    let random = try RandomModel(seed: UInt64(seed))
    let engine = try InferenceEngine(random.model, options: .init(kernels: kernels))
    var request = random.request
    request.recording = recording
    guard let output = try? engine.run(request) else { return nil }
    let trace = try RunTrace(
      LSTMNetwork<Float>(random.model), of: random.model, request, output)
    return (random, engine, trace)
  }

  private static let holdable = TraceQuantity.ofCells.filter(\.canBeHeld)

  private static func address(_ trace: RunTrace<Float>, _ cell: Int, _ quantity: TraceQuantity)
    -> TraceAddress
  {
    TraceAddress(layer: trace.cells[cell].layer, trace.cells[cell].direction, quantity)
  }

  @Test(
    "What is held at what it is anyhow changes no bit",
    arguments: LongTests.sample(of: 1...40, every: 5))
  func heldAtItself(seed: Int) throws {
    for kernels in KernelSet.available {
      guard let (random, engine, trace) = try Self.recorded(seed, kernels: kernels) else { return }
      for cell in trace.cells.indices {
        let arrays = try trace.arrays(of: Self.holdable, cell: cell)
        for (quantity, values) in arrays {
          var request = random.request
          request.recording = [.trace, .preactivations]
          request.holds = [Hold(Self.address(trace, cell, quantity), values: values)]
          #expect(
            try engine.run(request) == trace.output,
            "\(quantity.name) of cell \(cell), \(kernels), \(random.words)")
        }
      }
    }
  }

  @Test("By the readable cell, too", arguments: LongTests.sample(of: 1...20, every: 5))
  func heldAtItselfReadable(seed: Int) throws {
    let random = try RandomModel(seed: UInt64(seed))
    let request = RunRequest<Double>(random.request)
    guard let trace = try? random.model.trace(request) else { return }
    for cell in trace.cells.indices {
      for (quantity, values) in try trace.arrays(of: Self.holdable, cell: cell) {
        var held = request
        held.recording = .trace
        held.holds = [
          Hold(
            TraceAddress(layer: trace.cells[cell].layer, trace.cells[cell].direction, quantity),
            values: values)
        ]
        #expect(
          try random.model.run(held) == trace.output,
          "\(quantity.name) of cell \(cell), \(random.words)")
      }
    }
  }

  @Test(
    "Numbers held at random: the engine goes on as the readable cell does, with any number of threads",
    arguments: LongTests.sample(of: 1...60, every: 5))
  func executors(seed: Int) throws {
    guard let (random, _, trace) = try Self.recorded(seed) else { return }
    var generator = SplitMix64(seed: UInt64(seed) &* 31)
    func draw(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
    var request = random.request
    request.recording = [.trace, .preactivations]
    for _ in 0..<3 {
      let cell = draw(trace.cells.count)
      let quantities = Self.holdable.filter { trace.shape.cells[cell].width(of: $0) != nil }
      let quantity = quantities[draw(quantities.count)]
      let width = try #require(trace.shape.cells[cell].width(of: quantity))
      var address = "layer\(trace.cells[cell].layer + 1).\(trace.cells[cell].direction.rawValue)."
      address += "\(quantity.name)[\(1 + draw(width))]@\(1 + draw(trace.steps))"
      request.holds.append(
        Hold(
          try TraceAddress(address), at: Float(generator.nextUnit()),
          sequences: draw(2) == 0 ? .all : IndexChoice(draw(trace.batch))))
    }
    let words = "\(request.holds.map(\.address)), \(random.words)"
    let expected: NetworkOutput<Float> = try random.model.run(request)
    for kernels in KernelSet.available {
      let engine = try InferenceEngine(random.model, options: .init(kernels: kernels))
      let alone = try engine.run(request)
      expectSame(alone, expected, "\(words), \(kernels)", within: EngineModelTests.tolerance)
      let session = try InferenceSession(
        engine: engine, batch: trace.batch, threads: 3,
        start: engine.settings.startingState(engine.shape, batch: trace.batch), threadWork: 1)
      if let state = random.request.state { try session.setState(state) }
      #expect(try session.run(request) == alone, "3 threads, \(words)")
      // The next run holds nothing any more.
      if let state = random.request.state { try session.setState(state) } else { session.reset() }
      var plain = random.request
      plain.recording = [.trace, .preactivations]
      #expect(try session.run(plain) == engine.run(plain), "afterwards, \(words)")
    }
  }

  @Test("Everything held at another run's numbers is that run, bit for bit")
  func wholePatch() throws {
    var checked = 0
    for seed in 1...40 {
      guard let (random, engine, other) = try Self.recorded(seed),
        case .values(let values) = random.request.input
      else { continue }
      var request = random.request
      request.recording = [.trace, .preactivations]
      request.input = .values(
        Array3(
          planes: values.planes, rows: values.rows, columns: values.columns,
          values: values.values.map { $0 * 0.5 + 0.25 }))
      // A mask skips other steps of another input: then the two runs have no steps in common.
      guard random.model.mask == nil else { continue }
      request.holds = other.cells.indices.flatMap { cell in
        [TraceQuantity.cellState, .hiddenState].map { quantity in
          let arrays = try? other.arrays(of: [quantity], cell: cell)
          return Hold(
            Self.address(other, cell, quantity),
            values: arrays?[quantity] ?? Array3(zeros: 1, 1, 1))
        }
      }
      let patched = try engine.run(request)
      #expect(patched.output == other.output.output, "\(random.words)")
      #expect(patched.finalState == other.output.finalState, "\(random.words)")
      #expect(patched.logits == other.output.logits, "\(random.words)")
      checked += 1
    }
    #expect(checked >= 5)
  }

  @Test("A run in blocks holds and records what a whole one does")
  func inBlocks() throws {
    var checked = 0
    for seed in 1...60 {
      let random = try RandomModel(seed: UInt64(seed))
      guard random.model.readsForwardOnly, case .values(let values) = random.request.input,
        values.planes > 2
      else { continue }
      let hold = Hold<Float>(
        try TraceAddress("layer1.forward.forgetGate[1]@2-\(values.planes)"), at: 0.25)
      var request = random.request
      request.holds = [hold]
      request.recording = .trace
      guard let whole = try? InferenceEngine(random.model).run(request) else { continue }
      let blockwise = try BlockwiseRun<Float>(
        random.model, steps: values.planes, batch: values.rows, blockSteps: 2,
        state: request.state, lengths: request.lengths, emptySequences: request.emptySequences,
        recording: .trace, holds: [hold])
      var found: [Float] = []
      try blockwise.run(
        by: InferenceEngine(random.model), threads: 1,
        read: { range in
          .values(
            Array3(
              planes: range.count, rows: values.rows, columns: values.columns,
              values: range.flatMap { step in
                (0..<values.rows).flatMap { values.row(step, $0) }
              }))
        },
        write: { block in
          let trace = try RunTrace(
            LSTMNetwork<Float>(random.model), of: random.model, block.request, block.output)
          found += try trace.arrays(of: [.kept], cell: 0)[.kept]?.values ?? []
        })
      let trace = try RunTrace(
        LSTMNetwork<Float>(random.model), of: random.model, request, whole)
      #expect(found == (try trace.arrays(of: [.kept], cell: 0)[.kept]?.values), "\(random.words)")
      checked += 1
    }
    #expect(checked >= 5)
  }

  @Test(
    "What cannot be held is an error that says what is there",
    arguments: [
      (
        "layer1.forward.forgetGate[3]",
        "'layer1.forward.forgetGate[3]': there is no unit 3; layer 1, forward, has 2, from 1 to 2."
      ),
      (
        "layer2.forward.cellState",
        "'layer2.forward.cellState': there is no layer 2; the network has 1."
      ),
      (
        "layer1.reverse.cellState",
        "'layer1.reverse.cellState': no layer that is meant here reads backward."
      ),
      (
        "layer1.forward.cellState@4-9",
        "'layer1.forward.cellState@4-9': there is no step 4; the run has 3, from 1 to 3."
      ),
      (
        "layer1.forward.recurrentTerm.forget",
        "'layer1.forward.recurrentTerm.forget': recurrentTerm.forget can be recorded, but not held "
          + "at other numbers. Hold the sum, preactivation.forget."
      ),
      (
        "logits", "'logits': this network has no logits: it has no head."
      ),
      (
        "layer1.forward.projection",
        "'layer1.forward.projection': this network has no projection: no cell that is meant here "
          + "has a projection."
      ),
    ])
  func errors(_ address: String, _ message: String) throws {
    let cell = ReadableCell<Double>(
      parameters: try CellParameters(
        .pytorch, shape: CellShape(inputSize: 1, hiddenSize: 2), seed: 1))
    let network = try LSTMNetwork(layers: [NetworkLayer(forward: cell)])
    let hold = Hold<Double>(try TraceAddress(address), at: 1)
    expectError(message) {
      try network.run(RunRequest(.values(Array3(zeros: 3, 1, 1)), holds: [hold]))
    }
  }

  @Test("Numbers to hold that are not finite or have another shape are refused")
  func wrongNumbers() throws {
    let cell = ReadableCell<Double>(
      parameters: try CellParameters(
        .pytorch, shape: CellShape(inputSize: 1, hiddenSize: 2), seed: 1))
    let network = try LSTMNetwork(layers: [NetworkLayer(forward: cell)])
    func run(_ hold: Hold<Double>) throws -> NetworkOutput<Double> {
      try network.run(RunRequest(.values(Array3(zeros: 3, 1, 1)), holds: [hold]))
    }
    let address = TraceAddress(layer: 0, .forward, .cellState)
    expectError(
      "'layer1.forward.cellState': the number to hold it at is not finite. Give a finite one."
    ) { try run(Hold(address, at: .nan)) }
    expectError(
      "'layer1.forward.cellState': the numbers to put in are 2 x 1 x 2 (steps x sequences x "
        + "width), but the run's are 3 x 1 x 2."
    ) { try run(Hold(address, values: Array3(zeros: 2, 1, 2))) }
    expectError(
      "'layer1.forward.cellState': there is no sequence 2; the run has 1."
    ) { try run(Hold(address, at: 1, sequences: IndexChoice(1))) }
  }

  @Test("A training session neither holds nor records, and says so")
  func training() throws {
    let cell = ReadableCell<Double>(
      parameters: try CellParameters(
        .pytorch, shape: CellShape(inputSize: 1, hiddenSize: 2), seed: 1))
    let network = try LSTMNetwork<Float>(LSTMNetwork(layers: [NetworkLayer(forward: cell)]))
    let session = try TrainingSession(network, batch: 1)
    var request = RunRequest<Float>(.values(Array3(zeros: 3, 1, 1)), recording: .cells)
    expectError(
      "a training session records nothing: its runs are kept for the way back. Run the request in "
        + "an inference session."
    ) { try session.forward(request) }
    request.recording = []
    request.holds = [Hold(TraceAddress(.cellState), at: 0)]
    expectError(
      "a training session holds nothing: its runs are kept for the way back. Run the request in "
        + "an inference session."
    ) { try session.forward(request) }
  }
}
