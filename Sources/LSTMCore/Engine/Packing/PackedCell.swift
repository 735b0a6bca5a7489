// A cell made ready for the kernels: its weights packed, its biases summed, its settings as the
// kernels read them. Which cells kernels can compute is decided here.

import CLSTMKernels

/// A cell for the kernels. Its gates stand in the kernels' order, ``Gate/inKernelOrder``.
final class PackedCell: @unchecked Sendable {
  // Unchecked: nothing of it is written after it has been made, but by the training session that
  // alone has it.
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
  private let peepholes: [FloatBuffer?]  // of the gates, [padded H]

  /// What half precision changed in all of its weights.
  var rounding: WeightRounding {
    var sum = inputWeights.rounding
    sum.add(recurrentWeights.rounding)
    if let projection { sum.add(projection.rounding) }
    return sum
  }
  var hasPeepholes: Bool { peepholes.contains { $0 != nil } }
  /// The number of vectors of units.
  var groups: Int { kernels.padded(hiddenSize) / kernels.lanes }
  /// H rounded up to whole vectors.
  var paddedHiddenSize: Int { kernels.padded(hiddenSize) }

  /// How many numbers of a unit a step keeps: the gates, the activated cell state, the cell state;
  /// and where the last two stand.
  static let keptParts = Int(LSTM_KEPT_PARTS.rawValue)
  static let activatedPart = Int(LSTM_ACTIVATED_CELL.rawValue)
  static let cellPart = Int(LSTM_CELL_STATE.rawValue)
  /// How many numbers of a row a step keeps.
  var keptRow: Int { Self.keptParts * paddedHiddenSize }

  /// Packs a cell; nil where it has an activation that the kernels do not know.
  init?(
    _ cell: ReadableCell<Float>, kernels: KernelSet, precision: WeightPrecision
  ) {
    let activations = Gate.inKernelOrder.map { cell.variant.activations[$0] }
    guard activations.allSatisfy({ Self.code($0) != nil }),
      Self.code(cell.variant.cellActivation) != nil
    else { return nil }
    let parameters = cell.parameters
    self.kernels = kernels
    (inputSize, hiddenSize, outputSize) = (
      parameters.inputSize, parameters.hiddenSize, parameters.outputSize
    )
    let columns = kernels.padded(hiddenSize) * Gate.inKernelOrder.count
    inputWeights = PackedWeights(
      kernels: kernels, depth: inputSize, columns: columns, precision: precision,
      vector: Self.vectors(of: cell, kernels, \.inputWeights))
    recurrentWeights = PackedWeights(
      kernels: kernels, depth: outputSize, columns: columns, precision: precision,
      vector: Self.vectors(of: cell, kernels, \.hiddenWeights))
    projection = parameters.projection.map { matrix in
      PackedWeights(
        kernels: kernels, depth: matrix.columns, columns: matrix.rows, precision: precision,
        vector: { [matrix.packedRows(from: $0 * kernels.lanes, count: kernels.lanes)] })
    }
    projectionClip = cell.variant.projectionClip
    bias = FloatBuffer(zeros: columns)
    let padded = kernels.padded(hiddenSize)
    let peepholes = Gate.inKernelOrder.map { gate in
      parameters.gates[gate].peephole.map { _ in FloatBuffer(zeros: padded) }
    }
    self.peepholes = peepholes
    kind = .allocate(capacity: 1)
    kind.initialize(to: Self.kind(of: cell, peepholes: peepholes.map { $0?.base }))
    fillVectors(cell)
  }

  /// Takes over the numbers of a cell of the same kind and shape; each of some threads a part.
  ///
  /// - Precondition: nobody computes with this cell meanwhile, and no engine but that of a training
  ///   session has it.
  func replace(_ cell: ReadableCell<Float>, thread: Int, of threads: Int) {
    func fill(_ weights: PackedWeights, _ vector: (Int) -> [ColumnBlock]) {
      weights.fill(share(of: weights.panels, thread: thread, threads: threads), vector: vector)
    }
    fill(inputWeights, Self.vectors(of: cell, kernels, \.inputWeights))
    fill(recurrentWeights, Self.vectors(of: cell, kernels, \.hiddenWeights))
    if let projection, let matrix = cell.parameters.projection {
      fill(projection) { [matrix.packedRows(from: $0 * kernels.lanes, count: kernels.lanes)] }
    }
    if thread == 0 { fillVectors(cell) }
  }

