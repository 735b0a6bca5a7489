// What can be wrong with sequences in a file, and the words for it.

import LSTMCore

/// What can be wrong with sequences in a file.
public enum SequenceFileError: LSTMFailure, Equatable {
  /// An array has a shape that cannot be meant.
  case shape(file: String, array: String, found: [Int], expected: String)
  /// An .npz has an array of a name that means nothing here.
  case unknownArray(file: String, name: String, nearest: String?)
  /// An .npz has no array `input`.
  case missingInput(file: String, found: [String])
  /// An array has the states of a layer that the network does not have.
  case unknownState(file: String, name: String, valid: [String])
  /// There are states of one layer and those of all layers.
  case statesTwice(file: String, name: String)
  /// A WAVE file is none that is read.
  case wave(file: String, reason: String)
  /// A model that is to run over sound does not make one number of one number.
  case notSound(inputs: Int, outputs: Int)
  /// A line of a text file has more or fewer numbers than the first.
  case raggedLine(file: String, line: Int, found: Int, expected: Int)
}

extension SequenceFileError {
  /// Wrong data, all of them.
  public var kind: FailureKind { .data }

  /// What is wrong, where, and how to fix it.
  public var message: String {
    switch self {
    case .shape(let file, let array, let found, let expected):
      let shape = "[" + found.map(String.init).joined(separator: ", ") + "]"
      return "'\(file)': '\(array)' is \(shape), but has to be \(expected)."
    case .unknownArray(let file, let name, let nearest):
      let hint = nearest.map { " Did you mean '\($0)'?" } ?? ""
      return "'\(file)' has the unknown array '\(name)'.\(hint)\n"
        + "Valid here: input, hidden, cell, lengths; hidden_l0, cell_l0_reverse and so on for one layer."
    case .missingInput(let file, let found):
      return "'\(file)' has no array 'input', only \(found.joined(separator: ", ")). "
        + "Name the sequences 'input'."
    case .unknownState(let file, let name, let valid):
      return "'\(file)' has the states '\(name)', but this network has no such layer or direction. "
        + "It has \(valid.prefix(8).joined(separator: ", "))\(valid.count > 8 ? ", …" : "")."
    case .statesTwice(let file, let name):
      let whole = name.hasPrefix("cell") ? "cell" : "hidden"
      return "'\(file)' has both '\(whole)', the states of all layers, and '\(name)'. Keep one."
    case .wave(let file, let reason):
      return "'\(file)' is a WAVE file, but \(reason)."
    case .notSound(let inputs, let outputs):
      return
        "a model that runs over sound reads one number and gives one for each sample, but this "
        + "one reads \(inputs == 0 ? "tokens" : "\(inputs)") and gives \(outputs)."
    case .raggedLine(let file, let line, let found, let expected):
      return "'\(file)', line \(line): there are \(found) numbers, but the first line has "
        + "\(expected). Every step needs as many."
    }
  }
}
