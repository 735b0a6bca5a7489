// A sequence model as ONNX files hold it: a network, and what the file says beside it about names,
// first states and lengths. It is what the reader makes and the writer takes.

import LSTMCore

/// A sequence model out of an ONNX file, or on the way into one.
///
/// T steps, B sequences, I inputs, H hidden units, L layers, D directions (1 or 2), O outputs of
/// the head.
public struct ONNXSequenceModel: Equatable, Sendable {
  /// Where the first hidden or cell states of a layer come from.
  public enum InitialState: Equatable, Sendable {
    /// They are zero.
    case zeros
    /// They are stored in the model: `[D, B, H]`, with B = 1 where all sequences begin alike.
    case stored([Double], shape: [Int])
    /// They are an input of the graph, `[planes, B, H]`, or `[B, planes, H]` where it is
    /// batch-first: D planes of it, from `offset` on.
    case input(String, offset: Int, isBatchFirst: Bool = false)
  }

  /// The first states of one layer.
  public struct LayerStart: Equatable, Sendable {
    /// h before the first step.
    public var hidden: InitialState
    /// c before the first step.
    public var cell: InitialState

    /// Makes the first states of a layer; zero where nothing is said.
    public init(hidden: InitialState = .zeros, cell: InitialState = .zeros) {
      (self.hidden, self.cell) = (hidden, cell)
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

  /// Which steps of the last layer an output shows: every one, `[T, B, …]`, or one, `[B, …]`.
  public typealias Reading = OutputSelection

  /// What an output of the graph is.
  public enum Meaning: Equatable, Sendable {
    /// What the last layer gives: `[T, B, D·H]` or `[B, D·H]`.
    case output(Reading)
    /// Final hidden states: `slots` are places in the order of `NetworkState`, layer after layer,
    /// forward before reverse.
    case hidden(slots: [Int])
    /// Final cell states.
    case cell(slots: [Int])
    /// The head's sums, `[T, B, O]` or `[B, O]`.
    case logits(Reading)
    /// The head's softmax or sigmoid.
    case probabilities(Reading)
    /// The logarithm of the softmax of the head's sums.
    case logProbabilities(Reading)

    /// The axes in PyTorch's order: steps, sequences, and then the directions beside each other.
    public var standardAxes: [[Axis]] {
      switch self {
      case .output(.everyStep): [[.steps], [.sequences], [.directions, .units]]
      case .output: [[.sequences], [.directions, .units]]
      case .hidden, .cell: [[.states], [.sequences], [.units]]
      case .logits(.everyStep), .probabilities(.everyStep), .logProbabilities(.everyStep):
        [[.steps], [.sequences], [.classes]]
      case .logits, .probabilities, .logProbabilities: [[.sequences], [.classes]]
      }
    }
  }

  /// What an axis of an output runs over.
  public enum Axis: String, Equatable, Sendable {
    /// The T steps.
    case steps
    /// The B sequences.
    case sequences
    /// The D directions.
    case directions
    /// The final states asked for: the slots of the meaning.
    case states
    /// The H units.
    case units
    /// The O outputs of the head.
    case classes
  }

  /// A named output of the graph.
  public struct Output: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// What it is.
    public var meaning: Meaning
    /// What its axes run over, the slowest first; several where an axis has them flattened, and
    /// none where its size is one.
    public var axes: [[Axis]]

    /// Makes an output.
    ///
    /// - Parameters:
    ///   - name: the output's name in the graph.
    ///   - meaning: what it holds.
    ///   - axes: those of ``Meaning/standardAxes`` where nothing is said.
    public init(name: String, meaning: Meaning, axes: [[Axis]]? = nil) {
      (self.name, self.meaning) = (name, meaning)
      self.axes = axes ?? meaning.standardAxes
    }
  }

  /// The network.
  public var network: LSTMNetwork<Double>
  /// The plain layers that the input goes through before the network, the first first.
  public var frontLayers: [PlainLayer<Double>] = []
  /// A head that is more than one linear layer; the network has none of its own then.
  public var headLayers: PlainHead<Double>?
  /// The first states of each layer.
  public var starts: [LayerStart]
  /// The lengths of the sequences.
  public var lengths: Lengths
  /// The name of the input.
  public var input: String
  /// Whether the input is `[B, T, …]` rather than `[T, B, …]`.
  public var isBatchFirst: Bool
  /// The outputs of the graph in its order.
  public var outputs: [Output]
  /// Whether the cells have biases. Where they have none, zeros stand in the network in their
  /// place, and the file has no B.
  public var hasBiases: Bool
  /// The type of the stored weights: float16, bfloat16, float32 or float64.
  public var precision: StoredPrecision
  /// Text by key (metadata_props).
  public var metadata: [String: String]
  /// The program that wrote the file, with its version; "" where it does not say.
  public var producer: String

