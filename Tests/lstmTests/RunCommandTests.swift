// `lstm run` and `lstm compare`: who computes and how it is said, streams, and long inputs.

import Foundation
import LSTMCore
import LSTMFormats
import Testing

@testable import lstm

@Suite("Running from the command line")
struct RunCommandTests {
  private let folder: TemporaryFolder
  private static let examples = Program.package.appending(path: "Examples")
  private static let model = examples.appending(path: "sine.pt").path
  private static let input = examples.appending(path: "sine.csv").path

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.url.appending(path: name).path }

  private func data(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: path(name)))
  }

  /// Runs the example and returns the comment of the file that was written.
  private func comment(_ model: String = Self.model, _ more: String...) throws -> String {
    let outcome = try Program.lstm(["run", model, Self.input, "-o", path("out.npz")] + more)
    #expect(outcome.status == 0 && outcome.output.isEmpty, "\(outcome.errors)")
    return try NpzFile(contentsOf: path("out.npz")).comment
  }

  private static let engine =
    #"{"computedBy": "engine", "precision": "float32", "kernels": "\#(KernelSet.fastest)"}"#
  private static let readable = #"{"computedBy": "readable cell", "precision": "float64"}"#

  @Test(
    "The engine computes models narrower than float64, the readable cell the others; both say so")
  func cells() throws {
    #expect(try comment() == Self.engine)
    #expect(try comment(Self.model, "--cells", "readable") == Self.readable)
    #expect(try comment(Self.model, "--cells", "engine") == Self.engine)
    let wide = path("wide.json")
    #expect(
      try Program.lstm(["convert", Self.model, wide, "--precision", "float64"]).status == 0)
    #expect(try comment(wide) == Self.readable)
    #expect(try NpzFile(contentsOf: path("out.npz")).tensor("output").type == .float64)

    let forced = try Program.lstm(
      ["run", wide, Self.input, "--output", path("out.npz"), "--cells", "engine"])
    #expect(forced.status == 0)
    #expect(
      forced.errors
        == "Note: the model's numbers are float64, but the engine computes in single precision.\n")
    #expect(try NpzFile(contentsOf: path("out.npz")).comment == Self.engine)
    #expect(try NpzFile(contentsOf: path("out.npz")).tensor("output").type == .float32)
  }

  @Test("A float64 model's outputs are the bits of the readable cell")
  func float64() throws {
    let wide = path("wide.json")
    _ = try Program.lstm(["convert", Self.model, wide, "--precision", "float64"])
    _ = try comment(wide)
    let model = try LSTMModel(contentsOf: wide)
    let input = try SequenceFile(contentsOf: Self.input, readsTokens: false).input
    let expected = try model.run(RunRequest(input))
    let found = try NpzFile(contentsOf: path("out.npz"))
    #expect(try found.tensor("output").doubles() == expected.output.values)
    #expect(try found.tensor("logits").doubles() == expected.logits?.values)
    #expect(try found.tensor("cell").doubles() == expected.finalState.cell?.values)
  }

  @Test("Text and JSON say who computed")
  func said() throws {
    let text = try Program.lstm(["run", Self.model, Self.input])
    #expect(
      text.output.hasPrefix(
        "computed by the engine in single precision (\(KernelSet.fastest))\n\noutput [12, 1, 8]\n"))
    let readable = try Program.lstm(["run", Self.model, Self.input, "--cells", "readable"])
    #expect(
      readable.output.hasPrefix("computed by the readable cell in double precision\n\noutput ["))
    struct Result: Decodable {
      let computedBy, precision: String
      let kernels: String?
      let output: [[[Float]]]
    }
    func json(_ more: String...) throws -> Result {
      let outcome = try Program.lstm(["run", Self.model, Self.input, "--format", "json"] + more)
      return try JSONDecoder().decode(Result.self, from: Data(outcome.output.utf8))
    }
    let fast = try json()
    #expect(fast.computedBy == "engine" && fast.precision == "float32")
    #expect(fast.kernels == KernelSet.fastest.name && fast.output.count == 12)
    let slow = try json("--cells", "readable")
    #expect(slow.computedBy == "readable cell" && slow.precision == "float64")
    #expect(slow.kernels == nil)
  }

  @Test("compare says whose numbers the model's own are, and finds what was forgotten by both")
  func compare() throws {
    _ = try comment()
    func compare(_ more: String...) throws -> Outcome {
      try Program.lstm(
        ["compare", Self.model, path("out.npz"), "--input", Self.input] + more)
    }
    #expect(
      try compare().output == """
        The numbers agree.
        largest difference: 0
        the model's own numbers are computed by the engine in single precision (\(KernelSet.fastest))

        """)
    let readable = try compare("--cells", "readable").output
    #expect(readable.hasPrefix("The numbers agree.\n"))
    #expect(
      readable.hasSuffix(
        "the model's own numbers are computed by the readable cell in double precision\n"))
    #expect(!readable.contains("difference: 0\n"))
    let json = try compare("--format", "json").output
    #expect(json.hasPrefix("{\n  \"computedBy\": \"engine\",\n  \"precision\": \"float32\",\n"))
  }

  @Test("Any number of threads writes the same bytes")
  func threads() throws {
    _ = try comment(Self.model, "--threads", "1")
    let alone = try data("out.npz")
    for threads in ["2", "3", "64"] {
      _ = try comment(Self.model, "--threads", threads)
      #expect(try data("out.npz") == alone)
    }
  }

  /// Runs a line of the shell, in which `$LSTM`, `$MODEL` and `$INPUT` stand for what they say.
  private func shell(_ line: String) throws -> Outcome {
    try Program.run(
      "/bin/sh", ["-c", line],
      environment: ["LSTM": Program.lstm.path, "MODEL": Self.model, "INPUT": Self.input],
      folder: folder.url)
  }

  @Test("Standard input may be .csv, .npy or .npz, a pipe or a file")
  func standardInput() throws {
    _ = try comment()
    let file = try data("out.npz")
    let values = try SequenceFile(contentsOf: Self.input, readsTokens: false).input
    guard case .values(let array) = values else { return }
    let tensor = Tensor(array.values, shape: array.shape)
    try NumpyFile(tensor).write(to: path("in.npy"))
    try NpzFile(TensorArchive([("input", tensor)])).write(to: path("in.npz"))
    for line in [
      #"cat "$INPUT" | "$LSTM" run "$MODEL" - --output piped.npz"#,
      #""$LSTM" run "$MODEL" - --output piped.npz < "$INPUT""#,
      #"cat in.npy | "$LSTM" run "$MODEL" - --output piped.npz"#,
      #"cat in.npz | "$LSTM" run "$MODEL" /dev/stdin --output piped.npz"#,
      #""$LSTM" run "$MODEL" - --output piped.npz < in.npz"#,
    ] {
      let outcome = try shell(line)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(line): \(outcome.errors)")
      #expect(try data("piped.npz") == file, "\(line)")
      try FileManager.default.removeItem(atPath: path("piped.npz"))
    }
    let empty = try shell(#""$LSTM" run "$MODEL" - < /dev/null"#)
    #expect(empty.status == 65)
    #expect(empty.errors.hasPrefix("Error: 'standard input'"), "\(empty.errors)")
    let compared = try shell(#"cat "$INPUT" | "$LSTM" compare "$MODEL" out.npz --input -"#)
    #expect(compared.status == 0 && compared.output.hasPrefix("The numbers agree."))
  }

  @Test("Output goes to standard output, a pipe or a named pipe as to a file")
  func standardOutput() throws {
    _ = try comment()
    let file = try data("out.npz")
    for line in [
      #""$LSTM" run "$MODEL" "$INPUT" --output - | cat > piped.npz"#,
      #""$LSTM" run "$MODEL" "$INPUT" --output /dev/stdout > piped.npz"#,
      #""$LSTM" run "$MODEL" "$INPUT" --output - > piped.npz"#,
      #"mkfifo pipe; cat pipe > piped.npz & "$LSTM" run "$MODEL" "$INPUT" -o pipe; wait; rm pipe"#,
    ] {
      let outcome = try shell(line)
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(line): \(outcome.errors)")
      #expect(try data("piped.npz") == file, "\(line)")
      try FileManager.default.removeItem(atPath: path("piped.npz"))
    }
    #expect(try shell(#""$LSTM" run "$MODEL" "$INPUT" --output /dev/null"#).status == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(names == ["out.npz"])
  }

  @Test("Where the reader of a pipe goes, the program ends without a word, as others do")
  func brokenPipe() throws {
    // 2 MB do not fit into a pipe.
    let rows = (0..<60_000).map { "\(Double($0 % 7) / 7)" }.joined(separator: "\n")
    _ = try folder.write("long.csv", rows)
    let line = #"("$LSTM" run "$MODEL" long.csv -o -; echo $? > status) | head -c 10 > /dev/null"#
    for prefix in ["", "trap '' PIPE; "] {
      let outcome = try shell(prefix + line)
      #expect(outcome.errors.isEmpty, "\(outcome.errors)")
      #expect(try String(contentsOfFile: path("status"), encoding: .utf8) == "141\n")
    }
  }

  @Test("A bar says how far a long run is: steps, pace, time left")
  func progress() {
    #expect(
      ProgressBar.line(done: 5000, of: 20_000, seconds: 4)
        == "[=====>              ] 5000 of 20000 steps, 1250 a second, 0:12 left")
    #expect(
      ProgressBar.line(done: 3, of: 1000, seconds: 2)
        == "[>                   ] 3 of 1000 steps, 1.5 a second, 11:05 left")
    #expect(
      ProgressBar.line(done: 20, of: 20, seconds: 2)
        == "[====================] 20 of 20 steps, 10 a second, 0:00 left")
  }

  @Test("The bar is shown on a terminal, goes at the end, and is nowhere else")
  func terminal() throws {
    try Self.slowModel(to: path("slow.json"))
    let rows = (0..<4000).map { _ in "0.5" }.joined(separator: "\n")
    _ = try folder.write("long.csv", rows)
    let run = #"$LSTM run slow.json long.csv --cells readable -o slow.npz"#
    let quiet = try shell(run)
    #expect(quiet.status == 0 && quiet.errors.isEmpty && quiet.output.isEmpty)
    guard Program.works("script", ["--version"]) else { return }
    let shown = try shell("script -qec '\(run)' /dev/null < /dev/null")
    #expect(shown.status == 0)
    #expect(shown.output.contains(#/\] [1-3]\d{3} of 4000 steps, /#), "\(shown.output)")
    #expect(shown.output.hasSuffix("\r\u{1B}[K"))
    #expect(
      try !shell("script -qec '\(run) 2> err' /dev/null < /dev/null").output.contains("steps"))
    #expect(try data("err").isEmpty)
  }

  /// A float64 model that keeps the readable cell busy for a second.
  private static func slowModel(to path: String) throws {
    let cell = ReadableCell(
      parameters: try CellParameters<Double>(
        .uniform(low: -0.1, high: 0.1), shape: CellShape(inputSize: 1, hiddenSize: 24), seed: 1))
    try LSTMModel(network: try LSTMNetwork(layers: [NetworkLayer(forward: cell)])).write(to: path)
  }

  @Test("What is wrong with who computes, threads and streams is said, with status 64")
  func wrong() throws {
    let cases: [(arguments: [String], message: String)] = [
      (["--threads", "0"], "--threads: '0' is not a whole number from 1 to 1024."),
      (["--threads", "-2"], "--threads: '-2' is not a whole number from 1 to 1024."),
      (["--threads", "two"], "--threads: 'two' is not a whole number from 1 to 1024."),
      (["--threads", "1.5"], "--threads: '1.5' is not a whole number from 1 to 1024."),
      (
        ["--cells", "fast"], "--cells: 'fast' is not valid here.\nChoose one of: engine, readable."
      ),
      (
        ["--cells", "Readable"],
        "--cells: 'Readable' is not valid here. Did you mean 'readable'?\n"
          + "Choose one of: engine, readable."
      ),
    ]
    for (arguments, message) in cases {
      for command in [["run", Self.model, Self.input], ["compare", Self.model, Self.input]] {
        let outcome = try Program.lstm(command + arguments)
        #expect(outcome.status == 64 && outcome.output.isEmpty)
        #expect(outcome.errors == "Error: \(message)\n")
      }
    }
  }

  @Test("Two models are compared without running them: --threads is refused")
  func nothingToRun() throws {
    let outcome = try Program.lstm(["compare", Self.model, Self.model, "--threads", "2"])
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(
      outcome.errors == """
        Error: --cells and --threads say how a model is run, but two models are compared without it.
        Leave them out, or give --input with the file of sequences.

        """)
  }

  @Test("Help names who can compute, the threads and the streams")
  func help() throws {
    for command in ["run", "compare"] {
      let help = try Program.lstm([command, "--help"]).output
      for text in [
        "WHO COMPUTES:", "--cells <cells>", "(values: engine, readable", "--threads <number>",
        "(default: one a core)",
      ] { #expect(help.contains(text), "no '\(text)' in \(help)") }
    }
    let help = try Program.lstm(["run", "--help"]).output
      .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(help.contains("A single - is standard input"))
    #expect(help.contains("- for standard output"))
  }
}
