// The options that say which step of a model's run is meant.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

/// A step of a run of a trained model.
struct StepOfRunOptions: ParsableArguments {
  @Option(
    parsing: .unconditional, help: "The step, from 1. (default: the last)",
    transform: wholeNumber(1...Int.max))
  var at: Int?

  @Option(
    parsing: .unconditional, help: "The sequence of the batch, from 1. (default: 1)",
    transform: wholeNumber(1...Int.max))
  var sequence: Int?

  @OptionGroup(title: "What it runs on") var inputOptions: InputOptions
  @OptionGroup(title: "What if") var editOptions: EditOptions
  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions
  @OptionGroup(title: "Who computes") var cellsOptions: CellsOptions

  /// - Throws: `UsageError` where something of a run is asked for without a model.
  func checkUnused() throws {
    guard at == nil, sequence == nil, editOptions.isEmpty, inputOptions.text == nil,
      inputOptions.textFile == nil
    else {
      throw UsageError(
        "--at, --sequence, --text and what is held belong to a step of a model's run. Name the model "
          + "and its sequences, as in\nlstm step model.pt input.npy --at 12")
    }
  }

  /// Runs the model, and takes the step out of the run.
  func resolve(_ path: String, _ sequences: String?, _ weightOptions: WeightOptions) throws
    -> ResolvedStep
  {
    let model = try modelOptions.openSaying(path)
    var source = try inputOptions.sequences(sequences, of: model)
    var run = try cellsOptions.run(model, inputOptions.emptySequences)
    try editOptions.apply(to: &run, &source)
    let trace = try run.trace(of: &source)
    let cell = try weightOptions.place(in: model, path)
    let sequence = (self.sequence ?? 1) - 1
    guard sequence < trace.batch else {
      throw UsageError(
        "--sequence: there is no sequence \(sequence + 1); the run has \(trace.batch). "
          + "Choose among them.")
    }
    let order = trace.order(cell, sequence: sequence)
    guard let time = at.map({ $0 - 1 }) ?? order.last else {
      throw UsageError("sequence \(sequence + 1) has no step that is run. Choose another.")
    }
    guard let taken = order.firstIndex(of: time) else {
      let isThere = time < trace.steps
      throw UsageError(
        isThere
          ? "--at: step \(time + 1) of sequence \(sequence + 1) is not run: the sequence has ended, or "
            + "the model skips the step. Choose another."
          : "--at: there is no step \(time + 1); the run has \(trace.steps). Choose among them.")
    }
    guard trace.heldUnits(cell, taken: taken, sequence: sequence).isEmpty else {
      throw UsageError(
        "numbers of this very step are held, so that its arithmetic would not come out. Look at a "
          + "later step, or at what lstm trace records of this one.")
    }
    editOptions.saySo()
    let before = trace.states(cell, before: taken, sequence: sequence)
    let (layer, direction, readable) = trace.cells[cell]
    return ResolvedStep(
      cell: readable,
      given: StepInput(input: before.input, hidden: before.hidden, cell: before.cell),
      weights:
        "layer \(layer + 1), \(direction.rawValue), of \(path); step \(time + 1) of sequence "
        + "\(sequence + 1)")
  }
}
