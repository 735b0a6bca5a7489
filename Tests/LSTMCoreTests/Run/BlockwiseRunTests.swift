// A run in blocks of steps against the whole run: the same bits, whoever computes.

import TestSupport
import Testing

@testable import LSTMCore

@Suite("Runs in blocks of steps")
struct BlockwiseRunTests {
  /// What came out of the blocks, put together.
  private struct Collected<Scalar: Real & BinaryFloatingPoint> {
    var output: [Scalar] = []
    var logits: [Scalar] = []
    var probabilities: [Scalar] = []
    var state: NetworkState<Scalar>?
    var blocks: [Range<Int>] = []

    mutating func add(_ block: BlockwiseRun<Scalar>.Block, of model: LSTMModel, steps: Int) {
      blocks.append(block.steps)
      let source = model.headOutline?.source
      if (source == nil ? model.gives : .everyStep).isGiven(by: block.steps, of: steps) {
        output += block.output.output.values
      }
      if let source, source.isGiven(by: block.steps, of: steps) {
        logits += block.output.logits?.values ?? []
        probabilities += block.output.probabilities?.values ?? []
      }
      state = block.output.finalState
    }

    func expect(_ whole: NetworkOutput<Scalar>, _ name: String) {
      #expect(output == whole.output.values, "output of \(name)")
      #expect(logits == whole.logits?.values ?? [], "logits of \(name)")
      #expect(probabilities == whole.probabilities?.values ?? [], "probabilities of \(name)")
      #expect(state == whole.finalState, "states of \(name)")
    }
  }

  @Test(
    "Blocks of any size give the bits of the whole run: masks, lengths, heads, first states",
    arguments: 0..<12)
  func sameBits(part: UInt64) throws {
    for seed in part * 12..<(part + 1) * 12 {
      let sample = try ForwardModelSample(seed: seed)
      let (steps, batch) = (sample.input.steps, sample.input.batch)
      let request = RunRequest(
        sample.input, state: sample.state, lengths: sample.lengths,
        emptySequences: sample.emptySequences)
      let engine = try InferenceEngine(sample.model)
      let whole = try engine.run(RunRequest<Float>(request))
      let exact = try sample.model.run(request)
      for blockSteps in [1, 2, 3, 7, steps] {
        let name = "seed \(seed), blocks of \(blockSteps)"
        var fast = Collected<Float>()
        try BlockwiseRun<Float>(
          sample.model, steps: steps, batch: batch, blockSteps: blockSteps,
          state: sample.state.map { NetworkState($0) }, lengths: sample.lengths,
          emptySequences: sample.emptySequences
        ).run(by: engine, threads: 2, read: { NetworkInput<Float>(sample.input.steps($0)) }) {
          fast.add($0, of: sample.model, steps: steps)
        }
        fast.expect(whole, name)
        #expect(fast.blocks.count == (steps + blockSteps - 1) / blockSteps)
        var slow = Collected<Double>()
        try BlockwiseRun<Double>(
          sample.model, steps: steps, batch: batch, blockSteps: blockSteps, state: sample.state,
          lengths: sample.lengths, emptySequences: sample.emptySequences
        ).run(read: { sample.input.steps($0) }) { slow.add($0, of: sample.model, steps: steps) }
        slow.expect(exact, "\(name), readable")
      }
    }
  }

  private func cell(_ inputs: Int = 2) throws -> ReadableCell<Double> {
    ReadableCell(
      parameters: try CellParameters(
        .uniform(low: -1, high: 1), shape: CellShape(inputSize: inputs, hiddenSize: 3), seed: 4))
  }

  @Test("A network that reads backward is run as one block")
  func backward() throws {
    let model = LSTMModel(
      network: try LSTMNetwork(layers: [.init(forward: cell(), reverse: cell())]))
    #expect(try BlockwiseRun<Double>(model, steps: 100, batch: 1, blockSteps: 3).blockSteps == 100)
    let forward = LSTMModel(network: try LSTMNetwork(layers: [.init(forward: cell())]))
    #expect(try BlockwiseRun<Double>(forward, steps: 100, batch: 1, blockSteps: 3).blockSteps == 3)
  }

