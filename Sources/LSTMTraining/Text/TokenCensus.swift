// One pass over a text before training: whether it is UTF-8, which tokens it has and how often.

import LSTMCore

/// The tokens of a text, counted.
struct TokenCensus {
  let kind: LSTMModel.Vocabulary.Kind
  /// How many tokens there are.
  private(set) var count = 0
  /// How many characters, or bytes, there are.
  private(set) var characterCount = 0
  /// Made of every byte: FNV-1a (Fowler, Noll and Vo), eight bytes at a time.
  private(set) var fingerprint: UInt64 = 0
  /// By the byte, or by the ASCII character.
  private var bytes = [Int](repeating: 0, count: 256)
  private var scalars: [UInt32: Int] = [:]
  private var words: [String: Int] = [:]

  init(kind: LSTMModel.Vocabulary.Kind) { self.kind = kind }

  /// Counts the tokens of a text.
  ///
  /// - Throws: ``TrainingError/notUTF8(_:byte:line:value:)``.
  mutating func take(_ text: UnsafeRawBufferPointer, file: String) throws {
    fingerprint = Fingerprint.of(text)
    switch kind {
    case .bytes:
      bytes.withUnsafeMutableBufferPointer { counts in
        for byte in text { counts[Int(byte)] += 1 }
      }
      (count, characterCount) = (text.count, text.count)
    case .characters:
      var offset = 0
      while offset < text.count {
        if text[offset] < 0x80 {
          bytes[Int(text[offset])] += 1
          offset += 1
        } else {
          let (scalar, length) = try Self.scalar(text, at: offset, file)
          scalars[scalar.value, default: 0] += 1
          offset += length
        }
        count += 1
      }
      characterCount = count
    case .words:
      var offset = 0
      while offset < text.count {
        // Checked before it is cut.
        var end = offset
        repeat {
          let (scalar, length) = try Self.scalar(text, at: end, file)
          guard end == offset || LSTMModel.Vocabulary.Kind.isOfWord(scalar) else { break }
          (end, characterCount) = (end + length, characterCount + 1)
          guard LSTMModel.Vocabulary.Kind.isOfWord(scalar) else { break }
        } while end < text.count
        let word = String(decoding: text[offset..<end], as: UTF8.self)
        words[word, default: 0] += 1
        (offset, count) = (end, count + 1)
      }
    }
  }

  private static func scalar(
    _ text: UnsafeRawBufferPointer, at offset: Int, _ file: String
  ) throws -> (Unicode.Scalar, Int) {
    guard let found = TokenScanner.scalar(text, at: offset) else {
      let line = 1 + text[..<offset].count { $0 == UInt8(ascii: "\n") }
      throw TrainingError.notUTF8(file, byte: offset + 1, line: line, value: text[offset])
    }
    return found
  }

  /// The vocabulary of what was counted: characters and bytes in their order, words by how often
  /// they come, after the one that stands for all others.
  func vocabulary(mostWords: Int) -> LSTMModel.Vocabulary {
    switch kind {
    case .bytes:
      let there = (0..<256).filter { bytes[$0] > 0 }
      return .init(.bytes, there.map { LSTMModel.Vocabulary.Kind.hexadecimal(UInt8($0)) })
    case .characters:
      let ascii = (0..<128).filter { bytes[$0] > 0 }.map { UInt32($0) }
      return .init(
        .characters,
        (ascii + scalars.keys.sorted()).compactMap { Unicode.Scalar($0).map { String($0) } })
    case .words:
      let often = words.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
      return .init(
        .words,
        [LSTMModel.Vocabulary.unknownWord] + often.prefix(max(1, mostWords - 1)).map(\.key))
    }
  }
}

/// A number that is another for almost every other content.
enum Fingerprint {
  /// FNV-1a over eight bytes at a time.
  static func of(_ bytes: UnsafeRawBufferPointer, from start: UInt64 = 0xCBF2_9CE4_8422_2325)
    -> UInt64
  {
    var hash = start
    let prime: UInt64 = 0x100_0000_01B3
    let whole = bytes.count / 8 * 8
    for offset in stride(from: 0, to: whole, by: 8) {
      let part = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      hash = (hash ^ part) &* prime
      hash ^= hash >> 29
    }
    for byte in bytes[whole...] { hash = (hash ^ UInt64(byte)) &* prime }
    return (hash ^ UInt64(bytes.count)) &* prime
  }
}
