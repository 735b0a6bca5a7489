// The engine and the readable cell take the same request and give the same result, whatever the model
// says; and a stream of steps is the run of a sequence.

import AllocationCounter
import TestSupport
import Testing

@testable import LSTMCore

@Suite("One model, one run, two executors")
struct EngineModelTests {
  static let tolerance = Tolerance.ofLargest(3e-6)

  @Test(
    "A random model gives the same by the engine as by the readable cell, for every kernel set and number of threads",
    arguments: 1...60)
  func same(seed: Int) throws {
    let random = try RandomModel(seed: UInt64(seed))
    let expected: NetworkOutput<Float>
    do {
      expected = try random.model.run(random.request)
    } catch {
      // What the readable cell refuses, the engine refuses in the same words.
      expectError("\(error)") { try InferenceEngine(random.model).run(random.request) }
      return
    }
    for kernels in KernelSet.available {
      let engine = try InferenceEngine(random.model, options: .init(kernels: kernels))
      let alone = try engine.run(random.request)
      expectSame(alone, expected, "\(random.words), \(kernels)", within: Self.tolerance)
      for threads in 2...3 {
        let batch = random.request.input.batch
        let session = try InferenceSession(
          engine: engine, batch: batch, threads: threads,
          start: engine.settings.startingState(engine.shape, batch: batch), threadWork: 1)
        if let state = random.request.state { try session.setState(state) }
        #expect(try session.run(random.request) == alone, "\(threads) threads, \(random.words)")
      }
    }
  }

  @Test("A model in Double gives what its rounding to single precision gives, to single precision")
  func precisions() throws {
    for seed in 1...20 as ClosedRange<UInt64> {
      let random = try RandomModel(seed: seed)
      guard let single: NetworkOutput<Float> = try? random.model.run(random.request) else {
        continue
      }
      let double: NetworkOutput<Double> = try random.model.run(RunRequest<Double>(random.request))
      expectClose(
        random.words, single.output.values, double.output.values, within: Self.tolerance)
    }
  }

  @Test("A sequence in two runs of a session gives the outputs of one, skipped steps among them")
  func inParts() throws {
    for seed in 1...40 as ClosedRange<UInt64> {
      let random = try RandomModel(seed: seed)
      let network = try LSTMNetwork<Float>(random.model)
      guard network.layers.allSatisfy({ $0.reverse == nil }), random.request.input.steps > 1,
        case .values(let values) = random.request.input
      else { continue }
      var model = random.model
      (model.lengths, model.gives) = (nil, .everyStep)
      let engine = try InferenceEngine(model)
      let batch = values.rows
      guard let session = try? engine.makeSession(batch: batch) else { continue }
      let whole = try engine.run(RunRequest(.values(values)))
      var found: [Float] = []
      for range in [0..<1, 1..<values.planes] {
        let part = Array3(
          planes: range.count, rows: batch, columns: values.columns,
          values: range.flatMap { step in (0..<batch).flatMap { values.row(step, $0) } })
        found += try session.run(RunRequest(.values(part))).output.values
      }
      #expect(found == whole.output.values, "\(random.words)")
      #expect(session.state == whole.finalState)
    }
  }

  @Test("Tokens and the head, step by step, are the run of a sequence")
  func steps() throws {
    var checked = 0
    for seed in 1...150 as ClosedRange<UInt64> {
      let random = try RandomModel(seed: seed)
      guard case .tokens(let ids, let steps, let batch) = random.request.input,
        var head = try LSTMNetwork<Float>(random.model).head
      else { continue }
      let network = try LSTMNetwork<Float>(random.model)
      guard network.layers.allSatisfy({ $0.reverse == nil }) else { continue }
      head.source = .everyStep
      var model = random.model
      model.lengths = nil
      model.weights = .single(
        try LSTMNetwork(front: network.front, layers: network.layers, head: head))
      let engine = try InferenceEngine(model)
      let whole = try engine.run(RunRequest(.tokens(ids: ids, steps: steps, batch: batch)))
      let (byLogits, byOutput) = (
        try engine.makeSession(batch: batch), try engine.makeSession(batch: batch)
      )
      var logits = [Float](repeating: 0, count: batch * (engine.logitCount ?? 0))
      var output = [Float](repeating: 0, count: batch * engine.outputSize)
      for step in 0..<steps {
        let tokens = Array(ids[step * batch..<(step + 1) * batch])
        try byLogits.step(tokens: tokens, logits: &logits)
        try byOutput.step(tokens: tokens, into: &output)
        #expect(logits == (0..<batch).flatMap { whole.logits?.row(step, $0) ?? [] })
        #expect(output == (0..<batch).flatMap { whole.output.row(step, $0) })
      }
      #expect(byLogits.state == whole.finalState && byOutput.state == whole.finalState)
      checked += 1
    }
    #expect(checked >= 5)
  }

