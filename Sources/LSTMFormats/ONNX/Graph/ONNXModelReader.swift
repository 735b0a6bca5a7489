// The second layer of the reader: it walks a graph from its inputs to its outputs and follows what
// every value is, until the path input → embedding → LSTM layers → head stands there. Nothing is
// computed but shapes and the rearrangement of stored weights. The operators are in the extensions.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads sequence models from ONNX files.
///
/// Read are graphs of LSTM nodes (operator sets 7 to 28, every attribute of the operator) with
/// what exporters write around them: Gather from an embedding; Transpose, Squeeze, Unsqueeze,
/// Reshape, Flatten, Identity, Cast, Dropout; the first states made of Shape, Gather, Concat,
/// Slice, Expand, ConstantOfShape; the choice of the last step; before and after the LSTM MatMul or
/// Gemm and Add, functions such as Relu, BatchNormalization, Softmax. Any other node is named in the
/// error.
struct ONNXModelReader {
  let graph: ONNXGraph
  var values: [String: ONNXValue] = [:]
  var layers: [ONNXLayer] = []
  /// What each layer reads: two layers that read the same are two directions of one.
  var layerInputs: [ONNXFlow] = []
  var embedding: Matrix<Double>?
  var head: ONNXHead?
  /// The plain layers between the input and the first LSTM.
  var front: [PlainLayer<Double>] = []
  var lengths: ONNXSequenceModel.Lengths?
  var numberType: NumberType?
  private var atomCount = 0
  var inputAtoms: [String: [ONNXAtom]] = [:]
  private var foldedBytes = 0

  /// Reads a model from the bytes of a file.
  ///
  /// - Parameters:
  ///   - storage: the bytes.
  ///   - file: the file's name, for errors.
  /// - Throws: ``ONNXError``.
  static func read(_ storage: ByteStorage, file: String) throws -> ONNXSequenceModel {
    var reader = ONNXModelReader(graph: try ONNXGraph(storage, file: file))
    return try reader.model()
  }

  private init(graph: ONNXGraph) {
    self.graph = graph
  }

  init(surveying graph: ONNXGraph) {
    self.graph = graph
    for (name, tensor) in graph.initialisers { values[name] = .constant(tensor) }
    for input in graph.inputs { values[input.name] = flow(input) }
  }

  private mutating func model() throws -> ONNXSequenceModel {
    if let fault = graph.nodes.lazy.compactMap(\.fault).first { throw fault }
    for (name, tensor) in graph.initialisers { values[name] = .constant(tensor) }
    for input in graph.inputs { values[input.name] = flow(input) }
    let made = Set(graph.nodes.flatMap(\.outputs))
    if let name = graph.outputs.first(where: { !made.contains($0) && values[$0] == nil }) {
      throw ONNXError.output(
        file: graph.file, output: name.shortened, reason: "is made by no node")
    }
    let needed = neededNodes()
    guard needed.contains(where: { $0.operation == "LSTM" }) else {
      throw graph.lacksLSTM
    }
    for node in needed { try compute(node) }
    let outputs = try graph.outputs.map { try output($0) }
    let (input, isBatchFirst) = try inputAndOrder()
    let network = try network()
    let hasBiases = network.cells.contains { _, _, cell in
      Gate.allCases.contains { cell.parameters.gates[$0].recurrentBias != nil }
    }
    var model = ONNXSequenceModel(
      network: network, starts: layers.map { .init(hidden: $0.hidden, cell: $0.cell) },
      lengths: lengths ?? .full, input: input, isBatchFirst: isBatchFirst, outputs: outputs,
      hasBiases: hasBiases,
      precision: numberType?.storedPrecision ?? .float32, metadata: graph.metadata,
      producer: graph.producer)
    (model.frontLayers, model.headLayers) = (front, headLayers)
    return model
  }

  /// The nodes that lead to an output, in their order.
  private func neededNodes() -> [ONNXNode] {
    var wanted = Set(graph.outputs)
    var found: [ONNXNode] = []
    for node in graph.nodes.reversed() where node.outputs.contains(where: wanted.contains) {
      wanted.formUnion(node.inputs.filter { !$0.isEmpty })
      found.append(node)
    }
    return found.reversed()
  }

  private mutating func flow(_ input: ONNXGraph.Input) -> ONNXValue {
    let atoms = (input.shape ?? []).enumerated().map { axis, dimension in
      switch dimension {
      case .known(let size): atom(.known(size))
      case .named(let name): atom(.symbol(name))
      case .unknown: atom(.symbol("\(input.name).\(axis)"))
      }
    }
    inputAtoms[input.name] = atoms
    return .flow(
      ONNXFlow(
        source: .input(input.name, isInteger: input.isInteger, offset: 0),
        axes: atoms.map { [$0] }))
  }

