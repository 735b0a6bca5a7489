// What `lstm diagnose` says of somebody's numbers, in text and in JSON, and how it ends.

import Foundation
import TestSupport
import Testing

/// The JSON of a diagnosis.
struct DiagnosisDocument: Decodable {
  struct Difference: Decodable {
    let quantity: String
    let unit: Int?
    let mine: Double?
    let expected: Double?
  }

  struct Cause: Decodable {
    let id: String
    let explains: [String]
    let fix: String
  }

  struct Probe: Decodable {
    let options: [String]
    let input: [Double]
    let hidden: [Double]
    let cell: [Double]
  }

  let agrees: Bool
  let firstDifference: Difference?
  let causes: [Cause]
  let hidden: [String]
  let probe: Probe?
}

@Suite struct DiagnoseCommandTests {
  static let forget = "0.47502081,0.68997448,0.549834,0.4875026,0.66818777"
  /// Weights and an old cell state that hide nothing.
  static let random =
    Program.founding + ["--cell", "1,-1,0.5,2,-0.3", "--weights", "uniform:-1:1", "--seed", "3"]

  private static func diagnose(
    _ options: [String], status: Int32, folder: URL? = nil
  ) throws -> String {
    let outcome = try Program.lstm(["diagnose"] + options, folder: folder)
    #expect(outcome.status == status && outcome.errors.isEmpty, "\(options): \(outcome.errors)")
    return outcome.output
  }

  private static func document(
    _ options: [String], status: Int32, folder: URL? = nil
  ) throws -> DiagnosisDocument {
    let text = try diagnose(options + ["--format", "json"], status: status, folder: folder)
    return try JSONDecoder().decode(DiagnosisDocument.self, from: Data(text.utf8))
  }

