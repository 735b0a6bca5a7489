// `lstm run`: a model over sequences.

import ArgumentParser
import LSTMCore
import LSTMFormats
import LSTMInsight

extension EmptySequences: ExpressibleByArgument {}

/// Runs a model over sequences.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a model over sequences.",
    discussion: """
      INPUT is a .npy file ([T, B, I], or [T, I] for one sequence; whole numbers [T, B] for a model \
      with an embedding), a .csv file with a step a line, or an .npz file with input and perhaps \
      hidden, cell ([layers x directions, B, units]) and lengths ([B]); what is left out is what \
      the model stores, else zeros and all steps. A single - is standard input:

        lstm run model.pt input.npy --output out.npz
        gunzip -c input.csv.gz | lstm run model.pt - --output - > out.npz

      The output has output, hidden, cell and, where the model has a head, logits and \
      probabilities, in the model's own precision. Where layers differ in width, states are an \
      array for each direction of each layer, here as in the input: hidden_l0, hidden_l0_reverse, \
      cell_l0 and so on, [1, B, units]. Models narrower than float64 are computed by the engine \
      in single precision, float64 ones by the readable cell in double; text and JSON say it, an \
      .npz file in the comment of the zip file. Files are read and written a few steps at a time, \
      so that sequences may be longer than the memory.

      Sound in a .wav file runs through a model that makes one number of one, such as those of Neural \
      Amp Modeler and GuitarML; a channel is a sequence, and the output is a .wav file too:

        lstm run amp.nam guitar.wav --output amp.wav
      """)

  @Argument(help: "The model's file.")
  var model: String

  @Argument(help: "The sequences; - for standard input.")
  var input: String?

  @OptionGroup(title: "What it runs on") var inputOptions: InputOptions

  @OptionGroup(title: "What if") var editOptions: EditOptions

  @OptionGroup(title: "Parts of the file") var modelOptions: ModelOptions

  @OptionGroup(title: "Who computes") var cellsOptions: CellsOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The .npz, .csv or .wav file to write, whole or not at all; - for standard output."))
  var output: String?

  @Option(help: "What to write to the terminal when no output is named.")
  var format: ReportFormat = .text

  @Option(
    parsing: .unconditional, help: "The most decimals of a number, for reading.",
    transform: wholeNumber(Digits.range))
  var digits: Int = 6

  /// Runs over sound.
  private func run(_ model: LSTMModel, _ sound: WaveFile) throws {
    guard let output, output.lowercased().hasSuffix(".wav") else {
      throw UsageError("sound in, sound out: give --output with a name that ends in .wav.")
    }
    if let rate = model.audio?.sampleRate, Int(rate) != sound.sampleRate {
      Terminal.note(
        "the model was made for \(Int(rate)) samples a second, the sound has \(sound.sampleRate).")
    }
    let run = try cellsOptions.run(model, inputOptions.emptySequences)
    var progress = ProgressBar(steps: sound.frames)
    defer { progress.erase() }
    try run.write(sound, to: output) { progress.show($0) }
  }

  /// Writes what the model gives for one sequence, a step a line: probabilities, logits or outputs.
  private func write(_ result: NetworkOutput<Double>, csv path: String) throws {
    let array = result.probabilities ?? result.logits ?? result.output
    guard array.rows == 1 else {
      throw UsageError(
        "--output \(path): a .csv file holds one sequence, and there are \(array.rows). Write .npz."
      )
    }
    let lines = (0..<array.planes).map { step in
      array.row(step, 0).map { "\(Float($0))" }.joined(separator: ",") + "\n"
    }
    try Output.write(lines.joined(), to: path)
  }

  /// Refuses a name whose extension asks for something else than an .npz file.
  private static func checkExtension(_ path: String) throws {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return }
    let found = name[dot...]
    guard found.lowercased() == ".npz" else {
      throw UsageError(
        "--output \(path): nothing is written as '\(found)'. Give .npz, .csv, or - for standard "
          + "output; .wav for sound.")
    }
  }

  func run() throws {
    let opened = try modelOptions.openSaying(model)
    if let sound = try input.flatMap(Streams.sound) { return try run(opened, sound) }
    let batchFirst = inputOptions.batchFirst
    var sequences = try inputOptions.sequences(input, of: opened)
    var run = try cellsOptions.run(opened, inputOptions.emptySequences)
    try editOptions.apply(to: &run, &sequences)
    if output != nil { editOptions.saySo() }
    if let output, output.lowercased().hasSuffix(".csv") {
      try write(run.output(of: &sequences), csv: output)
    } else if let output {
      try Self.checkExtension(output)
      var progress = ProgressBar(steps: sequences.steps)
      defer { progress.erase() }
      try Streams.endingQuietly {
        try run.write(
          &sequences, to: Streams.place(output), isBatchFirst: batchFirst
        ) { progress.show($0) }
      }
    } else {
      let result = try run.output(of: &sequences)
      let changes = try editOptions.changes(run, &sequences, result)
      let arrays = RunArrays(result, of: opened, isBatchFirst: batchFirst).entries
        .map { ($0.name, $0.array) }
      let isDouble = opened.precision == .float64 && run.computation.precision == .float64
      let text =
        switch format {
        case .text:
          ArrayText.text(
            arrays, by: run.computation, NumberFormat(digits: digits), allRows: Hint.allRows)
            + (changes.map { "\n" + $0.text(NumberFormat(digits: digits)) } ?? "")
        case .json:
          ArrayText.json(
            arrays, by: run.computation, isDouble ? .double : .float, changes: changes,
            notes: opened.notesInWords)
        }
      try Output.write(text, to: nil)
    }
  }
}
