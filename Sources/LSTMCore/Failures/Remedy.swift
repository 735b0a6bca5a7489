// What can be chosen to go on after an error, as a value: a command line makes an option of it, a
// page a button.

/// Something that would put an error right.
///
/// The names that remedies carry are raw values of this package's types, such as
/// `LSTMModel.Setting`, and can be given back to it.
public enum Remedy: Equatable, Sendable {
  /// A part of a model.
  public enum Part: String, CaseIterable, Sendable {
    /// The LSTM itself.
    case lstm
    /// What stands before it.
    case embedding
    /// What stands after it.
    case head

    /// The part in words.
    public var words: String { self == .lstm ? "LSTM" : rawValue }
  }

  /// A thing to choose: its name for programs, and what people read.
  public struct Choice: Equatable, Sendable {
    /// The raw value.
    public let name: String
    /// The words.
    public let words: String

    /// Makes a choice; the words are the name where there are no others.
    public init(name: String, words: String? = nil) {
      (self.name, self.words) = (name, words ?? name)
    }
  }

  /// Say which of several parts is meant; each is described.
  case choosePart(Part, candidates: [String])
  /// Take several LSTMs as layers of one.
  case stackParts(candidates: [String])
  /// Read the model without a part.
  case doWithout(Part)
  /// Write a form of file that holds everything.
  case writeForm([Choice])
  /// Write one of these forms of file, which hold what this one cannot.
  case writeInstead([Choice])
  /// Leave out what a model says beside its weights.
  case leaveOut(setting: String)
  /// Say in which form to write.
  case chooseForm([String])
  /// Give the file a name with one of these extensions.
  case giveExtension([String])
  /// Write the numbers in one of these types.
  case choosePrecision([String])
  /// Give as many inputs as hidden units.
  case equalSizes
  /// Take out the projection.
  case takeOutProjection
  /// Choose weights of another kind.
  case chooseWeights
  /// Take weights that are the identity.
  case takeIdentity
  /// Take fewer hidden units.
  case takeFewerUnits
  /// Take the numbers as JSON, not as a program.
  case takeJSON
  /// Give numbers of one's own: gates, the cell state, the hidden state.
  case giveResults
  /// Check the number of hidden units, or the weights.
  case checkSizes
  /// Say that the sequences of a batch come before the steps.
  case sayBatchFirst
  /// Give one of these arrays.
  case giveArrays([String])
  /// Take a sequence without a step out, or say what its final state is.
  case chooseFinalState([String])

  /// The remedy as the end of a sentence, in words that name no program's options.
  public var words: String {
    switch self {
    case .choosePart(let part, _): "choose the \(part.words) by its name"
    case .stackParts: "several as layers, the first first"
    case .doWithout(let part): "do without \(part == .embedding ? "an" : "a") \(part.words)"
    case .writeForm(let forms): "write \(Self.either(forms.map(\.words))), which hold everything"
    case .writeInstead(let forms): "write \(Self.either(forms.map(\.words))) instead"
    case .leaveOut: "leave it out"
    case .chooseForm(let forms): "choose one of \(forms.joined(separator: ", "))"
    case .giveExtension(let extensions): "an extension: \(extensions.joined(separator: ", "))"
    case .choosePrecision(let types): "write it as \(Self.either(types))"
    case .equalSizes: "make the two equal"
    case .takeOutProjection: "take out the projection"
    case .chooseWeights: "choose other weights"
    case .takeIdentity: "identity weights"
    case .takeFewerUnits: "take fewer units"
    case .takeJSON: "the numbers as JSON"
    case .giveResults: "give what you got: gates, the cell state or the hidden state"
    case .checkSizes: "check the number of hidden units or the weights"
    case .sayBatchFirst: "arrays are [T, B, units], not [B, T, units]"
    case .giveArrays(let names): "give \(Self.either(names.map { "'\($0)'" }))"
    case .chooseFinalState(let choices):
      "take it out, or choose what its final state is: \(choices.joined(separator: " or "))"
    }
  }

  /// "a, b or c".
  package static func either(_ choices: [String]) -> String {
    guard let last = choices.last, choices.count > 1 else { return choices.first ?? "" }
    return choices.dropLast().joined(separator: ", ") + " or " + last
  }
}
