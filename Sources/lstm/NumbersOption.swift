// Values of options that are more than a word: lists of numbers, files of them, numbers by gate.

import LSTMCore
import LSTMFormats

/// What was given is neither a list of numbers nor the name of a file.
struct MissingNumbers: Error, CustomStringConvertible {
  let option: String
  let text: String
  var description: String {
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
    switch error {
    case .notANumber(_, entry: 1, text) where !text.isEmpty:
      throw MissingNumbers(option: option, text: text)
    case .notANumber, .emptyList: throw UsageError("\(error)")
    default: throw error
    }
  }
}

/// Reads one number.
func number(_ text: String, option: String) throws -> Double {
  guard let value = Double(text), value.isFinite else {
    throw UsageError(
      "\(option): '\(text)' is not a finite number. Write it like -0.25 or 1e-3.")
  }
  return value
}

/// Reads `forget=1,input=0` into pairs; a key that is not among `keys` is an error that names the
/// nearest one.
func pairs(_ text: String, option: String, keys: [String]) throws -> [(key: String, value: String)]
{
  try text.split(separator: ",").map { part in
    let sides = part.split(separator: "=", maxSplits: 1).map { String($0).trimmingSpaces() }
    guard sides.count == 2 else {
      throw UsageError("\(option): '\(part)' is not of the form name=value, as in \(keys[0])=1.")
    }
    guard keys.contains(sides[0]) else {
      let nearest = nearestName(to: sides[0], among: keys).map { " Did you mean '\($0)'?" } ?? ""
      throw UsageError(
        "\(option): '\(sides[0])' is not a valid name.\(nearest)\n"
          + "Valid here: \(keys.joined(separator: ", ")).")
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
  let found = try pairs(text, option: option, keys: gates.map(\.rawValue))
  return try Dictionary(
    found.compactMap { pair in
      guard let gate = Gate(rawValue: pair.key) else { return nil }
      return (gate, try number(pair.value, option: "\(option) \(pair.key)"))
    }, uniquingKeysWith: { _, last in last })
}

/// The option `--digits`.
enum Digits {
  /// Checks that the number of decimals can be shown.
  static func check(_ digits: Int) throws {
    guard (0...17).contains(digits) else {
      throw UsageError("--digits: \(digits) is out of range. Choose 0 to 17.")
    }
  }
}
