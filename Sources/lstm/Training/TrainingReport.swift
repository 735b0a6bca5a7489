// What is said of a training: a bar while it runs, lines where nobody sits at a terminal, and at the
// end what came of it.

import LSTMCore
import LSTMTraining

/// Tells of a training.
struct TrainingReport {
  private let isQuiet: Bool
  private let isJSON: Bool

  init(_ options: TrainingOptions) {
    (isQuiet, isJSON) = (options.quiet || options.json, options.json)
  }

  /// Trains to the end, and tells of it.
  func follow(_ run: TrainingRun) throws {
    let begin = ContinuousClock.now
    if !isQuiet { Output.line(Self.opening(run)) }
    var progress = isQuiet ? nil : ProgressBar(steps: run.settings.steps, done: run.step)
    let closing: [String]
    do {
      defer { progress?.erase() }
      closing = try run.run { event in
        switch event {
        case .step(let step, let loss, let norm):
          progress?.show(
            step, "loss \(Self.short(loss)), gradient \(Self.short(norm))")
        case .note(let note):
          if isJSON { Output.line(note.json) }
          guard !isQuiet, let loss = note.validationLoss else { return }
          progress?.erase()
          Output.line(Self.line(note, validation: loss, of: run))
        }
      }
    }
    guard !isQuiet else { return }
    let seconds = begin.duration(to: .now) / .seconds(1)
    print("Trained in \(Self.short(seconds)) s: \(run.folder.modelPath)")
    for line in closing { print(line) }
    print(Self.next(run))
  }

  private static func opening(_ run: TrainingRun) -> String {
    let settings = run.settings
    let layers = settings.layers == 1 ? "1 layer" : "\(settings.layers) layers"
    var lines = run.task.opening(settings)
    lines[0] +=
      "; \(layers) of \(settings.hiddenSize) units, \(run.network.parameterCount().total) "
      + "parameters; " + (run.step > 0 ? "going on after step \(run.step) of " : "")
      + "\(settings.steps) steps"
    return lines.joined(separator: "\n")
  }

  private static func line(_ note: TrainingNote, validation: Double, of run: TrainingRun) -> String
  {
    "step \(note.step): loss \(short(note.loss)), held back \(short(validation)) "
      + "(\(run.task.words(loss: validation))), \(Int(note.stepsPerSecond)) steps a second"
  }

  /// What to do with the model.
  private static func next(_ run: TrainingRun) -> String {
    let path = run.folder.modelPath
    return switch run.folder.taskName {
    case TextTask.name:
      "Next: lstm generate \(path) --prompt \"…\"\n      lstm evaluate \(path) FILE"
    case SeriesTask.name: "Next: lstm forecast \(path) FILE --steps 12"
    default: "Next: lstm inspect \(path)"
    }
  }

  /// A number of four digits.
  static func short(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    let digits = max(0, 3 - Int(Double.log10(abs(value)).rounded(.down)))
    let scale = Double.pow(10, Double(min(digits, 12)))
    let rounded = (value * scale).rounded() / scale
    return digits == 0 ? "\(Int(rounded))" : "\(rounded)"
  }
}
