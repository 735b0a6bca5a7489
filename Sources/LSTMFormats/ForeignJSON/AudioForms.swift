// The forms of audio programs as values. They are read as JSON is; here is how they are written.

import LSTMCore

extension ModelForm {
  /// Neural Amp Modeler's `.nam`.
  public static let nam = ModelForm(
    identifier: "nam", title: NAMModel.title, extensions: ["nam"], settings: [.initialState],
    recognise: { _, _ in .foreign }, read: json.read,
    write: { model, output in
      try output.write(Array(NAMModel.text(of: model).utf8))
      return model.notes
    })

  /// The JSON of GuitarML.
  public static let guitarML = ModelForm(
    identifier: "guitarml", title: GuitarMLModel.title, settings: [.headLayers],
    recognise: { _, _ in .foreign }, read: json.read,
    write: { model, output in
      try output.write(Array(GuitarMLModel.text(of: model).utf8))
      return model.notes
    })

  /// The JSON of RTNeural and AIDA-X.
  public static let rtneural = ModelForm(
    identifier: "rtneural", title: RTNeuralModel.title, settings: [.headLayers],
    recognise: { _, _ in .foreign }, read: json.read,
    write: { model, output in
      try output.write(Array(RTNeuralModel.text(of: model).utf8))
      return model.notes
    })
}
