// An evaluation of a text with its baselines, in words and as JSON.

import LSTMCore
import LSTMFormats
import LSTMTraining

/// How a model and its baselines foretell a text.
struct EvaluationReport {
  private let model: String
  private let text: TextData
  private let evaluation: TextEvaluation
  private let baselines: TextBaselines
  private let isTrainingText: Bool

  /// Evaluates a model.
  init(_ opened: LSTMModel, file: String, text path: String, threads: Int) throws {
    model = file
    text = try TextData(contentsOf: path, vocabulary: opened.textVocabulary(file: file))
    evaluation = try TextEvaluation(LSTMNetwork<Float>(opened), text, threads: threads)
    guard evaluation.count > 0 else {
      throw TrainingError.data(
        path,
        reason: "has nothing to foretell: the model knows too few of its tokens. "
          + "Give a longer text, of the kind that the model was trained on.")
    }
    let training = Self.trainingText(of: file, opened.vocabulary)
    isTrainingText = training?.fingerprint == text.fingerprint
    // What is asked of the tables is new to them, too.
    baselines = TextBaselines(
      text, learned: isTrainingText ? [] : training?.ids(atMost: 1_000_000) ?? [])
  }

  /// The text that a model was trained on, where it stands in the folder of its run.
  private static func trainingText(of model: String, _ vocabulary: LSTMModel.Vocabulary?)
    -> TextData?
  {
    let folder = model.lastIndex(of: "/").map { String(model[..<$0]) } ?? "."
    guard let run = try? RunFolder(opening: folder), run.taskName == TextTask.name,
      FileAccess.exists(run.data)
    else { return nil }
    return try? TextData(contentsOf: run.data, vocabulary: vocabulary)
  }

  /// Bits for each character of what costs so much a token.
  private func bits(_ meanNats: Double) -> Double {
    meanNats * Double(evaluation.count) / Double.log(2) / Double(max(1, evaluation.characters))
  }

  private var verdict: String { baselines.verdict(evaluation.meanNats) }

  /// For people.
  var words: String {
    let short = TrainingReport.short
    let unit = text.vocabulary.kind == .bytes ? "byte" : "character"
    var lines = [
      "\(short(bits(evaluation.meanNats))) bits a \(unit) "
        + "over \(evaluation.count) \(text.vocabulary.kind.rawValue) "
        + "(perplexity \(short(evaluation.perplexity)))"
    ]
    if evaluation.unknown > 0 {
      lines.append(
        "\(evaluation.unknown) \(text.vocabulary.kind.rawValue) that the model does not know "
          + "were left out.")
    }
    if isTrainingText {
      lines.append("The model was trained on this text: another one tells more.")
    }
    lines.append(
      "Baselines"
        + (baselines.learnedFrom > 0
          ? ", after reading \(baselines.learnedFrom) of what the model was trained on:"
          : ", which learn while they read:"))
    for baseline in baselines.baselines {
      let name = baseline.name + String(repeating: " ", count: max(0, 8 - baseline.name.count))
      lines.append("  \(name) \(short(bits(baseline.meanNats)))")
    }
    return (lines + [verdict]).map { "\($0)\n" }.joined()
  }

  /// For programs.
  var json: String {
    let baselines = baselines.baselines.map {
      "    {\"name\": \(FlatJSON.quoted($0.name)), \"bitsPerCharacter\": \(bits($0.meanNats))}"
    }
    return """
      {
        "model": \(FlatJSON.quoted(model)),
        "file": \(FlatJSON.quoted(text.file)),
        "unit": "\(text.vocabulary.kind.rawValue)",
        "tokens": \(evaluation.count),
        "characters": \(evaluation.characters),
        "unknown": \(evaluation.unknown),
        "bitsPerCharacter": \(bits(evaluation.meanNats)),
        "nats": \(evaluation.meanNats),
        "perplexity": \(evaluation.perplexity),
        "baselines": [
      \(baselines.joined(separator: ",\n"))
        ],
        "baselinesLearnedFrom": \(self.baselines.learnedFrom),
        "isTrainingText": \(isTrainingText),
        "isWorthIt": \(self.baselines.isBeaten(by: evaluation.meanNats)),
        "verdict": \(FlatJSON.quoted(verdict))
      }

      """
  }
}
