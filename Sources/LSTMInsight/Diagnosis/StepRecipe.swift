// How somebody might compute a step: the right way by default, and every way in which a mistake
// of the catalogue departs from it. A mistake changes a recipe; two mistakes change it twice.

import LSTMCore

/// One way of computing a step, right or wrong.
struct StepRecipe: Equatable {
  /// What is used as a vector.
  enum Vector: Hashable {
    case input, hidden, cell, zero
  }

  /// How a weight matrix is applied to a vector.
  enum MatrixForm: Hashable {
    /// The matrix product.
    case product
    /// The product with the transposed matrix.
    case transposed
    /// The diagonal times the vector, entry by entry.
    case diagonal
    /// Not at all: the vector itself.
    case none
  }

  /// How a peephole is used.
  enum Peephole {
    case usual, missing, oldCell, outside
  }

  /// How one gate is computed.
  struct GateRecipe: Hashable {
    /// The gate whose weights are used.
    var weights: Gate
    /// The gate whose biases are used.
    var biases: Gate
    var inputForm = MatrixForm.product
    var hiddenForm = MatrixForm.product
    /// How often the first and the second bias are added.
    var biasCount = SIMD2(1.0, 1.0)
    /// Whether the biases are added after the activation.
    var isBiasOutside = false
    /// What is added to the pre-activation besides.
    var shift = 0.0
    var peephole = Peephole.usual
    /// Whether one minus the gate is used.
    var isInverted = false
    /// Whether the gate is rounded to 0 or 1.
    var isThreshold = false
  }

  /// How the new cell state is computed.
  enum CellRule {
    case usual, withoutForget, withoutInput, sum, forgetsCandidate, swappedGates, factored
    case dotProduct
  }

  /// How the new hidden state is computed.
  enum HiddenRule {
    case usual, withoutTanh, sigmoid, oldCell, isCell, isOutputGate
  }

  /// What the input weights are applied to.
  var input = Vector.input
  /// What the hidden weights are applied to.
  var hidden = Vector.hidden
  /// What is kept by the forget gate, and seen by its peephole.
  var cell = Vector.cell
  var gates: PerGate<GateRecipe>
  var variant: CellVariant<Double>
  var cellRule = CellRule.usual
  var hiddenRule = HiddenRule.usual
  var isProjected = true

  /// The right way for a cell.
  init(_ cell: ReadableCell<Double>) {
    variant = cell.variant
    gates = PerGate { GateRecipe(weights: $0, biases: $0) }
  }

  /// The recipe with what nothing reads set as in another: the weights and the activation of a
  /// gate that is pinned or coupled, and a coupling that a pin outranks.
  func withoutUnread(like other: StepRecipe) -> StepRecipe {
    var recipe = self
    for gate in Gate.allCases where variant.source(of: gate) != .weights {
      recipe.variant.activations[gate] = other.variant.activations[gate]
      recipe.gates[gate] = other.gates[gate]
      recipe.gates[gate].isInverted = gates[gate].isInverted
      recipe.gates[gate].isThreshold = gates[gate].isThreshold
    }
    if Gate.allCases.allSatisfy({ variant.source(of: $0) == other.variant.source(of: $0) }) {
      recipe.variant.coupling = other.variant.coupling
    }
    return recipe
  }

  /// Changes the recipe of every gate.
  mutating func eachGate(_ change: (Gate, inout GateRecipe) -> Void) {
    for gate in Gate.allCases { change(gate, &gates[gate]) }
  }
}
