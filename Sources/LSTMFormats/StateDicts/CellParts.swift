// The arrays of one cell become its parameters: blocks taken apart, matrices turned, every size
// checked. What is missing, and what a framework adds at run time, is put in.

import LSTMCore

/// Where the blocks `[H, n]` of the four gates stand in one matrix of a file.
private struct GateBlocks {
  let tensor: Tensor
  /// Whether the matrix is `[n, 4H]` and not `[4H, n]`.
  let isTransposed: Bool
  /// H.
  let units: Int
  /// Which of the matrix's columns, or rows where it is transposed, the blocks have.
  let columns: Range<Int>

  /// The block at a place, counted from 0.
  func matrix<Number: NetworkNumber>(_ place: Int) -> Matrix<Number> {
    let width = tensor.shape[1]
    let block =
      isTransposed
      ? TensorBlock(
        start: columns.lowerBound * width + place * units, rows: units, columns: columns.count,
        rowStride: 1, columnStride: width)
      : TensorBlock(
        start: place * units * width + columns.lowerBound, rows: units, columns: columns.count,
        rowStride: width)
    return Matrix(
      rows: units, columns: columns.count, values: Number.numbers(of: tensor, in: block))
  }
}

extension CellSource {
  /// Makes the cell's parameters.
  ///
  /// What TensorFlow 1 and Haiku add to the forget gate when they run stands in the second bias,
  /// 1 for the forget gate and 0 for the others: so nothing is rounded, and it shows.
  ///
  /// - Throws: ``ModelError``, or `LSTMCoreError` where the parts do not fit one another.
  func parameters<Number: NetworkNumber>(_ table: TensorTable) throws -> CellParameters<Number> {
    try table.naming(names.values.sorted()) {
      naming.isGateByGate ? try gateByGate(table) : try stacked(table)
    }
  }

  private func stacked<Number: NetworkNumber>(_ table: TensorTable) throws
    -> CellParameters<Number>
  {
    let (input, recurrent) = try weights(table)
    let (units, outputs) = (recurrent.units, recurrent.columns.count)
    let because = "'\(name(names[.weights] == nil ? .hiddenWeights : .weights))' has \(units) units"
    func lists(_ slot: CellNaming.Slot) throws -> [[Number]]? {
      guard let name = names[slot] else { return nil }
      let tensor = try table.tensor(name, [4 * units], because: because)
      return (0..<4).map { place in
        Number.numbers(
          of: tensor,
          in: TensorBlock(start: place * units, rows: 1, columns: units, rowStride: units))
      }
    }
    let zeros = [Number](repeating: 0, count: units)
    let first = try lists(.bias)
    var second = try lists(.recurrentBias)
    if naming.forgetBonus != 0 {
      let bonus = [Number](repeating: Number(naming.forgetBonus), count: units)
      second = naming.order.gates.map { $0 == .forget ? bonus : zeros }
    }
    var projection: Matrix<Number>?
    if let name = names[.projection] {
      projection =
        naming.isTransposed
        ? try table.matrix(name, units, outputs, isTransposed: true, because: because)
        : try table.matrix(name, outputs, units, because: because)
    } else if outputs != units {
      throw ModelError.missingTensor(
        file: table.file, name: name(.projection),
        because: "'\(name(.hiddenWeights))' is \(4 * units) x \(outputs): \(units) units, "
          + "of which the hidden state has \(outputs)")
    }
    let gates = try PerGate<GateParameters<Number>> { gate in
      let place = naming.order.gates.firstIndex(of: gate) ?? 0
      return GateParameters(
        inputWeights: input.matrix(place), hiddenWeights: recurrent.matrix(place),
        bias: first?[place] ?? zeros, recurrentBias: second?[place],
        peephole: try names[.gatePeephole(gate)].map {
          try table.vector($0, units, because: because)
        })
    }
    return try CellParameters(gates: gates, projection: projection)
  }

  /// Where W `[4H, I]` and U `[4H, P]` stand.
  private func weights(_ table: TensorTable) throws -> (GateBlocks, GateBlocks) {
    /// A matrix with four blocks of rows, or of columns where it is transposed.
    func blocks(_ name: String, because: String) throws -> GateBlocks {
      let tensor = try table.tensor(name, [nil, nil], because: because)
      let (rows, columns) =
        naming.isTransposed
        ? (tensor.shape[1], tensor.shape[0]) : (tensor.shape[0], tensor.shape[1])
      guard rows % 4 == 0 else {
        let side = naming.isTransposed ? "columns" : "rows"
        throw ModelError.shape(
          file: table.file, tensor: name, found: tensor.shape,
          expected: "a multiple of four in \(side), a block for each gate")
      }
      return GateBlocks(
        tensor: tensor, isTransposed: naming.isTransposed, units: rows / 4, columns: 0..<columns)
    }
    func part(_ whole: GateBlocks, _ columns: Range<Int>) -> GateBlocks {
      GateBlocks(
        tensor: whole.tensor, isTransposed: whole.isTransposed, units: whole.units,
        columns: columns)
    }
    if let name = names[.weights] {
      let whole = try blocks(name, because: "")
      let all = whole.columns.count
      let outputs = table.shape(names[.projection])?.last ?? whole.units
      guard all > outputs else {
        throw ModelError.shape(
          file: table.file, tensor: name, found: [all, 4 * whole.units],
          expected: "more than \(outputs) rows: those of the input, then \(outputs) of the "
            + "hidden state")
      }
      // The input's come first.
      return (part(whole, 0..<all - outputs), part(whole, all - outputs..<all))
    }
    let name = self.name(.hiddenWeights)
    let other = self.name(.inputWeights)
    let reason =
      names[.inputWeights].map { "'\($0)' is there" } ?? "other parts of this LSTM are there"
    let recurrent = try blocks(name, because: reason)
    let because = "'\(name)' has \(recurrent.units) units"
    let rows = 4 * recurrent.units
    let input = try table.tensor(
      other, naming.isTransposed ? [nil, rows] : [rows, nil], because: because)
    return (
      GateBlocks(
        tensor: input, isTransposed: naming.isTransposed, units: recurrent.units,
        columns: 0..<input.shape[naming.isTransposed ? 0 : 1]),
      recurrent
    )
  }

  private func gateByGate<Number: NetworkNumber>(_ table: TensorTable) throws
    -> CellParameters<Number>
  {
    let anchor = name(.gateHidden(.forget))
    guard let units = table.shape(anchor)?.last, units > 0 else {
      throw ModelError.shape(
        file: table.file, tensor: anchor, found: table.shape(anchor) ?? [], expected: "H x H")
    }
    let because = "'\(anchor)' has \(units) units"
    let turned = isTransposed ?? naming.isTransposed
    let shape = table.shape(names[.gateInput(.forget)])
    let inputs = turned ? shape?.first : shape?.last
    func matrix(_ slot: CellNaming.Slot, _ columns: Int?) throws -> Matrix<Number> {
      try table.matrix(
        name(slot), turned ? columns : units, turned ? units : columns, isTransposed: turned,
        because: because)
    }
    return try CellParameters(
      gates: PerGate { gate in
        GateParameters(
          inputWeights: try matrix(.gateInput(gate), inputs),
          hiddenWeights: try matrix(.gateHidden(gate), units),
          bias: try names[.gateBias(gate)].map { try table.vector($0, units, because: because) }
            ?? [Number](repeating: 0, count: units),
          recurrentBias: try names[.gateRecurrentBias(gate)].map {
            try table.vector($0, units, because: because)
          })
      })
  }
}
