// `lstm evaluate`: how well a model foretells a text, beside what simple tables do.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMTraining

/// Evaluates a model.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract:
      "Say how well a model does on a text, series or labelled sequences, beside baselines.",
    discussion: """
      What FILE is, the model knows: a text, a table of series (judged on its second half, after \
      reading the first), or labelled sequences.

      The baselines are tables of counts: unigram (how often each token comes) and n-grams \
      (Witten and Bell 1991), which learn while they read; where the model stands in the folder of \
      its run, they have read the text that it was trained on, too.

        lstm evaluate run/model.safetensors other.txt
      """)

  @Argument(help: "The model's file.")
  var model: String

  @Argument(help: "The text, the table, or the sequences.")
  var file: String

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  @OptionGroup var vocabularyOption: VocabularyOption

  @Option(help: ArgumentHelp("A table's column that tells sequences apart.", valueName: "name"))
  var group: String = ""

  @Option(help: ArgumentHelp("A table's column of classes.", valueName: "name"))
  var label: String = ""

  @Option(help: "How many threads may work; the numbers are the same for any.")
  var threads: Int = 1

  @Option(help: "What to write.")
  var format: ReportFormat = .text

  func run() throws {
    let opened = try vocabularyOption.open(model, modelOptions)
    switch (opened.columns, opened.labels) {
    case (let columns?, let labels?): try evaluate(opened, columns, labels)
    case (let columns?, nil): try evaluate(opened, columns)
    case (nil, _):
      let report = try EvaluationReport(opened, file: model, text: file, threads: max(1, threads))
      try Output.write(format == .json ? report.json : report.words, to: nil)
    }
  }

  private func evaluate(_ opened: LSTMModel, _ columns: LSTMModel.Columns) throws {
    let data = try SeriesData(
      SeriesTable(contentsOf: file), targets: columns.targets.map(\.name),
      inputs: columns.inputs.map(\.name), group: group, validation: 0.5,
      foretellsChange: columns.foretellsChange)
    let evaluation = try SeriesEvaluation(LSTMNetwork<Float>(opened), columns, data)
    guard format == .json else {
      return try Output.write(evaluation.words.map { "\($0)\n" }.joined(), to: nil)
    }
    let targets = evaluation.targets.map { target in
      let baselines = target.baselines.baselines.map {
        "{\"name\": \(FlatJSON.quoted($0.name)), \"error\": \($0.error)}"
      }
      return
        "    {\"name\": \(FlatJSON.quoted(target.column.name)), \"steps\": \(target.errors.count), "
        + "\"error\": \(target.error), \"isWorthIt\": \(target.isWorthIt),\n"
        + "     \"baselines\": [\(baselines.joined(separator: ", "))]}"
    }
    try Output.write("{\n  \"targets\": [\n\(targets.joined(separator: ",\n"))\n  ]\n}\n", to: nil)
  }

  private func evaluate(_ opened: LSTMModel, _ columns: LSTMModel.Columns, _ labels: [String])
    throws
  {
    let data = try LabelledSequences(
      contentsOf: file, label: label, group: group, inputs: columns.inputs.map(\.name))
    if let unknown = data.labels.first(where: { !labels.contains($0) }) {
      throw TrainingError.data(
        file,
        reason: "has the class '\(unknown)', which the model does not know. "
          + "It knows \(labels.joined(separator: ", ")).")
    }
    let evaluation = try LabelsEvaluation(
      LSTMNetwork<Float>(opened), columns, labels, data.sequences)
    let text =
      format == .text
      ? evaluation.words.map { "\($0)\n" }.joined()
      : """
      {
        "sequences": \(evaluation.count),
        "accuracy": \(Double(evaluation.right) / Double(max(1, evaluation.count))),
        "nats": \(evaluation.meanNats),
        "commonest": {"label": \(FlatJSON.quoted(evaluation.commonest.label)), \
      "accuracy": \(Double(evaluation.commonest.count) / Double(max(1, evaluation.count)))},
        "isWorthIt": \(evaluation.isWorthIt)
      }

      """
    try Output.write(text, to: nil)
  }
}
