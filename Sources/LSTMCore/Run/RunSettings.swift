// What a model says beside its weights that changes a run, in the precision of the run.

import RealModule

/// The settings of a model that a run follows where the request says nothing else.
struct RunSettings<Scalar: Real>: Equatable {
  /// The steps that are skipped.
  var mask: StepMask?
  /// The states to start from: for each sequence, or one that stands for all.
  var initialState: NetworkState<Scalar>?
  /// The number of valid steps of each sequence, `[B]`.
  var lengths: [Int]?
  /// Which outputs a model without a head gives.
  var gives = OutputSelection.everyStep
  /// The type of the model's numbers, in which a mask is compared.
  var precision = StoredPrecision.float64
  /// What the input goes through before the network.
  var front: [PlainLayer<Scalar>] = []
  /// A head of several layers.
  var head: PlainHead<Scalar>?
}

extension RunSettings: Sendable where Scalar: Sendable {}

extension RunSettings where Scalar: BinaryFloatingPoint {
  /// What a model says.
  init(_ model: LSTMModel) {
    self.init(
      mask: model.mask, initialState: model.initialState.map { NetworkState($0) },
      lengths: model.lengths, gives: model.gives, precision: model.precision,
      front: model.frontLayers.map { PlainLayer($0) }, head: model.headLayers.map { PlainHead($0) })
  }

  /// The states that a run starts from where it is given none.
  ///
  /// - Throws: ``NetworkError/storedBatch(_:found:batch:)``.
  func startingState(_ shape: NetworkShape, batch: Int) throws -> NetworkState<Scalar> {
    try initialState?.spread(over: batch) ?? shape.zeroState(batch: batch)
  }

  /// The number of valid steps of each sequence: those given, else the model's own, else all.
  ///
  /// - Throws: ``NetworkError`` where they are not those of such an input.
  func lengths(
    given: [Int]?, steps: Int, batch: Int, _ emptySequences: EmptySequences
  ) throws -> [Int] {
    if given == nil, let stored = lengths, stored.count != batch {
      throw NetworkError.storedBatch(.lengths, found: stored.count, batch: batch)
    }
    let lengths = given ?? lengths ?? [Int](repeating: steps, count: batch)
    try NetworkInput<Scalar>.check(
      lengths, steps: steps, batch: batch, emptySequences: emptySequences)
    return lengths
  }
}

extension LSTMModel {
  /// The states that a run starts from where it is given none.
  ///
  /// - Parameter batch: the number of sequences, B.
  /// - Throws: ``NetworkError/storedBatch(_:found:batch:)`` where the model stores the states of
  ///   another number of sequences.
  public func startingState(batch: Int) throws -> NetworkState<Double> {
    try RunSettings(self).startingState(shape, batch: batch)
  }
}
