// The one way in and the one way out: a model of any form, told by its content, and into any form.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Models in files of any form.
public enum ModelStore {
  /// Opens a model: what the file is, its content says.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - choice: which parts to take where a file has several that would do.
  /// - Throws: ``ModelFormError`` where the content is none that is known, and the errors of the
  ///   form's reader.
  public static func read(_ path: String, choice: StateDictChoice = .init()) throws -> LSTMModel {
    let storage = try ByteStorage(mapping: path)
    if NumpyFile.matches(storage) { throw ModelFormError.arrays(file: path) }
    guard let form = try ModelForm.of(storage, file: path) else {
      throw ModelFormError.unknown(file: path)
    }
    func named(_ archive: TensorArchive, _ form: ModelForm) throws -> LSTMModel {
      try StateDictReader.read(archive, file: path, format: form.title, choice: choice)
    }
    switch form {
    case .safetensors, .swiftLSTM, .mlx:
      let archive = try SafetensorsFile(storage, file: path).archive
      return ModelFile.isModel(archive)
        ? try ModelFile.model(from: archive, file: path) : try named(archive, .safetensors)
    case .pytorch: return try named(PyTorchFile.read(storage, file: path), .pytorch)
    case .numpy: return try named(NpzFile(storage, file: path).archive(), .numpy)
    case .json: return try ModelJSON.parse(FileAccess.read(path), file: path)
    case .onnx: return try LSTMModel(ONNXModelReader.read(storage, file: path), file: path)
    case .keras: return try KerasModel(storage, file: path).network().model
    }
  }

  /// Writes a model.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - path: the file, written whole or not at all.
  ///   - form: in which form; by the file's extension where nil.
  /// - Returns: what the form has no place for and that changes no number: a vocabulary, a task.
  /// - Throws: ``ModelFormError/noForm(file:)``, and ``ModelError/cannotHold(_:_:instead:)``
  ///   where the form has no place for something that
  ///   changes what the model gives.
  @discardableResult
  public static func write(_ model: LSTMModel, to path: String, as form: ModelForm? = nil) throws
    -> [String]
  {
    guard let form = form ?? ModelForm(fileName: path) else {
      throw ModelFormError.noForm(file: path)
    }
    var model = model
    model.network = model.network  // Writers compute in Double: made once, not at every look.
    model = try form.prepared(model)
    switch form {
    case .swiftLSTM:
      try SafetensorsFile.write(ModelFile.archive(of: model), to: path)
      return []
    case .safetensors: try SafetensorsFile.write(StateDictWriter.pytorch(model), to: path)
    case .mlx: try SafetensorsFile.write(StateDictWriter.mlx(model), to: path)
    case .numpy: try NpzFile.write(StateDictWriter.pytorch(model), to: path)
    case .pytorch: try PyTorchFile.write(StateDictWriter.pytorch(model), to: path)
    case .json:
      try FileAccess.write(ModelJSON.text(of: model), to: path)
      return []
    case .onnx:
      let bytes = try ONNXModelWriter.bytes(of: ONNXSequenceModel(model))
      try ByteOutput.file(path) { try $0.write(bytes) }
    case .keras:
      let isLegacy = path.lowercased().hasSuffix(".h5")
      try ByteOutput.file(path) { output in
        try isLegacy
          ? KerasModel.writeLegacy(model, to: output) : KerasModel.writeArchive(model, to: output)
      }
      return KerasModel.leavesOut(model)
    }
    return model.notes
  }
}
