// What adds up: attributions, ledgers and the reasons of gates, on random networks with everything that a
// model can say.

import LSTMCore
import RealModule
import TestSupport
import Testing

@testable import LSTMInsight

@Suite("What a run means adds up")
struct AttributionTests {
  /// A random model's run by the readable cell; nil where it refuses the request.
  private static func trace(_ seed: Int) throws -> (words: String, trace: RunTrace<Double>)? {
    let random = try RandomModel(seed: UInt64(seed))
    guard let trace = try? random.model.trace(RunRequest<Double>(random.request)) else {
      return nil
    }
    return (random.words, trace)
  }

  @Test(
    "On 200 random networks the parts of an output add up to it",
    arguments: LongTests.sample(of: 1...200, every: 5))
  func attribution(seed: Int) throws {
    guard let (words, trace) = try Self.trace(seed) else { return }
    for sequence in 0..<trace.batch {
      guard trace.stepCount(sequence: sequence) > 0 else {
        expectError(
          "sequence \(sequence + 1) has no step that is run: nothing adds to an output."
        ) { try Attribution(trace, sequence: sequence) }
        continue
      }
      for target in 0..<2
      where target < (trace.network.head?.outputSize ?? trace.network.outputSize) {
        let found = try Attribution(trace, target: target, sequence: sequence)
        let largest =
          (found.features.flatMap { $0 } + [found.initialState, found.bias, found.value])
          .reduce(0) { max($0, abs($1)) }
        #expect(abs(found.remainder) <= 1e-12 * max(largest, 1e-3), "\(words), \(target)")
        let later = found.step.map { $0 + 1..<max($0 + 1, trace.steps) } ?? 0..<0
        if trace.cells.allSatisfy({ $0.direction == .forward }) {
          // What comes after the output adds nothing.
          #expect(later.allSatisfy { found.steps[$0] == 0 }, "\(words)")
        }
      }
    }
  }

  @Test("An output of any step, of a network without a head too, is taken apart")
  func everyStep() throws {
    for seed in 1...40 {
      guard let (words, trace) = try Self.trace(seed),
        trace.network.head?.source ?? .everyStep == .everyStep
      else { continue }
      for sequence in 0..<trace.batch {
        for taken in trace.order(0, sequence: sequence) {
          let found = try Attribution(trace, step: taken, sequence: sequence)
          #expect(found.step == taken)
          #expect(abs(found.remainder) <= 1e-12 * max(1, abs(found.value)), "\(words)")
        }
      }
    }
  }