  @Test("Tokens or numbers in, logits out: nothing is allocated")
  func allocations() throws {
    guard allocations_are_counted() == 1 else { return }
    let network = try LSTMNetwork<Float>(
      NetworkSamples.mixed(
        front: .embedding(Matrix(rows: 4, columns: 2, values: [1, 2, 3, 4, 5, 6, 7, 8]))))
    let bare = try LSTMNetwork(layers: network.layers, head: network.head)
    let session = try InferenceEngine(network).makeSession(batch: 2)
    let numbers = try InferenceEngine(bare).makeSession(batch: 2)
    var logits = [Float](repeating: 0, count: 4)
    let (tokens, input): ([Int], [Float]) = ([1, 3], [0.5, 1, -1, 2])
    func take() throws {
      try session.step(tokens: tokens, logits: &logits)
      try numbers.step(input, logits: &logits)
    }
    try take()
    let before = allocations_of_this_thread()
    for _ in 0..<100 { try take() }
    #expect(allocations_of_this_thread() - before == 0)
  }

  @Test("A session starts, and starts again, from the model's first states")
  func firstStates() throws {
    let network = try LSTMNetwork<Float>(NetworkSamples.mixed())
    var state: NetworkState<Double> = network.shape.zeroState(batch: 1)
    state.parts[1].cell[0, 2] = 0.75
    let model = LSTMModel(weights: .single(network), precision: .float32, initialState: state)
    let engine = try InferenceEngine(model)
    let session = try engine.makeSession(batch: 3)
    let start = session.state
    #expect(start.parts[1].cell.values == [0, 0, 0.75, 0, 0, 0, 0.75, 0, 0, 0, 0.75, 0])
    var output = [Float](repeating: 0, count: 6)
    try session.step([1, 2, 3, 4, 5, 6], into: &output)
    #expect(session.state != start)
    session.reset()
    #expect(session.state == start)
    var two = model
    two.initialState = network.shape.zeroState(batch: 2)
    expectError(
      "the model stores initial states for 2 sequences, but the input has 3 sequences. Give hidden, "
        + "cell and lengths in the input, or as many sequences as the model stores."
    ) { try InferenceEngine(two).makeSession(batch: 3) }
  }

  @Test("Arrays of the wrong size and states of another network are refused with their sizes")
  func wrongSizes() throws {
    let session = try InferenceEngine(LSTMNetwork<Float>(NetworkSamples.mixed()))
      .makeSession(batch: 2)
    let before = session.state
    var output = [Float](repeating: 0, count: 4)
    var short = [Float](repeating: 0, count: 3)
    expectError("the input has 3 numbers, not 1 x 2 x 2.") {
      try session.step([1, 2, 3], into: &output)
    }
    expectError("the output has 3 numbers, not 1 x 2 x 2.") {
      try session.step([1, 2, 3, 4], into: &short)
    }
    expectError("the logits have 3 numbers, not 2 x 2.") {
      try session.step([1, 2, 3, 4], logits: &short)
    }
    expectError(
      "the network reads values [T, B, I] with I = 2, but was given token ids. "
        + "It has no embedding."
    ) { try session.step(tokens: [0, 0], into: &output) }
    expectError(
      "the initial state has 1 part, but 3 layers with 4 directions in all need 4."
    ) { try session.setState(NetworkState(parts: [before.parts[0]])) }
    let headless = try InferenceEngine(
      LSTMNetwork<Float>(layers: LSTMNetwork<Float>(NetworkSamples.mixed()).layers)
    ).makeSession(batch: 2)
    expectError(
      "the network has no head, and so no logits. Take its output, or the gradients of that."
    ) { try headless.step([1, 2, 3, 4], logits: &output) }
    let texts = try InferenceEngine(
      LSTMNetwork<Float>(NetworkSamples.mixed(front: .oneHot(size: 2)))
    ).makeSession(batch: 2)
    expectError("there are 1 token id, but 1 step of 2 sequences need 2.") {
      try texts.step(tokens: [1], into: &output)
    }
    expectError(
      "the token id 2 at step 1 of sequence 2 is not one of the network's. Ids run from 0 to 1."
    ) { try texts.step(tokens: [1, 2], into: &output) }
    #expect(session.state == before)
  }
}