  /// Makes a model; first states are zero and all sequences as long as the input where nothing
  /// else is said, and the outputs those that ``standardOutputs(of:giving:headLayers:)`` has.
  public init(
    network: LSTMNetwork<Double>, starts: [LayerStart]? = nil, lengths: Lengths = .full,
    input: String = "input", isBatchFirst: Bool = false, outputs: [Output]? = nil,
    hasBiases: Bool = true, precision: StoredPrecision = .float32, metadata: [String: String] = [:],
    producer: String = ""
  ) {
    self.network = network
    self.starts = starts ?? network.layers.map { _ in LayerStart() }
    (self.lengths, self.input, self.isBatchFirst) = (lengths, input, isBatchFirst)
    self.outputs = outputs ?? Self.standardOutputs(of: network)
    (self.hasBiases, self.precision) = (hasBiases, precision)
    (self.metadata, self.producer) = (metadata, producer)
  }

  /// What a run gives, by name: `output`, `hidden`, `cell` and, with a head, `logits`
  /// and what follows them. Where layers differ in width, states are an output for each direction
  /// of each layer: `hidden_l0`, `hidden_l0_reverse` and so on.
  ///
  /// - Parameters:
  ///   - network: the network whose outputs they are.
  ///   - gives: which steps `output` shows of a network without a head.
  ///   - headLayers: a head of several layers, where the network has none.
  public static func standardOutputs(
    of network: LSTMNetwork<Double>, giving gives: OutputSelection = .everyStep,
    headLayers: PlainHead<Double>? = nil
  ) -> [Output] {
    let cells = network.cells
    let slots = Array(cells.indices)
    let isEven = Set(cells.map(\.cell.parameters.outputSize)).count == 1
    let places =
      isEven
      ? [("", slots)]
      : cells.enumerated().map { slot, place in
        ("_l\(place.layer)\(place.direction == .reverse ? "_reverse" : "")", [slot])
      }
    var outputs = [
      Output(
        name: "output",
        meaning: .output(network.head == nil && headLayers == nil ? gives : .everyStep))
    ]
    outputs += places.map { Output(name: "hidden\($0)", meaning: .hidden(slots: $1)) }
    outputs += places.map { Output(name: "cell\($0)", meaning: .cell(slots: $1)) }
    if let source = network.head?.source ?? headLayers?.source {
      outputs.append(Output(name: "logits", meaning: .logits(source)))
      if network.head?.activation ?? headLayers?.activation != nil {
        outputs.append(Output(name: "probabilities", meaning: .probabilities(source)))
      }
    }
    return outputs
  }

  /// The state to start a run from.
  ///
  /// - Parameters:
  ///   - batch: B.
  ///   - given: the graph's state inputs by name, in their own axes; zeros stand in for what is
  ///     not given.
  /// - Throws: ``ONNXError/initialState(name:found:expected:)`` where a size does not fit.
  public func initialState(batch: Int, given: [String: Array3<Double>] = [:]) throws
    -> NetworkState<Double>
  {
    var state = network.zeroState(batch: batch)
    var part = 0
    for (layer, start) in zip(network.layers, starts) {
      for direction in layer.cells.indices {
        try fill(&state.parts[part].hidden, start.hidden, direction, batch, given)
        try fill(&state.parts[part].cell, start.cell, direction, batch, given)
        part += 1
      }
    }
    return state
  }

  private func fill(
    _ matrix: inout Matrix<Double>, _ start: InitialState, _ direction: Int, _ batch: Int,
    _ given: [String: Array3<Double>]
  ) throws {
    switch start {
    case .zeros: return
    case .stored(let values, let shape):
      guard shape.count == 3, shape[1] == 1 || shape[1] == batch, direction < shape[0],
        shape[2] == matrix.columns, values.count == shape.reduce(1, *)
      else {
        throw ONNXError.initialState(
          name: "stored in the model", found: shape, expected: [shape[0], batch, matrix.columns])
      }
      let row = direction * shape[1] * shape[2]
      matrix.values = (0..<batch).flatMap { sequence in
        let begin = row + (shape[1] == 1 ? 0 : sequence) * shape[2]
        return values[begin..<begin + shape[2]]
      }
    case .input(let name, let offset, let isBatchFirst):
      guard let own = given[name] else { return }
      let array = isBatchFirst ? own.swappingPlanesAndRows : own
      let (plane, overflow) = offset.addingReportingOverflow(direction)
      guard !overflow, plane >= 0, plane < array.planes, array.rows == batch,
        array.columns == matrix.columns
      else {
        throw ONNXError.initialState(
          name: "given for '\(name)'", found: own.shape,
          expected: isBatchFirst
            ? [batch, max(array.planes, overflow ? 0 : plane + 1), matrix.columns]
            : [max(array.planes, overflow ? 0 : plane + 1), batch, matrix.columns])
      }
      matrix = array.plane(plane)
    }
  }
}