  @Test(
    "What is held is counted with the biases, and all still adds up",
    arguments: LongTests.sample(of: 1...60, every: 5))
  func held(seed: Int) throws {
    let random = try RandomModel(seed: UInt64(seed))
    var generator = SplitMix64(seed: UInt64(seed))
    var request = RunRequest<Double>(random.request)
    guard let plain = try? random.model.trace(request) else { return }
    let holdable = TraceQuantity.ofCells.filter(\.canBeHeld)
    let cell = plain.cells[Int(generator.next() % UInt64(plain.cells.count))]
    for quantity in holdable {
      guard quantity != .projection || cell.cell.parameters.projection != nil else { continue }
      request.holds = [
        Hold(TraceAddress(layer: cell.layer, cell.direction, quantity), at: generator.nextUnit())
      ]
      let trace = try random.model.trace(request)
      for sequence in 0..<trace.batch where trace.stepCount(sequence: sequence) > 0 {
        let found = try Attribution(trace, sequence: sequence)
        let largest =
          (found.features.flatMap { $0 } + [found.initialState, found.bias, found.value])
          .reduce(1) { max($0, abs($1)) }
        #expect(
          abs(found.remainder) <= 1e-12 * largest, "\(quantity.name) held, \(random.words)")
      }
    }
  }

  @Test(
    "Gradients are those of finite differences; integrated ones nearly add up",
    arguments: LongTests.sample(of: 1...24, every: 5))
  func gradients(seed: Int) throws {
    let random = try RandomModel(seed: UInt64(seed))
    var request = RunRequest<Double>(random.request)
    guard case .values(let input) = request.input, random.model.mask == nil,
      let trace = try? random.model.trace(request), trace.stepCount(sequence: 0) > 0
    else { return }
    let attribution = try Attribution(trace, target: 0)
    let gradient = try OutputGradient(trace, target: 0)
    let step = trace.network.head?.source ?? .everyStep == .everyStep ? attribution.step : nil
    func value(_ values: Array3<Double>) throws -> Double {
      request.input = .values(values)
      return try Attribution(random.model.trace(request), target: 0, step: step).value
    }
    for time in 0..<trace.steps {
      for feature in 0..<input.columns {
        var (up, down) = (input, input)
        up[time, 0, feature] += 1e-5
        down[time, 0, feature] -= 1e-5
        let slope = try (value(up) - value(down)) / 2e-5
        #expect(abs(slope - gradient.input[time][feature]) < 1e-8, "\(random.words)")
      }
    }
    request.input = .values(input)
    let others = try OtherAttributions(random.model, request, of: attribution)
    #expect(abs(try #require(others.completenessGap)) < 1e-3, "\(random.words)")
    #expect(others.gradientTimesInput == gradient.timesInput.map { $0.reduce(0, +) })
    // A step that is zero has nothing to take away.
    for time in 0..<trace.steps where input.row(time, 0).allSatisfy({ $0 == 0 }) {
      #expect(others.occlusion[time] == 0)
    }
  }

  @Test(
    "A cell state is what all earlier steps wrote and the forget gates left",
    arguments: LongTests.sample(of: 1...100, every: 5))
  func ledger(seed: Int) throws {
    guard let (words, trace) = try Self.trace(seed) else { return }
    for cell in trace.cells.indices {
      for sequence in 0..<trace.batch {
        for step in trace.order(cell, sequence: sequence) {
          let ledger = try Ledger(trace, cell: cell, step: step, sequence: sequence)
          #expect(ledger.remainder.allSatisfy { abs($0) <= 1e-12 }, "\(words)")
          #expect(ledger.steps.last == step && ledger.shares.last?.allSatisfy { $0 == 1 } == true)
        }
      }
    }
  }

  @Test(
    "The terms of a gate's sum are all there", arguments: LongTests.sample(of: 1...60, every: 5))
  func reasons(seed: Int) throws {
    guard let (words, trace) = try Self.trace(seed) else { return }
    for cell in trace.cells.indices {
      guard let step = trace.order(cell, sequence: 0).last else { continue }
      for gate in Gate.allCases {
        guard let found = try GateReasons(trace, gate, unit: 0, cell: cell, step: step) else {
          continue
        }
        let sum = found.terms.reduce(0) { $0 + $1.value }
        #expect(abs(sum - found.sum) <= 1e-12, "\(words)")
        #expect(
          zip(found.terms, found.terms.dropFirst()).allSatisfy { abs($0.value) >= abs($1.value) })
        #expect(
          found.value == trace.output.cells[cell].gates[gate].row(step, 0)[0], "\(words)")
      }
    }
  }

  @Test("A memory that keeps 9 tenths a step falls to 1/e in 9.5 steps")
  func timescale() throws {
    let parameters = try CellParameters<Double>(
      .uniform(low: 0, high: 1e-300), shape: CellShape(inputSize: 1, hiddenSize: 1), seed: 1)
    var variant = CellVariant<Double>()
    variant.pinned.forget = 0.9
    variant.pinned.input = 0.95
    variant.pinned.output = 0.05
    let network = try LSTMNetwork(layers: [
      NetworkLayer(forward: ReadableCell(parameters: parameters, variant: variant))
    ])
    let model = LSTMModel(network: network)
    let trace = try model.trace(RunRequest(.values(Array3(zeros: 7, 2, 1))))
    let found = try #require(GateStatistics(trace, cell: 0))
    #expect(abs(found.timescale[0] - 9.4912215810299) < 1e-9 && found.timescaleOfBias == nil)
    #expect(found.count == 14 && abs(found.means.forget[0] - 0.9) < 1e-12)
    #expect(found.saturation[.input]?.open == [1] && found.saturation[.output]?.shut == [1])
    #expect(found.saturation[.forget]?.open == [0])
  }

  @Test("What is not there is an error with what is")
  func errors() throws {
    let cell = ReadableCell<Double>(
      parameters: try CellParameters(
        .pytorch, shape: CellShape(inputSize: 1, hiddenSize: 2), seed: 1))
    let model = LSTMModel(network: try LSTMNetwork(layers: [NetworkLayer(forward: cell)]))
    let trace = try model.trace(RunRequest(.values(Array3(zeros: 3, 1, 1))))
    expectError("there is no unit of the output 3; they are 1 to 2.") {
      try Attribution(trace, target: 2)
    }
    expectError("there is no step 4; the run has 3.") { try Attribution(trace, step: 3) }
    let ragged = try model.trace(
      RunRequest(.values(Array3(zeros: 3, 2, 1)), lengths: [3, 2]))
    expectError("sequence 2 has ended before step 3. Choose an earlier one.") {
      try Attribution(ragged, step: 2, sequence: 1)
    }
    expectError("there is no sequence 2; the run has 1.") { try Attribution(trace, sequence: 1) }
    expectError("there is no step 4; the run has 3.") { try Ledger(trace, cell: 0, step: 3) }
    expectError("there is no sequence 2; the run has 1.") {
      try GateReasons(trace, .forget, unit: 0, cell: 0, step: 0, sequence: 1)
    }
  }
}

