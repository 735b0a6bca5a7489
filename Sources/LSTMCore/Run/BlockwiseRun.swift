// A long run taken in blocks of steps, so that neither its input nor its outputs have to be in memory as
// a whole. Where the numbers come from and go to is others' business (LSTMFormats/Sequences).

import RealModule

/// A run whose input comes, and whose outputs go, a block of steps at a time.
///
/// The states are carried from block to block: the numbers are those of the whole run, bit for bit. A
/// network that reads backward needs its last step first, and is run as one block.
public struct BlockwiseRun<Scalar: Real & BinaryFloatingPoint> {
  /// What came out of a block.
  public struct Block {
    /// Which steps of the input these are.
    public let steps: Range<Int>
    /// What was asked for them.
    public let request: RunRequest<Scalar>
    /// What the model gave for them, as if they were all. Of a head, or a model, that reads a single
    /// step or the final state, the block counts for which ``OutputSelection/isGiven(by:of:)`` holds.
    public let output: NetworkOutput<Scalar>
  }

  /// The number of steps of the whole input, T.
  public let steps: Int
  /// The number of sequences, B.
  public let batch: Int
  /// How many steps are taken at once.
  public let blockSteps: Int
  private let model: LSTMModel
  let state: NetworkState<Scalar>?
  private let lengths: [Int]
  private let emptySequences: EmptySequences
  private let recording: Recording
  private let holds: [Hold<Scalar>]

  /// Plans a run; what is left out is the model's own, as in a ``RunRequest``.
  ///
  /// - Parameters:
  ///   - model: the model that will run.
  ///   - steps: T of the whole input.
  ///   - batch: B.
  ///   - blockSteps: how many steps to take at once; nil for as many as are worth it. Where the
  ///     network reads backward all are.
  ///   - state: the states to start from.
  ///   - lengths: the number of valid steps of each sequence, `[B]`.
  ///   - emptySequences: what a length of 0 means.
  ///   - recording: what each block keeps beside its outputs.
  ///   - holds: what to put in place of what is computed; their steps are those of the whole input.
  /// - Throws: ``NetworkError`` where the lengths are not those of such an input.
  public init(
    _ model: LSTMModel, steps: Int, batch: Int, blockSteps: Int? = nil,
    state: NetworkState<Scalar>? = nil, lengths: [Int]? = nil,
    emptySequences: EmptySequences = .refused, recording: Recording = [],
    holds: [Hold<Scalar>] = []
  ) throws {
    (self.recording, self.holds) = (recording, holds)
    self.lengths = try RunSettings<Scalar>(model).lengths(
      given: lengths, steps: steps, batch: batch, emptySequences)
    (self.model, self.steps, self.batch) = (model, steps, batch)
    (self.state, self.emptySequences) = (state, emptySequences)
    let isWorthIt = blockSteps ?? Self.usualBlock(model, batch: batch)
    self.blockSteps =
      model.readsForwardOnly && model.hasStepwiseLayers
      ? min(max(1, isWorthIt), max(1, steps)) : max(1, steps)
  }

  /// So many steps that a block is worth the trouble, that its arrays fit the processor's cache, and
  /// that it takes a fraction of a second, so that somebody can be told how far the run is.
  private static func usualBlock(_ model: LSTMModel, batch: Int) -> Int {
    let shape = model.shape
    var (widest, width, work) = (shape.inputSize, shape.inputSize, 0)
    for cell in shape.cells {
      work += 4 * cell.hiddenSize * (width + cell.outputSize)
      width = cell.outputSize
      widest = max(widest, cell.hiddenSize, width)
    }
    if let head = model.headOutline, head.source == .everyStep {
      work += head.outputSize * width
      widest = max(widest, head.outputSize)
    }
    // What the readable cell, in Double, and the engine multiply in a fraction of a second.
    let most = Scalar.self == Double.self ? 1 << 22 : 1 << 32
    return max(1, min((1 << 18) / max(1, batch * widest), most / max(1, batch * work)))
  }

