// Values of options that are more than a word: lists of numbers, files of them, numbers by gate.

import LSTMCore
import LSTMFormats

/// What was given is neither a list of numbers nor the name of a file.
struct MissingNumbers: LSTMFailure {
  let option: String
  let text: String
  var kind: FailureKind { .noInput }
  var message: String {
    "\(option): '\(text)' is neither a list of numbers nor a file that exists.\n"
      + "Write numbers with commas, like 0.5,-1,2, or name a file of them."
  }
}

/// Reads a list of numbers, or the file of numbers that the text names.
///
/// - Throws: `UsageError` for a list with something else in it, ``MissingNumbers`` for a word that
///   names no file, `LSTMFormatsError` for what is wrong inside a file or not finite.
func numbers(_ text: String, option: String) throws -> NumberList {
  do {
    return try NumberList(parsing: text, place: option)
  } catch let error as LSTMFormatsError {
    if FileAccess.exists(text) {
      return try NumberList(parsing: FileAccess.readText(text), place: "'\(text)'")
    }
    if text.hasPrefix("--") {
      throw UsageError("\(option): its numbers are missing; '\(text)' is the next option.")
    }
    switch error {
    case .notANumber(_, entry: 1, _) where !text.contains(","):
      throw MissingNumbers(option: option, text: text)
    case .notANumber, .emptyList: throw UsageError(Failure.text(error))
    default: throw error
    }
  }
}

/// Reads one number.
func number(_ text: String, option: String) throws -> Double {
  guard let list = try? NumberList(parsing: text, place: option), list.values.count == 1,
    let value = list.values.first
  else {
    throw UsageError(
      "\(option): '\(text)' is not a finite number. Write it like -0.25 or 1e-3.")
  }
  return value
}

/// Reads `forget=1,input=0` into pairs; a key that is not among `keys` is an error that names the
/// nearest one.
func pairs(_ text: String, option: String, keys: [String], example: String) throws
  -> [(key: String, value: String)]
{
  var seen: Set<String> = []
  return try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
    let sides = part.split(separator: "=", maxSplits: 1).map { String($0).trimmingSpaces() }
    guard sides.count == 2 else {
      throw UsageError("\(option): '\(part)' is not of the form name=value, as in \(example).")
    }
    guard keys.contains(sides[0]) else {
      let nearest = nearestName(to: sides[0], among: keys).map { " Did you mean '\($0)'?" } ?? ""
      throw UsageError(
        "\(option): '\(sides[0])' is not a valid name.\(nearest)\n"
          + "Valid here: \(keys.joined(separator: ", ")).")
    }
    guard seen.insert(sides[0]).inserted else {
      throw UsageError("\(option): '\(sides[0])' is given twice. Keep one of them.")
    }
    return (sides[0], sides[1])
  }
}

/// Reads a number for all of `gates`, or one for each gate by name: `1` or `forget=1,input=0`.
func numbersByGate(_ text: String, option: String, gates: [Gate]) throws -> [Gate: Double] {
  if !text.contains("=") {
    let value = try number(text, option: option)
    return Dictionary(uniqueKeysWithValues: gates.map { ($0, value) })
  }
  let found = try pairs(text, option: option, keys: gates.map(\.rawValue), example: "forget=1")
  return try Dictionary(
    found.compactMap { pair in
      guard let gate = Gate(rawValue: pair.key) else { return nil }
      return (gate, try number(pair.value, option: "\(option) \(pair.key)"))
    }, uniquingKeysWith: { _, last in last })
}

/// Reads a whole number of a range, for options that take one.
func wholeNumber<Number: FixedWidthInteger & Sendable>(_ range: ClosedRange<Number>)
  -> @Sendable (String) throws -> Number
{
  { text in
    guard let number = Number(text), range.contains(number) else {
      throw NotWholeNumber(least: "\(range.lowerBound)", most: "\(range.upperBound)")
    }
    return number
  }
}

/// What is said of an option's value after the value itself.
private struct NotWholeNumber: LSTMFailure {
  let least: String
  let most: String
  var kind: FailureKind { .usage }
  var message: String { "is not a whole number from \(least) to \(most)." }
}

/// The option `--digits`.
enum Digits {
  /// The decimals that can be shown: beyond 17 a Double has none.
  static let range = 1...17
}
