// Carries out recipes. Where a recipe is right, the readable cell's own functions compute; a
// mistake only changes what they are given or replaces one line. Only what is asked for is
// computed, and matrix products and gates are remembered, because thousands of pairs of mistakes
// share them.

import LSTMCore

/// Carries out recipes for one cell and one set of inputs.
final class RecipeEvaluator {
  /// A result with how far it may be off because of the digits that it was computed from.
  struct Result {
    var values: [Double]
    var slack: [Double]

    init(_ values: [Double], slack: [Double]? = nil) {
      self.values = values
      self.slack = slack ?? values.map { _ in 0 }
    }
  }

  private struct Product: Hashable {
    let isInput: Bool
    let weights: Gate
    let form: StepRecipe.MatrixForm
    let vector: StepRecipe.Vector
  }

  /// All that a gate computed from its weights depends on.
  private struct GateKey: Hashable {
    let gate: Gate
    let how: StepRecipe.GateRecipe
    let vectors: [StepRecipe.Vector]
    let activation: Activation<Double>.Kind
    let alpha: Double
    let beta: Double
  }

  /// So many numbers of gates are remembered, some tens of megabytes.
  private static let mostRemembered = 2_000_000

  private let cell: ReadableCell<Double>
  private let step: CellStep<Double>
  private let own: [Quantity: Result]
  private var products: [Product: [Double]] = [:]
  private var gates: [GateKey: Result] = [:]
  // What the recipe that was carried out last has given, each result computed once.
  private var current: (recipe: StepRecipe, results: [Quantity: Result])?

  /// Makes an evaluator.
  ///
  /// - Parameters:
  ///   - cell: the cell.
  ///   - step: the right step, for its inputs.
  ///   - claims: somebody's own numbers; what comes later is computed from them where they are
  ///     given, so that one fault is not found again in everything downstream.
  init(cell: ReadableCell<Double>, step: CellStep<Double>, claims: Claims? = nil) {
    self.cell = cell
    self.step = step
    var own: [Quantity: Result] = [:]
    for quantity in claims?.quantities ?? [] where quantity != .newHidden {
      guard let claim = claims?[quantity] else { continue }
      let scale = claim.values.reduce(0) { max($0, abs($1)) }
      let tolerance = claims?.tolerance(of: quantity, scale: scale) ?? 0
      own[quantity] = Result(claim.values, slack: claim.values.map { _ in tolerance })
    }
    self.own = own
  }

  /// Computes one result of a recipe: a gate, the new cell state or the new hidden state.
  func result(of quantity: Quantity, by recipe: StepRecipe) -> Result {
    if current?.recipe != recipe { current = (recipe, [:]) }
    if let known = current?.results[quantity] { return known }
    let result: Result =
      switch quantity {
      case .gate(let gate): self.gate(gate, recipe)
      case .newCell: newCell(recipe)
      default: newHidden(recipe)
      }
    current?.results[quantity] = result
    return result
  }

  /// What a later result is computed from: somebody's own numbers where they are given.
  private func source(_ quantity: Quantity, _ recipe: StepRecipe) -> Result {
    own[quantity] ?? result(of: quantity, by: recipe)
  }

  // MARK: - One result

  private func gate(_ gate: Gate, _ recipe: StepRecipe) -> Result {
    let how = recipe.gates[gate]
    var result: Result
    switch recipe.variant.source(of: gate) {
    case .constant(let value):
      result = Result([Double](repeating: value, count: cell.parameters.hiddenSize))
    case .oneMinus(let other):
      let other = source(.gate(other), recipe)
      result = Result(other.values.map { 1 - $0 }, slack: other.slack)
    case .weights: result = gateFromWeights(gate, recipe)
    }
    if how.isInverted { result.values = result.values.map { 1 - $0 } }
    if how.isThreshold { result.values = result.values.map { $0 >= 0.5 ? 1 : 0 } }
    return result
  }

  private func gateFromWeights(_ gate: Gate, _ recipe: StepRecipe) -> Result {
    let how = recipe.gates[gate]
    let hasPeephole = cell.parameters.gates[gate].peephole != nil && how.peephole != .missing
    let readsNewCell = hasPeephole && gate == .output && how.peephole != .oldCell
    let seen =
      readsNewCell
      ? source(.newCell, recipe) : hasPeephole ? Result(vector(recipe.cell)) : Result([])
    guard !readsNewCell || own[.newCell] != nil else {
      return gateFromWeights(gate, recipe, seen: seen)
    }
    let activation = recipe.variant.activations[gate]
    let key = GateKey(
      gate: gate, how: how, vectors: [recipe.input, recipe.hidden, recipe.cell],
      activation: activation.kind, alpha: activation.alpha, beta: activation.beta)
    if let known = gates[key] { return known }
    let result = gateFromWeights(gate, recipe, seen: seen)
    if gates.count * result.values.count < Self.mostRemembered { gates[key] = result }
    return result
  }

