// Texts as token ids and as streams of windows.

import LSTMCore
import LSTMTraining
import TestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("A text as data")
struct TextDataTests {
  private func with<Result>(_ text: String, _ code: (String) throws -> Result) throws -> Result {
    try Fixtures.withTemporaryFolder { folder in
      let path = folder.appending(path: "text.txt").path
      try Data(text.utf8).write(to: URL(filePath: path))
      return try code(path)
    }
  }

  @Test(
    "is cut over its bytes as the vocabulary cuts it",
    arguments: LSTMModel.Vocabulary.Kind.allCases)
  func cut(_ kind: LSTMModel.Vocabulary.Kind) throws {
    let text = "It’s naïve — don't!\r\n\tDéjà vu: 日本語, 42 🙂 e\u{301}t"
    try with(text) { path in
      let data = try TextData(contentsOf: path, kind: kind)
      let ids = data.ids(atMost: .max)
      #expect(try ids == data.vocabulary.ids(of: text))
      #expect(data.vocabulary.text(of: ids).utf8.elementsEqual(text.utf8))
      #expect(data.count == ids.count)
      #expect(data.characterCount == (kind == .bytes ? text.utf8.count : text.unicodeScalars.count))
    }
  }

  @Test("of few different words knows the frequent ones")
  func fewWords() throws {
    try with("a a a b b c") { path in
      let data = try TextData(contentsOf: path, kind: .words, mostWords: 3)
      #expect(data.vocabulary.entries == ["<unk>", " ", "a"])
      #expect(data.ids(atMost: .max) == [2, 1, 2, 1, 2, 1, 0, 1, 0, 1, 0])
    }
  }

  @Test(
    "that is not UTF-8 is refused at its byte",
    arguments: [
      ([0x61, 0xC0, 0x80], 2), ([0x61, 0x62, 0xE2, 0x82], 3), ([0xED, 0xA0, 0x80], 1),
      ([0xF5, 0x80, 0x80, 0x80], 1), ([0x61, 0x80], 2), ([0xE0, 0x80, 0x80], 1),
    ] as [([UInt8], Int)])
  func notUTF8(_ bytes: [UInt8], _ place: Int) throws {
    try Fixtures.withTemporaryFolder { folder in
      let file = folder.appending(path: "text.txt")
      try Data(bytes).write(to: file)
      for kind in [LSTMModel.Vocabulary.Kind.characters, .words] {
        #expect(
          throws: TrainingError.notUTF8(file.path, byte: place, line: 1, value: bytes[place - 1])
        ) { try TextData(contentsOf: file.path, kind: kind) }
      }
      #expect(try TextData(contentsOf: file.path, kind: .bytes).count == bytes.count)
    }
  }

  @Test("is read in streams whose windows follow one another, the next token the target")
  func streams() throws {
    let text = String((0..<53).map { Character(Unicode.Scalar(UInt8(65 + $0))) })
    try with(text) { path in
      let data = try TextData(contentsOf: path)
      var streams = try TextStreams(data, count: 53, batch: 2, sequenceLength: 5)
      #expect(streams.windows == 5)
      var seen: [Int] = []
      for window in 0..<5 {
        let batch = streams.next()
        guard case .tokens(let ids, 5, 2) = batch.input, case .classes(let targets) = batch.targets
        else { return }
        #expect(batch.carriesState == (window > 0))
        #expect(zip(ids, targets).allSatisfy { $0 + 1 == $1 })
        seen += (0..<5).map { ids[2 * $0] }
      }
      #expect(seen == Array(0..<25))
      #expect(streams.place.epoch == 1 && streams.place.batch == 0)
      let first = streams.next()
      #expect(!first.carriesState)
      // Any place can be gone to.
      let place = streams.place
      let after = streams.next()
      var again = try TextStreams(data, count: 53, batch: 2, sequenceLength: 5)
      let goes = again.go(to: place)
      let same = again.next()
      #expect(goes && same.input == after.input)
      let beyond = again.go(to: DataPlace(epoch: 0, batch: 9, offsets: [0, 0]))
      let tooFew = again.go(to: DataPlace(epoch: 0, batch: 0, offsets: [0]))
      #expect(!beyond && !tooFew)
    }
  }
}
