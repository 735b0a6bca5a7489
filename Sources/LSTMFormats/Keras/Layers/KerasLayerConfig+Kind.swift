// What a layer of the document is: its class and settings become one of the kinds that are read,
// or an error that says which are.

import LSTMCore

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
    case "BatchNormalization":
      return .batchNorm(
        epsilon: config["epsilon"]?.double ?? 1e-3, hasScale: try flag("scale", default: true),
        hasCenter: try flag("center", default: true))
    case "LayerNormalization":
      guard config["rms_scaling"]?.boolean != true else {
        throw unsupported("rms_scaling", "true", supported: "false")
      }
      return .layerNorm(
        epsilon: config["epsilon"]?.double ?? 1e-3, hasScale: try flag("scale", default: true),
        hasCenter: try flag("center", default: true))
    case "Conv1D": return .convolution(try convolution())
    case "ReLU":
      guard config["max_value"] ?? .null == .null, config["threshold"]?.double ?? 0 == 0 else {
        throw unsupported("max_value", "a bound", supported: "none")
      }
      let slope = config["negative_slope"]?.double ?? 0
      return .function(
        .activation(slope == 0 ? Activation(.relu) : Activation(.leakyRelu, alpha: slope)))
    case "LeakyReLU":
      let slope = config["negative_slope"]?.double ?? config["alpha"]?.double ?? 0.3
      return .function(.activation(Activation(.leakyRelu, alpha: slope)))
    case "ELU":
      return .function(.activation(Activation(.elu, alpha: config["alpha"]?.double ?? 1)))
    case "Softmax": return .function(.softmax)
    case "Flatten": return .function(.flatten)
    case "GlobalMaxPooling1D", "GlobalMaxPool1D": return .function(.poolAll(.max))
    case "GlobalAveragePooling1D", "GlobalAvgPool1D": return .function(.poolAll(.average))
    case "MaxPooling1D": return .function(try pool(.max))
    case "AveragePooling1D": return .function(try pool(.average))
    case "RNN":
      let cell = try inner("cell")
      guard cell.className == "LSTMCell" else {
        throw unsupported("cell", cell.className, supported: "LSTMCell")
      }
      var lstm = try cell.lstm()
      lstm.returnsSequences = try flag("return_sequences", default: false)
      lstm.goesBackwards = try flag("go_backwards", default: false)
      return .lstm(lstm)
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

  /// One number that a list of one, or the number itself, says.
  private func one(_ key: String, default standard: Int) throws -> Int {
    guard let value = config[key], value != .null else { return standard }
    guard let number = value.int ?? value.entries?.first?.int, (1...65536).contains(number) else {
      throw unsupported(key, value.inWords, supported: "a whole number from 1 on")
    }
    return number
  }

  private func pool(_ kind: PlainLayer<Double>.Pooling) throws -> PlainLayer<Double> {
    let padding = config["padding"]?.string ?? "valid"
    guard padding == "valid" else {
      throw unsupported("padding", padding, supported: "valid")
    }
    let size = try one("pool_size", default: 2)
    return .pool(kind, size: size, stride: try one("strides", default: size))
  }

  private func convolution() throws -> KerasConvolution {
    let padding = config["padding"]?.string ?? "valid"
    guard let padding = PlainLayer<Double>.Padding(rawValue: padding) else {
      throw unsupported("padding", padding, supported: "valid, same, causal")
    }
    guard try one("groups", default: 1) == 1 else {
      throw unsupported("groups", config["groups"]?.inWords ?? "", supported: "1")
    }
    return KerasConvolution(
      filters: try count("filters"), size: try one("kernel_size", default: 1),
      stride: try one("strides", default: 1), dilation: try one("dilation_rate", default: 1),
      padding: padding, activation: try activation("activation", default: "linear"),
      hasBias: try flag("use_bias", default: true))
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
