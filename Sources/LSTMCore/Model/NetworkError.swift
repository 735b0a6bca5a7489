// What can be wrong with a network or with what it is given, and the one place where it becomes
// words. Layers, steps and sequences are counted from 0 in the cases and from 1 in the text, as
// people count; token ids stay as they are.

import RealModule

/// An error of a network: parts that do not fit one another, or input that does not fit the
/// network.
public enum NetworkError: LSTMFailure, Equatable {
  /// The network has no layer.
  case noLayers
  /// A cell reads another number of features than what comes before it hands on.
  case layerWidth(layer: Int, Direction, found: Int, expected: Int)
  /// The head reads another number of features than the last layer puts out.
  case headWidth(found: Int, expected: Int)
  /// A plain layer reads another number of features than what comes before it hands on.
  case plainLayer(String, found: Int, expected: Int)
  /// Lengths were given, but layers before the LSTM change the number of steps.
  case lengthsBeforeLayers
  /// The head's bias is longer or shorter than it has outputs.
  case headBias(found: Int, outputs: Int)
  /// A number of the embedding or the head is not finite; `index` counts row after row.
  case partNotFinite(ParameterName, index: Int)
  /// The network reads tokens, but was given numbers.
  case needsTokens(tokenCount: Int)
  /// The network reads numbers, but was given tokens.
  case needsValues(inputSize: Int)
  /// The input has another number of features than the network reads.
  case inputWidth(found: Int, expected: Int)
  /// There are more or fewer ids than T times B.
  case tokenCount(found: Int, steps: Int, batch: Int)
  /// A token id is none of the embedding's.
  case token(id: Int, step: Int, sequence: Int, tokenCount: Int)
  /// There are more or fewer lengths than sequences.
  case lengthCount(found: Int, batch: Int)
  /// A length is negative or beyond the input's steps.
  case length(sequence: Int, found: Int, steps: Int)
  /// A sequence has no step.
  case emptySequence(Int)
  /// The hidden states are those of another number of directions than the cell states.
  case statePlanes(hidden: Int, cell: Int)
  /// The state has more or fewer parts than the network has layers times directions.
  case stateParts(found: Int, layers: Int, expected: Int)
  /// A state has another shape than `[batch, width]`.
  case stateShape(layer: Int, Direction, isCell: Bool, found: [Int], expected: [Int])
  /// The model stores something for another number of sequences than are run.
  case storedBatch(Stored, found: Int, batch: Int)
  /// A number is beyond the range of the type that it is to be rounded to.
  case beyondPrecision(Rounded, value: Double, precision: StoredPrecision)
  /// The input has another number of sequences than the session that is to run it.
  case sessionBatch(found: Int, session: Int)
  /// A cell could not compute a step.
  case step(LSTMCoreError, layer: Int, Direction, step: Int, sequence: Int)

  /// What a model stores for a number of sequences.
  public enum Stored: Equatable, Sendable {
    /// The states to start from.
    case initialStates
    /// The number of steps of each sequence.
    case lengths
  }

  /// Whose numbers are rounded.
  public enum Rounded: Equatable, Sendable {
    /// An array that the network has learned.
    case parameter(ParameterName)
    /// A hidden state to start from.
    case initialHidden
    /// A cell state to start from.
    case initialCell
  }
}

extension NetworkError {
  /// Wrong data, all of them.
  public var kind: FailureKind { .data }