@Suite("Two traces")
struct TraceComparisonTests {
  private static func array(_ values: [Double]) -> Array3<Double> {
    Array3(planes: values.count / 2, rows: 1, columns: 2, values: values)
  }

  @Test("The first difference is the earliest step's, in the order of the computation")
  func first() throws {
    let one = [
      "layer1.forward.forgetGate": Self.array([1, 2, 3, 4]),
      "layer1.forward.cellState": Self.array([1, 2, 3, 4]),
      "layer2.forward.forgetGate": Self.array([1, 2, 3, 4]),
    ]
    var other = one
    other["layer1.forward.cellState"] = Self.array([1, 2, 3, 4.5])
    other["layer2.forward.forgetGate"] = Self.array([1, 2, 3, 9])
    other["logits"] = Self.array([1, 2])
    let found = try TraceComparison(one, other)
    #expect(found.first?.address == "layer1.forward.cellState[2]@2")
    #expect(found.largest?.address == "layer2.forward.forgetGate[2]@2" && !found.isSame)
    #expect(
      found.text(first: "a", second: "b", NumberFormat()) == """
        The two traces part at layer1.forward.cellState[2]@2, sequence 1:
           a has 4, b 4.5
        The largest difference is 5, at layer2.forward.forgetGate[2]@2, sequence 1.
        Only b has logits.

        """)
  }

  @Test("Only what is the same is said to be")
  func same() throws {
    let one = ["layer1.forward.kept": Self.array([1, 2])]
    #expect(
      try TraceComparison(one, one).text(first: "a", second: "b", NumberFormat())
        == "Every number is the same: 1 array with 2 numbers.\n")
    let close = try TraceComparison(one, ["layer1.forward.kept": Self.array([1, 2.000001])])
    #expect(
      close.isSame
        && close.text(first: "a", second: "b", NumberFormat())
          == """
          The two traces agree: 1 array with 2 numbers.
          The largest difference is 1e-6, at layer1.forward.kept[2]@1, sequence 1.

          """
    )
  }

  @Test("Nothing in common, and other shapes, are errors")
  func errors() throws {
    let one = ["layer1.forward.kept": Self.array([1, 2])]
    expectError(
      "the two traces have no array in common: the one has layer1.forward.kept, the other x. Arrays "
        + "are compared by their names, such as layer1.forward.forgetGate."
    ) { try TraceComparison(one, ["x": Self.array([1, 2])]) }
    expectError(
      "'layer1.forward.kept' is 1 x 1 x 2 in the one trace and 2 x 1 x 2 in the other. Record the same "
        + "steps, sequences and units."
    ) { try TraceComparison(one, ["layer1.forward.kept": Self.array([1, 2, 3, 4])]) }
  }
}