  @Test("Left alone, a block is small: in steps, in numbers of any array, in work")
  func usualBlocks() throws {
    func model(_ inputs: Int, _ units: Int, outputs: Int = 0) throws -> LSTMModel {
      let cell = ReadableCell(
        parameters: try CellParameters<Double>(
          .uniform(low: -1, high: 1), shape: CellShape(inputSize: inputs, hiddenSize: units),
          seed: 1))
      let head = LinearHead<Double>(weights: Matrix(zeros: outputs, units))
      return LSTMModel(
        network: try LSTMNetwork(
          layers: [.init(forward: cell)], head: outputs > 0 ? head : nil))
    }
    func block(_ model: LSTMModel, batch: Int) throws -> Int {
      try BlockwiseRun<Float>(model, steps: 1_000_000, batch: batch).blockSteps
    }
    #expect(try block(model(16, 8), batch: 1) == 1 << 14)
    #expect(try block(model(16, 8), batch: 64) == 1 << 8)
    #expect(try block(model(16, 8, outputs: 1 << 13), batch: 4) == 8)
    #expect(try block(model(1, 1), batch: 1 << 20) == 1)
    #expect(try BlockwiseRun<Float>(model(1, 1), steps: 3, batch: 1).blockSteps == 3)
    // The readable cell takes its time: 4 x 64 x 128 multiplications a step.
    #expect(
      try BlockwiseRun<Double>(model(64, 64), steps: 1_000_000, batch: 1).blockSteps == 1 << 7)
  }

  @Test("A number that is not finite is told with its step in the whole input, by either executor")
  func notFinite() throws {
    let model = LSTMModel(network: try LSTMNetwork(layers: [.init(forward: cell())]))
    var values = [Double](repeating: 0.5, count: 10 * 2 * 2)
    values[(7 * 2 + 1) * 2 + 1] = .nan
    let input = Array3(planes: 10, rows: 2, columns: 2, values: values)
    func message(lengths: [Int]? = nil, _ blockSteps: Int) -> [String] {
      func text(_ run: () throws -> Void) -> String {
        do { try run() } catch { return "\(error)" }
        return ""
      }
      return [
        text {
          try BlockwiseRun<Float>(
            model, steps: 10, batch: 2, blockSteps: blockSteps, lengths: lengths
          ).run(
            by: InferenceEngine(model), threads: 1,
            read: { NetworkInput<Float>(NetworkInput.values(input).steps($0)) }, write: { _ in })
        },
        text {
          try BlockwiseRun<Double>(
            model, steps: 10, batch: 2, blockSteps: blockSteps, lengths: lengths
          ).run(read: { NetworkInput.values(input).steps($0) }, write: { _ in })
        },
      ]
    }
    for blockSteps in [1, 3, 10] {
      for text in message(blockSteps) {
        #expect(text.hasPrefix("layer 1, forward, step 8, sequence 2: "), "\(text)")
      }
      #expect(message(lengths: [10, 7], blockSteps) == ["", ""])
    }
  }

  @Test("A token that is none of the network's is told with its step in the whole input")
  func token() throws {
    let model = LSTMModel(
      network: try LSTMNetwork(front: .oneHot(size: 3), layers: [.init(forward: cell(3))]))
    let input = NetworkInput<Float>.tokens(ids: [0, 1, 2, 1, 0, 9], steps: 6, batch: 1)
    #expect(throws: NetworkError.token(id: 9, step: 5, sequence: 0, tokenCount: 3)) {
      try BlockwiseRun<Float>(model, steps: 6, batch: 1, blockSteps: 2).run(
        by: InferenceEngine(model), threads: 1, read: { input.steps($0) }, write: { _ in })
    }
  }

  @Test("Lengths are checked against the whole input before anything is run")
  func lengths() throws {
    let model = LSTMModel(network: try LSTMNetwork(layers: [.init(forward: cell())]))
    #expect(throws: NetworkError.length(sequence: 1, found: 11, steps: 10)) {
      try BlockwiseRun<Float>(model, steps: 10, batch: 2, blockSteps: 2, lengths: [3, 11])
    }
    #expect(throws: NetworkError.emptySequence(0)) {
      try BlockwiseRun<Float>(model, steps: 10, batch: 2, blockSteps: 2, lengths: [0, 1])
    }
  }

  @Test("A result says who computed it; float64 models are the readable cell's")
  func computation() throws {
    var model = LSTMModel(network: try LSTMNetwork(layers: [.init(forward: cell())]))
    #expect(model.usualExecutor == .readable)
    model.precision = .bfloat16
    #expect(model.usualExecutor == .engine)
    let engine = try InferenceEngine(model, options: .init(kernels: KernelSet.available.last))
    #expect(Computation.engine(engine).words == "the engine in single precision (portable)")
    #expect(Computation.readable.words == "the readable cell in double precision")
  }
}
