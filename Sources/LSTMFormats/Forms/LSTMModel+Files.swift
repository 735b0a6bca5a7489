// The one way in and the one way out: a model of any form, told by its content, and into any form.
// The forms themselves are values in ModelForm.all.

import LSTMCore

extension LSTMModel {
  /// Opens a model: what the file is, its content says.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - choice: which parts to take where a file has several that would do.
  ///   - forms: the forms that it may be in.
  /// - Throws: ``ModelFormError`` where the content is none that is known, and the errors of the
  ///   form's reader.
  public init(
    contentsOf path: String, choice: StateDictChoice = .init(),
    among forms: [ModelForm] = ModelForm.all
  ) throws {
    try self.init(storage: ByteStorage(mapping: path), file: path, choice: choice, among: forms)
  }

  /// Reads a model out of bytes.
  ///
  /// - Parameters:
  ///   - storage: the whole file.
  ///   - file: its name, for errors and the provenance.
  ///   - choice: which parts to take where a file has several that would do.
  ///   - forms: the forms that it may be in.
  /// - Throws: as ``init(contentsOf:choice:among:)``.
  public init(
    storage: ByteStorage, file: String, choice: StateDictChoice = .init(),
    among forms: [ModelForm] = ModelForm.all
  ) throws {
    guard let form = try ModelForm.recognised(storage, file: file, among: forms) else {
      throw ModelFormError.unknown(file: file)
    }
    self = try form.read(storage, file, choice)
  }

  /// Writes the model.
  ///
  /// - Parameters:
  ///   - path: the file, written whole or not at all.
  ///   - form: in which form; by the file's extension where nil.
  ///   - forms: the forms that the extension may name.
  /// - Returns: what the form has no place for and that changes no number: a vocabulary, a task.
  /// - Throws: ``ModelFormError/noForm(file:)``, and ``ModelError/cannotHold(_:_:instead:)``
  ///   where the form has no place for something that changes what the model gives.
  @discardableResult
  public func write(
    to path: String, as form: ModelForm? = nil, among forms: [ModelForm] = ModelForm.all
  ) throws -> [String] {
    guard let form = form ?? ModelForm.named(byFile: path, among: forms) else {
      throw ModelFormError.noForm(file: path)
    }
    var model = self
    model.network = model.network  // Writers compute in Double: made once, not at every look.
    model = try form.prepared(model)
    var leftOut: [String] = []
    let prepared = model
    try ByteOutput.file(path) { leftOut = try form.write(prepared, $0) }
    return leftOut
  }
}
