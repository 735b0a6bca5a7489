// The gradients of a cell's parameters: each of a matrix is one product over all steps of a segment,
// added to those of the other segments. What reaches the pre-activations is BackwardRunner's business.

/// What a way back has found so far of the gradients of one cell's parameters. The threads of a lane
/// add to them together, each to its own rows of every matrix.
final class ParameterGradients {
  private let cell: PackedCell
  private let products: [OuterProduct]  // one a thread
  private let inputWeights: FloatBuffer  // [4 padded H, I]
  private let recurrentWeights: FloatBuffer  // [4 padded H, P]
  private let bias: FloatBuffer  // [4 padded H]
  private let peephole: FloatBuffer  // [4 padded H]
  private let projection: FloatBuffer  // [P, H]

  init(_ cell: PackedCell, threads: Int) {
    self.cell = cell
    let columns = max(cell.inputSize, cell.hiddenSize)
    products = (0..<threads).map { _ in OuterProduct(kernels: cell.kernels, columns: columns) }
    let padded = cell.paddedHiddenSize
    inputWeights = FloatBuffer(zeros: 4 * padded * cell.inputSize)
    recurrentWeights = FloatBuffer(zeros: 4 * padded * cell.outputSize)
    bias = FloatBuffer(zeros: 4 * padded)
    peephole = FloatBuffer(zeros: 4 * padded)
    projection = FloatBuffer(zeros: cell.projection == nil ? 0 : cell.outputSize * cell.hiddenSize)
  }

  /// Begins anew, from zero.
  func clear() {
    for buffer in [inputWeights, recurrentWeights, bias, peephole, projection] {
      buffer.base.update(repeating: 0, count: buffer.count)
    }
  }

  /// A thread's part of the gates of all units.
  private func gates(of lane: Lane) -> Range<Int> { lane.share(of: 4 * cell.paddedHiddenSize) }

  /// Adds what rows say of W and b.
  ///
  /// - Parameters:
  ///   - sums: the gradients of z: `[rows, 4 padded H]`.
  ///   - inputs: x: `[rows, I]`.
  func addInput(_ sums: Rows, _ inputs: Rows, rows: Int, _ lane: Lane) {
    let gates = gates(of: lane)
    products[lane.thread].add(
      left: sums, gates, right: inputs, columns: cell.inputSize, rows: rows,
      to: inputWeights.base)
    for row in 0..<rows {
      let source = sums.row(row)
      for gate in gates { bias.base[gate] += source[gate] }
    }
  }

  /// Adds what rows say of U.
  ///
  /// - Parameter hidden: h(t-1): `[rows, P]`.
  func addRecurrent(_ sums: Rows, _ hidden: Rows, rows: Int, _ lane: Lane) {
    products[lane.thread].add(
      left: sums, gates(of: lane), right: hidden, columns: cell.outputSize, rows: rows,
      to: recurrentWeights.base)
  }

  /// Adds what rows say of the projection.
  ///
  /// - Parameters:
  ///   - gradient: of what was projected: `[rows, P]`.
  ///   - unprojected: o ⊙ tanh c: `[rows, H]`.
  func addProjection(_ gradient: Rows, _ unprojected: Rows, rows: Int, _ lane: Lane) {
    products[lane.thread].add(
      left: gradient, lane.share(of: cell.outputSize), right: unprojected,
      columns: cell.hiddenSize, rows: rows, to: projection.base)
  }

  /// Adds z's gradient times the cell state that each peephole saw.
  ///
  /// - Parameters:
  ///   - kept: what the steps kept, with c(t) last: `[rows, kept row]`.
  ///   - start: c before the first of the steps: `[B, padded H]`.
  func addPeepholes(
    _ sums: Rows, _ kept: UnsafePointer<Float>, _ steps: Range<Int>,
    _ start: UnsafePointer<Float>, _ plan: borrowing BatchPlan, _ lane: Lane
  ) {
    guard cell.hasPeepholes else { return }
    let (padded, gates) = (cell.paddedHiddenSize, gates(of: lane))
    let first = plan.offset(steps.lowerBound)
    let states = kept + PackedCell.cellPart * padded
    let place = Gate.output.kernelPlace * padded
    let outputGate = place..<place + padded
    for time in steps {
      for row in 0..<plan.active(time) {
        let place = plan.offset(time) - first + row
        let new = states + place * cell.keptRow
        let old =
          time == steps.lowerBound
          ? start + row * padded
          : states + (plan.offset(time - 1) - first + row) * cell.keptRow
        let source = sums.row(place)
        for gate in gates {
          // The output gate sees the new cell state.
          let seen =
            outputGate.contains(gate) ? new[gate - outputGate.lowerBound] : old[gate % padded]
          peephole.base[gate] += source[gate] * seen
        }
      }
    }
  }

  /// Copies the gradients of one array of the cell's learned numbers.
  ///
  /// - Parameter target: room for the array, row after row.
  func copy(_ name: CellParameterName, to target: UnsafeMutablePointer<Float>) {
    func part(_ gate: Gate, of buffer: FloatBuffer, _ columns: Int) {
      let start = buffer.base + gate.kernelPlace * cell.paddedHiddenSize * columns
      target.update(from: start, count: cell.hiddenSize * columns)
    }
    switch name {
    case .inputWeights(let gate): part(gate, of: inputWeights, cell.inputSize)
    case .hiddenWeights(let gate): part(gate, of: recurrentWeights, cell.outputSize)
    case .bias(let gate), .recurrentBias(let gate): part(gate, of: bias, 1)
    case .peephole(let gate): part(gate, of: peephole, 1)
    case .projection:
      target.update(from: projection.base, count: cell.outputSize * cell.hiddenSize)
    }
  }
}
