// Which parts of the input an output comes from, exactly: with its gates held at the values that they had
// and tanh replaced by its secant, an LSTM is linear in what it reads, so that an output is a sum of what
// each step, feature, first state and bias adds (as Arras et al. 2017 and Murdoch, Liu and Yu 2018 take
// LSTMs apart, here with no rest). One pass back through all layers.

import LSTMCore

/// An output of a run, taken apart into what added up to it.
public struct Attribution: Equatable, Sendable {
  /// The output: the place among the head's logits, or among the units of the last layer's output
  /// where there is no head; counted from 0.
  public let target: Int
  /// The step whose output it is, counted from 0; nil where the head reads the final states.
  public let step: Int?
  /// The sequence of the batch, counted from 0.
  public let sequence: Int
  /// The value of the output.
  public let value: Double
  /// What each feature of each step adds: `[T][I]`, of a network that reads tokens `[T][E]`.
  public internal(set) var features: [[Double]]
  /// Whether something was held in the run.
  public let hasHolds: Bool
  /// What the first states add, and all biases together with what was held.
  public internal(set) var initialState: Double
  /// What all biases add, together with what was held.
  public internal(set) var bias: Double

  /// What each step adds: the sums of its features, `[T]`.
  public var steps: [Double] { features.map { $0.reduce(0, +) } }
  /// What is left of the value when all is taken off: rounding.
  public var remainder: Double {
    value - (steps.reduce(0, +) + initialState + bias)
  }

  /// Takes an output apart.
  ///
  /// - Parameters:
  ///   - trace: what happened in the run.
  ///   - target: which output, counted from 0; nil for the largest.
  ///   - step: the step of which, counted from 0; nil for the last of the sequence. Of no account
  ///     where the head reads one step or the final states.
  ///   - sequence: which sequence of the batch, counted from 0.
  /// - Throws: ``AttributionError``.
  public init(
    _ trace: RunTrace<Double>, target: Int? = nil, step: Int? = nil, sequence: Int = 0
  ) throws {
    guard sequence < trace.batch else {
      throw AttributionError.sequence(sequence, count: trace.batch)
    }
    let count = trace.stepCount(sequence: sequence)
    guard count > 0 else { throw AttributionError.noStep(sequence: sequence) }
    let reading = try Reading(trace, target, step, sequence)
    (self.target, self.step, self.sequence) = (reading.target, reading.step, sequence)
    value = reading.value
    hasHolds = trace.holdsAnything
    (initialState, bias) = (reading.first(trace, sequence), reading.bias)
    let width = trace.cells[0].cell.parameters.inputSize
    features = [[Double]](
      repeating: [Double](repeating: 0, count: width), count: trace.steps)
    goBack(trace, reading, count)
  }

  /// Leads the coefficients of the target back from layer to layer.
  private mutating func goBack(_ trace: RunTrace<Double>, _ reading: Reading, _ count: Int) {
    // How much a unit of each row of a layer's output adds to the target, by one: [count][D·P].
    var coefficients = reading.rows(count)
    for layer in trace.network.layers.indices.reversed() {
      let cells = trace.cells.indices.filter { trace.cells[$0].layer == layer }
      let inputSize = trace.cells[cells[0]].cell.parameters.inputSize
      var below = [[Double]](
        repeating: [Double](repeating: 0, count: inputSize), count: count)
      for cell in cells {
        var pass = SecantPass(trace, cell, sequence: sequence)
        pass.run(coefficients, into: &below, finals: reading.finals[cell])
        initialState += pass.initialState
        bias += pass.constant
      }
      coefficients = below
    }
    for row in 0..<count {
      let step = trace.step(run: row, sequence: sequence)
      let read = trace.row(readBy: 0, row, sequence: sequence)
      for (feature, x) in read.enumerated() {
        features[step][feature] = coefficients[row][feature] * x
      }
    }
  }
}

extension Attribution {
  /// What the target reads of the last layer.
  struct Reading {
    var target = 0
    var step: Int?
    var value = 0.0
    var bias = 0.0
    /// What is read of the last layer's output, and by what weights.
    fileprivate var row = OutputRow.nothing
    var weights: [Double] = []
    /// The weights of the final hidden state of each cell.
    var finals: [Int: [Double]] = [:]

    init(_ trace: RunTrace<Double>, _ target: Int?, _ step: Int?, _ sequence: Int) throws {
      let count = trace.stepCount(sequence: sequence)
      let last = trace.step(run: count - 1, sequence: sequence)
      let head = trace.network.head
      if let step, trace.readsEveryStep, !(0..<trace.steps).contains(step) {
        throw AttributionError.step(step, count: trace.steps)
      }
      let source = trace.headSource ?? .everyStep
      let at = source == .everyStep ? step ?? last : nil
      if step != nil, source != .everyStep { throw AttributionError.noChoice(source) }
      if let at, at >= trace.length(sequence: sequence) {
        throw AttributionError.ended(at, sequence: sequence)
      }
      let hasHead = trace.headSource != nil
      let values =
        hasHead
        ? trace.output.logits?.row(at ?? 0, sequence) ?? []
        : trace.lastOutput(at ?? last, sequence: sequence)
      self.target = target ?? values.indices.max { values[$0] < values[$1] } ?? 0
      guard values.indices.contains(self.target) else {
        throw AttributionError.target(self.target, count: values.count, hasHead: hasHead)
      }
      value = values[self.target]
      if let plain = trace.plainHead {
        let read = trace.features(of: source, at: at, sequence: sequence)
        (weights, bias) = try plain.secant(of: self.target, at: read)
      } else {
        bias = head?.bias?[self.target] ?? 0
        weights =
          head.map { Array($0.weights.row(self.target)) }
          ?? values.indices.map { $0 == self.target ? 1 : 0 }
      }
      switch source {
      case .everyStep: (self.step, row) = (at, trace.row(of: at ?? last, sequence: sequence))
      case .firstStep: (self.step, row) = (0, trace.row(of: 0, sequence: sequence))
      case .lastStep:
        (self.step, row) = (
          trace.steps - 1, trace.row(of: trace.steps - 1, sequence: sequence)
        )
      case .finalState:
        let layer = trace.network.layers.count - 1
        for cell in trace.cells.indices where trace.cells[cell].layer == layer {
          finals[cell] = Array(weights[trace.columns(of: cell)])
        }
      }
    }

