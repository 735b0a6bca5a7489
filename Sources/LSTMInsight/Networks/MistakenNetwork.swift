// A network in which one mistake of the catalogue is made in every cell at every step, as a wrong
// program would make it.

import LSTMCore

struct MistakenNetwork {
  /// The mistakes that can be made in the first cell, simplest first.
  let mistakes: [Mistake]

  init(_ network: LSTMNetwork<Double>) {
    // A projection left out would change the sizes of all that follows: its shape tells.
    mistakes =
      network.cells.first.map { _, _, cell in
        MistakeCatalogue(for: cell).mistakes.filter { $0.id != "projection-missing" }
      } ?? []
  }

  /// A step of a cell with a mistake in it; it throws `LSTMCoreError` where the mistaken numbers
  /// cannot be gone on with.
  static func step(making mistake: Mistake) -> LSTMNetwork<Double>.Stepping {
    { cell, x, h, c in
      var recipe = StepRecipe(cell)
      mistake.apply(&recipe)
      let step = try cell.step(input: x, hidden: h, cell: c)
      let evaluator = RecipeEvaluator(cell: cell, step: step)
      return (
        evaluator.result(of: .newHidden, by: recipe).values,
        evaluator.result(of: .newCell, by: recipe).values
      )
    }
  }
}
