// Plain layers before and after the LSTM as nodes: a product and a sum, a function, a scale.

import LSTMCore

extension ONNXModelWriter {
  /// Leads a value through layers, each a node or two.
  ///
  /// - Parameters:
  ///   - layers: the layers.
  ///   - input: the name of what they read, features last.
  ///   - prefix: what the names of the nodes begin with.
  /// - Returns: the name of what comes out.
  /// - Throws: ``ONNXError/unwritable(reason:)``.
  mutating func plain(_ layers: [PlainLayer<Double>], _ input: String, _ prefix: String) throws
    -> String
  {
    var value = input
    for (index, layer) in layers.enumerated() {
      let name = "\(prefix).\(index)"
      switch layer {
      case .linear(let weights, let bias):
        let turned = weights.transposed
        try constant("\(name).weight", turned.values, [turned.rows, turned.columns])
        value = node("MatMul", [value, "\(name).weight"], "\(name).product", [])
        guard let bias else { break }
        try constant("\(name).bias", bias, [bias.count])
        value = node("Add", [value, "\(name).bias"], name, [])
      case .activation(let function):
        let (operation, attributes) = try operation(function)
        value = node(operation, [value], name, attributes)
      case .softmax: value = node("Softmax", [value], name, [.integer("axis", -1)])
      case .scale(let factors, let shifts):
        try constant("\(name).factor", factors, [factors.count])
        try constant("\(name).shift", shifts, [shifts.count])
        value = node("Mul", [value, "\(name).factor"], "\(name).product", [])
        value = node("Add", [value, "\(name).shift"], name, [])
      case .layerNorm(let epsilon, let factors, let shifts):
        guard operatorSet >= 17 else {
          throw ONNXError.unwritable(
            reason: "operator set \(operatorSet) has no LayerNormalization; 17 does")
        }
        try constant("\(name).scale", factors, [factors.count])
        try constant("\(name).bias", shifts, [shifts.count])
        value = node(
          "LayerNormalization", [value, "\(name).scale", "\(name).bias"], name,
          [.integer("axis", -1), .float("epsilon", Float(epsilon))])
      case .convolution, .pool, .poolAll, .flatten:
        throw ONNXError.unwritable(
          reason: "the layer '\(layer.words)', which reads several steps, is not written")
      }
    }
    return value
  }

  private func operation(_ function: Activation<Double>) throws -> (String, [ONNXWireAttribute]) {
    guard
      let operation = ONNXModelReader.functions.first(where: { $0.value == function.kind })?.key
    else {
      throw ONNXError.unwritable(
        reason: "ONNX has no operator for the function \(function.kind.rawValue)")
    }
    let numbers = [("alpha", function.alpha), ("beta", function.beta)]
      .prefix(function.kind.parameterCount)
    return (operation, numbers.map { .float($0.0, Float($0.1)) })
  }
}

extension ONNXSequenceModel {
  /// The width of what a head of several layers gives.
  var headWidth: Int {
    headLayers?.layers.reversed().lazy.compactMap(\.outputSize).first ?? network.outputSize
  }
}

extension PlainLayer {
  /// How many features the layer reads; nil where any.
  var inputSize: Int? {
    switch self {
    case .linear(let weights, _): weights.columns
    case .scale(let factors, _), .layerNorm(_, let factors, _): factors.count
    case .convolution(let taps, _, _, _, _): taps.first?.columns
    case .activation, .softmax, .pool, .poolAll, .flatten: nil
    }
  }

  /// How many features the layer gives; nil where as many as it reads.
  var outputSize: Int? {
    switch self {
    case .linear(let weights, _): weights.rows
    case .convolution(let taps, _, _, _, _): taps.first?.rows
    default: nil
    }
  }
}