    /// The coefficients of the last layer's output: `[count][D·P]`.
    func rows(_ count: Int) -> [[Double]] {
      var rows = [[Double]](
        repeating: [Double](repeating: 0, count: weights.count), count: count)
      if case .run(let row) = row, finals.isEmpty { rows[row] = weights }
      return rows
    }

    /// What the first hidden state of the last layer adds where it is read itself.
    func first(_ trace: RunTrace<Double>, _ sequence: Int) -> Double {
      guard case .first = row, finals.isEmpty, let part = trace.start.parts.last else { return 0 }
      return zip(weights, part.hidden.row(sequence)).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
}

extension OutputSelection {
  var inWords: String {
    switch self {
    case .everyStep: "every step"
    case .lastStep: "the last step"
    case .firstStep: "the first step"
    case .finalState: "the final states"
    }
  }
}

extension RunTrace<Double> {
  /// Which of the steps that a cell took one of the input is.
  ///
  /// - Throws: ``AttributionError`` where it took none.
  func taken(_ step: Int, cell: Int, sequence: Int) throws -> Int {
    if let taken = order(cell, sequence: sequence).firstIndex(of: step) { return taken }
    throw step < steps && step >= length(sequence: sequence)
      ? AttributionError.ended(step, sequence: sequence) : AttributionError.step(step, count: steps)
  }
}

/// What stands in the last layer's output at a step.
private enum OutputRow {
  /// What the layer put out at a step that was run, by its row.
  case run(Int)
  /// The first hidden state: the model skips all steps up to there.
  case first
  /// Zeros.
  case nothing
}

extension RunTrace<Double> {
  /// What stands in the last layer's output at a step. A skipped step shows the output before it, where
  /// the layer has one direction.
  fileprivate func row(of step: Int, sequence: Int) -> OutputRow {
    let taken = (0..<stepCount(sequence: sequence)).map { self.step(run: $0, sequence: sequence) }
    if let row = taken.firstIndex(of: step) { return .run(row) }
    let isSingle = network.layers.last.map { $0.directions.count == 1 } ?? true
    guard isSingle, step < length(sequence: sequence) else { return .nothing }
    return taken.lastIndex { $0 < step }.map { .run($0) } ?? .first
  }

  /// The last layer's output at a step, whatever the model gives.
  fileprivate func lastOutput(_ step: Int, sequence: Int) -> [Double] {
    switch row(of: step, sequence: sequence) {
    case .run(let row):
      output.layerOutputs[network.layers.count - 1].row(row, sequence)
    case .first: Array(start.parts[cells.count - 1].hidden.row(sequence))
    case .nothing: [Double](repeating: 0, count: network.outputSize)
    }
  }
}

extension RunTrace<Double> {
  /// What the head reads; nil where there is none.
  var headSource: OutputSelection? { plainHead?.source ?? network.head?.source }
  /// Whether outputs are those of every step, so that one can be chosen.
  var readsEveryStep: Bool { headSource ?? .everyStep == .everyStep }

  /// What a head reads of a sequence.
  fileprivate func features(of source: OutputSelection, at step: Int?, sequence: Int) -> [Double] {
    switch source {
    case .everyStep: return lastOutput(step ?? 0, sequence: sequence)
    case .firstStep: return lastOutput(0, sequence: sequence)
    case .lastStep: return lastOutput(steps - 1, sequence: sequence)
    case .finalState:
      let layer = network.layers.count - 1
      return cells.indices.filter { cells[$0].layer == layer }.flatMap {
        Array(output.finalState.parts[$0].hidden.row(sequence))
      }
    }
  }
}

extension PlainHead<Double> {
  /// The straight line through what the head makes of some features: how much each of them adds to an
  /// output, and what is added beside.
  ///
  /// - Throws: ``AttributionError/layer(_:)`` where a layer has no such line.
  fileprivate func secant(of target: Int, at features: [Double]) throws
    -> (weights: [Double], offset: Double)
  {
    guard addedInputs == 0 else { throw AttributionError.layer("a head that adds the input") }
    var inputs: [[Double]] = []
    var row = features
    for layer in layers {
      inputs.append(row)
      row = layer(Array3(planes: 1, rows: 1, columns: row.count, values: row)).row(0, 0)
    }
    var weights = row.indices.map { $0 == target ? 1.0 : 0 }
    var offset = 0.0
    for (layer, input) in zip(layers, inputs).reversed() {
      switch layer {
      case .linear(let matrix, let bias):
        if let bias { offset += zip(weights, bias).reduce(0) { $0 + $1.0 * $1.1 } }
        weights = matrix.transposedProduct(weights)
      case .activation(let function):
        for (index, value) in input.enumerated() {
          let line = function.secant(at: value)
          offset += weights[index] * line.offset
          weights[index] *= line.slope
        }
      case .scale(let factors, let shifts):
        offset += zip(weights, shifts).reduce(0) { $0 + $1.0 * $1.1 }
        weights = zip(weights, factors).map(*)
      default: throw AttributionError.layer(layer.words)
      }
    }
    return (weights, offset)
  }
}
