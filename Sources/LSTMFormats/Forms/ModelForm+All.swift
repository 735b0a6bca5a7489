// The list of the forms. Another form is a value in a folder of its own and a name here.

extension ModelForm {
  /// Every form that is known, in the order in which they are shown and tried.
  public static let all: [ModelForm] = [
    .swiftLSTM, .safetensors, .pytorch, .onnx, .keras, .numpy, .mlx, .json, .nam, .guitarML,
    .rtneural,
  ]
}
