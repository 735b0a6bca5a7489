// The weights and settings of an LSTM node: gates in ONNX's order i, o, f, c; peepholes i, o, f.

import LSTMCore

extension ONNXModelWriter {
  /// Refuses what ONNX's LSTM operator does not have.
  func checkCells(_ cells: [ReadableCell<Double>], layer: Int) throws {
    func refuse(_ what: String) -> ONNXError {
      .unwritable(reason: "layer \(layer + 1) has \(what)")
    }
    for cell in cells {
      let (parameters, variant) = (cell.parameters, cell.variant)
      if parameters.projection != nil {
        throw refuse("a recurrent projection, which ONNX's LSTM does not have")
      }
      if variant.cellClip != nil { throw refuse("a clip of the cell state; ONNX clips gates only") }
      for gate in Gate.allCases where variant.pinned[gate] != nil {
        throw refuse("its \(gate.rawValue) gate pinned to a constant, which ONNX cannot say")
      }
      if variant.coupling == .inputFromForget {
        throw refuse("i = 1 - f; ONNX's input_forget is f = 1 - i")
      }
      let gates = variant.activations
      guard gates.forget == gates.input, gates.forget == gates.output else {
        throw refuse("gates of different activations; ONNX has one for all three")
      }
      guard parameters.hiddenSize == cells[0].parameters.hiddenSize,
        parameters.inputSize == cells[0].parameters.inputSize,
        variant.clip == cells[0].variant.clip, variant.coupling == cells[0].variant.coupling
      else { throw refuse("directions of different sizes, clips or couplings") }
    }
  }

  /// Stores W, R and B.
  mutating func weights(of cells: [ReadableCell<Double>], prefix: String) throws {
    let (hidden, inputs) = (cells[0].parameters.hiddenSize, cells[0].parameters.inputSize)
    func packed(_ part: (GateParameters<Double>) -> [Double]) -> [Double] {
      cells.flatMap { cell in
        GateOrder.onnx.stack(cell.parameters.gates.map(part))
      }
    }
    let zeros = [Double](repeating: 0, count: hidden)
    try constant(
      "\(prefix).W", packed(\.inputWeights.values), [cells.count, 4 * hidden, inputs])
    try constant(
      "\(prefix).R", packed(\.hiddenWeights.values), [cells.count, 4 * hidden, hidden])
    guard model.hasBiases else { return }
    let biases = cells.flatMap { cell in
      GateOrder.onnx.stack(cell.parameters.gates.map(\.bias))
        + GateOrder.onnx.stack(cell.parameters.gates.map { $0.recurrentBias ?? zeros })
    }
    try constant("\(prefix).B", biases, [cells.count, 8 * hidden])
  }

  /// Stores P where a cell has a peephole.
  ///
  /// - Returns: its name.
  mutating func peepholes(of cells: [ReadableCell<Double>], prefix: String) throws -> String? {
    let gates = cells.flatMap { cell in
      GateOrder.onnx.peepholeGates.map { cell.parameters.gates[$0].peephole }
    }
    guard gates.contains(where: { $0 != nil }) else { return nil }
    let hidden = cells[0].parameters.hiddenSize
    let values = gates.flatMap { $0 ?? [Double](repeating: 0, count: hidden) }
    try constant("\(prefix).P", values, [cells.count, 3 * hidden])
    return "\(prefix).P"
  }

  /// The attributes of an LSTM node.
  func settings(
    of cells: [ReadableCell<Double>], _ direction: ONNXDirection, hiddenSize: Int
  ) throws -> [ONNXWireAttribute] {
    var found: [ONNXWireAttribute] = []
    let variants = cells.map(\.variant)
    let standard = CellVariant<Double>()
    if variants.contains(where: {
      $0.activations != standard.activations || $0.cellActivation != standard.cellActivation
    }) {
      let functions = variants.flatMap {
        [$0.activations.forget, $0.activations.candidate, $0.cellActivation]
      }
      var (names, alphas, betas): ([String], [Float], [Float]) = ([], [], [])
      for function in functions {
        guard let named = ONNXActivation(function.kind) else { continue }
        names.append(named.rawValue)
        let (alpha, beta) = try numbers(of: function)
        alphas += alpha
        betas += beta
      }
      found.append(.texts("activations", names))
      if !alphas.isEmpty { found.append(.floats("activation_alpha", alphas)) }
      if !betas.isEmpty { found.append(.floats("activation_beta", betas)) }
    }
    if let clip = variants[0].clip { found.append(.float("clip", try single(clip, "the clip"))) }
    if direction != .forward { found.append(.text("direction", direction.rawValue)) }
    found.append(.integer("hidden_size", hiddenSize))
    if variants[0].coupling == .forgetFromInput { found.append(.integer("input_forget", 1)) }
    return found
  }

  private func numbers(of function: Activation<Double>) throws -> (alpha: [Float], beta: [Float]) {
    switch function.kind {
    case .identity: return ([1], [0])
    case .thresholdedRelu where function.alpha != 0:
      // ONNX's function is 0 at α itself, the core's is not.
      return ([try single(function.alpha, "an activation").nextDown], [])
    default:
      let count = function.kind.parameterCount
      return (
        count > 0 ? [try single(function.alpha, "an activation")] : [],
        count > 1 ? [try single(function.beta, "an activation")] : []
      )
    }
  }

  /// A setting as a Float, which is all that ONNX has for settings.
  private func single(_ value: Double, _ what: String) throws -> Float {
    let float = Float(value)
    guard float.isFinite else {
      throw ONNXError.unwritable(reason: "\(what) has the number \(value), which is beyond a Float")
    }
    return float
  }
}
