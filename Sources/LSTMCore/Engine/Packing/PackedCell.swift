// A cell made ready for the kernels: its weights packed, its biases summed, its settings as the
// kernels read them. Which cells kernels can compute is decided here.

import CLSTMKernels

/// A cell for the kernels. Its gates stand in the order of ``Gate/allCases``, the same that the
/// kernels have.
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
    let activations = Gate.allCases.map { cell.variant.activations[$0] }
    guard activations.allSatisfy({ Self.code($0) != nil }),
      Self.code(cell.variant.cellActivation) != nil
    else { return nil }
    let parameters = cell.parameters
    self.kernels = kernels
    (inputSize, hiddenSize, outputSize) = (
      parameters.inputSize, parameters.hiddenSize, parameters.outputSize
    )
    let columns = kernels.padded(hiddenSize) * 4
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
    let peepholes = Gate.allCases.map { gate in
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
    let matrices = Gate.allCases.map { gate in
      cell.variant.source(of: gate) == .weights
        ? cell.parameters.gates[gate][keyPath: matrix] : nil
    }
    let lanes = kernels.lanes
    return { vector in
      matrices[vector % 4].map { [$0.packedRows(from: vector / 4 * lanes, count: lanes)] } ?? []
    }
  }

  /// Biases, summed, and peepholes.
  private func fillVectors(_ cell: ReadableCell<Float>) {
    let lanes = kernels.lanes
    for (index, gate) in Gate.allCases.enumerated() where cell.variant.source(of: gate) == .weights
    {
      let learned = cell.parameters.gates[gate]
      for unit in 0..<hiddenSize {
        bias.base[(unit / lanes * 4 + index) * lanes + unit % lanes] =
          learned.bias[unit] + (learned.recurrentBias?[unit] ?? 0)
      }
    }
    for (gate, buffer) in zip(Gate.allCases, peepholes) {
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

extension Gate {
  /// Where the kernels have the gate among the four: its place in ``allCases``.
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
