// Random models that read forward, with everything around the network that a run has to follow, and inputs for them.

import LSTMCore

/// A random model and what to run it on.
public struct ForwardModelSample: Sendable {
  /// The model, in single precision.
  public let model: LSTMModel
  /// Its input, `[T, B, I]` or tokens `[T, B]`.
  public let input: NetworkInput<Double>
  /// The lengths of the sequences; nil for all steps.
  public let lengths: [Int]?
  /// The states to start from; nil for the model's own.
  public let state: NetworkState<Double>?
  /// What a length of 0 means.
  public let emptySequences: EmptySequences

  /// Draws a model of up to three layers that read forward, with any of: an embedding, a head of any
  /// selection, a mask, first states, lengths.
  public init(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    func below(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
    func draw() -> Double { Double(Float(2 * generator.nextUnit() - 1)) }
    func matrix(_ rows: Int, _ columns: Int) -> Matrix<Double> {
      Matrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in draw() })
    }
    let (steps, batch, inputs) = (1 + below(23), 1 + below(4), 1 + below(4))
    var width = inputs
    let layers = try (0..<1 + below(3)).map { _ in
      let units = 1 + below(9)
      let shape = CellShape(
        inputSize: width, hiddenSize: units,
        projectionSize: below(4) == 0 ? 1 + below(units) : nil, hasPeepholes: below(4) == 0)
      width = shape.projectionSize ?? units
      return NetworkLayer(
        forward: ReadableCell(
          parameters: try CellParameters(
            .uniform(low: -0.7, high: 0.7), shape: shape, seed: generator.next())))
    }
    let tokens = below(3) == 0 ? 5 : nil
    let selections = OutputSelection.allCases
    var head: LinearHead<Double>?
    if below(3) > 0 {
      let outputs = 1 + below(3)
      head = LinearHead(
        weights: matrix(outputs, width), bias: (0..<outputs).map { _ in draw() },
        activation: [nil, .softmax, .sigmoid][below(3)],
        source: selections[below(selections.count)])
    }
    let network = try LSTMNetwork(
      front: tokens.map { .embedding(matrix($0, inputs)) }, layers: layers, head: head)
    func states() -> NetworkState<Double> {
      var state = network.zeroState(batch: batch)
      for part in state.parts.indices {
        let (hidden, cell) = (state.parts[part].hidden, state.parts[part].cell)
        state.parts[part].hidden = matrix(hidden.rows, hidden.columns)
        state.parts[part].cell = matrix(cell.rows, cell.columns)
      }
      return state
    }
    func someLengths(least: Int) -> [Int] {
      (0..<batch).map { _ in least + below(steps + 1 - least) }
    }
    model = LSTMModel(
      weights: .single(try LSTMNetwork<Float>(network)), precision: .float32,
      mask: below(2) == 0 ? nil : tokens == nil ? .value(0) : .tokenZero,
      initialState: below(3) == 0 ? states() : nil,
      lengths: below(4) == 0 ? someLengths(least: 1) : nil,
      gives: head == nil ? selections[below(selections.count)] : .everyStep)
    if let tokens {
      input = .tokens(
        ids: (0..<steps * batch).map { _ in below(tokens) }, steps: steps, batch: batch)
    } else {
      // A third of the steps is what a mask skips.
      input = .values(
        Array3(
          planes: steps, rows: batch, columns: inputs,
          values: (0..<steps * batch).flatMap { _ in
            let isSkipped = below(3) == 0
            return (0..<inputs).map { _ in isSkipped ? 0 : draw() }
          }))
    }
    emptySequences = EmptySequences.allCases[below(3)]
    lengths = below(2) == 0 ? someLengths(least: emptySequences == .refused ? 1 : 0) : nil
    state = below(3) == 0 ? states() : nil
  }
}

extension NetworkInput where Scalar: BinaryFloatingPoint {
  /// Some of the steps.
  public func steps(_ range: Range<Int>) -> NetworkInput {
    switch self {
    case .tokens(let ids, _, let batch):
      .tokens(
        ids: Array(ids[range.lowerBound * batch..<range.upperBound * batch]), steps: range.count,
        batch: batch)
    case .values(let array):
      .values(
        Array3(
          planes: range.count, rows: array.rows, columns: array.columns,
          values: range.flatMap { array.plane($0).values }))
    }
  }
}
