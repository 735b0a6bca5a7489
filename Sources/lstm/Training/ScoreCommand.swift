// `lstm score`: the probability of a text, token by token.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMTraining

/// Scores a text.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Say how probable a model thinks a text, token by token.",
    discussion: """
      lstm score run/model.safetensors --text "To be or not to be"
      """)

  @Argument(help: "The model's file.")
  var model: String

  @Option(parsing: .unconditional, help: "The text.")
  var text: String

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  @OptionGroup var vocabularyOption: VocabularyOption

  @Option(help: "What to write.")
  var format: ReportFormat = .text

  func run() throws {
    let opened = try vocabularyOption.open(model, modelOptions)
    let score = try TextScore(opened, file: model, text)
    try Output.write(format == .json ? Self.json(score) : Self.words(score), to: nil)
  }

  private static func words(_ score: TextScore) -> String {
    let lines = score.tokens.map { token in
      let probability = token.logProbability.map { TrainingReport.short(Double.exp($0)) } ?? "-"
      return "\(FlatJSON.quoted(token.text))  \(probability)\n"
    }
    let count = max(1, score.tokens.count - 1)
    let bits = -score.logProbability / Double.log(2)
    return lines.joined() + "ln p = \(TrainingReport.short(score.logProbability)) after the first "
      + "token; \(TrainingReport.short(bits / Double(count))) bits a token\n"
  }

  private static func json(_ score: TextScore) -> String {
    let tokens = score.tokens.map { token in
      "    {\"text\": \(FlatJSON.quoted(token.text)), "
        + "\"logProbability\": \(token.logProbability.map { "\($0)" } ?? "null")}"
    }
    return """
      {
        "logProbability": \(score.logProbability),
        "tokens": [
      \(tokens.joined(separator: ",\n"))
        ]
      }

      """
  }
}