  /// Runs the blocks by whatever computes one.
  func run(
    read: (Range<Int>) throws -> NetworkInput<Scalar>,
    execute: (RunRequest<Scalar>) throws -> NetworkOutput<Scalar>, write: (Block) throws -> Void
  ) throws {
    var state = state
    var start = 0
    repeat {
      let range = start..<min(start + blockSteps, steps)
      var request = RunRequest(
        try read(range), state: state,
        lengths: lengths.map { min(max($0 - start, 0), range.count) },
        // Whether a sequence may be empty is settled with the first block.
        emptySequences: start == 0 ? emptySequences : .keepInitialState, recording: recording,
        holds: holds)
      request.block = (start, steps)
      let output: NetworkOutput<Scalar>
      do {
        try request.checkFinite(start == 0 ? model.shape : nil)
        output = try execute(request)
      } catch let error as NetworkError {
        throw error.later(by: start)
      }
      try write(Block(steps: range, request: request, output: output))
      state = output.finalState
      start = range.upperBound
    } while start < steps
  }
}

extension BlockwiseRun<Double> {
  /// Runs by the readable cell; see ``run(by:threads:read:write:)``.
  public func run(
    read: (Range<Int>) throws -> NetworkInput<Double>, write: (Block) throws -> Void
  ) throws {
    let (network, settings) = (model.network, RunSettings<Double>(model))
    try run(read: read, execute: { try network.run($0, settings) }, write: write)
  }
}

extension OutputSelection {
  /// Whether what is selected comes out of a block of steps, if it is run as if it were all.
  ///
  /// - Parameters:
  ///   - block: the steps of the block.
  ///   - steps: T of the whole input.
  public func isGiven(by block: Range<Int>, of steps: Int) -> Bool {
    switch self {
    case .everyStep: true
    case .firstStep: block.lowerBound == 0
    case .lastStep, .finalState: block.upperBound == steps
    }
  }
}

extension RunRequest where Scalar: BinaryFloatingPoint {
  /// The engine lets infinities and NaN pass; whoever runs a file wants to be told of them, as the
  /// readable cell tells.
  ///
  /// - Parameter shape: nil where the states are not to be looked at.
  /// - Throws: ``NetworkError/step(_:layer:_:step:sequence:)``.
  package func checkFinite(_ shape: NetworkShape?) throws {
    try state?.checkFinite(shape?.cells ?? [])
    guard case .values(let array) = input, array.values.firstNotFinite() != nil else { return }
    for (sequence, length) in (lengths ?? []).enumerated() {
      for step in 0..<min(length, array.planes) {
        do {
          try LSTMCoreError.checkFinite(.input, array.row(step, sequence))
        } catch let error as LSTMCoreError {
          throw NetworkError.step(error, layer: 0, .forward, step: step, sequence: sequence)
        }
      }
    }
  }
}

extension NetworkState {
  fileprivate func checkFinite(_ cells: [NetworkShape.Cell]) throws {
    for (cell, part) in zip(cells, parts) {
      for (subject, matrix) in [(LSTMCoreError.Subject.hidden, part.hidden), (.cell, part.cell)] {
        for sequence in 0..<matrix.rows {
          do {
            try LSTMCoreError.checkFinite(subject, Array(matrix.row(sequence)))
          } catch let error as LSTMCoreError {
            throw NetworkError.step(
              error, layer: cell.layer, cell.direction, step: 0, sequence: sequence)
          }
        }
      }
    }
  }
}

extension NetworkError {
  /// The same error in an input that begins so many steps earlier.
  fileprivate func later(by steps: Int) -> NetworkError {
    switch self {
    case .token(let id, let step, let sequence, let tokenCount):
      .token(id: id, step: step + steps, sequence: sequence, tokenCount: tokenCount)
    case .step(let error, let layer, let direction, let step, let sequence):
      .step(error, layer: layer, direction, step: step + steps, sequence: sequence)
    default: self
    }
  }
}
