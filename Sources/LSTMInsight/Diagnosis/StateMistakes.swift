// The mistakes that are made with the states: the old ones that go in, the new ones that come out.

import LSTMCore

extension MistakeCatalogue {
  static func stateMistakes(_ cell: ReadableCell<Double>) -> [Mistake] {
    var mistakes = [
      Mistake(
        "zero-hidden", "The old hidden state is taken as zeros.",
        advice: "Hand the hidden state of the last step on to this one."
      ) { $0.replace(.hidden, by: .zero) },
      Mistake(
        "zero-cell", "The old cell state is taken as zeros.",
        advice: "Hand the cell state of the last step on to this one."
      ) { $0.replace(.cell, by: .zero) },
    ]
    if cell.parameters.projection == nil {
      mistakes.append(
        Mistake(
          "swapped-states", "The old hidden state and the old cell state have changed places.",
          advice: "Mind the order of the pair: Keras and PyTorch have (h, c), Flax and "
            + "TensorFlow 1 (c, h)."
        ) { recipe in
          recipe.input = recipe.input.swappingStates
          recipe.hidden = recipe.hidden.swappingStates
          recipe.cell = recipe.cell.swappingStates
        })
    }
    return mistakes
  }

  static var cellMistakes: [Mistake] {
    func mistake(
      _ id: String, _ summary: String, _ rule: StepRecipe.CellRule, variant: KnownVariant? = nil
    ) -> Mistake {
      Mistake(
        id, summary, advice: "Add what is kept, f ⊙ c(t-1), and what is written, i ⊙ g.",
        variant: variant
      ) { $0.cellRule = rule }
    }
    return [
      mistake(
        "cell-without-forget", "The old cell state is kept whole: c(t-1) + i ⊙ g.",
        .withoutForget, variant: .named(.noForgetGate)),
      mistake(
        "cell-without-input", "The candidate is written whole: f ⊙ c(t-1) + g.", .withoutInput,
        variant: .named(.noInputGate)),
      mistake(
        "cell-sum", "The input gate is added to the candidate: f ⊙ c(t-1) + (i + g).", .sum),
      mistake(
        "cell-forgets-candidate",
        "The forget gate scales the candidate too: f ⊙ c(t-1) + f ⊙ g.", .forgetsCandidate),
      mistake(
        "cell-swapped-gates",
        "Forget and input gate have changed places: i ⊙ c(t-1) + f ⊙ g.", .swappedGates),
      mistake(
        "cell-factored", "The candidate multiplies everything: (f ⊙ c(t-1) + i) ⊙ g.",
        .factored),
      mistake(
        "cell-dot-product",
        "Dot products stand in place of entry-by-entry products: f·c(t-1) + i·g, one number for "
          + "all units.", .dotProduct),
    ]
  }

  static func hiddenMistakes(_ cell: ReadableCell<Double>) -> [Mistake] {
    func mistake(
      _ id: String, _ summary: String, _ rule: StepRecipe.HiddenRule, variant: KnownVariant? = nil
    ) -> Mistake {
      Mistake(
        id, summary, advice: "Multiply the output gate by tanh of the new cell state.",
        variant: variant
      ) { $0.hiddenRule = rule }
    }
    var mistakes = [
      mistake(
        "hidden-without-tanh", "The cell state is shown without tanh: o ⊙ c(t).", .withoutTanh,
        variant: .named(.noOutputActivation)),
      mistake("hidden-sigmoid", "The cell state goes through σ: o ⊙ σ(c(t)).", .sigmoid),
      mistake("hidden-old-cell", "The old cell state is shown: o ⊙ tanh(c(t-1)).", .oldCell),
      mistake("hidden-is-cell", "The cell state c(t) stands in place of h(t).", .isCell),
      mistake(
        "hidden-is-output-gate", "The output gate o(t) stands in place of h(t).", .isOutputGate),
    ]
    if cell.parameters.projection != nil {
      mistakes.append(
        Mistake(
          "projection-missing",
          "The projection is left out: h(t) has one number a hidden unit.",
          advice: "Multiply o ⊙ tanh(c(t)) by the projection matrix R."
        ) { $0.isProjected = false })
    }
    return mistakes
  }
}

extension StepRecipe {
  /// Uses one vector wherever another was used.
  fileprivate mutating func replace(_ old: Vector, by new: Vector) {
    if input == old { input = new }
    if hidden == old { hidden = new }
    if cell == old { cell = new }
  }
}

extension StepRecipe.Vector {
  fileprivate var swappingStates: StepRecipe.Vector {
    switch self {
    case .hidden: .cell
    case .cell: .hidden
    case .input, .zero: self
    }
  }
}
