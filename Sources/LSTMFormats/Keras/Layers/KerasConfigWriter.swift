// The description of a model as Keras 3 reads it: a Sequential model and its layers, with the
// settings that are not Keras' defaults for each.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes the description of one model.
struct KerasConfigWriter {
  let model: KerasModel
  private let inputSize: Int?
  private let precision: StoredPrecision

  init(_ model: KerasModel) {
    (self.model, inputSize, precision) = (model, model.inputSize, model.precision)
  }

  /// The document.
  func data() throws -> Data {
    let layers = model.layers.map { layer in object(layer.kind.className, settings(layer)) }
    let document = object(
      "Sequential", ["name": .text(model.name), "layers": .list(layers)], module: "keras")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(document)
  }

  private func object(
    _ className: String, _ settings: [String: JSONValue], module: String = "keras.layers"
  ) -> JSONValue {
    var settings = settings
    if settings["dtype"] == nil {
      settings["dtype"] = .object([
        "module": .text("keras"), "class_name": .text("DTypePolicy"),
        "config": .object(["name": .text(precision.rawValue)]), "registered_name": .null,
      ])
    }
    return .object([
      "module": .text(module), "class_name": .text(className), "config": .object(settings),
      "registered_name": .null,
    ])
  }

  private func settings(_ layer: KerasLayer) -> [String: JSONValue] {
    var result: [String: JSONValue] = ["name": .text(layer.name)]
    switch layer.kind {
    case .input:
      let width: [JSONValue] = inputSize.map { [.number(Double($0))] } ?? []
      result["batch_shape"] = .list([.null, .null] + width)
      result["dtype"] = .text(inputSize == nil ? "int32" : precision.rawValue)
    case .embedding(let tokens, let width, let masksZero):
      result["input_dim"] = .number(Double(tokens))
      result["output_dim"] = .number(Double(width))
      result["mask_zero"] = .bool(masksZero)
    case .masking(let value): result["mask_value"] = .number(value)
    case .lstm(let lstm): result.merge(settings(lstm)) { $1 }
    case .bidirectional(let forward, let backward):
      func inner(_ lstm: KerasLSTM, _ direction: String) -> JSONValue {
        object(
          "LSTM", settings(lstm).merging(["name": .text("\(direction)_\(layer.name)")]) { $1 })
      }
      result["merge_mode"] = .text("concat")
      result["layer"] = inner(forward, "forward")
      result["backward_layer"] = inner(backward, "backward")
    case .dense(let units, let activation, let hasBias):
      result["units"] = .number(Double(units))
      result["activation"] = .text(activation)
      result["use_bias"] = .bool(hasBias)
    case .activation(let activation): result["activation"] = .text(activation)
    case .batchNorm(let epsilon, let hasScale, let hasCenter),
      .layerNorm(let epsilon, let hasScale, let hasCenter):
      result["epsilon"] = .number(epsilon)
      (result["scale"], result["center"]) = (.bool(hasScale), .bool(hasCenter))
    case .convolution(let convolution):
      result["filters"] = .number(Double(convolution.filters))
      result["kernel_size"] = .list([.number(Double(convolution.size))])
      result["strides"] = .list([.number(Double(convolution.stride))])
      result["dilation_rate"] = .list([.number(Double(convolution.dilation))])
      result["padding"] = .text(convolution.padding.rawValue)
      result["activation"] = .text(convolution.activation)
      result["use_bias"] = .bool(convolution.hasBias)
    case .function(.activation(let function)) where function.kind == .leakyRelu:
      result["negative_slope"] = .number(function.alpha)
    case .function(.pool(_, let size, let stride)):
      result["pool_size"] = .list([.number(Double(size))])
      result["strides"] = .list([.number(Double(stride))])
    case .function: break
    case .dropout: result["rate"] = .number(0)
    }
    return result
  }

  private func settings(_ lstm: KerasLSTM) -> [String: JSONValue] {
    var result: [String: JSONValue] = [
      "units": .number(Double(lstm.units)), "activation": .text(lstm.activation),
      "recurrent_activation": .text(lstm.recurrentActivation), "use_bias": .bool(lstm.hasBias),
      "return_sequences": .bool(lstm.returnsSequences),
      "go_backwards": .bool(lstm.goesBackwards), "stateful": .bool(lstm.isStateful),
    ]
    // Keras' own start, an orthogonal matrix, cannot be computed in numbers that short.
    if NumberType(precision).byteCount == 2 { result["recurrent_initializer"] = .text("zeros") }
    return result
  }
}