  mutating func compute(_ node: ONNXNode) throws {
    if let fault = node.fault { throw fault }
    let results: [ONNXValue]
    switch node.operation {
    case "LSTM": results = try lstm(node)
    case "Constant": results = [try constant(node)]
    case "Shape": results = [try shape(node)]
    case "ConstantOfShape", "Expand": results = [try spread(node)]
    case "Mul", "Equal", "Where": results = [try sizeArithmetic(node)]
    case "Identity", "Dropout": results = [try value(node, 0)]
    case "Cast": results = [try cast(node)]
    case "Transpose": results = [try transpose(node)]
    case "Squeeze": results = [try squeeze(node)]
    case "Unsqueeze": results = [try unsqueeze(node)]
    case "Reshape", "Flatten": results = [try reshape(node)]
    case "Slice": results = [try slice(node)]
    case "Gather": results = [try gather(node)]
    case "Concat": results = [try concatenate(node)]
    case "MatMul", "Gemm": results = [try matrixProduct(node)]
    case "Add": results = [try sum(node)]
    case "Softmax", "LogSoftmax": results = [try softmax(node)]
    case "BatchNormalization": results = [try batchNorm(node)]
    case let name where Self.functions[name] != nil: results = [try function(node)]
    default:
      throw failure(
        node, "is not read: a sequence model has an embedding, LSTM nodes and plain layers")
    }
    for (name, result) in zip(node.outputs, results) where !name.isEmpty {
      guard values.updateValue(result, forKey: name) == nil else {
        throw failure(node, "makes '\(name.shortened)', which is there already")
      }
    }
    for name in node.outputs.dropFirst(results.count) where !name.isEmpty {
      values[name] = nil
    }
  }

  // MARK: - For the operators

  /// A new axis.
  mutating func atom(_ size: ONNXSize) -> ONNXAtom {
    atomCount += 1
    return ONNXAtom(id: atomCount, size: size)
  }

  /// An error about a node.
  func failure(_ node: ONNXNode, _ reason: String) -> ONNXError {
    .node(file: graph.file, node: node.title, reason: reason)
  }

  /// Whether the node has an input at a place.
  func has(_ node: ONNXNode, _ place: Int) -> Bool {
    node.inputs.indices.contains(place) && !node.inputs[place].isEmpty
  }

  /// An input of a node.
  func value(_ node: ONNXNode, _ place: Int) throws -> ONNXValue {
    guard has(node, place) else { throw failure(node, "lacks its input \(place + 1)") }
    let name = node.inputs[place]
    guard let value = values[name] else {
      throw ONNXError.missingValue(
        file: graph.file, node: node.title, value: name.shortened,
        nearest: nearest(name))
    }
    return value
  }

  /// The value whose name looks most like one; not sought for names that are longer than any is.
  private func nearest(_ name: String) -> String? {
    guard (2...100).contains(name.utf8.count) else { return nil }
    let names = values.keys.filter { $0.utf8.count <= 100 }.sorted()
    return nearestName(to: name, among: Array(names.prefix(1_000)))?.shortened
  }

  /// An axis counted from 0, from one that may be counted from the end.
  func axis(_ axis: Int, rank: Int, _ node: ONNXNode) throws -> Int {
    guard axis >= -rank, axis < rank else {
      throw failure(node, "names the axis \(axis) of \(rank)")
    }
    return axis < 0 ? axis + rank : axis
  }

  /// Counts the bytes of a folded tensor, so that a chain of concatenations cannot fill memory.
  mutating func folded(_ tensor: Tensor) throws -> ONNXValue {
    try reserve(tensor.count * tensor.type.byteCount)
    return .constant(tensor)
  }

  /// Takes bytes from what may be folded: eight times the file, and a megabyte.
  mutating func reserve(_ bytes: Int) throws {
    let limit = 8 * graph.byteCount + (1 << 20)
    foldedBytes = foldedBytes.addingReportingOverflow(bytes).partialValue
    guard bytes >= 0, foldedBytes >= 0, foldedBytes <= limit else {
      throw ONNXError.tooLarge(
        file: graph.file, what: "bytes of weights that nodes rearrange", limit: limit)
    }
  }

  /// The directions of a layer: 0 forward, 1 reverse.
  func directionCodes(_ layer: Int) -> [Int] {
    layers[layer].direction.codes
  }
}
