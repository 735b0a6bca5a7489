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
  func follow(_ run: TextRun) throws {
    let begin = ContinuousClock.now
    if !isQuiet { Output.line(Self.opening(run)) }
    var progress = isQuiet ? nil : ProgressBar(steps: run.settings.steps, done: run.step)
    do {
      defer { progress?.erase() }
      try run.run { event in
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
    if let loss = run.validationLoss, let baselines = run.baselines {
      print("On the text held back: \(baselines.verdict(loss))")
    }
    for line in try run.memoryReport?.words(window: run.settings.sequenceLength) ?? [] {
      print(line)
    }
    print(
      """
      Next: lstm generate \(run.folder.modelPath) --prompt "…"
            lstm evaluate \(run.folder.modelPath) FILE
      """)
  }

  private static func opening(_ run: TextRun) -> String {
    let (text, settings) = (run.text, run.settings)
    let unit = text.vocabulary.kind.rawValue
    let layers = settings.layers == 1 ? "1 layer" : "\(settings.layers) layers"
    return "\(text.count) \(unit), \(text.vocabulary.entries.count) different; "
      + "\(layers) of \(settings.hiddenSize) units, \(run.parameterCount) parameters; "
      + (run.step > 0 ? "going on after step \(run.step) of " : "") + "\(settings.steps) steps"
  }

  private static func line(_ note: TrainingNote, validation: Double, of run: TextRun) -> String {
    let held = run.text.vocabulary.kind == .words ? "word" : "character"
    return "step \(note.step): loss \(short(note.loss)) nats, held back \(short(validation)) "
      + "(\(short(validation / Double.log(2))) bits a \(held)), "
      + "\(Int(note.tokensPerSecond)) tokens a second"
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
