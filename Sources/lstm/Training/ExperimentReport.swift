// What came of an experiment, beside the paper's number.

import LSTMCore
import LSTMFormats
import LSTMTraining

/// A report on an experiment.
struct ExperimentReport {
  private let experiment: Experiment
  private let setUp: Experiment.SetUp
  private let results: [ExperimentResult]
  private let cell: String

  init(
    _ experiment: Experiment, _ setUp: Experiment.SetUp, _ results: [ExperimentResult], cell: String
  ) {
    (self.experiment, self.setUp, self.results, self.cell) = (experiment, setUp, results, cell)
  }

  private var solved: [ExperimentResult] { results.filter(\.isSolved) }

  /// For people.
  var words: String {
    var lines = [
      "\(experiment.name): \(experiment.summary)",
      "Paper: \(experiment.paper).",
      "Ours: \(cell), \(setUp.hiddenSize) hidden units, Adam at \(setUp.learningRate), "
        + "\(setUp.batch) sequences a step, at most \(setUp.steps * setUp.batch)"
        + (setUp.startsForLag ? "; gates start for \(setUp.lag) steps (chrono)." : "."), "",
      "seed  solved  sequences  \(Self.padded("wrong of \(setUp.tests)", 14))seconds",
    ]
    for result in results {
      lines.append(
        Self.padded("\(result.seed)", 6) + Self.padded(result.isSolved ? "yes" : "no", 8)
          + Self.padded("\(result.sequences)", 11) + Self.padded("\(result.wrong)", 14)
          + TrainingReport.short(result.seconds))
    }
    let counts = solved.map(\.sequences).sorted()
    lines += [
      "",
      "Solved from \(solved.count) of \(results.count) seeds"
        + (counts.isEmpty ? "." : ", after \(counts[counts.count / 2]) sequences in the middle."),
    ]
    return lines.map { "\($0)\n" }.joined()
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  /// For programs.
  var json: String {
    let rows = results.map { result in
      let curve = result.curve.map {
        "{\"sequences\": \($0.sequences), \"loss\": \($0.loss), \"wrong\": \($0.wrong)}"
      }
      return """
            {"seed": \(result.seed), "isSolved": \(result.isSolved), "sequences": \(result.sequences), \
        "wrong": \(result.wrong), "seconds": \(result.seconds), "curve": [\(curve.joined(separator: ", "))]}
        """
    }
    return """
      {
        "experiment": "\(experiment.name)",
        "paper": \(FlatJSON.quoted(experiment.paper)),
        "cell": \(FlatJSON.quoted(cell)),
        "hiddenSize": \(setUp.hiddenSize),
        "testSequences": \(setUp.tests),
        "solved": \(solved.count),
        "results": [
      \(rows.joined(separator: ",\n"))
        ]
      }

      """
  }
}
