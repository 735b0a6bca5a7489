// Safetensors files as models: named arrays, in the names of any framework. What the names mean is
// found in StateDicts/.

import LSTMCore

extension ModelForm {
  /// Safetensors, in the names of any framework that is understood; written in PyTorch's.
  public static let safetensors = ModelForm(
    identifier: "safetensors", title: safetensorsTitle,
    recognise: { content, _ in SafetensorsFile.matches(content) ? .certain : .foreign },
    read: readSafetensors,
    write: { model, output in
      try SafetensorsFile(StateDictWriter.pytorch(model)).write(to: output)
      return model.notes
    })

  /// MLX' names in a safetensors file. What such a file is when it is read, its names say.
  public static let mlx = ModelForm(
    identifier: "mlx", title: "MLX weights",
    recognise: { _, _ in .foreign },
    read: readSafetensors,
    write: { model, output in
      try SafetensorsFile(StateDictWriter.mlx(model)).write(to: output)
      return model.notes
    })

  private static let safetensorsTitle = "safetensors state dict"

  @Sendable
  private static func readSafetensors(
    _ content: ByteStorage, _ file: String, _ choice: StateDictChoice
  ) throws -> LSTMModel {
    try StateDictReader.read(
      SafetensorsFile(storage: content, file: file).archive, file: file, format: safetensorsTitle,
      choice: choice, isOrdered: false)
  }
}
