// A model as named arrays, in PyTorch's and in MLX' names and gate order. What their LSTM layers
// cannot hold is refused here with the reason.

import LSTMCore

/// Writes models as named arrays that other frameworks load.
public enum StateDictWriter {
  /// A model as PyTorch's `state_dict` names it: under the names that it was read with, where these
  /// were PyTorch's, else `lstm.weight_ih_l0`, `embedding.weight`, `head.weight`.
  ///
  /// Cells with one bias get a second one of zeros, since PyTorch has two or none. What is not an
  /// array (a setting of the model, a vocabulary) is left out.
  ///
  /// - Throws: ``ModelError/cannotHold(_:_:instead:)`` where the layers are not of one
  ///   `nn.LSTM`, and ``ModelError/outOfRange(tensor:value:type:)``.
  public static func pytorch(_ model: LSTMModel) throws -> TensorArchive {
    try check(model.network, .pytorchLayers)
    let layers = model.network.layers
    guard let first = layers.first else { return TensorArchive() }
    let pattern = first.cells.map { CellWidths($0.cell) }
    for (index, layer) in layers.enumerated() {
      guard layer.forward != nil else {
        throw ModelError.cannotHold(
          .pytorchLayers, .onlyBackward(layer: index), instead: [.swiftLSTM])
      }
      let widths = layer.cells.map { CellWidths($0.cell) }
      guard widths.count == pattern.count, widths.allSatisfy({ $0 == pattern[0] }) else {
        throw ModelError.cannotHold(.pytorchLayers, .unequalLayers, instead: [.swiftLSTM])
      }
    }
    if let projected = first.cells.first?.cell.parameters.projection,
      projected.rows >= projected.columns
    {
      throw ModelError.cannotHold(.pytorchLayers, .wideProjection, instead: [])
    }
    return try pytorchTensors(model, names: WrittenNames(model))
  }

  /// A model as MLX names it: `lstm.Wx`, `lstm.Wh`, `lstm.bias` of one layer, `layers.0.Wx` and so
  /// on of several. Two biases are added to one, since MLX has one.
  ///
  /// - Throws: as ``pytorch(_:)``; MLX has neither reverse directions nor projections.
  public static func mlx(_ model: LSTMModel) throws -> TensorArchive {
    try check(model.network, .mlxLayers)
    var entries: [(String, Tensor)] = try embedding(model)
    for (index, layer) in model.network.layers.enumerated() {
      guard let cell = layer.forward, layer.reverse == nil else {
        throw ModelError.cannotHold(.mlxLayers, .backward, instead: [.pytorch, .swiftLSTM])
      }
      guard cell.parameters.projection == nil else {
        throw ModelError.cannotHold(
          .mlxLayers, .projection(layer: nil), instead: [.pytorch, .swiftLSTM])
      }
      let module = model.network.layers.count == 1 ? "lstm" : "layers.\(index)"
      let gates = cell.parameters.gates
      entries += [
        try entry("\(module).Wx", GateOrder.mlx.stack(gates.map(\.inputWeights)), model),
        try entry("\(module).Wh", GateOrder.mlx.stack(gates.map(\.hiddenWeights)), model),
      ]
      if model.hasBiases {
        let biases = gates.map { gate in
          gate.recurrentBias.map { zip(gate.bias, $0).map(+) } ?? gate.bias
        }
        entries.append(try entry("\(module).bias", GateOrder.mlx.stack(biases), model))
      }
    }
    return TensorArchive(entries + (try head(model)))
  }

  // MARK: - Arrays

  /// All arrays under PyTorch's names, with the project's own for peepholes.
  static func pytorchTensors(_ model: LSTMModel, names: WrittenNames = .init()) throws
    -> TensorArchive
  {
    var entries: [(String, Tensor)] = try embedding(model, names)
    for (layer, direction, cell) in model.network.cells {
      let suffix = pytorchSuffix(layer, direction)
      let gates = cell.parameters.gates
      let order = GateOrder.pytorch
      let zeros = [Double](repeating: 0, count: cell.parameters.hiddenSize)
      entries += [
        try entry(names.cell("weight_ih\(suffix)"), order.stack(gates.map(\.inputWeights)), model),
        try entry(names.cell("weight_hh\(suffix)"), order.stack(gates.map(\.hiddenWeights)), model),
      ]
      if model.hasBiases {
        entries += [
          try entry(names.cell("bias_ih\(suffix)"), order.stack(gates.map(\.bias)), model),
          try entry(
            names.cell("bias_hh\(suffix)"), order.stack(gates.map { $0.recurrentBias ?? zeros }),
            model),
        ]
      }
      if let projection = cell.parameters.projection {
        entries.append(try entry(names.cell("weight_hr\(suffix)"), projection, model))
      }
      for gate in Gate.withPeephole {
        guard let peephole = gates[gate].peephole else { continue }
        entries.append(try entry(names.cell("peephole_\(gate.rawValue)\(suffix)"), peephole, model))
      }
    }
    return TensorArchive(entries + (try head(model, names)))
  }

