// NumPy's archives as models: named arrays, in the names of any framework. What the names mean is
// found in StateDicts/.

import LSTMCore

extension ModelForm {
  /// An `.npz` archive in the names of any framework; written in PyTorch's.
  public static let numpy = ModelForm(
    identifier: "numpy", title: numpyTitle, extensions: ["npz"],
    recognise: { content, file in
      if NumpyFile.matches(content) { throw ModelFormError.arrays(file: file) }
      guard ZipArchive.matches(content), let zip = try? ZipArchive(content, file: file) else {
        return .foreign
      }
      let isArrays =
        !zip.members.isEmpty && zip.members.allSatisfy { $0.name.hasSuffix(".npy") }
      return isArrays ? .certain : .foreign
    },
    read: { content, file, choice in
      try StateDictReader.read(
        NpzFile(storage: content, file: file).archive(), file: file, format: numpyTitle,
        choice: choice)
    },
    write: { model, output in
      try NpzFile(StateDictWriter.pytorch(model)).write(to: output)
      return model.notes
    })

  private static let numpyTitle = "NumPy archive"
}
