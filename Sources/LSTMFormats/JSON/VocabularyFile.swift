// A vocabulary by itself, for models of files that have no place for one.

import LSTMCore

extension LSTMModel.Vocabulary {
  /// Reads a vocabulary: `{"kind": "characters", "entries": ["a", "b"]}`, as our own models hold it.
  ///
  /// - Throws: ``LSTMFormatsError``.
  public init(contentsOf path: String) throws {
    self = try decodeJSON(
      VocabularyDocument.self, from: FileAccess.read(path), file: path
    ).vocabulary
  }
}
