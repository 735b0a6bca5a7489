// The first layer of the reader: an ONNX file decoded into inputs, initialisers and nodes, checked
// one by one. What the nodes compute is the second layer's business (ONNXModelReader).

import SwiftProtobuf

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One node: an operator with its inputs, outputs and attributes.
struct ONNXNode {
  /// What to call it in an error: its operator and its name or first output, "LSTM '/lstm/LSTM'".
  let title: String
  let operation: String
  /// Its name, or its first output's where it has none.
  let name: String
  /// The names of what it reads; "" where an optional input is left out.
  let inputs: [String]
  /// The names of what it makes; "" where an optional output is left out.
  let outputs: [String]
  fileprivate(set) var attributes: [String: ONNXAttributeValue]
  /// The graphs in its attributes, undecoded: the branches of If, the bodies of Loop and Scan.
  fileprivate(set) var bodies: [(attribute: String, bytes: Data)] = []
  /// Why it cannot be followed, whatever it reads.
  fileprivate(set) var fault: ONNXError?
}

/// A graph within a node's attribute.
struct ONNXBody {
  let initialisers: [String: Tensor]
  let nodes: [ONNXNode]

  /// Decodes one.
  ///
  /// - Throws: ``ONNXError``.
  init(_ data: Data, file: String) throws {
    try data.withUnsafeBytes { try ONNXWireCheck.check(graph: $0, file: file) }
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    let graph: ONNXWireGraph
    do {
      graph = try ONNXWireGraph(serializedBytes: data, options: options)
    } catch {
      throw ONNXError.notONNX(file: file, byte: 0, reason: "protobuf cannot decode it: \(error)")
    }
    var initialisers: [String: Tensor] = [:]
    for stored in graph.initializer {
      initialisers[stored.name] = try stored.tensor(file: file, name: stored.name.shortened)
    }
    self.initialisers = initialisers
    nodes = graph.node.map { ONNXNode($0, file: file) }
  }
}

/// The value of an attribute, of the kinds that sequence models have.
enum ONNXAttributeValue {
  case float(Float)
  case integer(Int)
  case text(String)
  case tensor(Tensor)
  case floats([Float])
  case integers([Int])
  case texts([String])
}

/// A decoded graph.
struct ONNXGraph {
  /// The operator sets that are read. 7 is where LSTM got its present form; after 28 nobody knows.
  static let operatorSets = 7...28

  /// The size of a dimension of a graph input.
  enum Dimension: Equatable {
    case known(Int)
    case named(String)
    case unknown
  }

  /// An input of the graph that is not an initialiser.
  struct Input {
    let name: String
    let isInteger: Bool
    let shape: [Dimension]?
  }

  let file: String
  let producer: String
  let operatorSet: Int
  let inputs: [Input]
  let outputs: [String]
  let initialisers: [String: Tensor]
  /// In the order of the file, which is the order of computation.
  let nodes: [ONNXNode]
  /// Text by key.
  let metadata: [String: String]
  /// The size of the file, by which what is folded is bounded.
  let byteCount: Int

  /// Decodes a file.
  ///
  /// - Throws: ``ONNXError``.
  init(_ storage: ByteStorage, file: String) throws {
    let model = try Self.decode(storage, file: file)
    guard model.hasGraph else { throw ONNXError.noGraph(file: file) }
    (self.file, byteCount) = (file, storage.count)
    operatorSet = try Self.operatorSet(of: model, file: file)
    producer = [model.producerName, model.producerVersion].filter { !$0.isEmpty }
      .joined(separator: " ")
    metadata = Dictionary(model.metadataProps.map { ($0.key, $0.value) }) { $1 }
    if let function = model.functions.first {
      throw ONNXError.unsupportedPart(
        file: file, what: "functions of its own ('\(function.name.shortened)')",
        remedy: "Export it with optimize=True, or inline them with onnx.inliner.")
    }
    guard model.graph.sparseInitializer.isEmpty else {
      throw ONNXError.unsupportedPart(
        file: file, what: "sparse weights", remedy: "Store them densely.")
    }
    var initialisers: [String: Tensor] = [:]
    for stored in model.graph.initializer {
      guard
        initialisers.updateValue(
          try stored.tensor(file: file, name: stored.name.shortened), forKey: stored.name) == nil
      else {
        throw ONNXError.tensor(file: file, tensor: stored.name.shortened, reason: "is there twice")
      }
    }
    self.initialisers = initialisers
    inputs = try model.graph.input.filter { initialisers[$0.name] == nil }.map {
      try Self.input($0, file: file)
    }
    outputs = model.graph.output.map(\.name)
    nodes = model.graph.node.map { ONNXNode($0, file: file) }
  }

  /// That no LSTM node leads to an output, and what there is in its place.
  var lacksLSTM: ONNXError {
    let loops = nodes.filter { $0.operation == "Loop" || $0.operation == "Scan" }.filter { node in
      node.bodies.contains { body in
        guard let body = try? ONNXBody(body.bytes, file: file) else { return false }
        let inside = Set(body.nodes.map(\.operation))
        return inside.isSuperset(of: ["Sigmoid", "Tanh"])
          && !inside.isDisjoint(with: ["MatMul", "Gemm"]) && !inside.contains("LSTM")
      }
    }
    guard loops.isEmpty else { return .writtenOut(file: file, loops: loops.count) }
    return .noLSTM(
      file: file, operators: Set(nodes.map(\.operation)).sorted().prefix(10).map(\.shortened))
  }

