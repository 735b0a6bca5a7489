// A form in which models come in files, as one value: how it is called, told from others, read and
// written. Each form's value stands in its own folder; the list of them is in ModelForm+All.swift.

import LSTMCore

/// A form in which a model is stored.
///
/// ``all`` has the forms that are known. What a file is, its content says, not its name:
/// ``recognised(_:file:among:)``.
public struct ModelForm: Sendable {
  /// How sure a form is that a file's content is its own.
  package enum Recognition: Sendable {
    /// It is another's.
    case foreign
    /// It may be, where no other form is surer.
    case possible
    /// It is.
    case certain
  }

  /// What users type to name the form: "swift-lstm".
  public let identifier: String
  /// The form in words: "PyTorch state dict".
  public let title: String
  /// The extensions of file names that ask for this form to be written, small letters without a dot.
  public let extensions: [String]
  /// The settings of a model that a file of this form says.
  public let settings: Set<LSTMModel.Setting>

  /// Whether a file's content is of this form.
  let recognise: @Sendable (_ content: ByteStorage, _ file: String) throws -> Recognition
  /// Reads a model out of a file's content.
  let read:
    @Sendable (_ content: ByteStorage, _ file: String, _ choice: StateDictChoice) throws ->
      LSTMModel
  /// Writes a model that has no settings but those of ``settings``, and says what it leaves out.
  let write: @Sendable (_ model: LSTMModel, _ output: ByteOutput) throws -> [String]

  /// Makes a form.
  ///
  /// - Parameters:
  ///   - identifier: what users type to name it, unlike that of any other.
  ///   - title: the form in words.
  ///   - extensions: the extensions of file names that ask for it, small letters without a dot.
  ///   - settings: the settings of a model that it has a place for.
  ///   - recognise: whether a file's content is of this form. It may throw where it knows what the
  ///     content is, and that it is no model or damaged.
  ///   - read: reads a model; errors name the file.
  ///   - write: writes a model, and returns in words what the form has no place for and that changes
  ///     no number.
  package init(
    identifier: String, title: String, extensions: [String] = [],
    settings: Set<LSTMModel.Setting> = [],
    recognise: @escaping @Sendable (ByteStorage, String) throws -> Recognition,
    read: @escaping @Sendable (ByteStorage, String, StateDictChoice) throws -> LSTMModel,
    write: @escaping @Sendable (LSTMModel, ByteOutput) throws -> [String]
  ) {
    (self.identifier, self.title, self.extensions) = (identifier, title, extensions)
    (self.settings, self.recognise, self.read, self.write) = (settings, recognise, read, write)
  }

  /// The form of a file's content: the first that is certain, else the first that is possible; nil
  /// where it is none of them.
  ///
  /// - Parameters:
  ///   - content: the whole file.
  ///   - file: its name, for errors.
  ///   - forms: the forms that it may be in.
  /// - Throws: ``ModelFormError/arrays(file:)`` where it is an array and no model,
  ///   ``ModelFormError/foreign(file:_:)``, and ``ZipError`` where it is a damaged zip file.
  public static func recognised(
    _ content: ByteStorage, file: String, among forms: [ModelForm] = all
  ) throws -> ModelForm? {
    var possible: ModelForm?
    for form in forms {
      switch try form.recognise(content, file) {
      case .certain: return form
      case .possible: possible = possible ?? form
      case .foreign: break
      }
    }
    if let foreign = ForeignFile.recognised(content, file: file) {
      throw ModelFormError.foreign(file: file, foreign)
    }
    return possible
  }

  /// The form that a file of this name is written in: by its extension. Nil for one that says
  /// nothing.
  public static func named(
    byFile fileName: String, among forms: [ModelForm] = all
  ) -> ModelForm? {
    let name = fileName.lowercased()
    return forms.first { $0.extensions.contains { name.hasSuffix(".\($0)") } }
  }
}

extension ModelForm: Hashable, CustomStringConvertible {
  /// Forms are told apart by their identifiers.
  public static func == (one: ModelForm, other: ModelForm) -> Bool {
    one.identifier == other.identifier
  }

  /// The identifier's hash.
  public func hash(into hasher: inout Hasher) { hasher.combine(identifier) }

  /// The identifier.
  public var description: String { identifier }
}

/// What can be wrong with a model file as a whole.
public enum ModelFormError: LSTMFailure, Equatable {
  /// The content is in none of the forms.
  case unknown(file: String)
  /// The file holds an array, not a model.
  case arrays(file: String)
  /// The file is of a kind that is known and not read.
  case foreign(file: String, ForeignFile)
  /// The name does not say in which form to write.
  case noForm(file: String)

  /// Wrong usage where a form has to be chosen, else wrong data.
  public var kind: FailureKind { if case .noForm = self { .usage } else { .data } }

  /// What is wrong and what to do.
  public var message: String {
    switch self {
    case .unknown(let file):
      "'\(file)' is no model in a form that is known: safetensors, PyTorch (.pt, .pth, .bin), "
        + "ONNX, Keras (.keras, .h5), NumPy (.npz) or JSON."
    case .arrays(let file):
      "'\(file)' holds an array of numbers, not a model. A model has named weights: "
        + "an .npz file with weight_ih_l0 and so on."
    case .foreign(let file, let kind):
      "'\(file)' is \(kind.rawValue), which is not read here.\n"
        + kind.wayOut.replacing("FILE", with: file)
    case .noForm(let file):
      "the name '\(file)' does not say in which form to write."
    }
  }

  /// The forms, and the extensions that name one.
  public var remedies: [Remedy] {
    guard case .noForm = self else { return [] }
    return [
      .chooseForm(ModelForm.all.map(\.identifier)),
      .giveExtension([".safetensors", ".pt", ".onnx", ".keras", ".h5", ".npz", ".json"]),
    ]
  }
}
