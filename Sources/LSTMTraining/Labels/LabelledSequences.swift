// Sequences with a class each, out of .csv, .jsonl and aeon's .ts files.

import LSTMCore
import LSTMFormats

/// Sequences with a class each.
public struct LabelledSequences: Sendable {
  /// One sequence.
  public struct Sequence: Equatable, Sendable {
    /// A row a step: `[T][I]`.
    public var rows: [[Double]]
    /// Its class, as the file names it.
    public var label: String
  }

  /// The sequences, in the order of the file.
  public let sequences: [Sequence]
  /// The names of the inputs.
  public let inputs: [String]
  /// The classes, sorted.
  public let labels: [String]
  /// A number that is another for almost every other content.
  public let fingerprint: UInt64

  /// Reads a file; its form is told by its extension.
  ///
  /// - Parameters:
  ///   - path: `.jsonl` has a sequence a line, `{"label": "a", "sequence": [[1, 2], [3, 4]]}`; `.ts` is
  ///     aeon's; anything else is a table with a step a row.
  ///   - label: the table's column of classes.
  ///   - group: the table's column that tells sequences apart.
  ///   - inputs: the table's columns that are read; all others where there are none.
  /// - Throws: ``TrainingError``, `LSTMFormatsError`.
  public init(
    contentsOf path: String, label: String = "", group: String = "", inputs: [String] = []
  ) throws {
    let found: [Sequence]
    var names: [String] = []
    if path.hasSuffix(".jsonl") || path.hasSuffix(".ts") {
      var text = try FileAccess.readText(path)
      fingerprint = text.withUTF8 { Fingerprint.of(UnsafeRawBufferPointer($0)) }
      found = try path.hasSuffix(".ts") ? Self.aeon(text, path) : Self.lines(text, path)
    } else {
      let table = try SeriesTable(contentsOf: path)
      fingerprint = table.fingerprint
      (found, names) = try Self.rows(table, label: label, group: group, inputs: inputs)
    }
    guard let width = found.first?.rows.first?.count, width > 0 else {
      throw TrainingError.data(path, reason: "has no sequences. Give at least two of each class.")
    }
    for (index, sequence) in found.enumerated() {
      guard !sequence.rows.isEmpty, sequence.rows.allSatisfy({ $0.count == width }) else {
        throw TrainingError.data(
          path,
          reason: "has a sequence, number \(index + 1), that is empty or has steps of other than "
            + "\(width) numbers, as the first one has.")
      }
    }
    sequences = found
    self.inputs = names.isEmpty ? (1...width).map { "input \($0)" } : names
    labels = Set(found.map(\.label)).sorted()
    guard labels.count > 1 else {
      throw TrainingError.data(
        path, reason: "has one class only, '\(labels[0])': there is nothing to tell apart.")
    }
  }

  /// The sequences of a table.
  private static func rows(
    _ table: SeriesTable, label: String, group: String, inputs: [String]
  ) throws -> ([Sequence], [String]) {
    guard !label.isEmpty, !group.isEmpty else {
      throw TrainingError.data(
        table.file,
        reason: "is a table: say which column has the classes, and which tells one sequence from "
          + "another. Its columns: \(table.names.joined(separator: ", ")).")
    }
    let (labelColumn, groupColumn) = (try table.column(label), try table.column(group))
    let columns =
      inputs.isEmpty
      ? table.names.indices.filter { $0 != labelColumn && $0 != groupColumn }
      : try inputs.map { try table.column($0) }
    let numbers = try columns.map { try table.numbers($0) }
    return (
      table.groups(by: groupColumn).map { _, rows in
        Sequence(
          rows: rows.map { row in numbers.map { $0[row] } },
          label: rows.first.map { String(table.rows[$0].entries[labelColumn]) } ?? "")
      }, columns.map { table.names[$0] }
    )
  }

  /// The sequences of a file with a JSON object a line.
  private static func lines(_ text: String, _ path: String) throws -> [Sequence] {
    try text.split(whereSeparator: \.isNewline).enumerated().compactMap { index, line in
      guard !line.allSatisfy(\.isWhitespace) else { return nil }
      let place = "\(path), line \(index + 1)"
      let values = try FlatJSON(String(line), file: place).values
      guard let label = values["label"] else {
        throw LSTMFormatsError.missingKey(file: place, key: "label")
      }
      var rows: [[Double]] = []
      while true {
        let step = "sequence.\(rows.count)"
        var row = values[step].flatMap { Double($0) }.map { [$0] } ?? []
        while let value = values["\(step).\(row.count)"].flatMap({ Double($0) }) {
          row.append(value)
        }
        guard !row.isEmpty else { break }
        rows.append(row)
      }
      return Sequence(rows: rows, label: label)
    }
  }

  /// The sequences of aeon's form: a line has its dimensions with colons between them, the class last.
  private static func aeon(_ text: String, _ path: String) throws -> [Sequence] {
    var isData = false
    var sequences: [Sequence] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated() where !line.allSatisfy(\.isWhitespace) && !line.hasPrefix("#")
    {
      guard isData else {
        isData = line.lowercased().hasPrefix("@data")
        continue
      }
      let parts = line.split(separator: ":", omittingEmptySubsequences: false)
      let dimensions = try parts.dropLast().enumerated().map { dimension, part in
        try part.split(separator: ",").map { entry -> Double in
          let entry = entry.filter { !$0.isWhitespace }
          if entry == "?" || entry == "NaN" { return .nan }
          guard let value = Double(entry) else {
            throw TrainingError.notANumber(
              path, line: index + 1, column: dimension + 1, name: "dimension \(dimension + 1)",
              text: String(entry))
          }
          return value
        }
      }
      let length = dimensions.map(\.count).max() ?? 0
      guard dimensions.allSatisfy({ $0.count == length }) else {
        throw TrainingError.data(
          path, reason: "has dimensions of different lengths in line \(index + 1).")
      }
      sequences.append(
        Sequence(
          rows: (0..<length).map { step in dimensions.map { $0[step] } },
          label: String((parts.last ?? "").filter { !$0.isWhitespace })))
    }
    return sequences
  }
}
