// What the tokens of a model stand for: text into token ids and back. Files of vocabularies are
// LSTMFormats' business.

extension LSTMModel {
  /// What the tokens stand for.
  public struct Vocabulary: Equatable, Sendable {
    /// What an entry is.
    public enum Kind: String, CaseIterable, Sendable {
      /// One character, a Unicode scalar: text is cut into characters.
      case characters
      /// A word, or a single mark or space between words: text is cut so that nothing is lost.
      case words
      /// A byte of UTF-8 or of anything else, as two hexadecimal digits: "0a".
      case bytes
    }

    /// What an entry is.
    public var kind: Kind
    /// The text of each token id, from 0 on.
    public var entries: [String]

    /// Makes a vocabulary.
    public init(_ kind: Kind, _ entries: [String]) { (self.kind, self.entries) = (kind, entries) }

    /// The entry of words that a vocabulary of words does not have.
    public static let unknownWord = "<unk>"
  }
}

extension LSTMModel.Vocabulary {
  /// The token ids of a text. A word that is no entry is that of ``unknownWord``, where there is one.
  ///
  /// - Throws: ``VocabularyError/unknown(_:kind:position:)``.
  public func ids(of text: String) throws -> [Int] {
    let ids = Dictionary(entries.enumerated().map { (Array($1.utf8), $0) }) { first, _ in first }
    let unknown = kind == .words ? ids[Array(Self.unknownWord.utf8)] : nil
    return try kind.pieces(of: text).enumerated().map { index, piece in
      guard let id = ids[Array(piece.utf8)] ?? unknown else {
        throw VocabularyError.unknown(piece, kind: kind, position: index)
      }
      return id
    }
  }

  /// The text of token ids. Bytes that are no UTF-8 become U+FFFD.
  ///
  /// - Precondition: each is an id of this vocabulary.
  public func text(of ids: some Sequence<Int>) -> String {
    String(decoding: ids.flatMap { utf8(of: $0) }, as: UTF8.self)
  }

  /// The bytes of a token.
  ///
  /// - Precondition: it is an id of this vocabulary.
  public func utf8(of id: Int) -> [UInt8] {
    kind == .bytes ? UInt8(entries[id], radix: 16).map { [$0] } ?? [] : Array(entries[id].utf8)
  }
}

extension LSTMModel.Vocabulary.Kind {
  /// The pieces that a text is cut into, each as an entry would be: joined, all but those of bytes
  /// are the text again.
  public func pieces(of text: String) -> [String] {
    switch self {
    case .characters: text.unicodeScalars.map { String($0) }
    case .bytes: text.utf8.map(Self.hexadecimal)
    case .words: Self.words(of: text)
    }
  }

  /// "0a" for 10.
  public static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  /// Whether a scalar is one that words are made of: a letter, a digit, a mark on a letter, an
  /// apostrophe or an underscore.
  public static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "'", "_": true
      default: false
      }
    }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .decimalNumber, .letterNumber:
      true
    default: scalar == "\u{2019}"
    }
  }

  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var word = ""
    for scalar in text.unicodeScalars {
      if isOfWord(scalar) {
        word.unicodeScalars.append(scalar)
        continue
      }
      if !word.isEmpty { words.append(word) }
      word = ""
      words.append(String(scalar))
    }
    return word.isEmpty ? words : words + [word]
  }
}

/// A text that a vocabulary does not hold.
public enum VocabularyError: LSTMFailure, Equatable {
  /// A piece of the text is no entry; `position` counts pieces from 0.
  case unknown(String, kind: LSTMModel.Vocabulary.Kind, position: Int)

  /// What was given does not fit.
  public var kind: FailureKind { .data }

  /// What is wrong and where.
  public var message: String {
    switch self {
    case .unknown(let piece, let kind, let position):
      let (one, shown) =
        switch kind {
        case .characters: ("character", piece.unicodeScalars.map(Self.shown).joined())
        case .words: ("word", "'\(piece)'")
        case .bytes: ("byte", "0x\(piece)")
        }
      return "\(one) \(position + 1) of the text, \(shown), is none that the model knows. "
        + "Take it out, or train a model on a text that has it."
    }
  }

  /// A character in quotes, or its number where it does not print.
  private static func shown(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse,
      .surrogate:
      "U+" + String(repeating: "0", count: max(0, 4 - String(scalar.value, radix: 16).count))
        + String(scalar.value, radix: 16, uppercase: true)
    default: "'\(scalar)'"
    }
  }
}