  @Test(
    "The text of a diagnosis, to the letter",
    arguments: [
      ("agrees", 0, Program.founding + ["--my-forget", forget]),
      (
        "two-mistakes", 1,
        Program.founding + [
          "--my-forget", "0,1,1,0,1", "--my-candidate", "0.4750,0.6900,0.5498,0.4875,0.6682",
        ]
      ),
      (
        "alternatives", 1,
        Program.founding + [
          "--bias", "forget=1,input=0.5,candidate=0.2", "--cell", "1,1,1,1,1",
          "--my-forget", "0.598688,0.785835,0.668188,0.610639,0.768525",
        ]
      ),
      ("unexplained", 1, random + ["--my-candidate", "0.1,0.2,0.3,0.4,0.5"]),
    ] as [(String, Int32, [String])])
  func text(_ name: String, _ status: Int32, _ options: [String]) throws {
    let expected = try String(decoding: Fixtures.data("diagnose/\(name).txt"), as: UTF8.self)
    let found = try Self.diagnose(options, status: status)
    #expect(found == expected)
    #expect(found.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("JSON has the keys of its description, and null where there is nothing")
  func keys() throws {
    let wrong = try Self.diagnose(
      Program.founding + ["--my-forget", "0,1,1,0,1", "--format", "json"], status: 1)
    let keys = wrong.split(separator: "\n").filter { $0.hasPrefix("  \"") }
      .compactMap { $0.split(separator: "\"").dropFirst().first.map(String.init) }
    #expect(
      keys.filter { !["unexplained", "notChecked"].contains($0) } == [
        "agrees", "firstDifference", "causes", "hidden", "probe",
      ])
    #expect(
      wrong.contains(
        """
          "firstDifference": {
            "quantity": "forget",
            "unit": 1,
            "mine": 0,
            "expected": 0.47502081252106
          },
        """))
    let right = try Self.diagnose(
      Program.founding + ["--my-forget", Self.forget, "--format", "json"], status: 0)
    #expect(right.hasPrefix("{\n  \"agrees\": true,\n  \"firstDifference\": null,\n"))
    #expect(right.contains("\n  \"causes\": [],\n"))
    let hidesNothing = try Self.diagnose(
      Self.random + ["--my-forget", "1,2,3,4,5", "--format", "json"], status: 1)
    #expect(hidesNothing.contains("\n  \"hidden\": [],\n"))
    #expect(hidesNothing.hasSuffix("\n  \"probe\": null\n}\n"))
  }

  @Test(
    "Whatever lstm step prints as JSON is read, and the mistake is named",
    arguments: LongTests.sample(
      of: [
        ("", nil, []), ("--activation candidate=sigmoid", "candidate", ["candidate-sigmoid"]),
        ("--activation gates=tanh", "forget", ["gate-tanh:all"]),
        ("--pin forget=1", "forget", nil),
        ("--activation cell=identity", "newHidden", ["hidden-without-tanh"]),
        ("--coupled input-from-forget", "input", ["coupled-input"]),
        ("--cell 0,0,0,0,0", "newCell", ["zero-cell"]),
        ("--hidden 0,0,0,0,0", "forget", ["zero-hidden"]),
        (
          "--activation candidate=sigmoid,cell=identity", "candidate",
          ["candidate-sigmoid", "hidden-without-tanh"]
        ),
      ] as [(String, String?, [String]?)], every: 2))
  func mine(_ change: String, _ quantity: String?, _ ids: [String]?) throws {
    let folder = try TemporaryFolder()
    let changed = Self.random + change.split(separator: " ").map(String.init)
    let step = try Program.lstm(["step"] + changed + ["--format", "json"])
    _ = try folder.write("mine.json", step.output)
    let found = try Self.document(
      Self.random + ["--mine", "mine.json"], status: quantity == nil ? 0 : 1, folder: folder.url)
    #expect(found.agrees == (quantity == nil))
    #expect(found.firstDifference?.quantity == quantity)
    if let ids { #expect(found.causes.map(\.id) == ids) }
    #expect(found.causes.allSatisfy { !$0.fix.isEmpty && !$0.explains.isEmpty })
  }

  @Test("An option outranks the file")
  func outranks() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("mine.json", "{\"gates\": {\"forget\": [0, 0, 0, 0, 0]}}")
    let options = Program.founding + ["--mine", "mine.json"]
    _ = try Self.diagnose(options, status: 1, folder: folder.url)
    _ = try Self.diagnose(options + ["--my-forget", Self.forget], status: 0, folder: folder.url)
  }

  @Test(
    "Any subset of the results can be given",
    arguments: LongTests.sample(
      of: [
        (["--my-forget"], 0), (["--my-input-gate"], 0), (["--my-candidate"], 1),
        (["--my-output-gate"], 0), (["--my-cell"], 1), (["--my-hidden"], 1),
        (["--my-input-gate", "--my-output-gate"], 0), (["--my-output-gate", "--my-hidden"], 1),
      ] as [([String], Int32)], every: 2))
  func subsets(_ names: [String], _ status: Int32) throws {
    let options = names.flatMap { [$0, Self.forget] }
    let found = try Self.document(Program.founding + options, status: status)
    #expect(found.agrees == (status == 0))
  }

  @Test(
    "The tolerance follows from the digits, or is set",
    arguments: LongTests.sample(
      of: [
        ("0.475,0.690,0.550,0.488,0.668", [], 0), ("0.48,0.69,0.55,0.49,0.67", [], 0),
        ("0.5,0.7,0.5,0.5,0.7", [], 0), ("0.476,0.690,0.550,0.488,0.668", [], 1),
        ("0.4750,0.6900,0.5498,0.4875,0.6682", [], 0),
        ("0.4751,0.6900,0.5498,0.4875,0.6682", [], 1),
        ("0,1,1,0,1", [], 1),
        ("0.476,0.690,0.550,0.488,0.668", ["--tolerance", "0.001"], 0),
        ("0.475,0.690,0.550,0.488,0.668", ["--tolerance", "1e-6"], 1),
        ("0.475,0.690,0.550,0.488,0.668", ["--tolerance=0"], 1),
        ("0,1,1,0,1", ["--tolerance", "1"], 0),
      ] as [(String, [String], Int32)], every: 3))
  func tolerance(_ numbers: String, _ more: [String], _ status: Int32) throws {
    _ = try Self.diagnose(Program.founding + ["--my-forget", numbers] + more, status: status)
  }

  @Test("A diagnosis goes into a file too, and its status stays")
  func output() throws {
    let folder = try TemporaryFolder()
    let options = Program.founding + ["--my-forget", "0,1,1,0,1"]
    let printed = try Self.diagnose(options, status: 1)
    #expect(try Self.diagnose(options + ["-o", "d.txt"], status: 1, folder: folder.url).isEmpty)
    let written = try String(contentsOf: folder.url.appending(path: "d.txt"), encoding: .utf8)
    #expect(written == printed)
  }

  @Test("The digits of the text are chosen")
  func digits() throws {
    let text = try Self.diagnose(
      Program.founding + ["--my-forget", "0,1,1,0,1", "--digits", "3"], status: 1)
    #expect(text.contains("unit 1: you have 0, the step gives 0.475\n"))
  }
}
