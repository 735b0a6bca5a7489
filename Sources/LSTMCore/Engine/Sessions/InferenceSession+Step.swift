// One step at a time, as a stream comes: numbers or tokens in, hidden states or logits out. Nothing is
// allocated.

extension InferenceSession {
  /// Takes one step in every sequence.
  ///
  /// - Parameters:
  ///   - input: x(t), `[B, I]`.
  ///   - output: becomes the last layer's h(t), `[B, D·P]`.
  /// - Throws: ``EngineError/count(of:found:expected:)``, and ``LSTMCoreError`` where a cell runs as
  ///   the readable cell and meets a number that is not finite.
  public func step(
    _ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) throws {
    try run(input, steps: 1, into: output)
  }

  /// Takes one step in every sequence: `[B, I]` becomes `[B, D·P]`.
  public func step(_ input: [Float], into output: inout [Float]) throws {
    try run(input, steps: 1, into: &output)
  }

  /// Takes one step in every sequence, with token ids for an input: `[B]` becomes `[B, D·P]`.
  ///
  /// - Throws: ``NetworkError/token(id:step:sequence:tokenCount:)`` where an id is none of the
  ///   network's, ``NetworkError/needsValues(inputSize:)`` where it has no embedding or one-hot, and
  ///   what ``step(_:into:)-(UnsafeBufferPointer<Float>,_)`` throws.
  public func step(tokens: [Int], into output: inout [Float]) throws {
    try output.withUnsafeMutableBufferPointer { try step(tokens: tokens, into: $0) }
  }

  /// Takes one step in every sequence and evaluates the head: `[B, I]` becomes `[B, O]`.
  ///
  /// Of a step by itself every head reads that step, whichever it reads of a sequence.
  ///
  /// - Throws: ``EngineError/noHead`` where there is none, and what ``step(_:into:)-([Float],_)``
  ///   throws.
  public func step(_ input: [Float], logits: inout [Float]) throws {
    try withHead(&logits) { output in
      try input.withUnsafeBufferPointer { try run($0, steps: 1, into: output) }
    }
  }

  /// Takes one step in every sequence, with token ids for an input, and evaluates the head: `[B]`
  /// becomes `[B, O]`.
  ///
  /// - Throws: what ``step(_:logits:)`` and ``step(tokens:into:)`` throw.
  public func step(tokens: [Int], logits: inout [Float]) throws {
    try withHead(&logits) { try step(tokens: tokens, into: $0) }
  }

  /// Evaluates the head of a step that `take` takes.
  private func withHead(
    _ logits: inout [Float], _ take: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    guard let head = engine.packed.head else { throw EngineError.noHead }
    guard logits.count == batch * head.outputSize else {
      throw EngineError.count(
        of: .logits, found: logits.count, expected: [batch, head.outputSize])
    }
    try take(UnsafeMutableBufferPointer(start: stepOutput.base, count: stepOutput.count))
    logits.withUnsafeMutableBufferPointer {
      if let base = $0.baseAddress { head.step(stepOutput.base, batch: batch, into: base) }
    }
  }

  private func step(tokens: [Int], into output: UnsafeMutableBufferPointer<Float>) throws {
    guard let front = engine.front else {
      throw NetworkError.needsValues(inputSize: engine.inputSize)
    }
    guard tokens.count == batch else {
      throw NetworkError.tokenCount(found: tokens.count, steps: 1, batch: batch)
    }
    guard output.count == batch * engine.outputSize else {
      throw EngineError.count(
        of: .output, found: output.count, expected: [batch, engine.outputSize])
    }
    for sequence in 0..<batch where !(0..<front.tokenCount).contains(tokens[sequence]) {
      throw NetworkError.token(
        id: tokens[sequence], step: 0, sequence: sequence, tokenCount: front.tokenCount)
    }
    if skipsSteps {
      return try copyOutput(
        of: .tokens(ids: tokens, steps: 1, batch: batch), to: output)
    }
    let width = engine.inputSize
    for sequence in 0..<batch {
      front.write(tokens[sequence], to: stepInput.base + sequence * width)
    }
    guard let target = output.baseAddress else { return }
    try run(
      InputRows(Rows(base: stepInput.base, stride: width)), target,
      BatchPlan(steps: 1, batch: batch))
  }
}

extension NetworkFront<Float> {
  /// Writes the vector of a token, which must be one of the ``tokenCount``.
  func write(_ token: Int, to target: UnsafeMutablePointer<Float>) {
    switch self {
    case .oneHot(let size):
      target.update(repeating: 0, count: size)
      target[token] = 1
    case .embedding(let matrix):
      let width = matrix.columns
      matrix.values.withUnsafeBufferPointer { numbers in
        guard let base = numbers.baseAddress else { return }
        target.update(from: base + token * width, count: width)
      }
    }
  }
}
