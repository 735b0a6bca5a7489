// `lstm generate`: a model writes.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMTraining

/// Has a model write text.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Have a model write text that goes on from a prompt.",
    discussion: """
      The text is written as it comes. The same seed gives the same text.

        lstm generate run/model.safetensors --prompt "Once upon" --length 200 --temperature 0.7
      """)

  @Argument(help: "The model's file.")
  var model: String

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  @OptionGroup var vocabularyOption: VocabularyOption

  @Option(
    parsing: .unconditional, help: "What the text begins with; the first entry where left out.")
  var prompt: String?

  @Option(parsing: .unconditional, help: "How many tokens to write.")
  var length: Int = 500

  @Option(parsing: .unconditional, help: "Below 1 more certain, above 1 more daring; 0: likeliest.")
  var temperature: Double = 1

  @Option(parsing: .unconditional, help: "Only among so many of the likeliest tokens.")
  var topK: Int?

  @Option(
    parsing: .unconditional, help: "Only among the likeliest that together are so probable.")
  var topP: Double?

  @Option(parsing: .unconditional, help: "Where random numbers begin.")
  var seed: Int = 1

  @Flag(help: "Leave the prompt out of the output.")
  var withoutPrompt = false

  func run() throws {
    guard length >= 0 else {
      throw UsageError(
        "--length: '\(length)' is not valid here. Give 0 or a whole number above it.")
    }
    let opened = try vocabularyOption.open(model, modelOptions)
    let generator = try TextGenerator(
      opened, file: model, Sampling(temperature: temperature, topK: topK, topP: topP),
      seed: UInt64(bitPattern: Int64(seed)))
    let begin = prompt.flatMap { $0.isEmpty ? nil : $0 } ?? generator.opening
    try generator.read(begin)
    let output = StreamedText()
    try Streams.endingQuietly {
      if !withoutPrompt, prompt != nil { try output.add(Array(begin.utf8)) }
      for _ in 0..<length {
        try output.add(generator.vocabulary.utf8(of: try generator.next()))
      }
      try output.end()
    }
  }
}