  /// "_l1_reverse".
  static func pytorchSuffix(_ layer: Int, _ direction: Direction) -> String {
    "_l\(layer)\(direction == .reverse ? "_reverse" : "")"
  }

  private static func embedding(_ model: LSTMModel, _ names: WrittenNames = .init()) throws
    -> [(String, Tensor)]
  {
    guard case .embedding(let matrix) = model.network.front else { return [] }
    return [try entry(names.embedding, matrix, model)]
  }

  private static func head(_ model: LSTMModel, _ names: WrittenNames = .init()) throws
    -> [(String, Tensor)]
  {
    guard let head = model.network.head else { return [] }
    return [try entry("\(names.head).weight", head.weights, model)]
      + (try head.bias.map { [try entry("\(names.head).bias", $0, model)] } ?? [])
  }

  static func entry(_ name: String, _ matrix: Matrix<Double>, _ model: LSTMModel) throws
    -> (String, Tensor)
  {
    try entry(name, matrix.values, [matrix.rows, matrix.columns], model.precision)
  }

  private static func entry(_ name: String, _ list: [Double], _ model: LSTMModel) throws
    -> (String, Tensor)
  {
    try entry(name, list, [list.count], model.precision)
  }

  /// A tensor of numbers that its type can hold.
  ///
  /// - Throws: ``ModelError/outOfRange(tensor:value:type:)``.
  static func entry(
    _ name: String, _ values: [Double], _ shape: [Int], _ type: StoredPrecision
  ) throws -> (String, Tensor) {
    if let value = values.first(where: { !type.rounded($0).isFinite }) {
      throw ModelError.outOfRange(tensor: name, value: value, type: NumberType(type))
    }
    return (name, Tensor(values, shape: shape, type: NumberType(type)))
  }

  // MARK: - What frameworks lack

  private static func check(_ network: LSTMNetwork<Double>, _ holder: ModelError.Holder) throws {
    for (layer, direction, cell) in network.cells {
      guard let unusual = unusual(cell) else { continue }
      let content = ModelError.Content.cell(unusual, layer: layer, direction)
      throw ModelError.cannotHold(holder, content, instead: content.otherForms)
    }
  }

  /// What a cell has that the usual LSTM lacks.
  static func unusual(_ cell: ReadableCell<Double>, besidesActivations: Bool = false)
    -> ModelError.Unusual?
  {
    let usual = CellVariant<Double>()
    let variant = cell.variant
    if let gate = Gate.allCases.first(where: { cell.parameters.gates[$0].peephole != nil }) {
      return .peephole(gate)
    }
    if let coupling = variant.coupling { return .coupling(coupling) }
    if let gate = Gate.allCases.first(where: { variant.pinned[$0] != nil }) {
      return .pinned(gate)
    }
    if !besidesActivations {
      for gate in Gate.allCases where variant.activations[gate] != usual.activations[gate] {
        return .activation(gate, variant.activations[gate].kind)
      }
      if variant.cellActivation != usual.cellActivation {
        return .cellActivation(variant.cellActivation.kind)
      }
    }
    let clips: [(ModelError.Unusual, Double?)] = [
      (.clip, variant.clip), (.cellClip, variant.cellClip),
      (.projectionClip, variant.projectionClip),
    ]
    return clips.first { $0.1 != nil }?.0
  }
}

/// The sizes that all cells of PyTorch's LSTM share.
private struct CellWidths: Equatable {
  let hidden: Int
  let projection: Int?

  init(_ cell: ReadableCell<Double>) {
    hidden = cell.parameters.hiddenSize
    projection = cell.parameters.projection?.rows
  }
}
