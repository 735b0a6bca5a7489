// The pieces of a graph: nodes, attributes, stored tensors, declared inputs and outputs.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ONNXWireAttribute {
  static func integer(_ name: String, _ value: Int) -> ONNXWireAttribute {
    var attribute = ONNXWireAttribute()
    (attribute.name, attribute.type, attribute.i) = (name, .int, Int64(value))
    return attribute
  }

  static func integers(_ name: String, _ values: [Int]) -> ONNXWireAttribute {
    var attribute = ONNXWireAttribute()
    (attribute.name, attribute.type, attribute.ints) = (name, .ints, values.map { Int64($0) })
    return attribute
  }

  static func float(_ name: String, _ value: Float) -> ONNXWireAttribute {
    var attribute = ONNXWireAttribute()
    (attribute.name, attribute.type, attribute.f) = (name, .float, value)
    return attribute
  }

  static func floats(_ name: String, _ values: [Float]) -> ONNXWireAttribute {
    var attribute = ONNXWireAttribute()
    (attribute.name, attribute.type, attribute.floats) = (name, .floats, values)
    return attribute
  }

  static func text(_ name: String, _ value: String) -> ONNXWireAttribute {
    var attribute = ONNXWireAttribute()
    (attribute.name, attribute.type, attribute.s) = (name, .string, Data(value.utf8))
    return attribute
  }

  static func texts(_ name: String, _ values: [String]) -> ONNXWireAttribute {
    var attribute = ONNXWireAttribute()
    (attribute.name, attribute.type) = (name, .strings)
    attribute.strings = values.map { Data($0.utf8) }
    return attribute
  }
}

extension ONNXModelWriter {
  /// A node that is not in the graph yet.
  func made(
    _ operation: String, _ inputs: [String], _ outputs: [String], _ name: String,
    _ attributes: [ONNXWireAttribute]
  ) -> ONNXWireNode {
    var node = ONNXWireNode()
    (node.opType, node.input, node.output, node.name) = (operation, inputs, outputs, name)
    node.attribute = attributes
    return node
  }

  /// Adds a node of one output, unless the graph has that output already.
  ///
  /// - Returns: the output's name, which is the node's too.
  mutating func node(
    _ operation: String, _ inputs: [String], _ output: String, _ attributes: [ONNXWireAttribute]
  ) -> String {
    if !graph.node.contains(where: { $0.output.first == output }) {
      graph.node.append(made(operation, inputs, [output], output, attributes))
    }
    return output
  }

  func declared(_ name: String, _ sizes: [String], _ type: NumberType) -> ONNXWireValueInfo {
    var info = ONNXWireValueInfo()
    info.name = name
    info.type.tensorType.elemType = Int32(type.onnxCode)
    info.type.tensorType.shape.dim = sizes.map { size in
      var dimension = ONNXWireShape.Dimension()
      if let known = Int64(size) { dimension.dimValue = known } else { dimension.dimParam = size }
      return dimension
    }
    return info
  }

  mutating func declareInput(_ name: String, _ sizes: [String], _ type: NumberType) {
    graph.input.append(declared(name, sizes, type))
  }

  // MARK: - Stored tensors

  /// Stores weights in the model's type.
  mutating func constant(_ name: String, _ values: [Double], _ shape: [Int]) throws {
    guard !constants.contains(name) else { return }
    func checked<Number>(_ numbers: [Number], _ isFinite: (Number) -> Bool) throws -> [Number] {
      guard numbers.allSatisfy(isFinite) else {
        throw ONNXError.unwritable(
          reason: "'\(name)' has a number that is beyond \(model.numberType.rawValue)")
      }
      return numbers
    }
    switch model.numberType {
    case .float64: store(name, values.map(\.bitPattern), shape, .float64)
    case .float16:
      let halves = try checked(values.map { HalfPrecision.bits(nearest: $0) }) {
        $0 & 0x7C00 != 0x7C00
      }
      store(name, halves, shape, .float16)
    default:
      let floats = try checked(values.map { Float($0) }, \.isFinite)
      store(name, floats.map(\.bitPattern), shape, .float32)
    }
  }

  mutating func integers(_ name: String, _ values: [Int64]) {
    store(name, values, [values.count], .int64)
  }

  mutating func integer(_ name: String, _ value: Int64) { store(name, [value], [], .int64) }

  mutating func store(_ name: String, _ values: [Int32], _ shape: [Int]) {
    store(name, values, shape, .int32)
  }

  private mutating func store<Stored: FixedWidthInteger>(
    _ name: String, _ values: [Stored], _ shape: [Int], _ type: NumberType
  ) {
    guard constants.insert(name).inserted else { return }
    var tensor = ONNXWireTensor()
    tensor.name = name
    tensor.dims = shape.map { Int64($0) }
    tensor.dataType = Int32(type.onnxCode)
    var bytes = Data(capacity: values.count * MemoryLayout<Stored>.size)
    for value in values {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    tensor.rawData = bytes
    graph.initializer.append(tensor)
  }
}

extension HalfPrecision {
  /// The bits of the half-precision number nearest to a Double, ties to the even one.
  static func bits(nearest value: Double) -> UInt16 {
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    let size = abs(value)
    guard size < 65_520 else { return sign | (value.isNaN ? 0x7E00 : 0x7C00) }
    // Below 2^-14 the steps are 2^-24 apart, above them 2^-10 of the power of two.
    let exponent = size < 0x1p-14 ? -14 : Int(size.exponent)
    let step = Double(sign: .plus, exponent: exponent - 10, significand: 1)
    let steps = UInt16((size / step).rounded(.toNearestOrEven))
    guard exponent > -14 || steps >= 1024 else { return sign | steps }
    // A carry out of the fraction moves on to the next exponent by itself.
    return sign | (UInt16(exponent + 14) << 10) &+ steps
  }
}
