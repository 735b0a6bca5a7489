// The states of a stream that will go on later: which model's they are, and after how many steps.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The states of a model between two steps, in an .npz file: the arrays of ``StateArrays``; the comment of
/// the zip file has the model's fingerprint and the number of steps that led there.
public struct StateFile: Sendable {
  /// The states, a row for each sequence.
  public let state: NetworkState<Double>
  /// How many steps led there.
  public let steps: Int

  /// Takes states that are to be written.
  public init(state: NetworkState<Double>, steps: Int) { (self.state, self.steps) = (state, steps) }

  /// Reads a file.
  ///
  /// - Throws: ``StateFileError/otherModel(file:)`` where the states are those of another model,
  ///   ``StateFileError/unknownModel(file:)`` where it does not say of which, or what reading the
  ///   container throws.
  public init(contentsOf path: String, of model: LSTMModel) throws {
    let npz = try NpzFile(contentsOf: path)
    let said = try? JSONDecoder().decode([String: String].self, from: Data(npz.comment.utf8))
    guard let fingerprint = said?[TraceFile.modelKey],
      let steps = said?["steps"].flatMap({ Int($0) })
    else {
      throw StateFileError.unknownModel(file: path)
    }
    guard fingerprint == model.fingerprint else { throw StateFileError.otherModel(file: path) }
    var arrays = StateArrays()
    for name in npz.names where StateArrays.isName(name) {
      try arrays.add(npz.tensor(name), name: name, file: path)
    }
    state = try arrays.state(of: model, rest: model.shape.zeroState(batch: 1), file: path)
    self.steps = steps
  }

  /// Writes the file, whole or not at all.
  ///
  /// - Throws: ``LSTMFormatsError/unwritableFile(_:reason:)``.
  public func write(to path: String, of model: LSTMModel, fingerprint: String) throws {
    let arrays = StateArrays.named(state, of: model)
    let file = try PlacedNpz(
      arrays.map { PlacedArray(name: $0.name, shape: $0.array.shape, type: .float64) },
      comment: [(TraceFile.modelKey, fingerprint), ("steps", "\(steps)")].comment, to: .path(path))
    for (index, entry) in arrays.enumerated() {
      try file.append(entry.array, to: index, isSplit: false)
    }
    try file.finish()
  }
}

/// What can be wrong with states in a file.
public enum StateFileError: LSTMFailure, Equatable {
  /// They are the states of another model.
  case otherModel(file: String)
  /// The file does not say of which model they are.
  case unknownModel(file: String)

  /// Wrong data.
  public var kind: FailureKind { .data }

  /// What is wrong, and what to do.
  public var message: String {
    switch self {
    case .otherModel(let file):
      "'\(file)' has the states of another model: the fingerprints differ. Start without states, or take "
        + "the model that they were saved from."
    case .unknownModel(let file):
      "'\(file)' does not say of which model its states are. States are saved by a stream; begin with "
        + "hidden and cell in a file of sequences otherwise."
    }
  }
}
