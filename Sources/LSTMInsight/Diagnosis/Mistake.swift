// One entry of the catalogue of mistakes: its name, its words, and what it does to a recipe.

import LSTMCore

/// A mistake that people make in an LSTM step.
public struct Mistake: Sendable {
  /// The stable name, such as "no-bias" or "gate-tanh:forget".
  public let id: String
  /// Which of several forms it is, such as the gate whose weights were shared; nil where there is
  /// one form only.
  public let which: String?
  /// What is computed, in a sentence.
  public let summary: String
  /// What to change, in a sentence.
  public let advice: String
  /// Whether this is also a published variant, which somebody may have meant.
  public let variant: KnownVariant?
  /// Changes a recipe the way the mistake does.
  let apply: @Sendable (inout StepRecipe) -> Void

  init(
    _ id: String, which: String? = nil, _ summary: String, advice: String,
    variant: KnownVariant? = nil, apply: @escaping @Sendable (inout StepRecipe) -> Void
  ) {
    self.id = id
    self.which = which
    self.summary = summary
    self.advice = advice
    self.variant = variant
    self.apply = apply
  }
}

/// The mistakes that can be made in one step of a given cell.
public struct MistakeCatalogue: Sendable {
  /// The mistakes, simplest first.
  public let mistakes: [Mistake]

  /// Collects the mistakes that a cell's shape and variant allow: a projection can only be
  /// forgotten where there is one.
  public init(for cell: ReadableCell<Double>) {
    let right = StepRecipe(cell)
    let all =
      Self.weightMistakes(cell) + Self.biasMistakes(cell) + Self.activationMistakes(cell)
      + Self.stateMistakes(cell) + Self.cellMistakes + Self.hiddenMistakes(cell)
      + Self.gateOrderMistakes
    mistakes = all.filter { mistake in
      var recipe = right
      mistake.apply(&recipe)
      return recipe.withoutUnread(like: right) != right
    }
  }
}
