// What the argument parser says, in three lines at most: what is wrong, what would be right, where
// to read more. The parser's own usage line and indented lists would fill half a screen.

import ArgumentParser
import LSTMCore
import LSTMFormats

/// A message of the argument parser, shortened.
struct ParserMessage {
  private let lines: [String]

  /// Takes the parser's full message.
  init(_ message: String) {
    lines = message.split(separator: "\n").map(String.init)
  }

  /// The message without "Error: ".
  var text: String {
    let marked = lines.first { $0.hasPrefix("Error: ") }.map { String($0.dropFirst(7)) }
    let reason = marked ?? lines.first ?? ""
    return noCommand ?? wrongValue(reason) ?? strayArguments(reason) ?? withHelp(reason)
  }

  /// "--format: 'txt' is not valid here. Did you mean 'text'?", and what is.
  private func wrongValue(_ reason: String) -> String? {
    guard reason.hasPrefix("The value '"), let middle = reason.firstRange(of: "' is invalid for '")
    else {
      return nil
    }
    let value = reason[..<middle.lowerBound].dropFirst("The value '".count)
    let rest = reason[middle.upperBound...]
    guard let end = rest.firstIndex(of: "'") else { return nil }
    let option = rest[..<end].prefix { $0 != " " }
    let more = rest[rest.index(after: end)...]
    if more.hasPrefix(": ") { return "\(option): '\(value)' \(more.dropFirst(2))" }
    let listed = lines.filter { $0.hasPrefix("  - ") }.map { String($0.dropFirst(4)) }
    let choices = listed.isEmpty ? Self.quoted(more) : listed
    guard !choices.isEmpty else { return nil }
    let nearest = nearestName(to: String(value), among: choices)
    let hint = nearest.map { " Did you mean '\($0)'?" } ?? ""
    return "\(option): '\(value)' is not valid here.\(hint)\n"
      + "Choose one of: \(choices.joined(separator: ", "))."
  }

  /// The texts between single quotes.
  private static func quoted(_ text: Substring) -> [String] {
    text.split(separator: "'", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// A command mistyped or left out.
  private var noCommand: String? {
    guard seeAlso == "See 'lstm --help' for more information.",
      let word = CommandLine.arguments.dropFirst().first
    else { return nil }
    let commands = LSTM.configuration.subcommands.compactMap { $0.configuration.commandName }
    let list = "Commands: \(commands.joined(separator: ", ")). \(seeAlso ?? "")"
    guard !word.hasPrefix("-") else {
      return "'\(word)' stands where a command belongs, as in lstm step \(word).\n\(list)"
    }
    guard !commands.contains(word) else { return nil }
    let hint = nearestName(to: word, among: commands).map { " Did you mean '\($0)'?" } ?? ""
    return "lstm has no command '\(word)'.\(hint)\n\(list)"
  }

  /// Words that belong to no option: numbers that lost their quotes.
  private func strayArguments(_ reason: String) -> String? {
    reason.contains("nexpected argument") ? Self.lostNumbers(Self.quoted(reason[...])) : nil
  }

  /// The error of words that a command has no use for.
  static func unexpected(_ words: [String], _ command: String) -> UsageError {
    let list = words.map { "'\($0)'" }.joined(separator: ", ")
    let found =
      words.count == 1
      ? "Unexpected argument \(list)" : "\(words.count) unexpected arguments: \(list)"
    return UsageError(
      lostNumbers(words) ?? "\(found)\nSee 'lstm \(command) --help' for more information.")
  }

  /// What is said of numbers that lost their quotes; nil where the words are none.
  private static func lostNumbers(_ words: [String]) -> String? {
    guard words.allSatisfy({ (try? NumberList(parsing: $0.trimmingCommas(), place: "")) != nil })
    else { return nil }
    let shown = words.prefix(4).map { "'\($0)'" } + (words.count > 4 ? ["…"] : [])
    return "\(shown.joined(separator: ", ")) \(words.count == 1 ? "belongs" : "belong") to no "
      + "option.\nPut a list with spaces in quotes, --input \"-0.1, 0.3\", or leave the spaces out."
  }

  private func withHelp(_ reason: String) -> String {
    let help = lines.first { $0.hasPrefix("Help:") }
      .map { $0.dropFirst("Help:".count).split(separator: " ").joined(separator: " ") }
    let texts = [[reason, help, seeAlso], [reason, help], [reason, seeAlso], [reason]]
      .map { parts in parts.compactMap { $0 }.joined(separator: "\n") }
    return texts.first { Failure.lines($0).count <= 3 } ?? reason
  }

  private var seeAlso: String? {
    lines.last { $0.contains("--help") }?.trimmingSpaces()
  }
}

extension String {
  fileprivate func trimmingCommas() -> String {
    var rest = self[...]
    while rest.first == "," { rest.removeFirst() }
    while rest.last == "," { rest.removeLast() }
    return String(rest)
  }
}
