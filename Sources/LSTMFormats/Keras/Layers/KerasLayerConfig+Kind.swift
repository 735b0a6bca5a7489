// What a layer of the document is: its class and settings become one of the kinds that are read,
// or an error that says which are.

extension KerasLayerConfig {
  /// Layers that do nothing outside training.
  private static let trainingOnly: Set<String> = [
    "Dropout", "SpatialDropout1D", "GaussianDropout", "GaussianNoise", "AlphaDropout",
    "ActivityRegularization",
  ]
  /// The classes of an LSTM; the second is TensorFlow's own, trained and stored by cuDNN.
  private static let lstmClasses: Set<String> = ["LSTM", "CuDNNLSTM"]

  /// What the layer is.
  ///
  /// - Throws: ``KerasError``, and ``LSTMFormatsError/missingKey(file:key:)``.
  func kind() throws -> KerasLayer.Kind {
    switch className {
    case "InputLayer": return .input
    case "Embedding":
      return .embedding(
        tokens: try count("input_dim"), width: try count("output_dim"),
        masksZero: try flag("mask_zero", default: false))
    case "Masking":
      guard let value = config["mask_value"]?.double else {
        throw LSTMFormatsError.missingKey(file: document, key: "\(name).mask_value")
      }
      return .masking(value)
    case let name where Self.lstmClasses.contains(name): return .lstm(try lstm())
    case "Bidirectional": return try bidirectional()
    case "Dense": return try dense()
    case "TimeDistributed":
      let inner = try inner("layer")
      guard inner.className == "Dense" else {
        throw unsupported("layer", inner.className, supported: "Dense")
      }
      return try inner.dense()
    case "Activation": return .activation(try activation("activation", default: "linear"))
    case let name where Self.trainingOnly.contains(name): return .dropout
    default: throw KerasError.layerClass(file: file, layer: name, className: className)
    }
  }

  private func lstm() throws -> KerasLSTM {
    if try flag("time_major", default: false) {
      throw unsupported("time_major", "true", supported: "false")
    }
    return KerasLSTM(
      units: try count("units", "output_dim"),
      activation: try activation("activation", default: "tanh"),
      recurrentActivation: try activation(
        "recurrent_activation", "inner_activation", default: "sigmoid"),
      hasBias: try flag("use_bias", default: true),
      returnsSequences: try flag("return_sequences", default: false),
      goesBackwards: try flag("go_backwards", default: false),
      isStateful: try flag("stateful", default: false))
  }

  private func dense() throws -> KerasLayer.Kind {
    .dense(
      units: try count("units", "output_dim"),
      activation: try activation("activation", default: "linear"),
      hasBias: try flag("use_bias", "bias", default: true))
  }

  private func bidirectional() throws -> KerasLayer.Kind {
    let mode = config["merge_mode"] ?? .text("concat")
    guard mode == .text("concat") else {
      throw unsupported("merge_mode", mode.inWords, supported: "'concat'")
    }
    let inner = try inner("layer")
    guard Self.lstmClasses.contains(inner.className) else {
      throw unsupported("layer", inner.className, supported: "LSTM")
    }
    let forward = try inner.lstm()
    var backward = forward
    backward.goesBackwards.toggle()
    if let other = config["backward_layer"], other != .null {
      let other = try self.inner("backward_layer")
      guard Self.lstmClasses.contains(other.className) else {
        throw unsupported("backward_layer", other.className, supported: "LSTM")
      }
      backward = try other.lstm()
    }
    guard !forward.goesBackwards, backward.goesBackwards else {
      throw unsupported(
        "go_backwards",
        "\(forward.goesBackwards) in its first layer and "
          + "\(backward.goesBackwards) in its second", supported: "false, then true")
    }
    guard forward.returnsSequences == backward.returnsSequences else {
      throw unsupported(
        "return_sequences", "different values in its two layers",
        supported: "the same value in both")
    }
    return .bidirectional(forward: forward, backward: backward)
  }
}
