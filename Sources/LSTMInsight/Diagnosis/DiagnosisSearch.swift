// Finds the first wrong line and the mistakes that reproduce somebody's numbers: one mistake that
// fits all, else two, else one (or two) for each wrong result by itself.

import LSTMCore

extension Diagnosis {
  /// Compares somebody's numbers of one step with the right ones.
  ///
  /// - Parameters:
  ///   - cell: the cell.
  ///   - given: x(t), h(t-1) and c(t-1); zeros for what is nil.
  ///   - claims: what somebody got.
  /// - Throws: ``DiagnosisError`` where nothing is claimed or sizes do not fit, `LSTMCoreError`
  ///   where the step itself cannot be taken.
  public init(cell: ReadableCell<Double>, given: StepInput, claims: Claims) throws {
    let step = try given.step(of: cell)
    try Self.checkSizes(claims, cell)
    let search = DiagnosisSearch(cell: cell, step: step, claims: claims)
    let right = StepRecipe(cell)
    rounding = search.rounding(of: right)
    verdicts =
      rounding == nil
      ? search.verdicts(of: right)
      : claims.quantities.map { Verdict(quantity: $0, difference: nil) }
    let wrong = verdicts.filter { $0.difference != nil }.map(\.quantity)
    (explanations, unexplained) = search.explanations(of: wrong)
    let unseen = search.unseen()
    hidden = unseen.hidden
    notChecked = unseen.notChecked
    probe = hidden.isEmpty ? nil : try Probe(for: cell)
  }

  private static func checkSizes(_ claims: Claims, _ cell: ReadableCell<Double>) throws {
    guard !claims.quantities.isEmpty else { throw DiagnosisError.nothingClaimed }
    let size = cell.parameters.hiddenSize
    let outputSize = cell.parameters.outputSize
    for quantity in claims.quantities {
      let found = claims[quantity]?.values.count ?? 0
      // A hidden state of H numbers where P are due is a projection left out, not a wrong size.
      let expected = quantity == .newHidden ? outputSize : size
      guard found == expected || quantity == .newHidden && found == size else {
        throw DiagnosisError.size(of: quantity, found: found, expected: expected)
      }
    }
  }
}

struct DiagnosisSearch {
  /// How many ways to explain the same numbers are listed.
  static let mostAlternatives = 12

  let cell: ReadableCell<Double>
  let step: CellStep<Double>
  let claims: Claims
  let mistakes: [Mistake]
  private let evaluator: RecipeEvaluator
  private let right: StepRecipe

  init(cell: ReadableCell<Double>, step: CellStep<Double>, claims: Claims) {
    self.cell = cell
    self.step = step
    self.claims = claims
    mistakes = MistakeCatalogue(for: cell).mistakes
    evaluator = RecipeEvaluator(cell: cell, step: step, claims: claims)
    right = StepRecipe(cell)
  }

  /// A search for the same step, with other claims.
  func with(_ claims: Claims) -> DiagnosisSearch {
    DiagnosisSearch(like: self, claims: claims)
  }

  private init(like other: DiagnosisSearch, claims: Claims) {
    (cell, step, mistakes, right) = (other.cell, other.step, other.mistakes, other.right)
    self.claims = claims
    evaluator = RecipeEvaluator(cell: cell, step: step, claims: claims)
  }

  private func recipe(_ mistakes: [Mistake]) -> StepRecipe {
    mistakes.reduce(into: right) { $1.apply(&$0) }
  }

  // MARK: - Comparing

  /// The claimed results, each judged against a recipe.
  func verdicts(of recipe: StepRecipe) -> [Diagnosis.Verdict] {
    claims.quantities.map {
      .init(quantity: $0, difference: difference($0, evaluator.result(of: $0, by: recipe)))
    }
  }

  /// Whether a recipe gives all claimed results, or those of `only`.
  private func fits(_ recipe: StepRecipe, only: Set<Quantity>? = nil) -> Bool {
    claims.quantities.allSatisfy { quantity in
      guard only?.contains(quantity) ?? true else { return true }
      return difference(quantity, evaluator.result(of: quantity, by: recipe)) == nil
    }
  }

  /// The first number of a claim that is not the computed one.
  private func difference(_ quantity: Quantity, _ result: RecipeEvaluator.Result)
    -> Diagnosis.Difference?
  {
    guard let claim = claims[quantity] else { return nil }
    guard claim.values.count == result.values.count else {
      return .init(
        quantity: quantity, unit: nil, mine: Double(claim.values.count),
        expected: Double(result.values.count))
    }
    let scale = result.values.reduce(0) { max($0, abs($1)) }
    let tolerance = claims.tolerance(of: quantity, scale: scale)
    for (index, mine) in claim.values.enumerated() {
      let expected = result.values[index]
      if !(abs(mine - expected) <= tolerance + result.slack[index]) {
        return .init(quantity: quantity, unit: index, mine: mine, expected: expected)
      }
    }
    return nil
  }

  // MARK: - Explaining

  /// Explains wrong results: all by one mistake, or by two, or each as well as can be.
  func explanations(of wrong: [Quantity]) -> ([Diagnosis.Explanation], unexplained: [Quantity]) {
    guard !wrong.isEmpty else { return ([], []) }
    for count in 1...2 {
      let ways = ways(of: count, only: nil)
      if !ways.isEmpty { return ([explanation(of: wrong, by: ways)], []) }
    }
    return separateExplanations(of: wrong)
  }

