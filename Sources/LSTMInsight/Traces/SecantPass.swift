// One cell's part in an attribution: from what each of its outputs adds to the target back to what each
// of its inputs does, its gates held and its tanh secants.

import LSTMCore

/// The way back through one cell and one sequence.
struct SecantPass {
  /// What the cell's first states add to the target.
  private(set) var initialState = 0.0
  /// What its biases add, and whatever is held.
  private(set) var constant = 0.0
  private let trace: RunTrace<Double>
  private let cell: Int
  private let sequence: Int
  private let readable: ReadableCell<Double>

  init(_ trace: RunTrace<Double>, _ cell: Int, sequence: Int) {
    (self.trace, self.cell, self.sequence) = (trace, cell, sequence)
    readable = trace.cells[cell].cell
  }

  /// Goes back through all steps.
  ///
  /// - Parameters:
  ///   - above: how much each entry of the layer's output adds, `[rows][D·P]`.
  ///   - below: is added to: how much each entry of what the layer reads adds, `[rows][I]`.
  ///   - finals: how much the final hidden state adds, `[P]`; nil for nothing.
  mutating func run(_ above: [[Double]], into below: inout [[Double]], finals: [Double]?) {
    let parameters = readable.parameters
    let columns = trace.columns(of: cell)
    var byHidden = finals ?? [Double](repeating: 0, count: parameters.outputSize)
    var byCell = [Double](repeating: 0, count: parameters.hiddenSize)
    for taken in (0..<trace.stepCount(sequence: sequence)).reversed() {
      let row = trace.outputRow(cell, taken: taken, sequence: sequence)
      for (unit, value) in above[row][columns].enumerated() { byHidden[unit] += value }
      let step = trace.recordedStep(cell, taken: taken, sequence: sequence)
      let held = trace.heldUnits(cell, taken: taken, sequence: sequence)
      let sum = candidateSum(step.input, taken)
      let toSum = throughCell(step, sum, held, byHidden, &byCell)
      let read = trace.inputRow(cell, taken: taken, sequence: sequence)
      let weights = parameters.gates.candidate
      for (unit, coefficient) in toSum.enumerated() where coefficient != 0 {
        constant +=
          coefficient * (weights.bias[unit] + (weights.recurrentBias?[unit] ?? 0))
        for (feature, weight) in weights.inputWeights.row(unit).enumerated() {
          below[read][feature] += coefficient * weight
        }
      }
      byHidden = weights.hiddenWeights.transposedProduct(toSum)
      takeOffHeldInput(held[.input] ?? [], step.input, &below[read], toSum)
    }
    let start = trace.start.parts[cell]
    initialState =
      zip(byHidden, start.hidden.row(sequence)).reduce(0) { $0 + $1.0 * $1.1 }
      + zip(byCell, start.cell.row(sequence)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// z of the candidate, worked out in Double whatever the run computed in; nil where it is not
  /// computed from its weights.
  private func candidateSum(_ input: [Double], _ taken: Int) -> [Double]? {
    guard readable.variant.source(of: .candidate) == .weights else { return nil }
    let learned = readable.parameters.gates.candidate
    let hidden = trace.states(cell, before: taken, sequence: sequence).hidden
    let products = zip(learned.inputWeights.product(input), learned.hiddenWeights.product(hidden))
    return [learned.bias, learned.recurrentBias].compactMap { $0 }
      .reduce(products.map(+)) { zip($0, $1).map(+) }
  }

  /// What is held of the input comes from nowhere.
  private mutating func takeOffHeldInput(
    _ held: Set<Int>, _ input: [Double], _ below: inout [Double], _ toSum: [Double]
  ) {
    let weights = readable.parameters.gates.candidate.inputWeights
    for feature in held {
      for (unit, coefficient) in toSum.enumerated() {
        below[feature] -= coefficient * weights[unit, feature]
        constant += coefficient * weights[unit, feature] * input[feature]
      }
    }
  }

  /// From the hidden state back to the candidate's pre-activation.
  ///
  /// - Parameter byCell: what c(t) adds beside by way of h(t); becomes that of c(t-1).
  /// - Returns: how much the candidate's pre-activation adds, `[H]`.
  private mutating func throughCell(
    _ step: RecordedStep, _ candidateSum: [Double]?, _ held: [TraceQuantity: Set<Int>],
    _ byHidden: [Double], _ byCell: inout [Double]
  ) -> [Double] {
    let byShown = throughProjection(step, held, byHidden)
    let variant = readable.variant
    let heldCell = held[.cellState] ?? []
    var toSum = [Double](repeating: 0, count: byShown.count)
    for unit in byShown.indices {
      // h = o ⊙ tanh c: o is a number, tanh a slope.
      let (c, squashed) = (step.cellState[unit], step.squashedCell[unit])
      let bySquashed = byShown[unit] * step.outputGate[unit]
      if held[.squashedCell]?.contains(unit) == true {
        constant += bySquashed * squashed
      } else {
        let line = variant.cellActivation.secant(at: c)
        byCell[unit] += bySquashed * line.slope
        constant += bySquashed * line.offset
      }
      if heldCell.contains(unit) {
        constant += byCell[unit] * c
        byCell[unit] = 0
        continue
      }
      // c = f ⊙ c(t-1) + i ⊙ g: f and i are numbers.
      let sum = step.kept[unit] + step.written[unit]
      if variant.cellClip != nil, sum != 0, sum != c { byCell[unit] *= c / sum }
      var byCandidate = byCell[unit] * step.inputGate[unit]
      if held[.written]?.contains(unit) == true {
        constant += byCell[unit] * step.written[unit]
        byCandidate = 0
      }
      let isHeldGate = held[.gate(.candidate)]?.contains(unit) == true
      let isHeldSum = held[.preactivation(.candidate)]?.contains(unit) == true
      if isHeldGate || isHeldSum || candidateSum == nil {
        constant += byCandidate * step.candidate[unit]
      } else if let z = candidateSum?[unit] {
        let bounded = variant.clip.map { min(max(z, -$0), $0) } ?? z
        let line = variant.activations.candidate.secant(at: bounded)
        toSum[unit] = byCandidate * line.slope * (z == 0 ? 1 : bounded / z)
        constant += byCandidate * line.offset
      }
      if held[.kept]?.contains(unit) == true {
        constant += byCell[unit] * step.kept[unit]
        byCell[unit] = 0
      } else {
        byCell[unit] *= step.forgetGate[unit]
      }
    }
    return toSum
  }

  /// From h(t) back to o ⊙ tanh c.
  private mutating func throughProjection(
    _ step: RecordedStep, _ held: [TraceQuantity: Set<Int>], _ byHidden: [Double]
  ) -> [Double] {
    var byHidden = byHidden
    for unit in (held[.hiddenState] ?? []).union(held[.projection] ?? []) {
      constant += byHidden[unit] * step.hiddenState[unit]
      byHidden[unit] = 0
    }
    guard let projection = readable.parameters.projection else { return byHidden }
    if let clip = readable.variant.projectionClip {
      let shown = zip(step.outputGate, step.squashedCell).map(*)
      for (unit, value) in projection.product(shown).enumerated() where abs(value) > clip {
        byHidden[unit] *= clip / abs(value)
      }
    }
    return projection.transposedProduct(byHidden)
  }
}

/// What was recorded of one step of a cell.
struct RecordedStep {
  let input: [Double]
  let forgetGate: [Double], inputGate: [Double], candidate: [Double], outputGate: [Double]
  let kept: [Double], written: [Double]
  let cellState: [Double], squashedCell: [Double], hiddenState: [Double]
}

extension RunTrace<Double> {
  /// What a cell did at a step that it took.
  func recordedStep(_ cell: Int, taken index: Int, sequence: Int) -> RecordedStep {
    let time = step(run: inputRow(cell, taken: index, sequence: sequence), sequence: sequence)
    let record = output.cells[cell]
    func row(_ array: Array3<Double>) -> [Double] { array.row(time, sequence) }
    let gates = record.gates.map(row)
    func recorded(_ quantity: TraceQuantity) -> [Double] {
      self.recorded(quantity, cell, taken: index, sequence: sequence)
    }
    return RecordedStep(
      input: recorded(.input), forgetGate: gates.forget, inputGate: gates.input,
      candidate: gates.candidate, outputGate: gates.output,
      kept: recorded(.kept),
      written: recorded(.written), cellState: row(record.cellState),
      squashedCell: row(record.activatedCell),
      hiddenState: recorded(.hiddenState))
  }
}

extension Activation<Double> {
  /// The straight line from the function's value at 0 to that at `x`: value = slope · x + offset.
  func secant(at x: Double) -> (slope: Double, offset: Double) {
    let offset = self(0)
    guard x != 0 else { return (derivative(at: 0, value: offset), offset) }
    return ((self(x) - offset) / x, offset)
  }
}
