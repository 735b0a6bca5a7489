// What is said of mistakes in `lstm trace`, `explain`, `stream`, `step` of a run, and what if.

import LSTMFormats
import Testing

@testable import lstm

extension TraceCommandTests {
  @Test(
    "Mistakes are told in words",
    arguments: [
      (
        "trace MODEL INPUT --output t.txt",
        "--output 't.txt': a trace is written as .npz, .safetensors, .json, .svg or .html. Give the "
          + "file one of these extensions."
      ),
      (
        "trace MODEL INPUT --record layer1.forward.forgetgate",
        "'layer1.forward.forgetgate': there is no quantity 'forgetgate'. Did you mean 'forgetGate'?"
      ),
      (
        "trace MODEL INPUT --text a",
        "a file of sequences, --text and --text-file exclude one another. Keep one of them."
      ),
      (
        "trace MODEL",
        "there is nothing to run on. Name a file of sequences, or give --text or --text-file."
      ),
      (
        "trace MODEL --text a",
        "this model reads numbers, no tokens: it has neither embedding nor one-hot. Name a file of "
          + "sequences in place of text."
      ),
      (
        "trace CHARACTERS --text axb",
        "character 2 of the text, 'x', is none that the model knows. Take it out, or train a model on "
          + "a text that has it."
      ),
      (
        "trace CHARACTERS --text ",
        "the text is empty. Give at least one character."
      ),
      (
        "explain MODEL INPUT --gates --target 1",
        "--ledger, --why, --gates and an output (--target, --at, --by, --beside, --reach) are explained "
          + "one at a time. Keep one of them."
      ),
      (
        "explain MODEL INPUT --reach --beside",
        "--reach is about gradients, --by and --beside about parts. Keep one of them."
      ),
      (
        "explain MODEL INPUT --by token",
        "--by token: this model reads numbers, no tokens. Choose step or feature."
      ),
      (
        "explain MODEL INPUT --why layer1.forward.cellState",
        "--why: 'layer1.forward.cellState' names no gate. Write one as in "
          + "layer1.forward.forgetGate[3]@40."
      ),
      (
        "explain MODEL INPUT --ledger cellState@3-4",
        "'cellState@3-4': one step is explained at a time. End the address in one, as @40."
      ),
      (
        "explain MODEL INPUT --ledger layer1.forward.kept",
        "'layer1.forward.kept': one cell's cellState is explained at a time. Write its layer and "
          + "direction, as in layer1.forward.cellState[3]@40."
      ),
      (
        "run MODEL INPUT --clamp layer1.forward.forgetGate",
        "--clamp: 'layer1.forward.forgetGate' is not of the form address=value, as in "
          + "layer1.forward.forgetGate[3]@5-9=1."
      ),
      (
        "run MODEL INPUT --clamp layer1.forward.forgetGate=x",
        "--clamp: 'x' is not a finite number. Write it like -0.25 or 1e-3."
      ),
      (
        "run MODEL INPUT --ablate layer1.forward.forgetGate=none",
        "--ablate: 'none' is no way to take something away. Choose zero, mean or resample."
      ),
      (
        "run MODEL INPUT --swap-state TRACE",
        "--swap-state: write the trace and a step of it, as in other.npz@120."
      ),
      (
        "run MODEL INPUT --swap-state TRACE@x",
        "--swap-state: 'x' is no step. Write a number from 1, as in other.npz@120."
      ),
      (
        "run MODEL INPUT --swap-state TRACE@9999",
        "'TRACE' has no step 9999; it has STEPS."
      ),
      (
        "run CHARACTERS --text ab --swap-state TRACE@1",
        "'TRACE' was recorded from another model: the fingerprints differ. Record it again from this "
          + "one."
      ),
      (
        "run MODEL INPUT --patch layer1.forward.kept=TRACE",
        "'TRACE' has no 'layer1.forward.kept'; it has layer1.forward.candidate, "
          + "layer1.forward.cellState, layer1.forward.forgetGate, layer1.forward.hiddenState, "
          + "layer1.forward.inputGate, layer1.forward.outputGate. Record it, too."
      ),
      (
        "step --input 1 --at 3",
        "--at, --sequence, --text and what is held belong to a step of a model's run. Name the model "
          + "and its sequences, as in\nlstm step model.pt input.npy --at 12"
      ),
      (
        "step MODEL INPUT --at 9999",
        "--at: there is no step 9999; the run has STEPS. Choose among them."
      ),
      (
        "step MODEL INPUT --sequence 2",
        "--sequence: there is no sequence 2; the run has 1. Choose among them."
      ),
      (
        "step MODEL INPUT --layer 9",
        "--layer: there is no layer 9; 'MODEL' has 1. Choose among them."
      ),
      (
        "step MODEL INPUT --direction reverse",
        "--direction: layer 1 of 'MODEL' does not read backward. Leave it out."
      ),
      (
        "step MODEL INPUT --seed 3",
        "the step of a model's run has its numbers, weights and variant from there. Leave --input, "
          + "--hidden, --cell,\nweights and variant out; or leave the model out, and name its file "
          + "with --weights."
      ),
      (
        "step MODEL INPUT --at 3 --clamp layer1.forward.forgetGate=1",
        "numbers of this very step are held, so that its arithmetic would not come out. Look at a "
          + "later step, or at what lstm trace records of this one."
      ),
      (
        "step --input 1 --hidden-gradient 1",
        "--hidden-gradient and --cell-gradient belong to the way back. Add --backward, or leave them "
          + "out."
      ),
      (
        "step --input 1 --backward --format svg",
        "--backward is written as text or json. Choose one of them with --format."
      ),
      (
        "trace MODEL INPUT --format svg",
        "a picture shows one array, and 6 are recorded. Choose one, as in --record "
          + "layer1.forward.forgetGate, or write .html, which has room for all."
      ),
      (
        "trace MODEL INPUT --format map --sequence 2",
        "--sequence: there is no sequence 2; the run has 1. Choose among them."
      ),
      (
        "trace MODEL INPUT --format map --output t.npz",
        "--output t.npz says by its extension what is written, and so does --format map. Leave one of "
          + "them out."
      ),
      (
        "explain MODEL INPUT --format svg",
        "--format svg draws the ledger of a cell state. Add --ledger, as in --ledger "
          + "layer1.forward.cellState[3], or choose text or json."
      ),
      (
        "explain MODEL INPUT --format svg --ledger cellState",
        "a picture shows the ledger of one unit. Choose one, as in layer1.forward.cellState[3]."
      ),
      (
        "compare TRACE TRACE --input INPUT",
        "traces are compared as they are, without a run. Leave --input, --cells and --threads out."
      ),
      (
        "trace MODEL INPUT --sequence 1",
        "--sequence chooses what a heat map shows; the other forms have all sequences. Leave it out, or "
          + "choose map, svg or html."
      ),
      (
        "run MODEL INPUT --resample-seed 3",
        "--resample-seed is for --ablate …=resample. Add that, or leave the seed out."
      ),
      (
        "compare TRACE MODEL",
        "'TRACE' is a trace, and 'MODEL' is none that is read here. A trace is compared with another, in "
          + ".npz or .safetensors."
      ),
      (
        "stream MODEL --trace t.npz",
        "--trace t.npz: a stream has no end that arrays could be made for. Its trace is lines of JSON: "
          + "give the file a name as in trace.jsonl."
      ),
      (
        "stream MODEL --record kept",
        "--record says what --trace writes. Add --trace FILE, or leave it out."
      ),
      (
        "stream MODEL --text",
        "--text: this model reads numbers, no tokens. Leave it out."
      ),
      (
        "stream MODEL --vocabulary v.json",
        "--vocabulary is for lines of text. Add --text, or leave it out."
      ),
      (
        "stream MODEL --state TRACE",
        "'TRACE' does not say of which model its states are. States are saved by a stream; begin with "
          + "hidden and cell in a file of sequences otherwise."
      ),
    ])
  func mistakes(_ line: String, _ message: String) throws {
    let steps = try SequenceFile(contentsOf: Self.input, readsTokens: false).input.steps
    try succeed("trace", Self.model, Self.input, "--output", path("t.npz"))
    let names = [
      ("MODEL", Self.model), ("INPUT", Self.input), ("CHARACTERS", try characters()),
      ("TRACE", path("t.npz")), ("STEPS", "\(steps)"),
    ]
    func named(_ text: String) -> String {
      names.reduce(text) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
    }
    let words = line.split(separator: " ", omittingEmptySubsequences: false).map {
      named(String($0))
    }
    let outcome = try Program.lstm(words)
    #expect(outcome.status >= 64, "\(line): \(outcome.output)")
    func plain(_ text: String) -> String {
      text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    #expect(plain(outcome.errors).hasPrefix("Error: " + plain(named(message))), "\(outcome.errors)")
  }
}
