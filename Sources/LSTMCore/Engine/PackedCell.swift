// A cell made ready for the kernels: its weights packed, its biases summed, its settings as the
// kernels read them. Which cells kernels can compute is decided here.

import CLSTMKernels

/// A cell for the kernels. Its gates stand in the order of ``Gate/allCases``, the same that the
/// kernels have.
final class PackedCell: @unchecked Sendable {
  // Unchecked: nothing of it is written after it has been made.
  let kernels: KernelSet
  let inputSize: Int  // I
  let hiddenSize: Int  // H
  let outputSize: Int  // P, or H without a projection
  let inputWeights: PackedWeights  // [I, 4H]
  let recurrentWeights: PackedWeights  // [P, 4H]
  let projection: PackedWeights?  // [H, P]
  let projectionClip: Float?
  let bias: FloatBuffer  // [panel][panel width]
  let kind: UnsafeMutablePointer<lstm_cell_kind>
  private let peepholes: [FloatBuffer]

  /// What half precision changed in all of its weights.
  var rounding: WeightRounding {
    var sum = inputWeights.rounding
    sum.add(recurrentWeights.rounding)
    if let projection { sum.add(projection.rounding) }
    return sum
  }
  var hasPeepholes: Bool { !peepholes.isEmpty }
  /// The number of vectors of units.
  var groups: Int { kernels.padded(hiddenSize) / kernels.lanes }
  /// H rounded up to whole vectors.
  var paddedHiddenSize: Int { kernels.padded(hiddenSize) }

  /// How many numbers of a unit a step keeps for the step back: the four gates, the activated cell
  /// state and the cell state.
  static let keptParts = 6
  /// How many numbers of a row a step keeps.
  var keptRow: Int { Self.keptParts * paddedHiddenSize }

  /// Packs a cell; nil where it has an activation that the kernels do not know.
  init?(
    _ cell: ReadableCell<Float>, kernels: KernelSet, precision: WeightPrecision
  ) {
    let activations = Gate.allCases.map { cell.variant.activations[$0] }
    guard activations.allSatisfy({ Self.code($0) != nil }),
      Self.code(cell.variant.cellActivation) != nil
    else { return nil }
    let parameters = cell.parameters
    self.kernels = kernels
    (inputSize, hiddenSize, outputSize) = (
      parameters.inputSize, parameters.hiddenSize, parameters.outputSize
    )
    let (hiddenSize, lanes) = (hiddenSize, kernels.lanes)
    let columns = kernels.padded(hiddenSize) * 4

    /// The gate and the unit of a packed column; nil for one that only fills up a vector.
    func place(_ column: Int) -> (gate: Gate, unit: Int)? {
      let unit = column / (4 * lanes) * lanes + column % lanes
      return unit < hiddenSize ? (Gate.allCases[column / lanes % 4], unit) : nil
    }
    func packed(
      _ depth: Int, _ matrix: KeyPath<GateParameters<Float>, Matrix<Float>>
    ) -> PackedWeights {
      PackedWeights(
        kernels: kernels, depth: depth, columns: columns, precision: precision
      ) { column in
        // A gate that is not computed from its weights has no say, whatever they are.
        guard let (gate, unit) = place(column), cell.variant.source(of: gate) == .weights
        else { return [] }
        let values = parameters.gates[gate][keyPath: matrix].values
        return [ColumnPart(values: values, start: unit * depth, count: depth)]
      }
    }
    inputWeights = packed(inputSize, \.inputWeights)
    recurrentWeights = packed(outputSize, \.hiddenWeights)
    projection = parameters.projection.map { matrix in
      PackedWeights(
        kernels: kernels, depth: matrix.columns, columns: matrix.rows, precision: precision
      ) { row in
        [ColumnPart(values: matrix.values, start: row * matrix.columns, count: matrix.columns)]
      }
    }
    projectionClip = cell.variant.projectionClip

    bias = FloatBuffer(zeros: columns)
    for column in 0..<columns {
      guard let (gate, unit) = place(column), cell.variant.source(of: gate) == .weights
      else { continue }
      let learned = parameters.gates[gate]
      bias.base[column] = learned.bias[unit] + (learned.recurrentBias?[unit] ?? 0)
    }
    let peepholes = Gate.allCases.map { gate in
      parameters.gates[gate].peephole.map { values in
        let buffer = FloatBuffer(zeros: kernels.padded(hiddenSize))
        for (unit, value) in values.enumerated() { buffer.base[unit] = value }
        return buffer
      }
    }
    self.peepholes = peepholes.compactMap { $0 }
    kind = .allocate(capacity: 1)
    kind.initialize(to: Self.kind(of: cell, peepholes: peepholes.map { $0?.base }))
  }

  deinit { kind.deallocate() }

  /// What the kernels call an activation, if they know it.
  private static func code(_ activation: Activation<Float>) -> lstm_activation? {
    switch activation.kind {
    case .sigmoid: LSTM_SIGMOID
    case .tanh: LSTM_TANH
    case .identity: LSTM_IDENTITY
    case .relu: LSTM_RELU
    case .hardSigmoid: LSTM_HARD_SIGMOID
    case .scaledTanh: LSTM_SCALED_TANH
    default: nil
    }
  }

  private static func kind(
    of cell: ReadableCell<Float>, peepholes: [UnsafeMutablePointer<Float>?]
  ) -> lstm_cell_kind {
    let variant = cell.variant
    var kind = lstm_cell_kind()
    let usual = CellVariant<Float>()
    kind.is_plain =
      variant.activations == usual.activations && variant.cellActivation == usual.cellActivation
        && variant.coupling == nil && variant.pinned == usual.pinned && variant.clip == nil
        && variant.cellClip == nil && peepholes.allSatisfy { $0 == nil } ? 1 : 0
    let functions = Gate.allCases.map { variant.activations[$0] } + [variant.cellActivation]
    let codes = functions.map { code($0) ?? LSTM_IDENTITY }
    kind.activation = (codes[0], codes[1], codes[2], codes[3], codes[4])
    let alphas = functions.map(\.alpha)
    kind.alpha = (alphas[0], alphas[1], alphas[2], alphas[3], alphas[4])
    let betas = functions.map(\.beta)
    kind.beta = (betas[0], betas[1], betas[2], betas[3], betas[4])
    var sources = [lstm_gate_source](repeating: LSTM_FROM_WEIGHTS, count: 4)
    var constants = [Float](repeating: 0, count: 4)
    for (index, gate) in Gate.allCases.enumerated() {
      switch variant.source(of: gate) {
      case .weights: break
      case .oneMinus: sources[index] = LSTM_ONE_MINUS_OTHER
      case .constant(let value): (sources[index], constants[index]) = (LSTM_CONSTANT, value)
      }
    }
    kind.source = (sources[0], sources[1], sources[2], sources[3])
    kind.constant = (constants[0], constants[1], constants[2], constants[3])
    let pointers = peepholes.map { $0.map { UnsafePointer($0) } }
    kind.peephole = (pointers[0], pointers[1], pointers[2], pointers[3])
    kind.clip = variant.clip ?? .infinity
    kind.cell_clip = variant.cellClip ?? .infinity
    return kind
  }
}
