// What a reader of files says of how it understood one, beside the model itself.

/// Something that the users of a model have to know of how its file was read.
public struct ReadingNote: Equatable, Sendable {
  /// What kind of thing it is.
  public enum Kind: String, CaseIterable, Sendable {
    /// A part of the file's network that the model does without.
    case leftOut = "left out"
    /// Something that the file does not say and that was taken for granted.
    case assumed
    /// Something that stands in the model in another form than in the file.
    case changed
  }

  /// What kind of thing it is.
  public let kind: Kind
  /// The note in words, without a full stop.
  public let words: String
  /// What would change it, where something can be chosen.
  public let remedy: Remedy?

  /// Makes a note.
  public init(_ kind: Kind, _ words: String, remedy: Remedy? = nil) {
    (self.kind, self.words, self.remedy) = (kind, words, remedy)
  }
}
