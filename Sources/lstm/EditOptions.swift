// What if: numbers put in place of what a model computes. `run`, `trace`, `explain` and `step` share these
// options.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

/// Numbers to hold in a run.
struct EditOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Hold numbers of the run at one number, as in layer2.forward.forgetGate[17]@40-60=1. Goes before "
        + "patches, and these before ablations.",
      valueName: "address=number"))
  var clamp: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Take away what numbers say: zero; mean, their own over the run; or resample, their own of "
        + "other steps.", valueName: "address=zero|mean|resample"))
  var ablate: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Put in the numbers of another run, out of a trace: at the same steps, or all of one step.",
      valueName: "address=trace[@step]"))
  var patch: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Begin with the states that another run had after a step, out of its trace.",
      valueName: "trace@step"))
  var swapState: String?

  @Option(
    parsing: .unconditional, help: "Where --ablate …=resample starts drawing. (default: 0)",
    transform: wholeNumber(0...UInt64.max))
  var resampleSeed: UInt64?

  /// Whether anything is edited.
  var isEmpty: Bool { clamp.isEmpty && ablate.isEmpty && patch.isEmpty && swapState == nil }

  /// Says on standard error what is edited, where the result itself does not.
  func saySo() {
    if !isEmpty { Terminal.note("what if: \(words.joined(separator: "; ")).") }
  }

  /// What is edited, in the words of the command line.
  var words: [String] {
    clamp.map { "clamp \($0)" } + ablate.map { "ablate \($0)" } + patch.map { "patch \($0)" }
      + (swapState.map { ["swap-state \($0)"] } ?? [])
  }

  /// Puts the edits into a run.
  ///
  /// - Parameter sequences: what will be run; `--ablate` runs it once to see what is usual.
  func apply(to run: inout SequenceRun, _ sequences: inout SequenceSource) throws {
    guard resampleSeed == nil || ablate.contains(where: { $0.hasSuffix("=resample") }) else {
      throw UsageError(
        "--resample-seed is for --ablate …=resample. Add that, or leave the seed out.")
    }
    run.holds = []
    var plain: RunTrace<Double>?
    for text in ablate {
      let (address, value) = try pair(text, "--ablate", "layer1.forward.forgetGate[3]=zero")
      guard let kind = Ablation(rawValue: value) else {
        throw UsageError(
          "--ablate: '\(value)' is no way to take something away. Choose zero, mean or resample.")
      }
      if kind != .zero, plain == nil {
        var bare = run
        bare.holds = []
        plain = try bare.trace(of: &sequences)
      }
      run.holds += try Hold.ablations(
        address, kind, in: plain, of: run.model, seed: resampleSeed ?? 0)
    }
    for text in patch { run.holds += try patched(text, run.model) }
    run.holds += try clamp.map(clamped)
    if let swapState {
      guard sequences.states.arrays.isEmpty else {
        throw UsageError(
          "--swap-state says where to begin, and so does the file of sequences. Keep one of them.")
      }
      run.startState = try swapped(swapState, run.model)
    }
  }

  /// What the edits change in what a run gives; nil where nothing is edited.
  func changes(
    _ run: SequenceRun, _ sequences: inout SequenceSource, _ result: NetworkOutput<Double>
  ) throws -> OutputChanges? {
    guard !isEmpty else { return nil }
    var plain = run
    (plain.holds, plain.startState) = ([], nil)
    return OutputChanges(edits: words, from: try plain.output(of: &sequences), to: result)
  }

  private func clamped(_ text: String) throws -> Hold<Double> {
    let (address, value) = try pair(text, "--clamp", "layer1.forward.forgetGate[3]@5-9=1")
    return Hold(address, at: try number(value, option: "--clamp"))
  }

  private func patched(_ text: String, _ model: LSTMModel) throws -> [Hold<Double>] {
    let (address, value) = try pair(text, "--patch", "layer1.forward.cellState=other.npz@12")
    let (file, step) = try place(value, "--patch")
    let trace = try TraceFile(contentsOf: file)
    try trace.check(isOf: model)
    return try address.cells(in: model).map { layer, direction, quantity in
      let array = try trace.array(layer: layer, direction, quantity)
      return Hold(
        address.of(layer, direction, quantity),
        values: try step.map { try trace.plane($0, of: array) } ?? array)
    }
  }

  private func swapped(_ text: String, _ model: LSTMModel) throws -> NetworkState<Double> {
    let (file, step) = try place(text, "--swap-state")
    guard let step else {
      throw UsageError("--swap-state: write the trace and a step of it, as in other.npz@120.")
    }
    let trace = try TraceFile(contentsOf: file)
    try trace.check(isOf: model)
    return try trace.state(after: step, of: model)
  }

  /// Cuts `address=value`.
  private func pair(_ text: String, _ option: String, _ example: String) throws
    -> (TraceAddress, String)
  {
    guard let mark = text.firstIndex(of: "=") else {
      throw UsageError("\(option): '\(text)' is not of the form address=value, as in \(example).")
    }
    return (
      try TraceAddress(String(text[..<mark])), String(text[text.index(after: mark)...])
    )
  }

  /// Cuts `trace@step`; the step, counted from 1 in the text, may be left out.
  private func place(_ text: String, _ option: String) throws -> (file: String, step: Int?) {
    guard let mark = text.lastIndex(of: "@"), !FileAccess.exists(text) else { return (text, nil) }
    guard let step = Int(text[text.index(after: mark)...]), step >= 1 else {
      throw UsageError(
        "\(option): '\(text[text.index(after: mark)...])' is no step. Write a number from 1, as in "
          + "other.npz@120.")
    }
    return (String(text[..<mark]), step - 1)
  }
}