  /// A gate's weights of each vector of units, gate after gate; none of a gate that is not computed
  /// from its weights: it has no say, whatever they are.
  private static func vectors(
    of cell: ReadableCell<Float>, _ kernels: KernelSet,
    _ matrix: KeyPath<GateParameters<Float>, Matrix<Float>>
  ) -> (Int) -> [ColumnBlock] {
    let matrices = Gate.inKernelOrder.map { gate in
      cell.variant.source(of: gate) == .weights
        ? cell.parameters.gates[gate][keyPath: matrix] : nil
    }
    let lanes = kernels.lanes
    return { vector in
      let (group, gate) = vector.quotientAndRemainder(dividingBy: matrices.count)
      return matrices[gate].map { [$0.packedRows(from: group * lanes, count: lanes)] } ?? []
    }
  }

  /// Biases, summed, and peepholes.
  private func fillVectors(_ cell: ReadableCell<Float>) {
    let lanes = kernels.lanes
    for gate in Gate.inKernelOrder where cell.variant.source(of: gate) == .weights {
      let learned = cell.parameters.gates[gate]
      for unit in 0..<hiddenSize {
        let vector = unit / lanes * Gate.inKernelOrder.count + gate.kernelPlace
        bias.base[vector * lanes + unit % lanes] =
          learned.bias[unit] + (learned.recurrentBias?[unit] ?? 0)
      }
    }
    for (gate, buffer) in zip(Gate.inKernelOrder, peepholes) {
      guard let buffer, let values = cell.parameters.gates[gate].peephole else { continue }
      for (unit, value) in values.enumerated() { buffer.base[unit] = value }
    }
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
    let functions =
      Gate.inKernelOrder.map { variant.activations[$0] } + [variant.cellActivation]
    kind.activation = fiveTuple(functions.map { code($0) ?? LSTM_IDENTITY })
    kind.alpha = fiveTuple(functions.map(\.alpha))
    kind.beta = fiveTuple(functions.map(\.beta))
    let sources = Gate.inKernelOrder.map { gate -> (lstm_gate_source, constant: Float) in
      switch variant.source(of: gate) {
      case .weights: (LSTM_FROM_WEIGHTS, 0)
      case .oneMinus: (LSTM_ONE_MINUS_OTHER, 0)
      case .constant(let value): (LSTM_CONSTANT, value)
      }
    }
    kind.source = fourTuple(sources.map(\.0))
    kind.constant = fourTuple(sources.map(\.constant))
    kind.peephole = fourTuple(peepholes.map { $0.map { UnsafePointer($0) } })
    kind.clip = variant.clip ?? .infinity
    kind.cell_clip = variant.cellClip ?? .infinity
    return kind
  }
}

/// Four values as an array of C has them in Swift.
private func fourTuple<Value>(_ values: [Value]) -> (Value, Value, Value, Value) {
  (values[0], values[1], values[2], values[3])
}

/// Five values as an array of C has them in Swift.
private func fiveTuple<Value>(_ values: [Value]) -> (Value, Value, Value, Value, Value) {
  (values[0], values[1], values[2], values[3], values[4])
}

extension Gate {
  /// The gates as panels, kept steps and gradients have them (`lstm_part`).
  static let inKernelOrder = allCases.sorted { $0.kernelPlace < $1.kernelPlace }

  /// Where the kernels have the gate among the four.
  var kernelPlace: Int {
    let part: lstm_part =
      switch self {
      case .forget: LSTM_FORGET
      case .input: LSTM_INPUT
      case .candidate: LSTM_CANDIDATE
      case .output: LSTM_OUTPUT
      }
    return Int(part.rawValue)
  }
}
