// The plain layers around a network in the project's own forms: a JSON object a layer for what it is,
// and arrays, which stand in the object (JSON) or among the tensors (safetensors).

import LSTMCore

/// The numbers of one array of a layer, in C order.
struct PlainArray: Equatable {
  let name: String
  let values: [Double]
  let shape: [Int]
}

extension PlainLayer<Double> {
  /// What the layer is, without its numbers.
  var settings: [String: JSONValue] {
    switch self {
    case .linear: ["kind": .text("linear")]
    case .activation(let function):
      ["kind": .text("activation"), "function": .text(function.text)]
    case .softmax: ["kind": .text("softmax")]
    case .scale: ["kind": .text("scale")]
    case .layerNorm(let epsilon, _, _):
      ["kind": .text("layer-norm"), "epsilon": .number(epsilon)]
    case .convolution(_, _, let stride, let dilation, let padding):
      [
        "kind": .text("convolution"), "stride": .number(Double(stride)),
        "dilation": .number(Double(dilation)), "padding": .text(padding.rawValue),
      ]
    case .pool(let kind, let size, let stride):
      [
        "kind": .text("pool"), "of": .text(kind.rawValue), "size": .number(Double(size)),
        "stride": .number(Double(stride)),
      ]
    case .poolAll(let kind): ["kind": .text("pool-all"), "of": .text(kind.rawValue)]
    case .flatten: ["kind": .text("flatten")]
    }
  }

  /// The layer's numbers.
  var arrays: [PlainArray] {
    func list(_ name: String, _ values: [Double]?) -> [PlainArray] {
      values.map { [PlainArray(name: name, values: $0, shape: [$0.count])] } ?? []
    }
    switch self {
    case .linear(let weights, let bias):
      return [
        PlainArray(name: "weight", values: weights.values, shape: [weights.rows, weights.columns])
      ] + list("bias", bias)
    case .scale(let factors, let shifts), .layerNorm(_, let factors, let shifts):
      return list("weight", factors) + list("bias", shifts)
    case .convolution(let taps, let bias, _, _, _):
      return [
        PlainArray(
          name: "weight", values: taps.flatMap(\.values),
          shape: [taps.count, taps.first?.rows ?? 0, taps.first?.columns ?? 0])
      ] + list("bias", bias)
    case .activation, .softmax, .pool, .poolAll, .flatten: return []
    }
  }

  /// Reads a layer.
  ///
  /// - Parameters:
  ///   - json: what the layer is.
  ///   - file: the file's name, for errors.
  ///   - place: what to call the layer in them.
  ///   - array: an array of the layer by name, of so many dimensions; nil where there is none.
  /// - Throws: ``LSTMFormatsError``, and what `array` throws.
  init(
    _ json: JSONValue, file: String, place: String,
    array: (_ name: String, _ dimensions: Int) throws -> PlainArray?
  ) throws {
    func wrong(_ key: String, _ expected: String) -> LSTMFormatsError {
      .wrongKind(file: file, place: "\(place).\(key)", expected: expected)
    }
    func required(_ name: String, _ dimensions: Int) throws -> PlainArray {
      guard let found = try array(name, dimensions) else {
        throw LSTMFormatsError.missingKey(file: file, key: "\(place).\(name)")
      }
      return found
    }
    func count(_ key: String) throws -> Int {
      guard let value = json[key]?.int, (1...(1 << 20)).contains(value) else {
        throw wrong(key, "a whole number from 1 on")
      }
      return value
    }
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ key: String) throws -> Choice {
      guard let choice = json[key]?.string.flatMap({ Choice(rawValue: $0) }) else {
        throw wrong(
          key, Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or "))
      }
      return choice
    }
    switch json["kind"]?.string {
    case "linear":
      let weights = try required("weight", 2)
      self = .linear(
        weights: Matrix(
          rows: weights.shape[0], columns: weights.shape[1], values: weights.values),
        bias: try array("bias", 1)?.values)
    case "activation":
      guard let function = json["function"]?.string.flatMap({ Activation<Double>(text: $0) }) else {
        throw wrong(
          "function",
          "one of "
            + Activation<Double>.Kind.allCases.map(\.rawValue).joined(separator: ", "))
      }
      self = .activation(function)
    case "softmax": self = .softmax
    case "scale":
      self = .scale(
        factors: try required("weight", 1).values, shifts: try required("bias", 1).values)
    case "layer-norm":
      guard let epsilon = json["epsilon"]?.double, epsilon >= 0 else {
        throw wrong("epsilon", "a number from 0 on")
      }
      self = .layerNorm(
        epsilon: epsilon, factors: try required("weight", 1).values,
        shifts: try required("bias", 1).values)
    case "convolution":
      let weights = try required("weight", 3)
      let size = weights.shape[1] * weights.shape[2]
      self = .convolution(
        taps: (0..<weights.shape[0]).map {
          Matrix(
            rows: weights.shape[1], columns: weights.shape[2],
            values: Array(weights.values[$0 * size..<($0 + 1) * size]))
        }, bias: try array("bias", 1)?.values, stride: try count("stride"),
        dilation: try count("dilation"), padding: try choice("padding"))
    case "pool":
      self = .pool(try choice("of"), size: try count("size"), stride: try count("stride"))
    case "pool-all": self = .poolAll(try choice("of"))
    case "flatten": self = .flatten
    default:
      throw wrong(
        "kind",
        "\"linear\", \"activation\", \"softmax\", \"scale\", \"layer-norm\", \"convolution\", "
          + "\"pool\", \"pool-all\" or \"flatten\"")
    }
    guard arrays.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
      throw LSTMFormatsError.wrongKind(file: file, place: place, expected: "finite numbers")
    }
    if case .scale(let factors, let shifts) = self, factors.count != shifts.count {
      throw wrong("bias", "as long as its weight")
    }
    if case .layerNorm(_, let factors, let shifts) = self, factors.count != shifts.count {
      throw wrong("bias", "as long as its weight")
    }
  }
}
