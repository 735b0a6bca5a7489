// What can go wrong in a training, and the one place where it becomes words.

import LSTMCore

/// An error of a training: what, where, and how to put it right.
public enum TrainingError: LSTMFailure, Equatable {
  /// What was not finite in a step that was not taken.
  public struct NotFinite: Equatable, Sendable {
    /// The loss.
    public let loss: Double
    /// The first array in whose gradient a number is not finite, if any.
    public let firstBadGradient: ParameterName?
  }

  /// A loss or a gradient is infinite or NaN.
  case notFinite(NotFinite)
  /// The same in a run: the step and the batch within its epoch count from 1; `checkpoint` is the
  /// step of the last good one.
  case diverged(NotFinite, step: Int, batch: Int, checkpoint: Int?)
  /// A text has nothing in it.
  case emptyText(String)
  /// A text is shorter than a sequence and the token after it.
  case shortText(String, count: Int, kind: LSTMModel.Vocabulary.Kind, sequenceLength: Int)
  /// A byte that is no UTF-8; line and byte count from 1.
  case notUTF8(String, byte: Int, line: Int, value: UInt8)
  /// A setting has a value that it cannot have.
  case setting(String, value: String, expected: String)
  /// The folder holds a run already.
  case runExists(String)
  /// The folder holds no run.
  case noRun(String)
  /// What holds of a run is not what is asked for.
  case otherRun(String, setting: String, run: String, asked: String)
  /// The data are not those that the run began with.
  case otherData(run: String, file: String)
  /// A checkpoint cannot be used.
  case damagedCheckpoint(String, reason: String)
  /// A row of a table is longer or shorter than its heading; lines count from 1.
  case raggedRow(String, line: Int, found: Int, expected: Int)
  /// An entry of a column of numbers is none; lines and columns count from 1.
  case notANumber(String, line: Int, column: Int, name: String, text: String)
  /// A table has no such column.
  case noColumn(String, name: String, nearest: String?, columns: [String])
  /// Data cannot be trained on as they are.
  case data(String, reason: String)
  /// A model lacks what something needs.
  case unfit(model: String, reason: String)
}

extension TrainingError {
  /// Wrong usage or wrong data.
  public var kind: FailureKind {
    switch self {
    case .setting, .runExists, .otherRun: .usage
    case .noRun: .noInput
    default: .data
    }
  }

  /// What is wrong, where, and how to fix it.
  public var message: String {
    switch self {
    case .notFinite(let what):
      "\(Self.words(what)). Take a smaller learning rate, or bound the gradients."
    case .diverged(let what, let step, let batch, let checkpoint):
      "\(Self.words(what)) at step \(step), batch \(batch). "
        + (checkpoint.map { "The checkpoint of step \($0) is kept. " } ?? "")
        + "Take a smaller learning rate, or bound the gradients more tightly."
    case .emptyText(let file): "'\(file)' is empty. Give a text of at least a sequence."
    case .shortText(let file, let count, let kind, let length):
      "'\(file)' has \(Self.count(count, kind)), too few for a sequence of \(length) and what follows "
        + "it. Give a longer text, or take shorter sequences."
    case .notUTF8(let file, let byte, let line, let value):
      "'\(file)' is not UTF-8: byte \(byte), in line \(line), is "
        + "0x\(LSTMModel.Vocabulary.Kind.hexadecimal(value)). Convert the file, or train on bytes."
    case .setting(let name, let value, let expected):
      "the \(name) is \(value). It has to be \(expected)."
    case .runExists(let path):
      "'\(path)' holds a run already. Go on with it, or choose another folder."
    case .noRun(let path):
      "'\(path)' holds no run: there is no '\(path)/config.json'. Check the name of the folder."
    case .otherRun(let path, let setting, let run, let asked):
      "the run in '\(path)' has \(setting) \(run), not \(asked). "
        + "Leave the option out to go on with the run, or begin another one."
    case .otherData(let run, let file):
      "'\(file)' is not the file that the run in '\(run)' began with: its content has changed. "
        + "Put the old one back, or begin another run."
    case .damagedCheckpoint(let path, let reason): "the checkpoint '\(path)' is damaged: \(reason)."
    case .raggedRow(let file, let line, let found, let expected):
      "'\(file)', line \(line) has \(found) \(found == 1 ? "entry" : "entries"), but the first line "
        + "has \(expected). All lines have to be equally long."
    case .notANumber(let file, let line, let column, let name, let text):
      "'\(file)', line \(line), column \(column) ('\(name)'): '\(text)' is not a number. "
        + "Write one, or leave the entry empty where it is missing."
    case .noColumn(let file, let name, let nearest, let columns):
      "'\(file)' has no column '\(name)'. " + (nearest.map { "Did you mean '\($0)'?\n" } ?? "")
        + "Its columns: \(columns.joined(separator: ", "))."
    case .data(let file, let reason): "'\(file)' \(reason)"
    case .unfit(let model, let reason): "'\(model)' \(reason)"
    }
  }

  private static func words(_ what: NotFinite) -> String {
    let loss =
      what.loss.isFinite
      ? "the gradient became infinite or NaN"
      : "the loss became \(what.loss.isNaN ? "NaN" : "infinite")"
    return loss + (what.firstBadGradient.map { " (gradient of \($0))" } ?? "")
  }

  /// "1 character", "12 words".
  static func count(_ count: Int, _ kind: LSTMModel.Vocabulary.Kind) -> String {
    let one = kind.rawValue.dropLast()
    return "\(count) \(count == 1 ? String(one) : kind.rawValue)"
  }
}
