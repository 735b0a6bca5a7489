// What can be wrong with a file or a list of numbers, and the one place where it becomes words.

import LSTMCore

/// An error in something that was read: what, where, and how to put it right.
public enum LSTMFormatsError: LSTMFailure, Equatable {
  /// No file of this name exists.
  case missingFile(String)
  /// The file exists but cannot be read.
  case unreadableFile(String, reason: String)
  /// The file cannot be written.
  case unwritableFile(String, reason: String)
  /// The text is not JSON.
  case notJSON(file: String, reason: String)
  /// A key that means nothing here, and the valid one that looks most like it.
  case unknownKey(file: String, key: String, nearest: String?, valid: [String])
  /// A key that has to be there is not.
  case missingKey(file: String, key: String)
  /// Two keys that exclude each other, or one that needs another.
  case conflictingKeys(file: String, reason: String)
  /// A value is of another kind than it should be.
  case wrongKind(file: String, place: String, expected: String)
  /// A row of a matrix is longer or shorter than the first.
  case raggedRow(file: String, place: String, row: Int, found: Int, expected: Int)
  /// A list has nothing in it.
  case emptyList(place: String)
  /// An entry of a list is not a number; `entry` counts from 1.
  case notANumber(place: String, entry: Int, text: String)
  /// An entry of a list is infinite or NaN; `entry` counts from 1.
  case notFinite(place: String, entry: Int, text: String)
  /// An entry of a list is not 0, but smaller than any `Double`; `entry` counts from 1.
  case tooSmall(place: String, entry: Int, text: String)
}

extension LSTMFormatsError {
  /// A file that is not there, one that cannot be written, or what is wrong in it.
  public var kind: FailureKind {
    switch self {
    case .missingFile, .unreadableFile: .noInput
    case .unwritableFile: .cannotCreate
    default: .data
    }
  }

  /// What is wrong, where, and how to fix it.
  public var message: String {
    switch self {
    case .missingFile(let path):
      return "there is no file '\(path)'. Check the name and the folder."
    case .unreadableFile(let path, let reason):
      return "'\(path)' cannot be read: \(reason)."
    case .unwritableFile(let path, let reason):
      return "'\(path)' cannot be written: \(reason). Nothing was written."
    case .notJSON(let file, let reason):
      return "'\(file)' is not valid JSON: \(reason)"
    case .unknownKey(let file, let key, let nearest, let valid):
      let hint = nearest.map { "Did you mean '\($0)'?" } ?? "Nothing of that name is read."
      return "'\(file)' has the unknown key '\(key)'. \(hint)\n"
        + "Valid here: \(valid.joined(separator: ", "))."
    case .missingKey(let file, let key):
      return "'\(file)' lacks the key '\(key)'. Add it."
    case .conflictingKeys(let file, let reason):
      return "'\(file)': \(reason)"
    case .wrongKind(let file, let place, let expected):
      return "'\(file)': \(place) has to be \(expected)."
    case .raggedRow(let file, let place, let row, let found, let expected):
      return "'\(file)': row \(row) of \(place) has \(found) "
        + "\(found == 1 ? "number" : "numbers"), but the first row has \(expected). "
        + "All rows have to be equally long."
    case .emptyList(let place):
      return "\(place) is empty. Give at least one number."
    case .notANumber(let place, let entry, let text):
      return text.isEmpty
        ? "\(place): entry \(entry) is missing. Write a number there, or take out a comma."
        : "\(place): entry \(entry), '\(text)', is not a number. Write it like -0.25 or 1e-3."
    case .notFinite(let place, let entry, let text):
      return "\(place): entry \(entry), '\(text)', is not a finite number. "
        + "An LSTM step needs finite numbers."
    case .tooSmall(let place, let entry, let text):
      return "\(place): entry \(entry), '\(text)', is smaller than any number here but 0. "
        + "Write 0, or at least 5e-324 in size."
    }
  }
}
