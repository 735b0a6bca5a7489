// Sentences with pieces of mathematics in them, so that each form of output can set the pieces its
// own way: "applied to c(t-1)" in text, `applied to $c_{t-1}$` in LaTeX.

/// A sentence with formulas in it.
public struct Prose: Equatable, Sendable, ExpressibleByStringInterpolation {
  /// A stretch of words or one formula.
  public enum Piece: Equatable, Sendable {
    /// Words.
    case words(String)
    /// Mathematics.
    case formula(Formula)
  }

  /// The pieces, in order.
  public var pieces: [Piece]

  /// Makes a sentence of words only.
  public init(stringLiteral value: String) {
    pieces = [.words(value)]
  }

  /// Makes a sentence from an interpolated string; a ``Formula`` or ``Quantity`` put in stays one.
  public init(stringInterpolation: StringInterpolation) {
    pieces = stringInterpolation.pieces
  }

  /// Collects the pieces of an interpolated sentence.
  public struct StringInterpolation: StringInterpolationProtocol {
    var pieces: [Piece] = []
    /// Starts without pieces.
    public init(literalCapacity: Int, interpolationCount: Int) {}
    /// Adds words.
    public mutating func appendLiteral(_ literal: String) { appendInterpolation(literal) }
    /// Adds words.
    public mutating func appendInterpolation(_ words: String) {
      guard !words.isEmpty else { return }
      if case .words(let before) = pieces.last {
        pieces[pieces.count - 1] = .words(before + words)
      } else {
        pieces.append(.words(words))
      }
    }
    /// Adds a whole number.
    public mutating func appendInterpolation(_ number: Int) { appendInterpolation("\(number)") }
    /// Adds a formula.
    public mutating func appendInterpolation(_ formula: Formula) {
      pieces.append(.formula(formula))
    }
    /// Adds a quantity by its symbol.
    public mutating func appendInterpolation(_ quantity: Quantity) {
      pieces.append(.formula(.quantity(quantity)))
    }
    /// Adds another sentence.
    public mutating func appendInterpolation(_ prose: Prose) {
      for piece in prose.pieces {
        switch piece {
        case .words(let words): appendInterpolation(words)
        case .formula(let formula): appendInterpolation(formula)
        }
      }
    }
  }

  /// The sentence with every piece written by the caller's rules.
  func text(words: (String) -> String, formula: (Formula) -> String) -> String {
    pieces.map { piece in
      switch piece {
      case .words(let text): words(text)
      case .formula(let value): formula(value)
      }
    }.joined()
  }

  /// The sentence in plain Unicode text.
  public var plain: String { plain(NumberFormat()) }

  /// The sentence in plain Unicode text with numbers of a given format.
  func plain(_ numbers: NumberFormat) -> String {
    text(words: { $0 }, formula: PlainSyntax(numbers: numbers).text)
  }
}