  private static func decode(_ storage: ByteStorage, file: String) throws -> ONNXWireModel {
    try storage.withUnsafeBytes { bytes in
      try ONNXWireCheck.check(bytes, file: file)
      guard let start = bytes.baseAddress else { throw ONNXError.noGraph(file: file) }
      let data = Data(
        bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count,
        deallocator: .none)
      var options = BinaryDecodingOptions()
      options.discardUnknownFields = true
      do {
        return try ONNXWireModel(serializedBytes: data, options: options)
      } catch {
        throw ONNXError.notONNX(file: file, byte: 0, reason: "protobuf cannot decode it: \(error)")
      }
    }
  }

  private static func operatorSet(of model: ONNXWireModel, file: String) throws -> Int {
    let standard = model.opsetImport.first { ["", "ai.onnx"].contains($0.domain) }
    guard let standard else { throw ONNXError.noOperatorSet(file: file) }
    let version = Int(standard.version)
    guard operatorSets.contains(version) else {
      throw ONNXError.operatorSet(file: file, version: version)
    }
    return version
  }

  private static func input(_ input: ONNXWireValueInfo, file: String) throws -> Input {
    guard input.type.hasTensorType else {
      throw ONNXError.unsupportedPart(
        file: file, what: "the input '\(input.name.shortened)', which is not a tensor",
        remedy: "Export the model with tensors as its inputs.")
    }
    let tensor = input.type.tensorType
    let integers: Set<NumberType> = [.int64, .int32, .int16, .int8, .uint8, .uint16, .uint32]
    let shape = tensor.hasShape ? tensor.shape.dim : nil
    guard shape?.count ?? 0 <= 8 else {
      throw ONNXError.unsupportedPart(
        file: file, what: "the input '\(input.name.shortened)' of \(shape?.count ?? 0) dimensions",
        remedy: "Sequences have three, tokens two.")
    }
    return Input(
      name: input.name,
      isInteger: NumberType(onnxCode: Int(tensor.elemType)).map(integers.contains) ?? false,
      shape: shape?.map { dimension in
        switch dimension.value {
        case .dimValue(let size) where size > 0: .known(Int(size))
        case .dimParam(let name) where !name.isEmpty: .named(name)
        default: .unknown
        }
      })
  }
}

extension ONNXNode {
  fileprivate init(_ node: ONNXWireNode, file: String) {
    name = node.name.isEmpty ? node.output.first { !$0.isEmpty } ?? "" : node.name
    title = "\(node.opType.shortened) '\(name.shortened)'"
    (operation, inputs, outputs, attributes) = (node.opType, node.input, node.output, [:])
    do {
      try read(node, file: file)
    } catch let error as ONNXError {
      fault = error
    } catch {
      fault = .node(file: file, node: title, reason: "\(error)")
    }
  }

  private mutating func read(_ node: ONNXWireNode, file: String) throws {
    var refused: ONNXError?
    if !["", "ai.onnx"].contains(node.domain) {
      refused = ONNXError.node(
        file: file, node: title,
        reason: "belongs to the operators of '\(node.domain.shortened)', not to ONNX's own. "
          + "Export it without optimisations of a runtime")
    }
    for attribute in node.attribute {
      func failure(_ reason: String) -> ONNXError {
        let name = attribute.name.shortened
        return .node(file: file, node: title, reason: "has the attribute '\(name)', \(reason)")
      }
      guard attributes[attribute.name] == nil else { throw failure("twice") }
      guard attribute.refAttrName.isEmpty else { throw failure("which refers to a function") }
      switch attribute.type {
      case .float: attributes[attribute.name] = .float(attribute.f)
      case .int: attributes[attribute.name] = .integer(Int(attribute.i))
      case .string:
        attributes[attribute.name] = .text(String(decoding: attribute.s, as: UTF8.self))
      case .tensor:
        attributes[attribute.name] = .tensor(
          try attribute.t.tensor(file: file, name: "\(name).\(attribute.name)".shortened))
      case .floats: attributes[attribute.name] = .floats(attribute.floats)
      case .ints: attributes[attribute.name] = .integers(attribute.ints.map { Int($0) })
      case .strings:
        attributes[attribute.name] = .texts(
          attribute.strings.map { String(decoding: $0, as: UTF8.self) })
      case .graph, .graphs:
        if attribute.hasG { bodies.append((attribute.name, attribute.g)) }
        refused = refused ?? failure("a graph of its own. If, Loop and Scan are not followed")
      default: throw failure("whose kind (\(attribute.type)) is not read")
      }
    }
    fault = refused
  }
}

extension String {
  /// The text as a name in an error: on one line, and only its beginning where it is long.
  var shortened: String {
    let beginning = utf8.count <= 80 ? self : String(decoding: utf8.prefix(76), as: UTF8.self) + "…"
    return String(
      String.UnicodeScalarView(
        beginning.unicodeScalars.map { $0.properties.isWhitespace || $0.value < 32 ? " " : $0 }))
  }
}
