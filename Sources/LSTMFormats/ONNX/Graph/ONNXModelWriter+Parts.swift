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
    guard constants.insert(name).inserted else { return }
    if let value = values.first(where: { !model.precision.rounded($0).isFinite }) {
      throw ONNXError.unwritable(
        reason: "'\(name)' has the number \(value), which is beyond \(model.precision.rawValue)")
    }
    store(name, Tensor(values, shape: shape, type: NumberType(model.precision)))
  }

  mutating func integers(_ name: String, _ values: [Int64]) {
    guard constants.insert(name).inserted else { return }
    store(name, Tensor(values, shape: [values.count]))
  }

  mutating func integer(_ name: String, _ value: Int64) {
    guard constants.insert(name).inserted else { return }
    store(name, Tensor([value], shape: []))
  }

  /// Stores lengths as 32-bit integers, which is what the operator takes.
  mutating func lengths(_ name: String, _ values: [Int32]) {
    guard constants.insert(name).inserted else { return }
    let bytes = values.map(\.littleEndian).withUnsafeBytes { ByteStorage($0) }
    store(name, Tensor(type: .int32, shape: [values.count], storage: bytes))
  }

  private mutating func store(_ name: String, _ numbers: Tensor) {
    var tensor = ONNXWireTensor()
    tensor.name = name
    tensor.dims = numbers.shape.map { Int64($0) }
    tensor.dataType = Int32(numbers.type.onnxCode)
    tensor.rawData = numbers.withUnsafeBytes { Data($0) }
    graph.initializer.append(tensor)
  }
}
