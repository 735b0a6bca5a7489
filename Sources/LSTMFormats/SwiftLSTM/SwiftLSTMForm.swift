// The project's own form: a safetensors file whose metadata has our document. What stands in it is
// ModelFile's; the container is read and written in Safetensors/.

import LSTMCore

extension ModelForm {
  /// The project's own: safetensors with PyTorch's names and a document in its metadata.
  public static let swiftLSTM = ModelForm(
    identifier: "swift-lstm", title: "swift-lstm model", extensions: ["safetensors"],
    settings: Set(LSTMModel.Setting.allCases),
    recognise: { content, file in
      guard SafetensorsFile.matches(content),
        let archive = try? SafetensorsFile(storage: content, file: file).archive
      else { return .foreign }
      return ModelFile.isModel(archive) ? .certain : .foreign
    },
    read: { content, file, choice in
      try ModelFile.model(from: SafetensorsFile(storage: content, file: file).archive, file: file)
        .taking(choice, file: file)
    },
    write: { model, output in
      try SafetensorsFile(ModelFile.archive(of: model)).write(to: output)
      return []
    })
}