  /// What is wrong and where, and what to do where nothing has to be chosen.
  public var message: String {
    switch self {
    case .noLayers:
      return "the network has no layer. Give it at least one."
    case .layerWidth(let layer, let direction, let found, let expected):
      let before = layer == 0 ? "the embedding or one-hot" : "layer \(layer)"
      return "\(Self.place(layer, direction)) reads \(count(found, "feature")), but \(before) "
        + "hands on \(expected). The two have to be equal."
    case .headWidth(let found, let expected):
      return "the head reads \(count(found, "feature")), but the last layer puts out \(expected). "
        + "The two have to be equal."
    case .plainLayer(let layer, let found, let expected):
      return "the layer '\(layer)' reads \(count(expected, "feature")), but is handed \(found). "
        + "The two have to be equal, and a head that reads all steps takes as many as it was made for."
    case .lengthsBeforeLayers:
      return "the layers before the LSTM make other steps of the input's, so that lengths of "
        + "sequences have no meaning. Run each sequence by itself."
    case .headBias(let found, let outputs):
      return "the head's bias has \(count(found, "value")), but its weights have "
        + "\(count(outputs, "row")). Give one for each output."
    case .partNotFinite(let part, let index):
      return "\(part) \(part == .headWeights ? "are" : "is") not a finite number at entry "
        + "\(index + 1), counted row after row. Every entry has to be one."
    case .needsTokens(let tokenCount):
      return "the network reads token ids [T, B], whole numbers below \(tokenCount), "
        + "but was given values [T, B, I]."
    case .needsValues(let inputSize):
      return "the network reads values [T, B, I] with I = \(inputSize), but was given token ids. "
        + "It has no embedding."
    case .inputWidth(let found, let expected):
      return "the input has \(count(found, "feature")) a step, but the network reads \(expected). "
        + "The input is [T, B, I], features last."
    case .tokenCount(let found, let steps, let batch):
      return "there are \(count(found, "token id")), but \(count(steps, "step")) of "
        + "\(count(batch, "sequence")) need \(steps &* batch)."
    case .token(let id, let step, let sequence, let tokenCount):
      return "the token id \(id) at step \(step + 1) of sequence \(sequence + 1) is not one of the "
        + "network's. Ids run from 0 to \(tokenCount - 1)."
    case .lengthCount(let found, let batch):
      return "there are \(count(found, "length")) for \(count(batch, "sequence")). "
        + "Give one for each."
    case .length(let sequence, let found, let steps):
      return "sequence \(sequence + 1) is said to have \(count(found, "step")), "
        + "but the input has \(steps). Give a length from 1 to \(steps)."
    case .emptySequence(let sequence):
      return "sequence \(sequence + 1) has no step."
    case .statePlanes(let hidden, let cell):
      return "the hidden states are those of \(count(hidden, "direction")), the cell states of "
        + "\(cell). Both are [L·D, B, ...]: layers times directions first."
    case .stateParts(let found, let layers, let expected):
      return "the initial state has \(count(found, "part")), but \(count(layers, "layer")) with "
        + "\(count(expected, "direction")) in all need \(expected)."
    case .stateShape(let layer, let direction, let isCell, let found, let expected):
      return "\(Self.place(layer, direction)): the initial \(isCell ? "cell" : "hidden") state is "
        + "\(found.map(String.init).joined(separator: " x ")), but has to be "
        + "\(expected.map(String.init).joined(separator: " x ")) (a row a sequence)."
    case .storedBatch(let stored, let found, let batch):
      return "the model stores \(stored.words) for \(count(found, "sequence")), but the input has "
        + "\(count(batch, "sequence")). Give hidden, cell and lengths in the input, or as many "
        + "sequences as the model stores."
    case .beyondPrecision(let rounded, let value, let precision):
      return "\(rounded.words): a number is \(value), which is beyond the range of "
        + "\(precision.rawValue)."
    case .sessionBatch(let found, let session):
      return "the input has \(count(found, "sequence")), but the session was made for \(session). "
        + "Make a session with batch: \(found)."
    case .step(let error, let layer, let direction, let step, let sequence):
      return "\(Self.place(layer, direction)), step \(step + 1), sequence \(sequence + 1): "
        + error.message
    }
  }

  /// What can be chosen.
  public var remedies: [Remedy] {
    switch self {
    case .emptySequence:
      [.chooseFinalState(EmptySequences.allCases.dropFirst().map(\.rawValue))]
    case .beyondPrecision:
      [.choosePrecision([StoredPrecision.float32, .float64].map(\.rawValue))]
    case .step(let error, _, _, _, _): error.remedies
    default: []
    }
  }

  private static func place(_ layer: Int, _ direction: Direction) -> String {
    "layer \(layer + 1), \(direction.rawValue)"
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}

extension NetworkError.Stored {
  fileprivate var words: String {
    switch self {
    case .initialStates: "initial states"
    case .lengths: "lengths"
    }
  }
}

extension NetworkError.Rounded {
  fileprivate var words: String {
    switch self {
    case .parameter(let name): "\(name)"
    case .initialHidden: "an initial hidden state"
    case .initialCell: "an initial cell state"
    }
  }
}
