// A sequence model as ONNX files hold it: an embedding, a stack of LSTM nodes and a head. It is what
// the reader makes and the writer takes; it computes nothing.

import LSTMCore

/// A sequence model out of an ONNX file, or on the way into one.
///
/// T steps, B sequences, I inputs, H hidden units, D directions (1 or 2).
public struct ONNXSequenceModel: Equatable, Sendable {
  /// The direction in which a layer reads.
  public enum Direction: String, CaseIterable, Sendable {
    /// From the first step to the last.
    case forward
    /// From the last step to the first.
    case reverse
    /// Both, the outputs side by side: forward first.
    case bidirectional

    /// D, the number of cells a layer has.
    public var count: Int { self == .bidirectional ? 2 : 1 }
  }

  /// Where a layer's first hidden or cell state comes from.
  public enum InitialState: Equatable, Sendable {
    /// It is zero.
    case zeros
    /// It is stored in the model: `[D, B, H]` with B = 1 where every sequence begins alike.
    case stored([Double], shape: [Int])
    /// It is an input of the graph, or a part of one: the part begins at `offset` of its first axis.
    case input(String, offset: Int)
  }

  /// One LSTM layer: one node, or a forward and a reverse node side by side.
  public struct Layer: Equatable, Sendable {
    /// The direction.
    public var direction: Direction
    /// The cells, forward before reverse: D of them, of equal sizes.
    public var cells: [ReadableCell<Double>]
    /// h before the first step.
    public var initialHidden: InitialState
    /// c before the first step.
    public var initialCell: InitialState

    /// Makes a layer.
    public init(
      direction: Direction = .forward, cells: [ReadableCell<Double>],
      initialHidden: InitialState = .zeros, initialCell: InitialState = .zeros
    ) {
      (self.direction, self.cells) = (direction, cells)
      (self.initialHidden, self.initialCell) = (initialHidden, initialCell)
    }
  }

  /// The lengths of the sequences of a batch.
  public enum Lengths: Equatable, Sendable {
    /// All are as long as the input.
    case full
    /// They are stored in the model: `[B]`.
    case stored([Int])
    /// They are an input of the graph: `[B]`.
    case input(String)
  }

  /// What the head reads.
  public enum Reading: String, Equatable, Sendable {
    /// Every step's output, `[T, B, D·H]`.
    case everyStep = "every step"
    /// The output of the last step, `[B, D·H]`; a reverse direction has read one step there.
    case lastStep = "the last step"
    /// The output of the first step, `[B, D·H]`.
    case firstStep = "the first step"
    /// The final hidden states of the last layer, `[B, D·H]`.
    case finalHidden = "the final hidden state"
  }

  /// What follows the head's sums.
  public enum Finish: String, CaseIterable, Sendable {
    /// Nothing: they are logits.
    case none
    /// Softmax over the classes.
    case softmax = "Softmax"
    /// The logarithm of the softmax.
    case logSoftmax = "LogSoftmax"
    /// The logistic function of each.
    case sigmoid = "Sigmoid"
  }

  /// The linear layer after the stack: weights times outputs, plus bias.
  public struct Head: Equatable, Sendable {
    /// `[C, D·H]`.
    public var weights: Matrix<Double>
    /// `[C]`, where there is one.
    public var bias: [Double]?
    /// What it reads.
    public var reading: Reading
    /// What follows.
    public var finish: Finish

    /// Makes a head.
    public init(
      weights: Matrix<Double>, bias: [Double]? = nil, reading: Reading = .everyStep,
      finish: Finish = .none
    ) {
      (self.weights, self.bias, self.reading, self.finish) = (weights, bias, reading, finish)
    }
  }

  /// What an output of the graph is.
  public enum Meaning: Equatable, Sendable {
    /// What the last layer gives at the steps read: `[T, B, D·H]` or `[B, D·H]`.
    case output(Reading)
    /// Final hidden states; `slots` are places in the order layer by layer, forward before reverse.
    case hidden(slots: [Int])
    /// Final cell states.
    case cell(slots: [Int])
    /// What the head gives.
    case head
  }

  /// A named output of the graph.
  public struct Output: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// What it is.
    public var meaning: Meaning

    /// Makes an output.
    public init(name: String, meaning: Meaning) {
      (self.name, self.meaning) = (name, meaning)
    }
  }

  /// The vectors of the tokens, `[V, I]`, where the input is tokens.
  public var embedding: Matrix<Double>?
  /// The layers, first to last.
  public var layers: [Layer]
  /// The linear layer at the end, where there is one.
  public var head: Head?
  /// The lengths of the sequences.
  public var lengths: Lengths
  /// The name of the input.
  public var input: String
  /// Whether the input is `[B, T, …]` rather than `[T, B, …]`.
  public var isBatchFirst: Bool
  /// The outputs of the graph in its order.
  public var outputs: [Output]
  /// The type of the stored weights: float16, bfloat16, float32 or float64.
  public var numberType: NumberType
  /// Text by key (metadata_props).
  public var metadata: [String: String]
  /// The program that wrote the file, with its version; "" where it does not say.
  public var producer: String

  /// Makes a model.
  public init(
    embedding: Matrix<Double>? = nil, layers: [Layer], head: Head? = nil,
    lengths: Lengths = .full, input: String = "input", isBatchFirst: Bool = false,
    outputs: [Output] = [], numberType: NumberType = .float32,
    metadata: [String: String] = [:], producer: String = ""
  ) {
    (self.embedding, self.layers, self.head, self.lengths) = (embedding, layers, head, lengths)
    (self.input, self.isBatchFirst, self.outputs) = (input, isBatchFirst, outputs)
    (self.numberType, self.metadata, self.producer) = (numberType, metadata, producer)
  }
}
