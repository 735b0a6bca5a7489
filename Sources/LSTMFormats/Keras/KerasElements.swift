// What each Keras layer is here: an LSTM layer with Keras' gate order and functions, plain layers, or
// something that stands before them all. Which may follow which is KerasNetwork.swift's business.

import LSTMCore

/// A Keras layer, read.
enum KerasElement {
  /// Something that computes nothing.
  case nothing
  /// A vector for each token; whether token 0 is skipped.
  case embedding(Matrix<Double>, masksZero: Bool)
  /// Steps of which every entry has this value are skipped.
  case masking(Double)
  /// One layer of LSTM cells.
  case lstm(NetworkLayer<Double>, returnsSequences: Bool)
  /// Layers without a state.
  case plain([PlainLayer<Double>])
}

/// Reads the layers of one file.
struct KerasElements {
  let file: String
  let majorVersion: Int

  /// What a layer is.
  ///
  /// - Throws: ``KerasError``.
  func element(_ layer: KerasLayer) throws -> KerasElement {
    switch layer.kind {
    case .input, .dropout: return .nothing
    case .embedding(_, _, let masksZero):
      return .embedding(try matrix(layer, "embeddings"), masksZero: masksZero)
    case .masking(let value): return .masking(value)
    case .lstm(let lstm):
      let cell = try cell(lstm, layer, prefix: "")
      return .lstm(
        lstm.goesBackwards
          ? NetworkLayer(reverse: cell, order: .processing) : NetworkLayer(forward: cell),
        returnsSequences: lstm.returnsSequences)
    case .bidirectional(let forward, let backward):
      return .lstm(
        NetworkLayer(
          forward: try cell(forward, layer, prefix: "forward/"),
          reverse: try cell(backward, layer, prefix: "backward/")),
        returnsSequences: forward.returnsSequences)
    case .dense(_, let activation, let hasBias):
      return .plain(
        [
          .linear(
            weights: try matrix(layer, "kernel").transposed,
            bias: hasBias ? try list(layer, "bias") : nil)
        ] + (try function(activation, layer)))
    case .activation(let activation): return .plain(try function(activation, layer))
    case .function(let plain): return .plain([plain])
    case .batchNorm(let epsilon, let hasScale, let hasCenter):
      return .plain([
        .batchNorm(
          epsilon: epsilon, means: try list(layer, "moving_mean"),
          variances: try list(layer, "moving_variance"),
          factors: hasScale ? try list(layer, "gamma") : nil,
          shifts: hasCenter ? try list(layer, "beta") : nil)
      ])
    case .layerNorm(let epsilon, let hasScale, let hasCenter):
      guard hasScale || hasCenter else {
        throw KerasError.setting(
          file: file, layer: layer.name, setting: "scale", found: "false",
          supported: "true, where center is false")
      }
      let first = try list(layer, hasScale ? "gamma" : "beta")
      return .plain([
        .layerNorm(
          epsilon: epsilon, factors: hasScale ? first : first.map { _ in 1 },
          shifts: hasCenter ? try list(layer, "beta") : first.map { _ in 0 })
      ])
    case .convolution(let settings):
      guard let kernel = layer.weights["kernel"], kernel.shape.count == 3 else {
        throw KerasError.missingWeights(file: file, layer: layer.name, place: "kernel")
      }
      let (width, filters) = (kernel.shape[1], kernel.shape[2])
      let numbers = kernel.doubles()
      let taps = (0..<kernel.shape[0]).map { tap in
        Matrix(
          rows: width, columns: filters,
          values: Array(numbers[tap * width * filters..<(tap + 1) * width * filters])
        ).transposed
      }
      return .plain(
        [
          .convolution(
            taps: taps, bias: settings.hasBias ? try list(layer, "bias") : nil,
            stride: settings.stride, dilation: settings.dilation, padding: settings.padding)
        ] + (try function(settings.activation, layer)))
    }
  }

  private func function(_ name: String, _ layer: KerasLayer) throws -> [PlainLayer<Double>] {
    switch name {
    case "linear": return []
    case "softmax": return [.softmax]
    default:
      guard let function = KerasActivation.function(name, majorVersion: majorVersion) else {
        throw KerasError.setting(
          file: file, layer: layer.name, setting: "activation", found: name,
          supported: "softmax, " + KerasActivation.names)
      }
      return [.activation(function)]
    }
  }

  private func list(_ layer: KerasLayer, _ name: String) throws -> [Double] {
    guard let tensor = layer.weights[name], tensor.shape.count == 1 else {
      throw KerasError.missingWeights(file: file, layer: layer.name, place: name)
    }
    return tensor.doubles()
  }

  private func matrix(_ layer: KerasLayer, _ name: String) throws -> Matrix<Double> {
    guard let tensor = layer.weights[name], tensor.shape.count == 2 else {
      throw KerasError.missingWeights(file: file, layer: layer.name, place: name)
    }
    return Matrix(rows: tensor.shape[0], columns: tensor.shape[1], values: tensor.doubles())
  }

  private func function(_ name: String, _ setting: String, _ layer: KerasLayer) throws
    -> Activation<Double>
  {
    guard let function = KerasActivation.function(name, majorVersion: majorVersion) else {
      throw KerasError.setting(
        file: file, layer: layer.name, setting: setting, found: name,
        supported: KerasActivation.names)
    }
    return function
  }

  private func cell(_ lstm: KerasLSTM, _ layer: KerasLayer, prefix: String) throws
    -> ReadableCell<Double>
  {
    func gates(_ name: String) throws -> PerGate<Matrix<Double>> {
      GateOrder.keras.split(try matrix(layer, prefix + name).transposed)
    }
    func bias(_ name: String) -> PerGate<[Double]>? {
      (layer.weights[prefix + name]?.doubles()).map(GateOrder.keras.split)
    }
    let (kernel, recurrent) = (try gates("kernel"), try gates("recurrent_kernel"))
    let (bias, recurrentBias) = (bias("bias"), bias("recurrent_bias"))
    let parts = PerGate<GateParameters<Double>> { gate in
      GateParameters(
        inputWeights: kernel[gate], hiddenWeights: recurrent[gate],
        bias: bias?[gate] ?? [Double](repeating: 0, count: lstm.units),
        recurrentBias: recurrentBias?[gate])
    }
    let activation = try function(lstm.activation, "activation", layer)
    let gate = try function(lstm.recurrentActivation, "recurrent_activation", layer)
    let parameters: CellParameters<Double>
    do {
      parameters = try CellParameters(gates: parts)
    } catch {
      throw KerasError.numbers(
        file: file, part: "the layer '\(layer.name)'", reason: "\(error)")
    }
    return ReadableCell(
      parameters: parameters,
      variant: CellVariant(
        activations: .init(forget: gate, input: gate, candidate: activation, output: gate),
        cellActivation: activation))
  }
}
