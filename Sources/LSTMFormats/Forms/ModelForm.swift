// The forms in which models come, told apart by what is in the file and not by its name.

import LSTMCore

/// A form in which a model is stored.
public enum ModelForm: String, CaseIterable, Sendable {
  /// The project's own: safetensors with PyTorch's names and a document in its metadata.
  case swiftLSTM = "swift-lstm"
  /// Safetensors, in the names of any framework that is understood; written in PyTorch's.
  case safetensors
  /// A state dict as `torch.save` writes it.
  case pytorch
  /// An ONNX model.
  case onnx
  /// A Keras archive, `.keras`, or the older `.h5`.
  case keras
  /// An `.npz` archive in the names of any framework; written in PyTorch's.
  case numpy
  /// MLX' names in a safetensors file.
  case mlx
  /// JSON, for small models written by hand.
  case json

  /// The form in words.
  public var title: String {
    switch self {
    case .swiftLSTM: "swift-lstm model"
    case .safetensors: "safetensors state dict"
    case .pytorch: "PyTorch state dict"
    case .onnx: "ONNX model"
    case .keras: "Keras model"
    case .numpy: "NumPy archive"
    case .mlx: "MLX weights"
    case .json: "JSON model"
    }
  }

  /// The form that a file of this name is written in: by its extension. Nil for one that says
  /// nothing.
  public init?(fileName: String) {
    let name = fileName.lowercased()
    let forms: [(String, ModelForm)] = [
      (".safetensors", .swiftLSTM), (".pt", .pytorch), (".pth", .pytorch), (".bin", .pytorch),
      (".onnx", .onnx), (".keras", .keras), (".h5", .keras), (".npz", .numpy), (".json", .json),
    ]
    guard let form = forms.first(where: { name.hasSuffix($0.0) })?.1 else { return nil }
    self = form
  }

  /// The form of a file's content; nil where it is none that is known. A safetensors file counts
  /// as ``ModelForm/safetensors`` whether or not it has the project's document.
  public static func of(_ storage: ByteStorage, file: String) throws -> ModelForm? {
    if SafetensorsFile.matches(storage) { return .safetensors }
    let start = storage.withUnsafeBytes { Array($0.prefix(512)) }
    if HDF5File.matches(storage) { return .keras }
    if PyTorchFile.looksLike(storage) { return .pytorch }
    if ZipArchive.matches(storage) {
      let names = try ZipArchive(storage, file: file).members.map(\.name)
      if names.contains("config.json"), names.contains(where: { $0.hasPrefix("model.weights") }) {
        return .keras
      }
      return names.allSatisfy { $0.hasSuffix(".npy") } && !names.isEmpty ? .numpy : .pytorch
    }
    let text = start.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) || $0 >= 0xBB }
    if text.first == UInt8(ascii: "{") { return .json }
    // ModelProto begins with its ir_version, field 1 as a variable integer.
    if start.first == 0x08 { return .onnx }
    return nil
  }
}

/// What can be wrong with a model file as a whole.
public enum ModelFormError: LSTMFailure, Equatable {
  /// The content is in none of the forms.
  case unknown(file: String)
  /// The file holds an array, not a model.
  case arrays(file: String)
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
    case .noForm(let file):
      "the name '\(file)' does not say in which form to write."
    }
  }

  /// The forms, and the extensions that name one.
  public var remedies: [Remedy] {
    guard case .noForm = self else { return [] }
    return [
      .chooseForm(ModelForm.allCases.map(\.rawValue)),
      .giveExtension([".safetensors", ".pt", ".onnx", ".keras", ".h5", ".npz", ".json"]),
    ]
  }
}