  private func gateFromWeights(_ gate: Gate, _ recipe: StepRecipe, seen: Result) -> Result {
    let cell = ReadableCell(parameters: self.cell.parameters, variant: recipe.variant)
    let how = recipe.gates[gate]
    let learned = cell.parameters.gates[gate]
    let biases = cell.parameters.gates[how.biases]
    func scaled(_ values: [Double], _ count: Double) -> [Double] {
      values.map { $0 * (how.isBiasOutside ? 0 : count) }
    }
    let inside = how.peephole == .usual || how.peephole == .oldCell
    let input = product(true, how.weights, how.inputForm, recipe.input)
    let hidden = product(false, how.weights, how.hiddenForm, recipe.hidden)
    return combined([seen]) { seen in
      let terms = CellStep<Double>.Terms(
        input: input, hidden: hidden, bias: scaled(biases.bias, how.biasCount[0]),
        recurrentBias: biases.recurrentBias.map { scaled($0, how.biasCount[1]) },
        peephole: inside ? learned.peephole.map { zip($0, seen[0]).map(*) } : nil)
      var value = terms.sum.map { cell.value(of: gate, preactivation: $0 + how.shift) }
      if how.isBiasOutside {
        value = zip(value, biases.bias).map { $0 + how.biasCount[0] * $1 }
        if let second = biases.recurrentBias {
          value = zip(value, second).map { $0 + how.biasCount[1] * $1 }
        }
      }
      if how.peephole == .outside, let peephole = learned.peephole {
        value = zip(value, zip(peephole, seen[0])).map { $0 + $1.0 * $1.1 }
      }
      return value
    }
  }

  private func newCell(_ recipe: StepRecipe) -> Result {
    let cell = self.cell
    let old = vector(recipe.cell)
    let gates = [Gate.forget, .input, .candidate].map { source(.gate($0), recipe) }
    return combined(gates) { values in
      let (f, i, g) = (values[0], values[1], values[2])
      func times(_ left: [Double], _ right: [Double]) -> [Double] { zip(left, right).map(*) }
      switch recipe.cellRule {
      case .usual: return cell.newCell(kept: times(f, old), written: times(i, g))
      case .withoutForget: return cell.newCell(kept: old, written: times(i, g))
      case .withoutInput: return cell.newCell(kept: times(f, old), written: g)
      case .sum: return cell.newCell(kept: times(f, old), written: zip(i, g).map(+))
      case .forgetsCandidate: return cell.newCell(kept: times(f, old), written: times(f, g))
      case .swappedGates: return cell.newCell(kept: times(i, old), written: times(f, g))
      case .factored:
        let factored = times(zip(times(f, old), i).map(+), g)
        return cell.newCell(kept: factored, written: factored.map { _ in 0 })
      case .dotProduct:
        let kept = times(f, old).reduce(0, +)
        let written = times(i, g).reduce(0, +)
        return cell.newCell(kept: f.map { _ in kept }, written: f.map { _ in written })
      }
    }
  }

  private func newHidden(_ recipe: StepRecipe) -> Result {
    let cell = self.cell
    let activation = cell.variant.cellActivation
    let old = vector(recipe.cell)
    return combined([source(.gate(.output), recipe), source(.newCell, recipe)]) { values in
      let (o, c) = (values[0], values[1])
      let shown: [Double] =
        switch recipe.hiddenRule {
        case .usual: zip(o, c).map { $0 * activation($1) }
        case .withoutTanh: zip(o, c).map(*)
        case .sigmoid: zip(o, c).map { $0 * Activation.sigmoid($1) }
        case .oldCell: zip(o, old).map { $0 * activation($1) }
        case .isCell: c
        case .isOutputGate: o
        }
      return recipe.isProjected ? cell.project(shown) : shown
    }
  }

  /// A result computed from others, and how far it may be off because they may.
  private func combined(_ inputs: [Result], _ rule: ([[Double]]) -> [Double]) -> Result {
    let values = inputs.map(\.values)
    var result = Result(rule(values))
    for (index, input) in inputs.enumerated() where input.slack.contains(where: { $0 > 0 }) {
      var moved = values
      moved[index] = zip(input.values, input.slack).map(+)
      for (unit, value) in rule(moved).enumerated() {
        result.slack[unit] += abs(value - result.values[unit])
      }
    }
    return result
  }

  // MARK: - Products

  private func vector(_ name: StepRecipe.Vector) -> [Double] {
    switch name {
    case .input: step.input
    case .hidden: step.hidden
    case .cell: step.cell
    case .zero: step.cell.map { _ in 0 }
    }
  }

  private func product(
    _ isInput: Bool, _ gate: Gate, _ form: StepRecipe.MatrixForm, _ name: StepRecipe.Vector
  ) -> [Double] {
    let size = cell.parameters.hiddenSize
    guard name != .zero else { return [Double](repeating: 0, count: size) }
    let key = Product(isInput: isInput, weights: gate, form: form, vector: name)
    if let known = products[key] { return known }
    let learned = cell.parameters.gates[gate]
    let matrix = isInput ? learned.inputWeights : learned.hiddenWeights
    let values = vector(name)
    let result: [Double] =
      switch form {
      case .product: matrix.product(values)
      case .transposed: matrix.transposedProduct(values)
      case .diagonal: values.indices.map { matrix[$0, $0] * values[$0] }
      case .none: values
      }
    products[key] = result
    return result
  }
}
