// A network made ready to run fast: its weights packed once, for the processor at hand. The engine
// computes what LSTMNetwork does; sessions (InferenceSession.swift) hold states and memory.

/// A network with its weights packed for the fastest kernels of this processor.
///
/// An engine is made once and shared by any number of sessions, on any threads:
///
///     let engine = try InferenceEngine(network)
///     let session = engine.session(batch: 1)
///     session.step(input, into: &output)   // as often as there is input; nothing is allocated
///
/// It computes what ``LSTMNetwork`` computes, in single precision with the sums in another order of
/// roundings. Unlike the network it does not look for infinities and NaN: they pass through as IEEE
/// 754 has them.
public final class InferenceEngine: Sendable {
  /// How an engine is made.
  public struct Options: Equatable, Sendable {
    /// How the weights are held.
    public var weights: WeightPrecision
    /// The kernels; nil for the fastest that the processor has.
    public var kernels: KernelSet?

    /// Makes options.
    public init(weights: WeightPrecision = .float32, kernels: KernelSet? = nil) {
      (self.weights, self.kernels) = (weights, kernels)
    }
  }

  /// A cell, ready for the kernels where they know its activations.
  enum Cell: Sendable {
    case packed(PackedCell)
    case readable(ReadableCell<Float>)
  }

  /// A layer's cells, forward before reverse.
  struct Layer: Sendable {
    let cells: [(direction: Direction, cell: Cell)]
    let reverseOrder: NetworkLayer<Float>.ReverseOrder
    let inputSize: Int
    let outputSize: Int
  }

  /// The linear head, its weights packed.
  struct Head: Sendable {
    let weights: PackedWeights  // [D·P, O]
    let bias: FloatBuffer  // padded to whole panels
    let head: LinearHead<Float>

    init(_ head: LinearHead<Float>, kernels: KernelSet) {
      self.head = head
      weights = PackedWeights(
        kernels: kernels, depth: head.weights.columns, columns: head.outputSize
      ) { [head.weights.packedRows(from: $0 * kernels.lanes, count: kernels.lanes)] }
      bias = FloatBuffer(zeros: weights.panels * kernels.panelWidth)
      for (index, value) in (head.bias ?? []).enumerated() { bias.base[index] = value }
    }
  }

  /// The kernels that compute.
  public let kernels: KernelSet
  /// The options it was made with.
  public let options: Options
  /// What rounding the weights to half precision changed; nothing in single precision.
  public let weightRounding: WeightRounding
  /// The cells whose activations no kernel knows, layers counted from 0: they run as the readable
  /// cell does, a hundred times slower.
  public let readableCells: [(layer: Int, direction: Direction)]
  /// The number of features that the first layer reads, I (or E after an embedding).
  public let inputSize: Int
  /// The width of the output of a step, D·P.
  public let outputSize: Int

  let layers: [Layer]
  let front: NetworkFront<Float>?
  let head: Head?
  /// The widths of the states, in their order.
  let stateSizes: [(layer: Int, direction: Direction, hidden: Int, cell: Int)]

  /// Packs a network.
  ///
  /// - Throws: ``EngineError/weightBeyondHalf(layer:_:largest:)`` where half precision is asked for
  ///   and a weight is beyond its range of ±65504.
  public init(_ network: LSTMNetwork<Float>, options: Options = .init()) throws {
    let kernels = options.kernels ?? .fastest
    var total = WeightRounding()
    var readable: [(layer: Int, direction: Direction)] = []
    layers = try network.layers.enumerated().map { index, layer in
      Layer(
        cells: try layer.cells.map { direction, cell in
          guard
            let packed = PackedCell(cell, kernels: kernels, precision: options.weights)
          else {
            readable.append((index, direction))
            return (direction, .readable(cell))
          }
          guard packed.rounding.largestError.isFinite else {
            throw EngineError.weightBeyondHalf(
              layer: index, direction, largest: cell.parameters.largestWeight)
          }
          total.add(packed.rounding)
          return (direction, .packed(packed))
        }, reverseOrder: layer.reverseOrder,
        inputSize: layer.cells[0].cell.parameters.inputSize, outputSize: layer.outputSize)
    }
    head = network.head.map { Head($0, kernels: kernels) }
    front = network.front
    stateSizes = network.cells.map {
      ($0, $1, $2.parameters.outputSize, $2.parameters.hiddenSize)
    }
    (self.kernels, self.options, weightRounding) = (kernels, options, total)
    readableCells = readable
    (inputSize, outputSize) = (network.inputSize, network.outputSize)
  }

  /// The engine with the same cells, whose numbers somebody else takes over, and other ends.
  init(_ other: InferenceEngine, endsOf network: LSTMNetwork<Float>) {
    (layers, stateSizes, readableCells) = (other.layers, other.stateSizes, other.readableCells)
    (kernels, options, weightRounding) = (other.kernels, other.options, other.weightRounding)
    (inputSize, outputSize) = (other.inputSize, other.outputSize)
    front = network.front
    head = network.head.map { Head($0, kernels: other.kernels) }
  }

  /// Makes a session: a state of zeros, and the memory to run in.
  ///
  /// - Parameters:
  ///   - batch: the number of sequences, B, at least 1.
  ///   - threads: how many threads may work; fewer do where more would not pay. The result is the
  ///     same, bit for bit, for any number.
  public func session(batch: Int = 1, threads: Int = 1) -> InferenceSession {
    InferenceSession(engine: self, batch: batch, threads: threads)
  }
}

extension CellParameters where Scalar == Float {
  /// The largest magnitude of a weight.
  fileprivate var largestWeight: Float {
    let matrices =
      Gate.allCases.flatMap { [gates[$0].inputWeights, gates[$0].hiddenWeights] }
      + (projection.map { [$0] } ?? [])
    return matrices.flatMap(\.values).reduce(0) { max($0, abs($1)) }
  }
}
