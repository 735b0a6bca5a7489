// The options that say what the cell's weights are.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

extension Direction: ExpressibleByArgument {}

/// Where the weights come from and what is changed about them.
struct WeightOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      identity, uniform:LOW:HIGH, normal:STD, pytorch (evenly between ±1/√H), a JSON file of a \
      cell, or the file of any model. Identity where there are as many inputs as hidden units.
      """, valueName: "kind|file"))
  var weights: String?

  @Option(
    parsing: .unconditional,
    help: "Where random weights start: the same seed gives the same weights. (default: 0)",
    transform: wholeNumber(0...UInt64.max))
  var seed: UInt64 = 0

  @Option(
    parsing: .unconditional,
    help: "The number of hidden units H; else as many as --cell, --hidden or --input have.",
    transform: wholeNumber(1...65_536))
  var hiddenSize: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Biases: a number, or by gate as in forget=1,input=0.", valueName: "number|gate=number"))
  var bias: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Second biases, likewise; or random, drawn like the weights.",
      valueName: "number|gate=number|random"))
  var recurrentBias: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Peepholes, likewise for forget, input and output; or random, drawn like the weights.",
      valueName: "number|gate=number|random"))
  var peephole: String?

  @Option(
    parsing: .unconditional,
    help: "Put a recurrent projection to P units behind the cell (random weights only).",
    transform: wholeNumber(1...65_536))
  var projectionSize: Int?

  @Option(
    parsing: .unconditional, help: "The layer of a model, from 1. (default: 1)",
    transform: wholeNumber(1...Int.max))
  var layer: Int?

  @Option(help: "The direction of the layer. (default: the one that it has, else forward)")
  var direction: Direction?

  /// Which cell of a model is meant.
  ///
  /// - Returns: its place among the model's cells.
  func place(in model: LSTMModel, _ file: String) throws -> Int {
    let shape = model.shape
    let layer = layer ?? 1
    guard layer <= shape.layerCount else {
      throw UsageError(
        "--layer: there is no layer \(layer); '\(file)' has \(shape.layerCount). Choose among them."
      )
    }
    let cells = shape.cells.indices.filter { shape.cells[$0].layer == layer - 1 }
    guard
      let place = cells.first(where: {
        direction ?? shape.cells[$0].direction == shape.cells[$0].direction
      })
    else {
      throw UsageError(
        "--direction: layer \(layer) of '\(file)' does not read \(direction == .forward ? "forward" : "backward"). "
          + "Leave it out.")
    }
    return place
  }

  /// Whether a file is a whole model, and not the weights of a single cell: a JSON file is one where it
  /// has layers.
  private static func isModel(_ path: String) throws -> Bool {
    let storage = try ByteStorage(mapping: path)
    guard let form = try ModelForm.recognised(storage, file: path, among: ModelForm.all) else {
      return false
    }
    guard form.identifier == ModelForm.json.identifier else { return true }
    return storage.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }.contains("\"layers\"")
  }

  /// Whether nothing is said of weights but which cell of a model is meant.
  var saysNothing: Bool {
    weights == nil && hiddenSize == nil && bias == nil && recurrentBias == nil && peephole == nil
      && projectionSize == nil && seed == 0
  }

  /// The parameters of the cell, a phrase that says where they come from, and the cell's own settings
  /// where a model's file has them.
  func parameters(for given: StepInput, variant: CellVariant<Double>) throws
    -> (CellParameters<Double>, String, CellVariant<Double>?)
  {
    var (parameters, origin, own) = try base(for: given, variant: variant)
    let size = parameters.hiddenSize
    func vector(_ value: Double) -> [Double] { [Double](repeating: value, count: size) }
    if let bias {
      for (gate, value) in try numbersByGate(bias, option: "--bias", gates: Gate.allCases) {
        parameters.gates[gate].bias = vector(value)
      }
      origin += ", bias \(bias)"
    }
    if let recurrentBias, recurrentBias != "random" {
      let values = try numbersByGate(
        recurrentBias, option: "--recurrent-bias", gates: Gate.allCases)
      for gate in Gate.allCases {
        if let value = values[gate] {
          parameters.gates[gate].recurrentBias = vector(value)
        } else if parameters.gates[gate].recurrentBias == nil {
          parameters.gates[gate].recurrentBias = vector(0)
        }
      }
      origin += ", recurrent bias \(recurrentBias)"
    }
    if let peephole, peephole != "random" {
      let values = try numbersByGate(peephole, option: "--peephole", gates: Gate.withPeephole)
      for (gate, value) in values { parameters.gates[gate].peephole = vector(value) }
      origin += ", peephole \(peephole)"
    }
    return (parameters, origin, own)
  }

  /// The options given that ask for more random numbers.
  private var drawn: [String] {
    [
      projectionSize.map { "--projection-size \($0)" },
      peephole == "random" ? "--peephole random" : nil,
      recurrentBias == "random" ? "--recurrent-bias random" : nil,
    ].compactMap { $0 }
  }

  /// More weights than this, a gigabyte of them, are not drawn: H = I = 4096 still is.
  private static let mostWeights = 1 << 27

  private func checkTotal(_ shape: CellShape) throws {
    let hidden = shape.hiddenSize
    let output = shape.projectionSize ?? hidden
    let total = 4 * hidden * (shape.inputSize + output)
    guard total <= Self.mostWeights else {
      throw UsageError(
        "\(shape.inputSize) inputs and \(hidden) hidden units need \(total) weights; "
          + "at most \(Self.mostWeights) are drawn. Take fewer.")
    }
  }

  private func base(for given: StepInput, variant: CellVariant<Double>) throws
    -> (CellParameters<Double>, String, CellVariant<Double>?)
  {
    let kind = try weights.map { try WeightKind(parsing: $0) } ?? .drawn(.identity)
    switch kind {
    case .file(let path):
      let notRead = Gate.allCases.filter { variant.source(of: $0) != .weights }
      let parameters: CellParameters<Double>
      var (origin, own) = (path, CellVariant<Double>?.none)
      if try !Self.isModel(path) {
        guard layer == nil, direction == nil else {
          throw UsageError(
            "--layer and --direction choose a cell of a model, but '\(path)' has the weights of a "
              + "single cell. Leave them out.")
        }
        parameters = try CellWeightsFile(contentsOf: path, optionalGates: Set(notRead)).parameters
      } else {
        let model = try LSTMModel(contentsOf: path)
        let cell = model.network.cells[try place(in: model, path)]
        (parameters, own) = (cell.cell.parameters, cell.cell.variant)
        origin = "layer \(cell.layer + 1), \(cell.direction.rawValue), of \(path)"
      }
      if let hiddenSize, hiddenSize != parameters.hiddenSize {
        throw UsageError(
          "--hidden-size is \(hiddenSize), but the weights of '\(path)' have "
            + "\(parameters.hiddenSize) hidden \(parameters.hiddenSize == 1 ? "unit" : "units"). "
            + "Leave --hidden-size out.")
      }
      if let option = drawn.first {
        throw UsageError(
          "\(option) draws random numbers, but the weights come from the file '\(path)'.\n"
            + "Put them into the file: \"projection\", \"peephole\", \"recurrentBias\".")
      }
      return (parameters, origin, own)
    case .drawn(let initialization):
      if projectionSize == nil, let hidden = given.hidden?.count, let cell = given.cell?.count,
        hidden != cell
      {
        throw DataError(
          "the old hidden state has \(hidden) values and the old cell state \(cell). "
            + "Without a projection both have one number a hidden unit: give as many.")
      }
      let hiddenSize =
        hiddenSize ?? given.cell?.count
        ?? (projectionSize == nil ? given.hidden?.count : nil) ?? given.input?.count
      guard let hiddenSize else {
        throw UsageError(
          "nothing says how large the step is. Give --input and --hidden, as in\n"
            + "lstm step --input -0.1,0.3,0.1,-0.25,0.1 --hidden 0,0.5,0.1,0.2,0.6")
      }
      if initialization == .identity, let option = drawn.first {
        throw UsageError(
          "\(option) draws random numbers, but the weights are the identity. "
            + "Add --weights uniform:-1:1.")
      }
      let shape = CellShape(
        inputSize: given.input?.count ?? hiddenSize, hiddenSize: hiddenSize,
        projectionSize: projectionSize, hasPeepholes: peephole == "random",
        hasRecurrentBias: recurrentBias == "random")
      try checkTotal(shape)
      let parameters = try CellParameters<Double>(initialization, shape: shape, seed: seed)
      guard layer == nil, direction == nil else {
        throw UsageError(
          "--layer and --direction choose a cell of a model. Name the model's file, as in "
            + "--weights model.pt, or leave them out.")
      }
      return (parameters, initialization.inWords(seed: seed), nil)
    }
  }
}

/// What was given is neither a kind of weights nor the name of a file.
struct MissingWeights: LSTMFailure {
  let text: String
  var kind: FailureKind { .noInput }
  var message: String {
    "--weights: '\(text)' is neither a kind of weights nor a file that exists.\n"
      + "Choose identity, uniform:LOW:HIGH, normal:STD, pytorch, or a JSON file."
  }
}

/// What `--weights` can say.
private enum WeightKind {
  case drawn(WeightInitialization)
  case file(String)

  init(parsing text: String) throws {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    switch (parts[0], parts.count) {
    case ("identity", 1): self = .drawn(.identity)
    case ("pytorch", 1): self = .drawn(.pytorch)
    case ("uniform", 3):
      let low = try number(parts[1], option: "--weights uniform")
      let high = try number(parts[2], option: "--weights uniform")
      guard low < high else {
        throw UsageError(
          "--weights uniform: the lower bound \(parts[1]) is not below the upper \(parts[2]). "
            + "Write uniform:LOW:HIGH, as in uniform:-1:1.")
      }
      self = .drawn(.uniform(low: low, high: high))
    case ("normal", 2):
      let deviation = try number(parts[1], option: "--weights normal")
      guard deviation > 0 else {
        throw UsageError(
          "--weights normal: the standard deviation \(parts[1]) is not above 0. "
            + "Write normal:STD, as in normal:0.5.")
      }
      self = .drawn(.normal(standardDeviation: deviation))
    case ("uniform", _), ("normal", _):
      throw UsageError(
        "--weights: '\(text)' is incomplete. Write uniform:LOW:HIGH, as in uniform:-1:1, or "
          + "normal:STD, as in normal:0.5.")
    default:
      if FileAccess.exists(text) {
        self = .file(text)
      } else if let near = nearestName(
        to: parts[0], among: ["identity", "uniform", "normal", "pytorch"]), !text.contains(".")
      {
        throw UsageError(
          "--weights: '\(text)' is neither a kind nor a file. Did you mean '\(near)'?")
      } else if text.contains(".") || text.contains("/") {
        throw LSTMFormatsError.missingFile(text)
      } else {
        throw MissingWeights(text: text)
      }
    }
  }
}

extension WeightInitialization {
  /// Where the numbers come from, in words.
  fileprivate func inWords(seed: UInt64) -> String {
    switch self {
    case .identity: "identity"
    case .uniform(let low, let high):
      "evenly from \(NumberFormat().text(low)) to \(NumberFormat().text(high)), seed \(seed)"
    case .normal(let deviation):
      "normal, standard deviation \(NumberFormat().text(deviation)), seed \(seed)"
    case .pytorch: "as PyTorch starts, evenly within ±1/√H, seed \(seed)"
    }
  }
}
