// The layers of a network made ready for the kernels, and its head. Whoever has them leads rows
// through: a session (LayerSchedule.swift).

/// A network's cells and head, ready for the kernels.
struct PackedNetwork: Sendable {
  /// A cell, packed where the kernels know its activations.
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

    /// Whether one of the cells reads backward.
    var readsBackward: Bool { cells[cells.count - 1].direction == .reverse }
  }

  let kernels: KernelSet
  let layers: [Layer]
  let head: PackedHead?
  /// What half precision changed of the cells' weights.
  let rounding: WeightRounding
  /// The cells that are not packed.
  let readableCells: [(layer: Int, direction: Direction)]

  /// Packs a network.
  ///
  /// - Parameter goesBack: whether gradients will be led back through it.
  /// - Throws: ``EngineError/weightBeyondHalf(layer:_:largest:)``.
  init(
    _ network: LSTMNetwork<Float>, kernels: KernelSet, precision: WeightPrecision = .float32,
    goesBack: Bool = false
  ) throws {
    var (total, readable) = (WeightRounding(), [(layer: Int, direction: Direction)]())
    layers = try network.layers.enumerated().map { index, layer in
      Layer(
        cells: try layer.cells.map { direction, cell in
          guard let packed = PackedCell(cell, kernels: kernels, precision: precision) else {
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
    head = network.head.map { PackedHead($0, kernels: kernels, goesBack: goesBack) }
    (self.kernels, rounding, readableCells) = (kernels, total, readable)
  }
}

extension CellParameters where Scalar == Float {
  /// The largest magnitude of a weight.
  fileprivate var largestWeight: Float {
    var largest: Float = 0
    forEachParameter { name, _, values in
      switch name {
      case .inputWeights, .hiddenWeights, .projection:
        largest = values.reduce(largest) { max($0, abs($1)) }
      case .bias, .recurrentBias, .peephole: break
      }
    }
    return largest
  }
}
