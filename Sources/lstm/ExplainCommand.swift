// `lstm explain`: what a run means. Which inputs an output comes from, what a unit remembers, why a gate
// is where it is, how gates behave.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

/// Explains a run.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Which inputs an output comes from; what a unit remembers; why a gate closed.",
    discussion: """
      INPUT is as for lstm run. Without more, the largest logit of the last step (without a head, \
      the largest unit of the output) is taken apart into what every step and feature, the first \
      states and the biases add to it: gates are held at the values that they had, tanh becomes \
      its secant, and the network is linear, so that all adds up:

        lstm explain model.pt input.npy --target 3 --at 12
        lstm explain model.pt --text "a (b) c" --by token

      In place of an output, a cell state's ledger (which steps wrote what is in it, and how much \
      of each is left), the terms of a gate's sum by size, or what all gates did over the run:

        lstm explain model.pt input.npy --ledger "layer1.forward.cellState[3]@40"
        lstm explain model.pt input.npy --why "layer1.forward.forgetGate[3]@40"
        lstm explain model.pt input.npy --gates

      Everything counts from 1: outputs, steps, sequences, units.
      """)

  @Argument(help: "The model's file.")
  var model: String

  @Argument(help: "The sequences; - for standard input.")
  var input: String?

  @OptionGroup(title: "What it runs on") var inputOptions: InputOptions

  @Option(
    parsing: .unconditional, help: "The output that is explained, from 1. (default: the largest)",
    transform: wholeNumber(1...Int.max))
  var target: Int?

  @Option(
    parsing: .unconditional, help: "The step of the output, from 1. (default: the last)",
    transform: wholeNumber(1...Int.max))
  var at: Int?

  @Option(
    parsing: .unconditional, help: "The sequence of the batch, from 1.",
    transform: wholeNumber(1...Int.max))
  var sequence: Int = 1

  @Option(help: "What a line of text is; JSON has steps and features.")
  var by: AttributionReport.By?

  @Option(
    help: ArgumentHelp(
      "Which steps the content of a cell state comes from.", valueName: "address"))
  var ledger: String?

  @Option(help: ArgumentHelp("The terms of a gate's sum, the largest first.", valueName: "address"))
  var why: String?

  @Flag(help: "Beside the parts what gradient x input, integrated gradients and occlusion say.")
  var beside = false

  @Flag(help: "How far the output reaches back: the size of its gradient at each step.")
  var reach = false

  @Flag(help: "How long each unit remembers, and how often its gates are shut or open.")
  var gates = false

  @OptionGroup(title: "What if") var editOptions: EditOptions

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  @OptionGroup(title: "Who computes") var cellsOptions: CellsOptions

  @Option(help: "What to write; map, svg and html are heat maps of a ledger.")
  var format: TraceFormat = .text

  @Option(
    parsing: .unconditional, help: "The most decimals of a number, for reading.",
    transform: wholeNumber(Digits.range))
  var digits: Int = 6

  @Option(name: .shortAndLong, help: "The file to write, whole or not at all; else the terminal.")
  var output: String?

  func run() throws {
    let kinds = [
      ledger != nil, why != nil, gates,
      target != nil || at != nil || by != nil || beside || reach,
    ]
    guard !(reach && (beside || by != nil)) else {
      throw UsageError(
        "--reach is about gradients, --by and --beside about parts. Keep one of them.")
    }
    guard kinds.count(where: { $0 }) <= 1 else {
      throw UsageError(
        "--ledger, --why, --gates and an output (--target, --at, --by, --beside, --reach) are explained one at a time. "
          + "Keep one of them.")
    }
    let opened = try modelOptions.openSaying(model)
    var sequences = try inputOptions.sequences(input, of: opened)
    var run = try cellsOptions.run(opened, inputOptions.emptySequences)
    try editOptions.apply(to: &run, &sequences)
    editOptions.saySo()
    let (request, trace) = try run.traced(&sequences)
    if !opened.frontLayers.isEmpty {
      Terminal.note("steps and features are those that the layers before the LSTM hand to it.")
    }
    guard by != .token || opened.readsTokens else {
      throw UsageError("--by token: this model reads numbers, no tokens. Choose step or feature.")
    }
    let names = try inputOptions.names(of: &sequences, opened, sequence: sequence - 1)
    if format.isMap { return try writeMap(trace, names) }
    let report = try report(trace, names, opened, request)
    let style = Terminal.style(isFile: output != nil)
    try Output.write(
      format == .json
        ? report.json(by: run.computation)
        : report.text(NumberFormat(digits: digits), style: style, by: run.computation),
      to: output)
  }

  /// The ledger of each step up to the one that is asked for, as a heat map.
  private func writeMap(_ trace: RunTrace<Double>, _ names: StepNames?) throws {
    guard let ledger else {
      throw UsageError(
        "--format \(format.rawValue) draws the ledger of a cell state. Add --ledger, as in "
          + "--ledger layer1.forward.cellState[3], or choose text or json.")
    }
    let (cell, units, step) = try single(ledger, .cellState, trace)
    let maps = try units.map { unit in
      try HeatMap(
        ledgerOf: trace, cell: cell, unit: unit, upTo: step, sequence: sequence - 1, names: names)
    }
    let text: String
    switch format {
    case .html:
      text = HeatMapPage(title: "Where \(ledger) comes from", maps, command: Hint.command()).text
    case .svg:
      guard maps.count == 1 else {
        throw UsageError(
          "a picture shows the ledger of one unit. Choose one, as in layer1.forward.cellState[3].")
      }
      text = maps[0].svg
    default:
      text = maps.map { $0.text(style: Terminal.style(isFile: output != nil)) }
        .joined(separator: "\n")
    }
    try Output.write(text, to: output)
  }

  private func report(
    _ trace: RunTrace<Double>, _ names: StepNames?, _ model: LSTMModel,
    _ request: RunRequest<Double>
  ) throws -> any TraceReport {
    let sequence = sequence - 1
    if let ledger {
      let (cell, units, step) = try single(ledger, .cellState, trace)
      return LedgerReport(
        try Ledger(trace, cell: cell, step: step, sequence: sequence), units: units, of: trace,
        names: names)
    }
    if let why {
      let address = try TraceAddress(why)
      guard case .gate(let gate)? = address.quantities.first, address.quantities.count == 1 else {
        throw UsageError(
          "--why: '\(why)' names no gate. Write one as in layer1.forward.forgetGate[3]@40.")
      }
      let (cell, units, step) = try single(why, .gate(gate), trace)
      return try ReasonsReport(
        trace, gate, units: units, cell: cell, step: step, sequence: sequence)
    }
    if gates { return GatesReport(trace) }
    let (target, at) = (target.map { $0 - 1 }, at.map { $0 - 1 })
    if reach {
      return ReachReport(
        try OutputGradient(trace, target: target, step: at, sequence: sequence), of: trace)
    }
    let attribution = try Attribution(trace, target: target, step: at, sequence: sequence)
    return AttributionReport(
      attribution, by: by ?? (names == nil ? .step : .token), names: names,
      others: beside ? try OtherAttributions(model, request, of: attribution) : nil)
  }

  /// The one cell and step that an address names, and its units.
  private func single(_ text: String, _ quantity: TraceQuantity, _ trace: RunTrace<Double>) throws
    -> (cell: Int, units: [Int], step: Int)
  {
    let address = try TraceAddress(text)
    try address.checkSteps(trace.steps)
    let targets = try address.targets(in: trace.shape)
    guard targets.count == 1, let cell = targets[0].cell, targets[0].quantity == quantity else {
      throw UsageError(
        "'\(text)': one cell's \(quantity.name) is explained at a time. Write its layer and "
          + "direction, as in layer1.forward.\(quantity.name)[3]@40.")
    }
    let last = trace.order(cell, sequence: min(sequence, trace.batch) - 1).last ?? 0
    let steps = address.steps == .all ? [last] : address.steps.indices(below: trace.steps)
    guard steps.count == 1 else {
      throw UsageError(
        "'\(text)': one step is explained at a time. End the address in one, as @40.")
    }
    return (cell, targets[0].units, steps[0])
  }
}

extension AttributionReport.By: ExpressibleByArgument {}
