// A text as token ids, read from the mapped file as they are needed: memory does not grow with the
// file. How a text is cut into pieces is LSTMModel.Vocabulary's; here the same is done over bytes.

import LSTMCore
import LSTMFormats

/// A text and the vocabulary through which it is read.
public struct TextData: Sendable {
  /// The file's name.
  public let file: String
  /// What the ids stand for.
  public let vocabulary: LSTMModel.Vocabulary
  /// How many tokens the text has, those that the vocabulary does not know among them.
  public let count: Int
  /// How many characters it has; bytes where it is read as bytes.
  public let characterCount: Int
  /// A number that is another for almost every other content.
  public let fingerprint: UInt64
  private let storage: ByteStorage
  private let lookup: TokenLookup
  private let characterCounts: [Int]

  /// Opens a text.
  ///
  /// - Parameters:
  ///   - path: the file, which is mapped.
  ///   - kind: how it is cut into tokens, where no vocabulary is given.
  ///   - vocabulary: what the ids stand for; nil to make one of the tokens that are there.
  ///   - mostWords: how many different words are told apart, the most frequent ones.
  /// - Throws: `LSTMFormatsError`, ``TrainingError/emptyText(_:)``,
  ///   ``TrainingError/notUTF8(_:byte:line:value:)``.
  public init(
    contentsOf path: String, kind: LSTMModel.Vocabulary.Kind = .characters,
    vocabulary: LSTMModel.Vocabulary? = nil, mostWords: Int = 20_000
  ) throws {
    let kind = vocabulary?.kind ?? kind
    storage = try ByteStorage(mapping: path)
    file = path
    guard storage.count > 0 else { throw TrainingError.emptyText(path) }
    var census = TokenCensus(kind: kind)
    try storage.withUnsafeBytes { try census.take($0, file: path) }
    (count, characterCount, fingerprint) = (
      census.count, census.characterCount, census.fingerprint
    )
    self.vocabulary = vocabulary ?? census.vocabulary(mostWords: mostWords)
    lookup = TokenLookup(self.vocabulary)
    let isWords = kind == .words
    characterCounts = self.vocabulary.entries.map {
      isWords && $0 != LSTMModel.Vocabulary.unknownWord
        ? $0.unicodeScalars.count : 1
    }
  }

  /// Reads tokens.
  ///
  /// - Parameters:
  ///   - offset: the byte at which the first begins; becomes that after the last.
  ///   - body: is called with each id, −1 for a token that the vocabulary does not know, and says
  ///     whether to go on.
  public func forEachToken(from offset: inout Int, _ body: (Int) -> Bool) {
    storage.withUnsafeBytes { bytes in
      while offset < bytes.count {
        let length = TokenScanner.length(vocabulary.kind, bytes, at: offset)
        let id = lookup.id(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length]))
        offset += length
        guard body(id) else { return }
      }
    }
  }

  /// The bytes at which tokens begin.
  ///
  /// - Parameter indices: of tokens, growing, each at most ``count``.
  public func offsets(ofTokens indices: [Int]) -> [Int] {
    var offsets: [Int] = []
    storage.withUnsafeBytes { bytes in
      var (index, offset) = (0, 0)
      for wanted in indices {
        if vocabulary.kind == .bytes { (index, offset) = (wanted, wanted) }
        while index < wanted, offset < bytes.count {
          offset += TokenScanner.length(vocabulary.kind, bytes, at: offset)
          index += 1
        }
        offsets.append(offset)
      }
    }
    return offsets
  }

  /// The byte after so many tokens.
  func offset(after tokens: Int, from offset: Int) -> Int {
    storage.withUnsafeBytes { bytes in
      var end = offset
      for _ in 0..<tokens where end < bytes.count {
        end += TokenScanner.length(vocabulary.kind, bytes, at: end)
      }
      return end
    }
  }

  /// How many characters a token has; 1 for a byte, and for a word that is not known.
  func characterCount(of id: Int) -> Int { characterCounts[id] }

  /// The number of bytes.
  var byteCount: Int { storage.count }

  /// The ids of the first tokens from a byte on that the vocabulary knows.
  public func ids(from start: Int = 0, atMost limit: Int) -> [Int] {
    var (ids, offset): ([Int], Int) = ([], start)
    forEachToken(from: &offset) { id in
      if id >= 0 { ids.append(id) }
      return ids.count < limit
    }
    return ids
  }
}

/// How long tokens are, in UTF-8 that was checked.
enum TokenScanner {
  /// The number of bytes of the token at an offset.
  static func length(
    _ kind: LSTMModel.Vocabulary.Kind, _ bytes: UnsafeRawBufferPointer, at offset: Int
  ) -> Int {
    switch kind {
    case .bytes: return 1
    case .characters: return scalarLength(bytes[offset])
    case .words:
      var end = offset
      while end < bytes.count, let (scalar, length) = scalar(bytes, at: end),
        LSTMModel.Vocabulary.Kind.isOfWord(scalar)
      {
        end += length
      }
      return end > offset ? end - offset : scalarLength(bytes[offset])
    }
  }

  /// The number of bytes of the character that begins with a byte.
  static func scalarLength(_ first: UInt8) -> Int {
    first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
  }

  /// The character at an offset; nil where the bytes there are no UTF-8.
  static func scalar(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> (Unicode.Scalar, Int)? {
    let first = bytes[offset]
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let length = scalarLength(first)
    guard first >= 0xC2, first <= 0xF4, offset + length <= bytes.count else { return nil }
    var value = UInt32(first) & (0x7F >> UInt32(length))
    for place in 1..<length {
      let byte = bytes[offset + place]
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    let smallest: [UInt32] = [0, 0, 0x80, 0x800, 0x10000]
    guard value >= smallest[length] else { return nil }
    return Unicode.Scalar(value).map { ($0, length) }
  }
}
