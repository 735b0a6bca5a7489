// `lstm train series`, `lstm train labels` and `lstm forecast` as a person calls them.

import Foundation
import TestSupport
import Testing

@Suite("Training on tables")
struct TrainTableTests {
  /// A wave of 12 steps with a gap, and a column that says nothing.
  private static let series: String =
    "month,sold,shop\n"
    + (0..<96).map { step in
      let value = 10 + 3 * sin(Double(step) * .pi / 6)
      return "\(step),\(step == 40 ? "" : "\((value * 100).rounded() / 100)"),1"
    }.joined(separator: "\n") + "\n"

  private static let labels: String = (0..<24).map { index in
    let rows = (0..<(4 + index % 3)).map { "[\(index % 2 == 0 ? $0 : -$0), 1]" }
    return "{\"label\": \"\(index % 2 == 0 ? "up" : "down")\", "
      + "\"sequence\": [\(rows.joined(separator: ", "))]}"
  }.joined(separator: "\n")

  private func train(_ line: String, in folder: TemporaryFolder) throws -> Outcome {
    try Program.lstm(
      "train \(line) --hidden-size 8 --batch 4 --sequence-length 12", folder: folder.url)
  }

  @Test("A series is learned, held against simpler means, and foretold")
  func series() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("sales.csv", Self.series)
    let outcome = try train(
      "series sales.csv --target sold --inputs shop --output run --steps 200", in: folder)
    #expect(outcome.status == 0 && outcome.errors == "")
    for line in [
      "96 rows, foretelling 'sold' from 2 inputs; 1 layer of 8 units, 393 parameters; 200 steps",
      "1 of 96 entries of 'sold' are missing: filled with the last one before, and not asked for where "
        + "foretold.",
      "'shop' is 1.0 everywhere: nothing is learned from it.",
      "Simpler means (a season has 12 steps):", "  the value of a season before",
      "  the last value\n",
    ] { #expect(outcome.output.contains(line), "\(line)") }

    let evaluation = try Program.lstm(
      "evaluate run/model.safetensors sales.csv --format json", folder: folder.url)
    #expect(evaluation.status == 0 && evaluation.errors == "")
    let evaluated = try #require(
      JSONSerialization.jsonObject(with: Data(evaluation.output.utf8)) as? [String: Any])
    let target = try #require((evaluated["targets"] as? [[String: Any]])?.first)
    #expect(target["steps"] as? Int == 48 && target["name"] as? String == "sold")
    #expect(try #require(target["error"] as? Double) < 2)

    let forecast = try Program.lstm(
      "forecast run/model.safetensors sales.csv --steps 12 --format json", folder: folder.url)
    #expect(
      forecast.errors == "Note: 'shop' is read but not foretold: it keeps its last value.\n")
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(forecast.output.utf8)) as? [String: Any])
    let steps = try #require(object["steps"] as? [[String: Any]])
    #expect(steps.count == 12)
    let first = try #require(steps[0]["sold"] as? [String: Any])
    let value = try #require(first["value"] as? Double)
    let interval = try #require(first["interval"] as? [Double])
    #expect(abs(value - 10) < 2, "the wave goes through its middle after 96 steps")
    #expect(interval[0] <= value && value <= interval[1])
    let again = try Program.lstm(
      "forecast run/model.safetensors sales.csv --steps 12 --format json", folder: folder.url)
    #expect(again.output == forecast.output)
  }

  @Test("Classes of ragged sequences are learned; a run of each kind goes on to the same bits")
  func labels() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("labels.jsonl", Self.labels)
    _ = try folder.write("sales.csv", Self.series)
    for line in ["labels labels.jsonl", "series sales.csv --target sold"] {
      let name = String(line.prefix(6))
      let whole = try train("\(line) --output \(name) --steps 40", in: folder)
      #expect(whole.status == 0 && whole.errors == "")
      // With a constant rate, a run of 20 steps that goes on to 40 is one of 40.
      let flat = "--schedule constant --checkpoint-every 7 --quiet"
      #expect(try train("\(line) --output \(name)1 --steps 40 \(flat)", in: folder).status == 0)
      #expect(try train("\(line) --output \(name)2 --steps 20 \(flat)", in: folder).status == 0)
      let outcome = try Program.lstm(
        "train --resume \(name)2 --steps 40 --quiet", folder: folder.url)
      #expect(outcome.status == 0 && outcome.errors == "")
      #expect(
        try Data(contentsOf: folder.url.appending(path: "\(name)1/model.safetensors"))
          == Data(contentsOf: folder.url.appending(path: "\(name)2/model.safetensors")))
      if line.hasPrefix("labels") {
        #expect(
          whole.output.contains("24 sequences of 4 to 6 steps, 2 inputs, 2 classes; 4 held back"))
        #expect(whole.output.contains("Held back: 4 of 4 right (100.0 %). Always"))
        let evaluation = try Program.lstm(
          "evaluate labels/model.safetensors labels.jsonl", folder: folder.url)
        #expect(
          evaluation.output == """
            24 of 24 right (100.0 %). Always 'down', the most frequent class: 50.0 %.
            The LSTM is worth it.

            """)
      }
    }
  }

  static let errors: [ErrorCase] = [
    .init(
      "a ragged row", "train series ragged.csv --output new", 65,
      """
      Error: 'ragged.csv', line 3 has 1 entry, but the first line has 2.
      All lines have to be equally long.
      """),
    .init(
      "a word among numbers", "train series word.csv --target b --output new", 65,
      """
      Error: 'word.csv', line 3, column 2 ('b'): 'many' is not a number.
      Write one, or leave the entry empty where it is missing.
      """),
    .init(
      "a column that is not there", "train series sales.csv --target sald --output new", 65,
      """
      Error: 'sales.csv' has no column 'sald'. Did you mean 'sold'?
      Its columns: month, sold, shop.
      """),
    .init(
      "several columns and no target", "train series sales.csv --output new", 65,
      """
      Error: 'sales.csv' has 3 columns of numbers. Say which one is to be foretold: month, sold, shop.
      """),
    .init(
      "a table of sequences without its columns", "train labels sales.csv --output new", 65,
      """
      Error: 'sales.csv' is a table: say which column has the classes, and which tells one sequence from
      another.
      Its columns: month, sold, shop.
      """),
    .init(
      "one class only", "train labels one.jsonl --output new", 65,
      "Error: 'one.jsonl' has one class only, 'a': there is nothing to tell apart."),
    .init(
      "a class that is missing", "train labels none.jsonl --output new", 65,
      "Error: 'none.jsonl, line 1' lacks the key 'label'. Add it."),
  ]

  @Test("What is wrong is said, and nothing is left behind")
  func wrong() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("sales.csv", Self.series)
    _ = try folder.write("ragged.csv", "a,b\n1,2\n3\n")
    _ = try folder.write("word.csv", "a,b\n1,2\n3,many\n")
    _ = try folder.write("one.jsonl", "{\"label\": \"a\", \"sequence\": [1, 2]}\n")
    _ = try folder.write("none.jsonl", "{\"sequence\": [1, 2]}\n")
    for item in Self.errors {
      let outcome = try Program.lstm(item.arguments, folder: folder.url)
      #expect(outcome.errors == item.message + "\n", "\(item.name)")
      #expect(outcome.status == item.status, "\(item.name)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.url.appending(path: "new").path))
  }
}