  /// The sets of `count` mistakes that fit all claims, or those of `only`.
  private func ways(of count: Int, only: Set<Quantity>?) -> [[Mistake]] {
    if count == 1 {
      return mistakes.map { [$0] }.filter { fits(recipe($0), only: only) }
    }
    var found: [[Mistake]] = []
    for (index, first) in mistakes.enumerated() {
      let begun = recipe([first])
      for second in mistakes[(index + 1)...] {
        var both = begun
        second.apply(&both)
        guard fits(both, only: only) else { continue }
        found.append([first, second])
        if found.count == Self.mostAlternatives { return found }
      }
    }
    return found
  }

  /// Independent faults: the mistake that explains most of what is still unexplained comes first.
  private func separateExplanations(of wrong: [Quantity])
    -> ([Diagnosis.Explanation], unexplained: [Quantity])
  {
    var covers = mistakes.map { mistake in
      (way: [mistake], explains: wrong.filter { fits(recipe([mistake]), only: [$0]) })
    }
    var open = wrong
    var explanations: [Diagnosis.Explanation] = []
    var triedPairs: Set<Quantity> = []
    while let quantity = open.first(where: { !triedPairs.contains($0) }) {
      covers = covers.map { ($0.way, $0.explains.filter(open.contains)) }
      let most = covers.filter { $0.explains.contains(quantity) }.map(\.explains.count).max() ?? 0
      if most > 0,
        let explained = covers.first(where: {
          $0.explains.count == most && $0.explains.contains(quantity)
        })?.explains
      {
        let ways = covers.filter { $0.explains == explained }.map(\.way)
        explanations.append(explanation(of: explained, by: ways))
        open.removeAll(where: explained.contains)
      } else {
        triedPairs.insert(quantity)
        let ways = ways(of: 2, only: [quantity])
        if !ways.isEmpty {
          explanations.append(explanation(of: [quantity], by: ways))
          open.removeAll { $0 == quantity }
        }
      }
    }
    return (explanations, open)
  }

  private func explanation(of wrong: [Quantity], by ways: [[Mistake]]) -> Diagnosis.Explanation {
    let alternatives = ways.prefix(Self.mostAlternatives).map { way in
      let causes = way.indices.map { index in
        // What a mistake explains is what no longer fits without it.
        var others = way
        let mistake = others.remove(at: index)
        let needed = wrong.filter { !fits(recipe(others), only: [$0]) }
        return Diagnosis.Cause(
          mistake: mistake, explains: needed, fix: fix(of: mistake, explaining: needed))
      }
      return causes.sorted { place(of: $0) < place(of: $1) }
    }
    return .init(explains: wrong, alternatives: alternatives)
  }

  /// Where in the order of the data a cause first shows.
  private func place(of cause: Diagnosis.Cause) -> Int {
    Claims.order.firstIndex { cause.explains.contains($0) } ?? Claims.order.count
  }

  /// The advice, and the line as it should be.
  private func fix(of mistake: Mistake, explaining wrong: [Quantity]) -> String {
    let right = StepRecipe(cell)
    let wrongRecipe = recipe([mistake])
    let equations = StepEquations(cell)
    var lines = Gate.allCases.filter { gate in
      wrongRecipe.gates[gate] != right.gates[gate]
        || wrongRecipe.variant.activations[gate] != right.variant.activations[gate]
        || wrongRecipe.variant.source(of: gate) != right.variant.source(of: gate)
    }.filter { cell.variant.source(of: $0) == .weights }.map(Quantity.gate)
    if wrongRecipe.cellRule != right.cellRule { lines.append(.newCell) }
    if wrongRecipe.hiddenRule != right.hiddenRule || wrongRecipe.isProjected != right.isProjected {
      lines.append(.newHidden)
    }
    let explained = lines.filter(wrong.contains)
    let shown = explained.isEmpty ? lines : explained
    let all = equations.inOrder
    let texts = shown.prefix(1).flatMap { name in
      all.filter { $0.left == name || name == .newHidden && $0.left == .unprojectedHidden }
        .map { PlainSyntax().text($0) }
    }
    guard !texts.isEmpty else { return mistake.advice }
    let others = shown.dropFirst().map { PlainSyntax().quantity($0) }
    let rest = others.isEmpty ? "" : ", and likewise \(others.joined(separator: ", "))"
    return "\(mistake.advice) The line: \(texts.joined(separator: "; "))\(rest)"
  }

  // MARK: - What cannot be seen

  /// The mistakes that these inputs hide, and those that the claimed results do not touch.
  func unseen() -> (hidden: [Mistake], notChecked: [Mistake]) {
    let evaluator = RecipeEvaluator(cell: cell, step: step)
    let expected = Claims.order.map { ($0, evaluator.result(of: $0, by: right)) }
    var hidden: [Mistake] = []
    var notChecked: [Mistake] = []
    for mistake in mistakes {
      let recipe = recipe([mistake])
      let changed = expected.filter { quantity, value in
        !isSame(quantity, evaluator.result(of: quantity, by: recipe), value)
      }.map(\.0)
      if changed.isEmpty {
        hidden.append(mistake)
      } else if Set(changed).isDisjoint(with: claims.quantities) {
        notChecked.append(mistake)
      }
    }
    return (hidden, notChecked)
  }

  private func isSame(
    _ quantity: Quantity, _ left: RecipeEvaluator.Result, _ right: RecipeEvaluator.Result
  ) -> Bool {
    guard left.values.count == right.values.count else { return false }
    let scale = right.values.reduce(0) { max($0, abs($1)) }
    let tolerance = claims.tolerance(of: quantity, scale: scale)
    return zip(left.values, right.values).allSatisfy { abs($0 - $1) <= tolerance }
  }
}
