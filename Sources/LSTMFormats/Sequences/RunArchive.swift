// What a run gives, into an .npz file while it runs: every array's shape is known beforehand, so that a
// block's numbers go to their places at once and are not kept.

import LSTMCore

/// An .npz file of what a run gives, written block by block: the arrays of ``RunArrays``.
///
/// Who computed the numbers stands in the comment of the zip file, which `numpy.load` and other readers
/// of arrays pass over: `{"computedBy": "engine", "precision": "float32", "kernels": "avx2"}`.
final class RunArchive: BlockSink {
  private let file: PlacedNpz
  private let model: LSTMModel
  private let steps: Int
  private let isBatchFirst: Bool
  /// The place of each array among those of the file.
  private let places: [String: Int]

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - steps: T of the whole run.
  ///   - batch: B.
  ///   - isBatchFirst: whether sequences are `[B, T, …]`. States never are.
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  init(
    of model: LSTMModel, steps: Int, batch: Int, by computation: Computation, isBatchFirst: Bool,
    to place: OutputPlace
  ) throws {
    (self.model, self.steps, self.isBatchFirst) = (model, steps, isBatchFirst)
    // NumPy has no bfloat16; and what was computed in single precision is no float64.
    let type: NumberType =
      switch model.precision {
      case .float16: .float16
      case .bfloat16, .float32: .float32
      case .float64: computation.precision == .float64 ? .float64 : .float32
      }
    func sequences(_ name: String, _ planes: Int, _ width: Int) -> PlacedArray {
      PlacedArray(
        name, planes: planes, batch: batch, width: width, type, isBatchFirst: isBatchFirst)
    }
    let shape = model.shape
    let head = model.headOutline
    let taken = model.networkSteps(steps)
    let given = head == nil && model.gives != .everyStep ? 1 : taken
    var arrays = [sequences("output", given, shape.outputSize)]
    arrays += StateArrays.named(shape.zeroState(batch: batch) as NetworkState<Float>, of: model)
      .map { PlacedArray(name: $0.name, shape: $0.array.shape, type: type) }
    if let head, let sizes = model.logitSizes(networkSteps: taken) {
      arrays.append(sequences("logits", sizes.steps, sizes.width))
      if head.isActivated {
        arrays.append(sequences("probabilities", sizes.steps, sizes.width))
      }
    }
    places = Dictionary(
      arrays.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    file = try PlacedNpz(arrays, comment: computation.comment, to: place)
  }

  /// Writes what a block of steps gave.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  func write<Scalar>(_ block: BlockwiseRun<Scalar>.Block) throws {
    let output = block.output
    let source = model.headOutline?.source
    if (source == nil ? model.gives : .everyStep).isGiven(by: block.steps, of: steps) {
      try write(output.output, "output")
    }
    if let source, source.isGiven(by: block.steps, of: steps) {
      if let logits = output.logits { try write(logits, "logits") }
      if let probabilities = output.probabilities { try write(probabilities, "probabilities") }
    }
    if block.steps.upperBound == steps {
      for (name, array) in StateArrays.named(output.finalState, of: model) {
        try write(array, name, areStates: true)
      }
    }
  }

  /// Puts the file in its place.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)`` or ``BrokenPipe``.
  func finish() throws { try file.finish() }

  private func write<Scalar: BinaryFloatingPoint>(
    _ array: Array3<Scalar>, _ name: String, areStates: Bool = false
  ) throws {
    guard let place = places[name] else { return }
    try file.append(array, to: place, isSplit: isBatchFirst && !areStates)
  }
}

extension Computation {
  /// How a file of numbers says who computed them.
  var metadata: [(String, String)] {
    [("computedBy", executor.title), ("precision", precision.rawValue)]
      + (kernels.map { [("kernels", $0)] } ?? [])
  }

  fileprivate var comment: String { metadata.comment }
}

extension [(String, String)] {
  /// The pairs as the comment of a zip file: an object of JSON.
  var comment: String {
    "{" + map { "\"\($0)\": \"\($1)\"" }.joined(separator: ", ") + "}"
  }
}
