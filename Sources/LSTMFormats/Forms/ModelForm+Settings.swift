// What a form of file has no place for: settings of a model, which are refused, and notes, which are
// left out with a word. How each form writes what it holds is in its own folder.

import LSTMCore

extension ModelForm {
  /// The model, if this form has a place for everything that changes its numbers.
  ///
  /// - Throws: ``ModelError/cannotHold(_:_:instead:)`` where the model has a setting that this
  ///   form has no place for.
  func prepared(_ model: LSTMModel) throws -> LSTMModel {
    try refuse(LSTMModel.Setting.allCases.filter { !settings.contains($0) }, of: model)
    return model
  }

  /// Refuses those of some settings that a model has.
  ///
  /// - Throws: ``ModelError/cannotHold(_:_:instead:)``.
  func refuse(_ lacks: [LSTMModel.Setting], of model: LSTMModel) throws {
    for setting in lacks {
      guard let words = model.words(for: setting) else { continue }
      throw ModelError.cannotHold(
        .form(self), .setting(setting, words: words), instead: [.swiftLSTM, .json])
    }
  }
}

extension LSTMModel {
  /// What a model says that changes no number, and that only the project's own forms hold.
  var notes: [String] {
    [
      vocabulary.map { _ in "the vocabulary" },
      columns.map { _ in "the columns and their scaling" },
      labels.map { _ in "the labels" }, task.map { _ in "the task" },
    ].compactMap { $0 }
  }
  /// The graph's inputs beside the sequence, in words; nil where it has none.
  var graphInputsInWords: String? {
    let names = GraphInput.allCases.filter(graphInputs.contains).map(\.rawValue)
    return names.isEmpty ? nil : "the inputs \(names.joined(separator: ", "))"
  }
}
