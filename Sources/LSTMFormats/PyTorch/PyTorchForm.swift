// PyTorch's files as models: a state dict. What its names mean is found in StateDicts/.

import LSTMCore

extension ModelForm {
  /// A state dict as `torch.save` writes it.
  public static let pytorch = ModelForm(
    identifier: "pytorch", title: pytorchTitle, extensions: ["pt", "pth", "bin"],
    recognise: { content, file in
      if PyTorchFile.looksLike(content) { return .certain }
      guard ZipArchive.matches(content) else { return .foreign }
      // A zip file in order that is nobody else's: the reader says what it lacks.
      _ = try ZipArchive(content, file: file)
      return .possible
    },
    read: { content, file, choice in
      try StateDictReader.read(
        PyTorchFile(storage: content, file: file).archive, file: file, format: pytorchTitle,
        choice: choice)
    },
    write: { model, output in
      try PyTorchFile(StateDictWriter.pytorch(model)).write(to: output)
      return model.notes
    })

  private static let pytorchTitle = "PyTorch state dict"
}
