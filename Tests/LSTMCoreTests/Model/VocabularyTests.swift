// Text into token ids and back.

import LSTMCore
import TestSupport
import Testing

@Suite("A vocabulary")
struct VocabularyTests {
  @Test("cuts text into characters and puts it together again")
  func characters() throws {
    let vocabulary = LSTMModel.Vocabulary(.characters, ["a", "é", "e\u{301}", "\r", "\n"])
    #expect(try vocabulary.ids(of: "aé\r\na") == [0, 1, 3, 4, 0])
    #expect(vocabulary.text(of: [0, 1, 3, 4]) == "aé\r\n")
  }

  @Test("of words loses no mark and no space, and knows what is unknown")
  func words() throws {
    let vocabulary = LSTMModel.Vocabulary(.words, ["<unk>", "don't", " ", "stop", "."])
    #expect(try vocabulary.ids(of: "don't stop. now") == [1, 2, 3, 4, 2, 0])
    #expect(
      LSTMModel.Vocabulary.Kind.words.pieces(of: "a, b_1\n").joined() == "a, b_1\n")
  }

  @Test("of bytes takes anything")
  func bytes() throws {
    let vocabulary = LSTMModel.Vocabulary(.bytes, ["c3", "a9", "61"])
    #expect(try vocabulary.ids(of: "éa") == [0, 1, 2])
    #expect(vocabulary.text(of: [0, 1, 2]) == "éa")
  }

  @Test(
    "says which piece it does not know",
    arguments: [
      (
        LSTMModel.Vocabulary.Kind.characters, "ab",
        "character 2 of the text, 'b', is none that the model knows. "
          + "Take it out, or train a model on a text that has it."
      ),
      (
        .characters, "a\n",
        "character 2 of the text, U+000A, is none that the model knows. "
          + "Take it out, or train a model on a text that has it."
      ),
      (
        .words, "word",
        "word 1 of the text, 'word', is none that the model knows. "
          + "Take it out, or train a model on a text that has it."
      ),
      (
        .bytes, "a",
        "byte 1 of the text, 0x61, is none that the model knows. "
          + "Take it out, or train a model on a text that has it."
      ),
    ])
  func unknown(_ kind: LSTMModel.Vocabulary.Kind, _ text: String, _ message: String) {
    expectError(message) { try LSTMModel.Vocabulary(kind, ["a"]).ids(of: text) }
  }
}
