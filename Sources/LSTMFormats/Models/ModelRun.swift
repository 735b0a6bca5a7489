// A model at work: its network with what the model says beside it, where a run starts and which
// steps it skips.

import LSTMCore

extension LSTMModel {
  /// The states that a run starts from where it is given none.
  ///
  /// - Parameter batch: the number of sequences, B.
  /// - Throws: ``ModelError/storedBatch(what:found:batch:)`` where the model stores the states of
  ///   another number of sequences.
  public func startingState(batch: Int) throws -> NetworkState<Double> {
    guard let initialState else { return network.zeroState(batch: batch) }
    func spread(_ matrix: Matrix<Double>) throws -> Matrix<Double> {
      guard matrix.rows != batch else { return matrix }
      guard matrix.rows == 1 else {
        throw ModelError.storedBatch(what: "initial states", found: matrix.rows, batch: batch)
      }
      return Matrix(
        rows: batch, columns: matrix.columns,
        values: (0..<batch).flatMap { _ in matrix.values })
    }
    return NetworkState(
      parts: try initialState.parts.map {
        .init(hidden: try spread($0.hidden), cell: try spread($0.cell))
      })
  }

  /// Runs the model's network from the states, over the lengths and without the steps that the
  /// model says, unless the run says others.
  ///
  /// The output of a skipped step is the state that passes over it, or zero where the last layer
  /// has two directions, as Keras has it (`keras/src/backend/numpy/rnn.py`).
  ///
  /// - Throws: `NetworkError`, and ``ModelError/storedBatch(what:found:batch:)`` where the model
  ///   stores states or lengths of another number of sequences.
  public func run(
    _ input: NetworkInput<Double>, state: NetworkState<Double>? = nil, lengths: [Int]? = nil,
    options: RunOptions = .init()
  ) throws -> NetworkOutput<Double> {
    try run(input, state: state, lengths: lengths, options: options, stepping: nil)
  }

  /// Runs the model as ``run(_:state:lengths:options:)`` does, with every step of every cell taken
  /// by `stepping` where it is given.
  package func run(
    _ input: NetworkInput<Double>, state: NetworkState<Double>? = nil, lengths: [Int]? = nil,
    options: RunOptions = .init(), stepping: LSTMNetwork<Double>.Stepping?
  ) throws -> NetworkOutput<Double> {
    if lengths == nil, let stored = self.lengths, stored.count != input.batch {
      throw ModelError.storedBatch(what: "lengths", found: stored.count, batch: input.batch)
    }
    let lengths = lengths ?? self.lengths
    let start = try state ?? startingState(batch: input.batch)
    guard let mask else {
      return try network.run(
        input, state: start, lengths: lengths, options: options, stepping: stepping)
    }
    let ends = lengths ?? [Int](repeating: input.steps, count: input.batch)
    try input.check(inputSize: network.inputSize, tokenCount: network.front?.tokenCount)
    try NetworkInput<Double>.check(
      ends, steps: input.steps, batch: input.batch, emptySequences: options.emptySequences)
    let (left, places) = mask.skipping(input, lengths: ends)
    var options = options
    options.emptySequences = .keepInitialState
    var result = try network.run(
      left, state: start, lengths: places.map(\.count), options: options, stepping: stepping)
    let compact = result.output
    let isOneWay = network.layers.last?.cells.count == 1
    for (sequence, places) in places.enumerated() {
      let nothing = [Double](repeating: 0, count: network.outputSize)
      var row = isOneWay ? start.parts.last.map { Array($0.hidden.row(sequence)) } ?? [] : nothing
      var processed = 0
      for step in 0..<ends[sequence] {
        if processed < places.count, places[processed] == step {
          row = compact.row(processed, sequence)
          processed += 1
        } else if !isOneWay {
          row = nothing
        }
        result.output.setRow(step, sequence, to: row)
      }
    }
    (result.logits, result.probabilities) = network.headOutputs(
      result.output, result.finalState, ends)
    return result
  }
}
