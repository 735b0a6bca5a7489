// The arrays of one cell become its parameters: blocks taken apart, matrices turned, every size
// and every number checked. What is missing, and what a framework adds at run time, is put in.

import LSTMCore

/// The tensors of an archive by name, checked as they are taken out.
struct TensorTable {
  /// The file's name, for errors.
  let file: String
  private let tensors: [String: Tensor]

  init(_ archive: TensorArchive, file: String) {
    self.file = file
    tensors = Dictionary(
      archive.entries.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
  }

  /// The shape of a tensor, or nil where there is none of this name.
  func shape(_ name: String?) -> [Int]? { name.flatMap { tensors[$0]?.shape } }

  /// The type of a tensor's numbers.
  func type(_ name: String) -> NumberType? { tensors[name]?.type }

  /// A matrix of known sizes; nil stands for a size that is not known, and has to be above 0.
  func matrix(_ name: String, _ rows: Int?, _ columns: Int?, because: String) throws
    -> Matrix<Double>
  {
    let tensor = try tensor(name, [rows, columns], because: because)
    return Matrix(
      rows: tensor.shape[0], columns: tensor.shape[1], values: try numbers(name, tensor))
  }

  /// A list of known length.
  func vector(_ name: String, _ count: Int?, because: String) throws -> [Double] {
    try numbers(name, try tensor(name, [count], because: because))
  }

  private func tensor(_ name: String, _ sizes: [Int?], because: String) throws -> Tensor {
    guard let tensor = tensors[name] else {
      throw ModelError.missingTensor(file: file, name: name, because: because)
    }
    guard tensor.type.isFloatingPoint else {
      throw ModelError.notWeights(file: file, tensor: name, type: tensor.type)
    }
    let fits =
      tensor.shape.count == sizes.count
      && zip(tensor.shape, sizes).allSatisfy { found, size in
        found > 0 && found == size ?? found
      }
    guard fits else {
      let expected = sizes.map { $0.map(String.init) ?? "n" }.joined(separator: " x ")
      throw ModelError.shape(
        file: file, tensor: name, found: tensor.shape,
        expected: expected + (because.isEmpty ? "" : ", since \(because)"))
    }
    return tensor
  }

  private func numbers(_ name: String, _ tensor: Tensor) throws -> [Double] {
    let values = tensor.doubles()
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw ModelError.notFinite(file: file, tensor: name, index: index)
    }
    return values
  }
}

/// The sizes of a cell, seen from the shapes of its arrays.
struct CellSizes: Equatable {
  var inputs: Int
  var hidden: Int
  var outputs: Int
}

extension CellSource {
  /// What the arrays are if they are not an LSTM's: a GRU has three blocks, a plain RNN one.
  func otherKind(_ table: TensorTable) -> String? {
    guard let name = names[.hiddenWeights], names[.projection] == nil,
      let shape = table.shape(name), shape.count == 2
    else { return nil }
    let (units, blocks) = naming.isTransposed ? (shape[0], shape[1]) : (shape[1], shape[0])
    guard units > 0 else { return nil }
    if blocks == units { return "'\(name)' has one block, so it is of a plain RNN" }
    let (product, overflow) = units.multipliedReportingOverflow(by: 3)
    return !overflow && blocks == product
      ? "'\(name)' has three blocks, so it is of a GRU" : nil
  }

  /// The sizes, or nil where the shapes make no sense; then ``parameters(_:)`` says why.
  func sizes(_ table: TensorTable) -> CellSizes? {
    func shape(_ slot: CellNaming.Slot) -> [Int]? {
      guard let shape = table.shape(names[slot]), shape.count == 2 else { return nil }
      return naming.isTransposed ? shape.reversed() : shape
    }
    if naming == .flax {
      guard let input = shape(.gateInput(.forget)) else { return nil }
      return CellSizes(inputs: input[1], hidden: input[0], outputs: input[0])
    }
    if let whole = shape(.weights) {
      let outputs = shape(.projection)?[0] ?? whole[0] / 4
      guard whole[1] > outputs else { return nil }
      return CellSizes(inputs: whole[1] - outputs, hidden: whole[0] / 4, outputs: outputs)
    }
    guard let input = shape(.inputWeights), let hidden = shape(.hiddenWeights) else { return nil }
    return CellSizes(inputs: input[1], hidden: hidden[0] / 4, outputs: hidden[1])
  }

  /// Makes the cell's parameters.
  ///
  /// What TensorFlow 1 and Haiku add to the forget gate when they run stands in the second bias,
  /// 1 for the forget gate and 0 for the others: so nothing is rounded, and it shows.
  ///
  /// - Throws: ``ModelError``, or `LSTMCoreError` where the parts do not fit one another.
  func parameters(_ table: TensorTable) throws -> CellParameters<Double> {
    naming == .flax ? try gateByGate(table) : try stacked(table)
  }

