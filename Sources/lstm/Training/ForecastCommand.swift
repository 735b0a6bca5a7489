// `lstm forecast`: what follows a series.

import ArgumentParser
import LSTMFormats
import LSTMTraining

/// Foretells many steps of a series.
struct ForecastCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Foretell the steps that follow a series.",
    discussion: """
      The model reads the whole table first. Intervals hold 80 % of 200 paths, drawn with the \
      errors that the model made on data that were held back.

        lstm forecast run/model.safetensors sales.csv --steps 12
      """)

  @Argument(help: "The model's file.")
  var model: String

  @Argument(help: "The table, with the columns that the model was trained on.")
  var file: String

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  @Option(parsing: .unconditional, help: "How many steps to foretell.")
  var steps: Int = 12

  @Option(parsing: .unconditional, help: "Where the random numbers of the paths begin.")
  var seed: Int = 1

  @Option(help: "What to write.")
  var format: ReportFormat = .text

  func run() throws {
    guard steps > 0 else {
      throw UsageError("--steps: '\(steps)' is not valid here. Give a whole number above 0.")
    }
    let forecast = try SeriesForecast(
      modelOptions.open(model), file: model, after: SeriesTable(contentsOf: file), steps: steps,
      seed: seed)
    for name in forecast.kept {
      Terminal.note("'\(name)' is read but not foretold: it keeps its last value.")
    }
    if let step = forecast.fixedPoint, step < steps {
      Terminal.note(
        "from step \(step) on nothing changes: the forecast has run into a fixed point.")
    }
    try Output.write(format == .json ? Self.json(forecast) : Self.words(forecast), to: nil)
  }

  private static func words(_ forecast: SeriesForecast) -> String {
    let short = TrainingReport.short
    let heading = "step  " + forecast.targets.joined(separator: "  ") + "\n"
    return heading
      + forecast.steps.enumerated().map { index, values in
        let texts = values.map { value in
          short(value.value)
            + (value.interval.map { " (\(short($0.lowerBound)) to \(short($0.upperBound)))" } ?? "")
        }
        let number = "\(index + 1)"
        return number + String(repeating: " ", count: max(1, 6 - number.count))
          + texts.joined(separator: "  ") + "\n"
      }.joined()
  }

  private static func json(_ forecast: SeriesForecast) -> String {
    let rows = forecast.steps.enumerated().map { index, values in
      let parts = zip(forecast.targets, values).map { name, value in
        let interval = value.interval.map { "[\($0.lowerBound), \($0.upperBound)]" } ?? "null"
        return "\(FlatJSON.quoted(name)): {\"value\": \(value.value), \"interval\": \(interval)}"
      }
      return "    {\"step\": \(index + 1), \(parts.joined(separator: ", "))}"
    }
    return """
      {
        "fixedPoint": \(forecast.fixedPoint.map { "\($0)" } ?? "null"),
        "steps": [
      \(rows.joined(separator: ",\n"))
        ]
      }

      """
  }
}
