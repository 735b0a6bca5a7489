// Embedded Reber strings (Fahlman 1991; Hochreiter and Schmidhuber 1997, figure 4): the second symbol
// has to be remembered until the last but one.

import LSTMCore

/// The embedded Reber grammar.
enum ReberGrammar {
  /// B, T, P, S, X, V, E.
  private enum Symbol: Int { case b, t, p, s, x, v, e }

  /// From each place of the inner grammar: the symbols that may come, and where they lead.
  private static let places: [[(Symbol, Int)]] = [
    [(.t, 1), (.p, 2)], [(.s, 1), (.x, 3)], [(.t, 2), (.v, 4)], [(.x, 2), (.s, 5)],
    [(.p, 3), (.v, 5)],
  ]

  /// Strings one after the other, and at each step the symbols that may come next. After the last
  /// symbol of the last string nothing is asked.
  static func sequence(strings: Int, _ draws: inout SplitMix64) -> MadeSequence {
    var symbols: [Symbol] = []
    var allowed: [[Symbol]] = []  // at the symbol of the same place
    func add(_ symbol: Symbol, among choices: [Symbol]) {
      symbols.append(symbol)
      allowed.append(choices)
    }
    for _ in 0..<strings {
      let outer: Symbol = draws.next(below: 2) == 0 ? .t : .p
      add(.b, among: [.b])
      add(outer, among: [.t, .p])
      add(.b, among: [.b])
      var place = 0
      while place < places.count {
        let choices = places[place]
        let (symbol, next) = choices[draws.next(below: 2)]
        add(symbol, among: choices.map(\.0))
        place = next
      }
      add(.e, among: [.e])
      add(outer, among: [outer])
      add(.e, among: [.e])
    }
    let goals = symbols.indices.map { step -> [Float] in
      guard step + 1 < symbols.count else { return [Float](repeating: .nan, count: 7) }
      return (0..<7).map { id in allowed[step + 1].contains { $0.rawValue == id } ? 1 : 0 }
    }
    return .symbols(symbols.map(\.rawValue), of: 7, .values(goals))
  }
}
