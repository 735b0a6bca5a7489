// A table of text, as .csv files are: a heading, and a row a line. Which columns are numbers is up to
// whoever asks for them.

import LSTMCore
import LSTMFormats

/// A table with named columns.
public struct SeriesTable: Sendable {
  /// The file's name.
  public let file: String
  /// The names of the columns.
  public let names: [String]
  /// The entries of each row, and the line where it stands.
  public let rows: [(line: Int, entries: [Substring])]
  /// A number that is another for almost every other content.
  public let fingerprint: UInt64

  /// Reads a file: commas between entries, which may stand in double quotes.
  ///
  /// - Throws: `LSTMFormatsError`, ``TrainingError/raggedRow(_:line:found:expected:)``, or
  ///   ``TrainingError/data(_:reason:)`` where there is no row.
  public init(contentsOf path: String) throws {
    var text = try FileAccess.readText(path)
    file = path
    fingerprint = text.withUTF8 { Fingerprint.of(UnsafeRawBufferPointer($0)) }
    var lines: [(line: Int, entries: [Substring])] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated() where !line.allSatisfy(\.isWhitespace)
    {
      lines.append((index + 1, Self.entries(line)))
    }
    guard let heading = lines.first, lines.count > 1 else {
      throw TrainingError.data(path, reason: "has no rows. Give a heading and a row a line.")
    }
    names = heading.entries.map { String($0) }
    rows = Array(lines.dropFirst())
    for row in rows where row.entries.count != names.count {
      throw TrainingError.raggedRow(
        path, line: row.line, found: row.entries.count, expected: names.count)
    }
  }

  /// The entries of a line, without the spaces and quotes around them.
  private static func entries(_ line: Substring) -> [Substring] {
    var entries: [Substring] = []
    var start = line.startIndex
    var isQuoted = false
    for index in line.indices {
      if line[index] == "\"" { isQuoted.toggle() }
      guard line[index] == ",", !isQuoted else { continue }
      entries.append(line[start..<index])
      start = line.index(after: index)
    }
    entries.append(line[start...])
    return entries.map { entry in
      var entry = entry
      while let first = entry.first, first.isWhitespace || first == "\u{FEFF}" {
        entry.removeFirst()
      }
      while let last = entry.last, last.isWhitespace { entry.removeLast() }
      if entry.count > 1, entry.first == "\"", entry.last == "\"" {
        entry = entry.dropFirst().dropLast()
      }
      return entry
    }
  }

  /// The place of a column.
  ///
  /// - Throws: ``TrainingError/noColumn(_:name:nearest:columns:)``.
  public func column(_ name: String) throws -> Int {
    guard let index = names.firstIndex(of: name) else {
      throw TrainingError.noColumn(
        file, name: name, nearest: nearestName(to: name, among: names), columns: names)
    }
    return index
  }

  /// A column of numbers; NaN where an entry is empty, or says that it is missing.
  ///
  /// - Throws: ``TrainingError/notANumber(_:line:column:name:text:)``.
  public func numbers(_ column: Int) throws -> [Double] {
    try rows.map { row in
      let text = row.entries[column]
      if ["", "NA", "NaN", "nan", "null", "?"].contains(text) { return .nan }
      guard let value = Double(text), value.isFinite else {
        throw TrainingError.notANumber(
          file, line: row.line, column: column + 1, name: names[column], text: String(text))
      }
      return value
    }
  }

  /// The rows of each group, in the order in which groups first come; all rows without a column.
  func groups(by column: Int?) -> [(name: String, rows: [Int])] {
    guard let column else { return [("", Array(rows.indices))] }
    var order: [String] = []
    var found: [String: [Int]] = [:]
    for (index, row) in rows.enumerated() {
      let name = String(row.entries[column])
      if found[name] == nil { order.append(name) }
      found[name, default: []].append(index)
    }
    return order.map { ($0, found[$0] ?? []) }
  }

  /// Whether every entry of a column is a number or missing, and one is there.
  func isNumeric(_ column: Int) -> Bool {
    guard let numbers = try? numbers(column) else { return false }
    return numbers.contains { !$0.isNaN }
  }
}
