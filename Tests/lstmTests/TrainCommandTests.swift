// `lstm train`, `evaluate`, `generate` and `score` as a person calls them: what is killed goes on to
// the same bits, and what is wrong is said.

import Foundation
import TestSupport
import Testing

@Suite("Training from the command line")
struct TrainCommandTests {
  /// A text that can be learned, the same every time.
  static let text: String = {
    var state: UInt32 = 7
    let words = ["the", "cat", "sat", "on", "a", "mat", "and", "saw", "rat"]
    return (0..<900).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return words[Int(state >> 16) % words.count]
    }.joined(separator: " ") + "\n"
  }()

  static let small = [
    "--hidden-size", "8", "--embedding-size", "4", "--batch", "3", "--sequence-length", "10",
    "--steps", "60", "--checkpoint-every", "5", "--evaluate-every", "20", "--quiet",
  ]

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    _ = try folder.write("text.txt", Self.text)
    return folder
  }

  private func train(_ run: String, in folder: TemporaryFolder, _ more: [String] = []) throws {
    let outcome = try Program.lstm(
      ["train", "text", "text.txt", "--output", run] + Self.small + more, folder: folder.url)
    #expect(outcome.status == 0 && outcome.errors == "" && outcome.output == "")
  }

  private func bytes(_ name: String, in folder: TemporaryFolder) throws -> Data {
    try Data(contentsOf: folder.url.appending(path: name))
  }

  /// The notes without what a clock says.
  private func notes(_ run: String, in folder: TemporaryFolder) throws -> [String] {
    String(decoding: try bytes("\(run)/metrics.jsonl", in: folder), as: UTF8.self)
      .split(separator: "\n").map {
        String($0).replacing(#/"stepsPerSecond": [0-9.]+/#, with: "")
      }
  }

  @Test("A run that is killed at any moment goes on to the bits of one that never was")
  func killed() throws {
    let folder = try folder()
    try train("whole", in: folder)
    for (index, milliseconds) in LongTests.sample(of: [150, 30, 300, 500, 700], every: 3)
      .enumerated()
    {
      let run = "killed\(index)"
      let process = Process()
      process.executableURL = Program.lstm
      process.arguments = ["train", "text", "text.txt", "--output", run] + Self.small
      process.currentDirectoryURL = folder.url
      try process.run()
      Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      // Killed before it wrote what it was to do, there is nothing to go on with.
      guard
        FileManager.default.fileExists(
          atPath: folder.url.appending(path: "\(run)/config.json").path)
      else { continue }
      let outcome = try Program.lstm(
        ["train", "--resume", run, "--threads", "2", "--quiet"], folder: folder.url)
      #expect(outcome.status == 0 && outcome.errors == "")
      for name in ["model.safetensors", "best.safetensors"] {
        #expect(
          try bytes("\(run)/\(name)", in: folder) == bytes("whole/\(name)", in: folder),
          "\(name), killed after \(milliseconds) ms")
      }
      #expect(try notes(run, in: folder) == notes("whole", in: folder))
    }
  }

  @Test("Checkpoints and evaluations change nothing, and neither do threads")
  func savingChangesNothing() throws {
    let folder = try folder()
    try train("often", in: folder)
    try train(
      "seldom", in: folder,
      ["--checkpoint-every", "1000", "--evaluate-every", "1000", "--threads", "2"])
    #expect(
      try bytes("often/model.safetensors", in: folder)
        == bytes("seldom/model.safetensors", in: folder))
  }

  @Test("Where the last checkpoint is damaged, the one before is used, and said")
  func damagedCheckpoint() throws {
    let folder = try folder()
    try train("run", in: folder)
    let model = try bytes("run/model.safetensors", in: folder)
    let path = "run/checkpoints/step-000000060.safetensors"
    let whole = try bytes(path, in: folder)
    var changed = whole
    changed[changed.count - 50] ^= 1
    for (damage, reason) in [
      (changed, "its checksum is not that of its content"),
      (whole.prefix(whole.count / 2), "its header does not fit its length"),
      (Data(), "its header does not fit its length"),
    ] {
      try Data(damage).write(to: folder.url.appending(path: path))
      let outcome = try Program.lstm(["train", "--resume", "run", "--quiet"], folder: folder.url)
      #expect(
        outcome.errors
          == "Note: the checkpoint '\(path)' is damaged: \(reason). The one before it is used.\n")
      #expect(outcome.status == 0)
      #expect(try bytes("run/model.safetensors", in: folder) == model)
    }
    // None is whole: the run begins anew, and ends the same.
    let before = "run/checkpoints/step-000000055.safetensors"
    for file in [path, before] { try Data().write(to: folder.url.appending(path: file)) }
    let outcome = try Program.lstm(["train", "--resume", "run", "--quiet"], folder: folder.url)
    let reason = "is damaged: its header does not fit its length."
    #expect(
      outcome.errors == """
        Note: the checkpoint '\(path)' \(reason)
        Note: the checkpoint '\(before)' \(reason) There is no other: the run begins anew.

        """)
    #expect(try bytes("run/model.safetensors", in: folder) == model)
  }

  @Test("A run that drops weights goes on to the same bits; its rate may be found by trial")
  func regularised() throws {
    let folder = try folder()
    try train("a", in: folder, ["--weight-drop", "0.3", "--schedule", "constant"])
    try train("b", in: folder, ["--weight-drop", "0.3", "--schedule", "constant", "--steps", "17"])
    let outcome = try Program.lstm("train --resume b --steps 60 --quiet", folder: folder.url)
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(
      try bytes("a/model.safetensors", in: folder) == bytes("b/model.safetensors", in: folder))

    // Finding a rate changes nothing but the rate.
    try train("c", in: folder, ["--find-learning-rate"])
    let config = String(decoding: try bytes("c/config.json", in: folder), as: UTF8.self)
    let rate = try #require(config.firstMatch(of: #/"learning-rate": ([0-9.e-]+)/#)?.1)
    try train("d", in: folder, ["--learning-rate", String(rate)])
    #expect(
      try bytes("c/model.safetensors", in: folder) == bytes("d/model.safetensors", in: folder))
    let page = String(decoding: try bytes("c/report.html", in: folder), as: UTF8.self)
    #expect(page.contains("<polyline") && page.contains("<td>hidden-size</td><td>8</td>"))
  }

  @Test("What comes of it is evaluated beside baselines, writes, and scores")
  func use() throws {
    let folder = try folder()
    try train("run", in: folder, ["--steps", "300", "--learning-rate", "0.02"])
    _ = try folder.write("other.txt", String(Self.text.dropFirst(100).prefix(600)))
    let model = "run/model.safetensors"
    let outcome = try Program.lstm(
      ["evaluate", model, "other.txt", "--format", "json"], folder: folder.url)
    #expect(outcome.status == 0 && outcome.errors == "")
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let bits = try #require(object["bitsPerCharacter"] as? Double)
    let baselines = try #require(object["baselines"] as? [[String: Any]])
    let unigram = try #require(
      baselines.first { $0["name"] as? String == "unigram" }?["bitsPerCharacter"] as? Double)
    #expect(bits > 0.5 && bits < unigram)
    #expect(object["tokens"] as? Int == 599)

    func generate(_ more: String...) throws -> String {
      let outcome = try Program.lstm(
        ["generate", model, "--prompt", "the ", "--length", "40"] + more, folder: folder.url)
      #expect(outcome.status == 0 && outcome.errors == "")
      return outcome.output
    }
    let text = try generate("--seed", "3", "--temperature", "0.8")
    #expect(text.hasPrefix("the ") && text.unicodeScalars.count == 45 && text.hasSuffix("\n"))
    #expect(try generate("--seed", "3", "--temperature", "0.8") == text)
    #expect(try generate("--seed", "4", "--temperature", "0.8") != text)
    #expect(try generate("--temperature", "0") == generate("--top-k", "1"))

    let score = try Program.lstm(
      ["score", model, "--text", "the cat", "--format", "json"], folder: folder.url)
    let scored = try #require(
      JSONSerialization.jsonObject(with: Data(score.output.utf8)) as? [String: Any])
    #expect((scored["tokens"] as? [[String: Any]])?.count == 7)
    #expect(try #require(scored["logProbability"] as? Double) < 0)
  }

  @Test("Words and bytes are trained on as characters are", arguments: ["words", "bytes"])
  func units(_ unit: String) throws {
    let folder = try folder()
    try train("run", in: folder, ["--unit", unit])
    let outcome = try Program.lstm(
      ["generate", "run/model.safetensors", "--prompt", "the ", "--length", "9"], folder: folder.url
    )
    #expect(outcome.status == 0 && outcome.output.hasPrefix("the "))
  }

  static let errors: [ErrorCase] = [
    .init(
      "an empty text", "train text empty.txt --output new", 65,
      "Error: 'empty.txt' is empty. Give a text of at least a sequence."),
    .init(
      "a text shorter than a sequence", "train text short.txt --output new", 65,
      """
      Error: 'short.txt' has 9 characters, too few for a sequence of 64 and what follows it.
      Give a longer text, or take shorter sequences.
      """),
    .init(
      "bytes that are not UTF-8", "train text latin.txt --output new", 65,
      "Error: 'latin.txt' is not UTF-8: byte 8, in line 2, is 0xe9. Convert the file, or train on bytes."
    ),
    .init(
      "a learning rate of NaN", "train text text.txt --output new --learning-rate nan", 64,
      "Error: the learning rate is nan. It has to be a number above 0."),
    .init(
      "a size that is no number", "train text text.txt --output new --hidden-size many", 64,
      "Error: the hidden size is many. It has to be a whole number from 1 to 65536."),
    .init(
      "an optimiser that nobody knows", "train text text.txt --output new --optimizer adma", 64,
      "Error: the optimizer is 'adma'. It has to be sgd, rmsprop, adam or adamw."),
    .init(
      "a resume with another architecture", "train --resume run --hidden-size 16", 64,
      """
      Error: the run in 'run' has hidden-size 8, not 16.
      Leave the option out to go on with the run, or begin another one.
      """),
    .init(
      "a resume of nothing", "train --resume none", 66,
      "Error: 'none' holds no run: there is no 'none/config.json'. Check the name of the folder."),
    .init(
      "a folder that holds a run", "train text text.txt --output run", 64,
      "Error: 'run' holds a run already. Go on with it, or choose another folder."),
    .init(
      "neither a text nor a run", "train", 64,
      "Error: what to train on is missing. Give lstm train text FILE, or --resume RUN to go on."),
    .init(
      "an unknown key of settings", "train text text.txt --output new --config settings.json", 65,
      """
      Error: 'settings.json' has the unknown key 'hiden-size'. Did you mean 'hidden-size'?
      Valid here: unit, vocabulary-size, target, inputs, group, label, period, foretells, loss,
      hidden-size, layers, directions, embedding-size, batch, sequence-length, steps, learning-rate,
      optimizer, momentum, weight-decay, clip-norm, clip-value, schedule, warm-up, decay-every,
      decay-factor, weights, forget-bias, weight-drop, validation, evaluate-every, checkpoint-every, seed.
      """),
    .init(
      "a loss that is no number any more",
      "train text text.txt --output wild --optimizer sgd --learning-rate 1e38 --clip-norm 0 --quiet",
      65,
      """
      Error: the loss became NaN (gradient of the embedding) at step 3, batch 1.
      Take a smaller learning rate, or bound the gradients more tightly.
      """),
    .init(
      "a prompt with a character that the model does not know",
      "generate run/model.safetensors --prompt Zeh", 65,
      """
      Error: character 1 of the text, 'Z', is none that the model knows.
      Take it out, or train a model on a text that has it.
      """),
    .init(
      "a text that the model knows nothing of", "evaluate run/model.safetensors foreign.txt", 65,
      """
      Error: 'foreign.txt' has nothing to foretell: the model knows too few of its tokens.
      Give a longer text, of the kind that the model was trained on.
      """),
    .init(
      "a model without a vocabulary", "generate plain.pt --prompt a", 65,
      "Error: 'plain.pt' has no vocabulary, and so no text. Give one in a file of its own."),
    .init(
      "a temperature below 0", "generate run/model.safetensors --temperature -1", 64,
      "Error: the temperature is -1.0. It has to be 0 or more."),
  ]

  @Test("What is wrong is said, and nothing is left behind")
  func wrong() throws {
    let folder = try folder()
    try train("run", in: folder)
    _ = try folder.write("empty.txt", "")
    _ = try folder.write("short.txt", "too short")
    _ = try folder.write("foreign.txt", "ÄÖÜ")
    _ = try folder.write("settings.json", "{\"hiden-size\": 4}")
    try Data(Array("one\ncaf".utf8) + [0xE9, 0x0A]).write(
      to: folder.url.appending(path: "latin.txt"))
    try FileManager.default.copyItem(
      at: Program.package.appending(path: "Examples/sine.pt"),
      to: folder.url.appending(path: "plain.pt"))
    for item in Self.errors {
      let outcome = try Program.lstm(item.arguments, folder: folder.url)
      #expect(outcome.errors == item.message + "\n", "\(item.name)")
      #expect(outcome.status == item.status, "\(item.name)")
    }
    #expect(
      !FileManager.default.fileExists(atPath: folder.url.appending(path: "new").path),
      "a run that cannot begin leaves no folder")
  }

  @Test("A text that has changed is not gone on with")
  func changedText() throws {
    let folder = try folder()
    try train("run", in: folder, ["--steps", "10"])
    _ = try folder.write("text.txt", Self.text.uppercased())
    let outcome = try Program.lstm("train --resume run --steps 20", folder: folder.url)
    let path = folder.url.appending(path: "text.txt").path
    #expect(
      outcome.errors.replacing("\n", with: " ")
        == "Error: '\(path)' is not the file that the run in 'run' began with: its content has changed. "
        + "Put the old one back, or begin another run. ")
    #expect(outcome.status == 65)
  }
}