  private func stacked(_ table: TensorTable) throws -> CellParameters<Double> {
    let (input, recurrent) = try weights(table)  // [4H, I], [4H, P]
    let (blocks, outputs) = (recurrent.rows, recurrent.columns)
    let units = blocks / 4
    let because = "'\(name(names[.weights] == nil ? .hiddenWeights : .weights))' has \(units) units"
    func list(_ slot: CellNaming.Slot) throws -> [Double]? {
      try names[slot].map { try table.vector($0, blocks, because: because) }
    }
    let bias = try list(.bias)
    var recurrentBias = try list(.recurrentBias)
    if naming.forgetBonus != 0 {
      var bonus = PerGate(all: [Double](repeating: 0, count: units))
      bonus.forget = [Double](repeating: naming.forgetBonus, count: units)
      recurrentBias = naming.order.stack(bonus)
    }
    var projection: Matrix<Double>?
    if let name = names[.projection] {
      projection =
        naming.isTransposed
        ? try table.matrix(name, units, outputs, because: because).transposed
        : try table.matrix(name, outputs, units, because: because)
    } else if outputs != units {
      throw ModelError.missingTensor(
        file: table.file, name: name(.projection),
        because: "'\(name(.hiddenWeights))' is \(blocks) x \(outputs): \(units) units, "
          + "of which the hidden state has \(outputs)")
    }
    let inputWeights = naming.order.split(input)
    let hiddenWeights = naming.order.split(recurrent)
    let zeros = [Double](repeating: 0, count: blocks)
    let first = naming.order.split(bias ?? zeros)
    let second = recurrentBias.map { naming.order.split($0) }
    let gates = try PerGate<GateParameters<Double>> { gate in
      GateParameters(
        inputWeights: inputWeights[gate], hiddenWeights: hiddenWeights[gate],
        bias: first[gate], recurrentBias: second?[gate],
        peephole: try names[.gatePeephole(gate)].map {
          try table.vector($0, units, because: because)
        })
    }
    return try CellParameters(gates: gates, projection: projection)
  }

  /// W `[4H, I]` and U `[4H, P]`.
  private func weights(_ table: TensorTable) throws -> (Matrix<Double>, Matrix<Double>) {
    func blocks(_ matrix: Matrix<Double>, _ name: String) throws -> Matrix<Double> {
      let turned = naming.isTransposed ? matrix.transposed : matrix
      guard turned.rows % 4 == 0 else {
        let side = naming.isTransposed ? "columns" : "rows"
        throw ModelError.shape(
          file: table.file, tensor: name, found: [matrix.rows, matrix.columns],
          expected: "a multiple of four in \(side), a block for each gate")
      }
      return turned
    }
    if let name = names[.weights] {
      let whole = try blocks(try table.matrix(name, nil, nil, because: ""), name)
      let units = whole.rows / 4
      let outputs = table.shape(names[.projection])?.last ?? units
      guard whole.columns > outputs else {
        throw ModelError.shape(
          file: table.file, tensor: name, found: [whole.columns, whole.rows],
          expected: "more than \(outputs) rows: those of the input, then \(outputs) of the "
            + "hidden state")
      }
      let turned = whole.transposed  // [I + P, 4H]: the input's rows come first
      let inputs = turned.rows - outputs
      func part(_ rows: Range<Int>) -> Matrix<Double> {
        Matrix(
          rows: rows.count, columns: turned.columns,
          values: Array(
            turned.values[rows.lowerBound * turned.columns..<rows.upperBound * turned.columns])
        ).transposed
      }
      return (part(0..<inputs), part(inputs..<turned.rows))
    }
    let name = self.name(.hiddenWeights)
    let other = self.name(.inputWeights)
    let reason =
      names[.inputWeights].map { "'\($0)' is there" } ?? "other parts of this LSTM are there"
    let recurrent = try blocks(try table.matrix(name, nil, nil, because: reason), name)
    let because = "'\(name)' has \(recurrent.rows / 4) units"
    let input =
      naming.isTransposed
      ? try table.matrix(other, nil, recurrent.rows, because: because).transposed
      : try table.matrix(other, recurrent.rows, nil, because: because)
    return (input, recurrent)
  }

  private func gateByGate(_ table: TensorTable) throws -> CellParameters<Double> {
    let anchor = name(.gateHidden(.forget))
    guard let units = table.shape(anchor)?.last, units > 0 else {
      throw ModelError.shape(
        file: table.file, tensor: anchor, found: table.shape(anchor) ?? [], expected: "H x H")
    }
    let because = "'\(anchor)' has \(units) units"
    let inputs = table.shape(names[.gateInput(.forget)])?.first
    return try CellParameters(
      gates: PerGate { gate in
        GateParameters(
          inputWeights: try table.matrix(
            name(.gateInput(gate)), inputs, units, because: because
          ).transposed,
          hiddenWeights: try table.matrix(
            name(.gateHidden(gate)), units, units, because: because
          ).transposed,
          bias: try names[.gateBias(gate)].map { try table.vector($0, units, because: because) }
            ?? [Double](repeating: 0, count: units))
      })
  }
}
