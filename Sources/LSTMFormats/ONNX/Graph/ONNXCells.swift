// The cells of one LSTM node: W, R, B and P taken apart by gate, and the attributes that say how a
// cell computes. ONNX's order is i, o, f, c; its peepholes are i, o, f.

import LSTMCore

/// The cells of one LSTM node, a forward and a reverse one where it has both directions.
struct ONNXCells {
  let direction: ONNXDirection
  let cells: [ReadableCell<Double>]
  let inputSize: Int
  let hiddenSize: Int
  let numberType: NumberType

  init(_ node: ONNXNode, reader: inout ONNXModelReader) throws {
    let directionName = try reader.text(node, "direction") ?? "forward"
    guard let direction = ONNXDirection(rawValue: directionName) else {
      throw reader.failure(
        node,
        "has the direction '\(directionName.shortened)', not "
          + "forward, reverse or bidirectional")
    }
    self.direction = direction
    let recurrent = try Self.weights(node, 2, "R", &reader)
    guard recurrent.shape.count == 3, recurrent.shape[0] == direction.count,
      recurrent.shape[2] > 0, recurrent.shape[1] / 4 == recurrent.shape[2],
      recurrent.shape[1] % 4 == 0
    else {
      throw reader.failure(
        node, "has R of shape \(recurrent.shape), not [\(direction.count), 4H, H]")
    }
    let hidden = recurrent.shape[2]
    if let asked = try reader.integer(node, "hidden_size"), asked != hidden {
      throw reader.failure(node, "has the hidden_size \(asked), but R is for \(hidden)")
    }
    let input = try Self.weights(node, 1, "W", &reader)
    guard input.shape.count == 3, input.shape[0] == direction.count,
      input.shape[1] == 4 * hidden, input.shape[2] > 0
    else {
      throw reader.failure(
        node, "has W of shape \(input.shape), not [\(direction.count), \(4 * hidden), I]")
    }
    (hiddenSize, inputSize, numberType) = (hidden, input.shape[2], input.type)
    let inputs = input.shape[2]
    var bias: [Double]?
    if reader.has(node, 3) {
      bias = try Self.weights(node, 3, "B", shape: [direction.count, 8 * hidden], &reader)
    }
    var peephole: [Double]?
    if reader.has(node, 7) {
      peephole = try Self.weights(node, 7, "P", shape: [direction.count, 3 * hidden], &reader)
    }
    let variants = try Self.variants(node, count: direction.count, &reader)
    let (inputValues, recurrentValues) = (input.doubles(), recurrent.doubles())
    cells = try variants.enumerated().map { place, variant in
      /// The part of this direction, of `count` numbers.
      func own(_ values: [Double], _ count: Int) -> [Double] {
        Array(values[place * count..<(place + 1) * count])
      }
      func matrices(_ values: [Double], _ columns: Int) -> PerGate<Matrix<Double>> {
        let rows = 4 * hidden
        return GateOrder.onnx.split(
          Matrix(rows: rows, columns: columns, values: own(values, rows * columns)))
      }
      let inputWeights = matrices(inputValues, inputs)
      let hiddenWeights = matrices(recurrentValues, hidden)
      let biases = bias.map { own($0, 8 * hidden) }  // the input's four blocks, then h's four
      let first = biases.map { GateOrder.onnx.split(Array($0.prefix(4 * hidden))) }
      let second = biases.map { GateOrder.onnx.split(Array($0.suffix(4 * hidden))) }
      var peepholes: [Gate: [Double]] = [:]
      if let peephole {
        let three = own(peephole, 3 * hidden)
        for (block, gate) in GateOrder.onnx.peepholeGates.enumerated() {
          peepholes[gate] = Array(three[block * hidden..<(block + 1) * hidden])
        }
      }
      let gates = PerGate<GateParameters<Double>> { gate in
        GateParameters(
          inputWeights: inputWeights[gate], hiddenWeights: hiddenWeights[gate],
          bias: first?[gate] ?? [Double](repeating: 0, count: hidden),
          recurrentBias: second?[gate], peephole: peepholes[gate])
      }
      do {
        return ReadableCell(parameters: try CellParameters(gates: gates), variant: variant)
      } catch {
        throw ONNXError.weights(file: reader.graph.file, node: node.title, reason: "\(error)")
      }
    }
  }

  /// A stored tensor that a node reads.
  private static func weights(
    _ node: ONNXNode, _ place: Int, _ name: String, _ reader: inout ONNXModelReader
  ) throws -> Tensor {
    guard case .constant(let tensor) = try reader.value(node, place) else {
      throw reader.failure(node, "has \(name) that is not stored in the model")
    }
    guard tensor.type.isFloatingPoint else {
      throw reader.failure(node, "has \(name) of \(tensor.type.rawValue) numbers")
    }
    try reader.reserve(tensor.count * tensor.type.byteCount)
    return tensor
  }

  private static func weights(
    _ node: ONNXNode, _ place: Int, _ name: String, shape: [Int], _ reader: inout ONNXModelReader
  ) throws -> [Double] {
    let tensor = try weights(node, place, name, &reader)
    guard tensor.shape == shape else {
      throw reader.failure(node, "has \(name) of shape \(tensor.shape), not \(shape)")
    }
    return tensor.doubles()
  }

  // MARK: - Settings

  private static func variants(
    _ node: ONNXNode, count: Int, _ reader: inout ONNXModelReader
  ) throws -> [CellVariant<Double>] {
    var common = CellVariant<Double>()
    if let clip = try reader.float(node, "clip") {
      guard clip > 0 else {
        throw reader.failure(node, "has the clip \(clip); it has to be above 0")
      }
      // The largest number clips nothing, which is how some exporters say so.
      if clip < .greatestFiniteMagnitude { common.clip = Double(clip) }
    }
    switch try reader.integer(node, "input_forget") ?? 0 {
    case 0: break
    case 1: common.coupling = .forgetFromInput
    case let other: throw reader.failure(node, "has the input_forget \(other), not 0 or 1")
    }
    guard let names = try reader.texts(node, "activations") else {
      return Array(repeating: common, count: count)
    }
    guard names.count == 3 * count else {
      throw reader.failure(
        node, "has \(names.count) activations, not \(3 * count): three for each direction")
    }
    var alphas = (try reader.floats(node, "activation_alpha") ?? [])[...]
    var betas = (try reader.floats(node, "activation_beta") ?? [])[...]
    let functions = try names.map { name in
      guard let activation = ONNXActivation(name: name) else {
        let nearest = nearestName(
          to: name.shortened, among: ONNXActivation.allCases.map(\.rawValue))
        throw reader.failure(
          node,
          "has the activation '\(name.shortened)', which ONNX does not have"
            + (nearest.map { " (nearest: '\($0)')" } ?? ""))
      }
      return try activation.function(&alphas, &betas) {
        reader.failure(
          node, "has the activation \(name.shortened) with a number that is not finite")
      }
    }
    return (0..<count).map { direction in
      var variant = common
      let (gates, candidate, cell) = (
        functions[3 * direction], functions[3 * direction + 1], functions[3 * direction + 2]
      )
      variant.activations = PerGate { $0 == .candidate ? candidate : gates }
      variant.cellActivation = cell
      return variant
    }
  }
}
