// What a form of file has no place for: settings of a model, which are refused, and notes, which are
// left out with a word. How each form writes what it holds is in its own folder.

import LSTMCore

extension ModelForm {
  /// The model, if this form has a place for everything that changes its numbers.
  ///
  /// - Throws: ``ModelError/cannotHold(form:what:advice:)`` where the model has a setting that this
  ///   form has no place for.
  func prepared(_ model: LSTMModel) throws -> LSTMModel {
    try refuse(LSTMModel.Setting.allCases.filter { !settings.contains($0) }, of: model)
    return model
  }

  /// Refuses those of some settings that a model has.
  ///
  /// - Throws: ``ModelError/cannotHold(form:what:advice:)``.
  func refuse(_ lacks: [LSTMModel.Setting], of model: LSTMModel) throws {
    for setting in lacks {
      guard let words = model.words(for: setting) else { continue }
      throw ModelError.cannotHold(
        form: "the form \(identifier)", what: words,
        advice: "Write swift-lstm or json, which hold everything, or leave it out: "
          + "--drop \(setting.rawValue).")
    }
  }
}

extension LSTMModel {
  /// What a model says that changes no number, and that only the project's own forms hold.
  var notes: [String] {
    [vocabulary.map { _ in "the vocabulary" }, task.map { _ in "the task" }].compactMap { $0 }
  }
}
