// A request that has been checked, with everything that the model says filled in: what an executor
// has to compute, and what it makes of the rows that came out.

import RealModule

/// What an executor leads through the layers.
struct ResolvedRun<Scalar: Real & BinaryFloatingPoint> {
  /// The input, without the steps that are skipped.
  let input: NetworkInput<Scalar>
  /// T of the input.
  let steps: Int
  /// How many steps of each sequence of ``input`` are run.
  let lengths: [Int]
  /// The states before the first step, those of sequences without a step as they shall end.
  let start: NetworkState<Scalar>
  /// What to keep.
  let recording: Recording
  /// What to put in place of what is computed; nil where nothing is.
  let holds: ResolvedHolds<Scalar>?
  /// The valid steps of each sequence, skipped ones among them.
  let ends: [Int]
  /// Which steps of the whole input are run; nil where no step can be skipped.
  let places: [[Int]]?
  private let gives: OutputSelection
  private let lastDirections: Int
  private let head: PlainHead<Scalar>?
  /// What the model was given, for a head that adds it.
  private let given: NetworkInput<Scalar>

  /// Checks a request.
  ///
  /// - Parameters:
  ///   - carried: the states that a session carries from run to run; they go before the model's own.
  /// - Throws: ``NetworkError``.
  init(
    _ request: RunRequest<Scalar>, _ settings: RunSettings<Scalar>, _ shape: NetworkShape,
    carried: NetworkState<Scalar>? = nil
  ) throws {
    let (input, given) = (try settings.frontOutput(of: request), request.input)
    (steps, recording, gives) = (input.steps, request.recording, settings.gives)
    (head, self.given) = (settings.head, given)
    lastDirections = shape.lastDirections
    try input.check(inputSize: shape.inputSize, tokenCount: shape.tokenCount)
    let ends = try settings.lengths(
      given: input.steps == given.steps ? request.lengths : nil, steps: input.steps,
      batch: input.batch, request.emptySequences)
    try settings.head?.check(shape, steps: input.steps)
    var start =
      try request.state ?? carried ?? settings.startingState(shape, batch: input.batch)
    try input.checkTokens(lengths: ends, tokenCount: shape.tokenCount)
    try start.check(shape, batch: input.batch)
    if request.emptySequences == .zeroState {
      for (sequence, end) in ends.enumerated() where end == 0 {
        for part in start.parts.indices { start.parts[part].setRow(sequence, nil) }
      }
    }
    (self.start, self.ends) = (start, ends)
    guard let mask = settings.mask else {
      (self.input, lengths, places) = (input, ends, nil)
      holds = try ResolvedHolds(request, shape, steps: input.steps, places: nil)
      return
    }
    let places = mask.stepsLeft(of: input, lengths: ends, precision: settings.precision)
    self.places = places
    holds = try ResolvedHolds(request, shape, steps: input.steps, places: places)
    self.input = StepMask.compact(input, to: places)
    lengths = places.map(\.count)
  }

  /// Whether every row that comes out is where it belongs.
  var skipsNothing: Bool { places == nil }

  /// What came out of the last layer, skipped steps put back.
  ///
  /// - Parameter output: `[T, B, D·P]`.
  func expanded(_ output: Array3<Scalar>) -> Array3<Scalar> {
    guard let places else { return output }
    return output.expanded(
      to: places, ends: ends, steps: steps,
      first: lastDirections == 1 ? start.parts.last?.hidden : nil)
  }

  /// What was recorded of each step, zero at steps that were skipped.
  func expanded(recorded array: Array3<Scalar>) -> Array3<Scalar> {
    guard let places else { return array }
    return array.expanded(to: places, ends: ends, steps: steps, first: nil)
  }

  /// Brings together what came out.
  ///
  /// - Parameters:
  ///   - output: the outputs of the last layer, `[T, B, D·P]`, skipped steps put back.
  ///   - head: the head, where there is one.
  ///   - logits: computes W y + b of features `[1, B, D·P]`, or of those of every step, where only
  ///     the first so many steps of each sequence count.
  func result(
    _ output: Array3<Scalar>, layerOutputs: [Array3<Scalar>], cells: [CellRecord<Scalar>],
    finalState: NetworkState<Scalar>, head: HeadReading<Scalar>?,
    logits: (_ features: Array3<Scalar>, _ lengths: [Int]) -> Array3<Scalar>
  ) -> NetworkOutput<Scalar> {
    var result = NetworkOutput(
      output: output, layerOutputs: layerOutputs, cells: cells, finalState: finalState)
    if let head = self.head {
      let isEvery = head.source == .everyStep
      let read = isEvery ? ends : [Int](repeating: 1, count: ends.count)
      let scores = head.logits(
        head.source.features(of: output, finalState, lastDirections), input: given, lengths: read)
      result.logits = scores
      result.probabilities = HeadReading(source: head.source, activation: head.activation)
        .probabilities(scores, lengths: read)
      return result
    }
    guard let head else {
      if gives != .everyStep {
        result.output = gives.features(of: output, finalState, lastDirections)
      }
      return result
    }
    let isEvery = head.source == .everyStep
    let read = isEvery ? ends : [Int](repeating: 1, count: ends.count)
    let scores = logits(head.source.features(of: output, finalState, lastDirections), read)
    result.logits = scores
    result.probabilities = head.probabilities(scores, lengths: read)
    return result
  }
}

extension HeadReading {
  /// The probabilities of logits `[T, B, O]`, zero beyond the lengths; nil without an activation.
  func probabilities(_ logits: Array3<Scalar>, lengths: [Int]) -> Array3<Scalar>? {
    guard let activation else { return nil }
    var result = Array3<Scalar>(zeros: logits.planes, logits.rows, logits.columns)
    for (sequence, length) in lengths.enumerated() {
      for step in 0..<min(length, logits.planes) {
        result.setRow(step, sequence, to: activation.probabilities(logits.row(step, sequence)))
      }
    }
    return result
  }
}

extension RunSettings {
  /// The input as the network reads it.
  ///
  /// - Throws: ``NetworkError`` where it is not what the first layer reads.
  fileprivate func frontOutput(of request: RunRequest<Scalar>) throws -> NetworkInput<Scalar> {
    guard !front.isEmpty, case .values(let values) = request.input else { return request.input }
    let sizes = try front.sizes(after: PlainSizes(steps: values.planes, width: values.columns))
    if sizes.steps != values.planes, let lengths = request.lengths,
      lengths.contains(where: { $0 != values.planes })
    {
      throw NetworkError.lengthsBeforeLayers
    }
    return .values(front.output(values))
  }
}

extension PlainHead {
  /// - Throws: ``NetworkError/plainLayer(_:found:expected:)`` where the layers do not fit the network,
  ///   or what they read of so many steps.
  fileprivate func check(_ shape: NetworkShape, steps: Int) throws {
    _ = try layers.sizes(
      after: PlainSizes(steps: source == .everyStep ? steps : 1, width: shape.outputSize))
  }
}
