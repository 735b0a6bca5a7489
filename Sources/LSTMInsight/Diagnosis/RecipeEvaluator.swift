// Carries out recipes. Where a recipe is right, the readable cell's own functions compute; a
// mistake only changes what they are given or replaces one line. Matrix products are remembered,
// because thousands of pairs of mistakes share them.

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

  let cell: ReadableCell<Double>
  private let step: CellStep<Double>
  private var products: [Product: [Double]] = [:]

  init(cell: ReadableCell<Double>, step: CellStep<Double>) {
    self.cell = cell
    self.step = step
  }

  /// Computes the results of a recipe in the order in which they depend on one another.
  ///
  /// - Parameters:
  ///   - recipe: how to compute.
  ///   - claims: somebody's own numbers; what comes later is computed from them where they are
  ///     given, so that one fault is not found again in everything downstream.
  ///   - visit: called with each result; returns whether to go on.
  func results(
    of recipe: StepRecipe, from claims: Claims? = nil, visit: (Quantity, Result) -> Bool
  ) {
    let cell = ReadableCell(parameters: self.cell.parameters, variant: recipe.variant)
    var own: [Quantity: Result] = [:]
    func note(_ quantity: Quantity, _ result: Result) -> Bool {
      if let claim = claims?[quantity], claim.values.count == result.values.count {
        let scale = claim.values.map(abs).max() ?? 0
        let tolerance = claims?.tolerance(of: quantity, scale: scale) ?? 0
        own[quantity] = Result(claim.values, slack: claim.values.map { _ in tolerance })
      } else {
        own[quantity] = result
      }
      return visit(quantity, result)
    }
    for gate in StepEquations(cell).gatesBeforeCell {
      let result = self.gate(gate, recipe, cell, own, seen: Result(vector(recipe.cell)))
      guard note(.gate(gate), result) else { return }
    }
    guard note(.newCell, newCell(recipe, cell, own)) else { return }
    let seen = own[.newCell] ?? Result([])
    guard note(.gate(.output), gate(.output, recipe, cell, own, seen: seen)) else { return }
    _ = visit(.newHidden, newHidden(recipe, cell, own))
  }

  // MARK: - One result

  private func gate(
    _ gate: Gate, _ recipe: StepRecipe, _ cell: ReadableCell<Double>,
    _ own: [Quantity: Result], seen: Result
  ) -> Result {
    let size = cell.parameters.hiddenSize
    let how = recipe.gates[gate]
    var result: Result
    switch cell.variant.source(of: gate) {
    case .constant(let value): result = Result([Double](repeating: value, count: size))
    case .oneMinus(let other):
      let other = own[.gate(other)] ?? Result([])
      result = Result(other.values.map { 1 - $0 }, slack: other.slack)
    case .weights:
      let learned = cell.parameters.gates[gate]
      let biases = cell.parameters.gates[how.biases]
      func scaled(_ values: [Double], _ count: Double) -> [Double] {
        values.map { $0 * (how.isBiasOutside ? 0 : count) }
      }
      let seen = how.peephole == .oldCell ? Result(vector(recipe.cell)) : seen
      let inside = how.peephole == .usual || how.peephole == .oldCell
      let shift = [Double](repeating: how.shift, count: size)
      let input = product(true, how.weights, how.inputForm, recipe.input)
      let hidden = product(false, how.weights, how.hiddenForm, recipe.hidden)
      result = combined([seen]) { seen in
        let terms = CellStep<Double>.Terms(
          input: input, hidden: hidden, bias: scaled(biases.bias, how.biasCount[0]),
          recurrentBias: biases.recurrentBias.map { scaled($0, how.biasCount[1]) },
          peephole: inside ? learned.peephole.map { zip($0, seen[0]).map(*) } : nil)
        var value = zip(terms.sum, shift).map {
          cell.value(of: gate, preactivation: $0 + $1)
        }
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
    if how.isInverted { result.values = result.values.map { 1 - $0 } }
    if how.isThreshold { result.values = result.values.map { $0 >= 0.5 ? 1 : 0 } }
    return result
  }

  private func newCell(
    _ recipe: StepRecipe, _ cell: ReadableCell<Double>, _ own: [Quantity: Result]
  ) -> Result {
    let old = vector(recipe.cell)
    let gates = [Gate.forget, .input, .candidate].map { own[.gate($0)] ?? Result([]) }
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

  private func newHidden(
    _ recipe: StepRecipe, _ cell: ReadableCell<Double>, _ own: [Quantity: Result]
  ) -> Result {
    let activation = cell.variant.cellActivation
    let old = vector(recipe.cell)
    return combined([own[.gate(.output)] ?? Result([]), own[.newCell] ?? Result([])]) { values in
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
