// `lstm run`: a model over sequences.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

extension EmptySequences: ExpressibleByArgument {}

/// Runs a model over sequences.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a model over sequences.",
    discussion: """
      INPUT is a .npy file ([T, B, I], or [T, I] for one sequence; whole numbers [T, B] for a model \
      with an embedding), a .csv file with a step a line, or an .npz file with input and perhaps \
      hidden, cell ([layers x directions, B, units]) and lengths ([B]); what is left out is what \
      the model stores, else zeros and all steps:

        lstm run model.pt input.npy --output out.npz

      The output has output, hidden, cell and, where the model has a head, logits and \
      probabilities. It is computed in double precision and written in the model's own. Where \
      layers differ in width, states are an array for each direction of each layer, here as in \
      the input: hidden_l0, hidden_l0_reverse, cell_l0 and so on, [1, B, units].
      """)

  @Argument(help: "The model's file.")
  var model: String

  @Argument(help: "The sequences.")
  var input: String

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  @Flag(help: "Arrays of sequences are [B, T, …], not [T, B, …]. States never are.")
  var batchFirst = false

  @Option(
    help: "The final states of a sequence of length 0; ONNX Runtime's are zero (zero-state).")
  var emptySequences: EmptySequences = .refused

  @Option(name: .shortAndLong, help: "The .npz file to write, whole or not at all.")
  var output: String?

  @Option(help: "What to write to the terminal when no output is named.")
  var format: ReportFormat = .text

  @Option(
    parsing: .unconditional, help: "The most decimals of a number, for reading.",
    transform: wholeNumber(Digits.range))
  var digits: Int = 6

  func run() throws {
    let opened = try modelOptions.open(model)
    let sequences = try SequenceFile.read(
      input, readsTokens: opened.network.front != nil, isBatchFirst: batchFirst)
    let result = try opened.run(
      RunRequest(
        sequences.input, state: try sequences.state(of: opened, file: input),
        lengths: sequences.lengths, emptySequences: emptySequences))
    let arrays = RunArrays(result, of: opened.network, isBatchFirst: batchFirst)
    if let output {
      try NpzFile(arrays.archive(as: opened.precision)).write(to: output)
    } else {
      let isDouble = opened.precision == .float64
      switch format {
      case .text: try Output.write(arrays.text(digits: digits), to: nil)
      case .json: try Output.write(arrays.json(isDouble ? .double : .float), to: nil)
      }
    }
  }
}

extension SequenceFile {
  /// The state to start from: what the file has, and for the rest what the model stores or zeros;
  /// nil where the file has none.
  func state(of model: LSTMModel, file: String) throws -> NetworkState<Double>? {
    guard !states.arrays.isEmpty else { return nil }
    return try states.state(
      of: model.network, rest: model.startingState(batch: input.batch), file: file)
  }
}

/// The arrays that a run gives, by name.
struct RunArrays {
  private let arrays: [(name: String, array: Array3<Double>)]

  init(
    _ output: NetworkOutput<Double>, of network: LSTMNetwork<Double>, isBatchFirst: Bool
  ) {
    func sequences(_ array: Array3<Double>) -> Array3<Double> {
      isBatchFirst ? array.swappingPlanesAndRows : array
    }
    let head = [("logits", output.logits), ("probabilities", output.probabilities)]
    arrays =
      [("output", sequences(output.output))] + StateArrays.named(output.finalState, of: network)
      + head.compactMap { name, array in array.map { (name, sequences($0)) } }
  }

  /// The arrays for an .npz file, in the model's precision (NumPy has no bfloat16: float32).
  func archive(as precision: StoredPrecision) -> TensorArchive {
    let stored = precision == .bfloat16 ? NumberType.float32 : NumberType(precision)
    return TensorArchive(
      arrays.map { ($0.name, Tensor($0.array.values, shape: $0.array.shape, type: stored)) })
  }

  /// The arrays as JSON, nested as they are shaped.
  func json(_ precision: Precision) -> String {
    ArrayText.json(arrays.map { ($0.name, $0.array) }, precision)
  }

  /// The arrays as text, a row a line.
  func text(digits: Int) -> String {
    ArrayText.text(arrays.map { ($0.name, $0.array) }, NumberFormat(digits: digits))
  }
}
