// From the bytes of a token to its id, without making a text of each.

import LSTMCore

/// The ids of a vocabulary's tokens.
struct TokenLookup: Sendable {
  /// By the byte: of bytes, or of characters that are one.
  private var bytes = [Int32](repeating: -1, count: 256)
  /// By the bytes of a longer character, put together.
  private var scalars: [UInt32: Int32] = [:]
  private var words: [String: Int32] = [:]
  private var unknown: Int32 = -1
  private let kind: LSTMModel.Vocabulary.Kind

  init(_ vocabulary: LSTMModel.Vocabulary) {
    kind = vocabulary.kind
    for (index, entry) in vocabulary.entries.enumerated() {
      let id = Int32(index)
      switch kind {
      case .bytes: if let byte = UInt8(entry, radix: 16) { bytes[Int(byte)] = id }
      case .characters:
        let utf8 = Array(entry.utf8)
        guard entry.unicodeScalars.count == 1 else { continue }
        if utf8.count == 1 { bytes[Int(utf8[0])] = id } else { scalars[Self.key(utf8)] = id }
      case .words:
        words[entry] = id
        if entry == LSTMModel.Vocabulary.unknownWord { unknown = id }
      }
    }
  }

  private static func key(_ utf8: some Collection<UInt8>) -> UInt32 {
    utf8.reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// The id of a token; −1 where the vocabulary does not know it.
  func id(_ token: UnsafeRawBufferPointer) -> Int {
    switch kind {
    case .bytes: Int(bytes[Int(token[0])])
    case .characters:
      token.count == 1 ? Int(bytes[Int(token[0])]) : Int(scalars[Self.key(token)] ?? -1)
    case .words: Int(words[String(decoding: token, as: UTF8.self)] ?? unknown)
    }
  }
}
