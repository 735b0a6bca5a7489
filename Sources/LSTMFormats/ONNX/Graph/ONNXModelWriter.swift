// Writing a sequence model as ONNX: Gather, LSTM nodes with Transpose and Reshape between them,
// MatMul and Add, Softmax. The same model gives the same bytes. The nodes' weights are packed in
// ONNXModelWriter+Weights.swift.

import LSTMCore
import SwiftProtobuf

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes sequence models as ONNX files.
///
/// What ONNX's LSTM operator does not have is refused: projections, clipped cell states, gates
/// pinned to a constant, the input gate coupled to the forget gate, and gates of different
/// activations.
struct ONNXModelWriter {
  /// The operator sets that can be written. Before 13 some operators took their axes otherwise.
  static let operatorSets = 13...22

  let model: ONNXSequenceModel
  let operatorSet: Int
  var graph = ONNXWireGraph()
  var constants: Set<String> = []

  /// The bytes of an ONNX file; see ``ONNXSequenceModel/bytes(operatorSet:)``.
  static func bytes(of model: ONNXSequenceModel, operatorSet: Int? = nil) throws -> [UInt8] {
    let operatorSet = operatorSet ?? (model.precision == .bfloat16 ? 22 : 17)
    guard operatorSets.contains(operatorSet) else {
      throw ONNXError.unwritable(
        reason: "operator set \(operatorSet) is none of \(operatorSets.lowerBound) to "
          + "\(operatorSets.upperBound)")
    }
    var writer = ONNXModelWriter(model: model, operatorSet: operatorSet)
    return try writer.bytes()
  }

  private init(model: ONNXSequenceModel, operatorSet: Int) {
    (self.model, self.operatorSet) = (model, operatorSet)
  }

  private mutating func bytes() throws -> [UInt8] {
    guard model.precision != .bfloat16 || operatorSet >= 22 else {
      throw ONNXError.unwritable(
        reason: "its weights are bfloat16, which operator set \(operatorSet) does not have; 22 does"
      )
    }
    graph.name = "lstm"
    var flow = try input()
    var finals: (hidden: [String], cell: [String]) = ([], [])
    for index in model.network.layers.indices {
      let result = try layer(index, reading: flow)
      flow = result.output
      finals.hidden.append(result.hidden)
      finals.cell.append(result.cell)
    }
    for output in model.outputs { try write(output, last: flow, finals) }
    removeUnused()
    var file = ONNXWireModel()
    // The intermediate representation that came with the operator set (ONNX, Versioning.md).
    file.irVersion = operatorSet >= 21 ? 10 : operatorSet >= 19 ? 9 : operatorSet >= 15 ? 8 : 7
    file.producerName = "swift-lstm"
    file.graph = graph
    var standard = ONNXWireOperatorSet()
    standard.domain = ""
    standard.version = Int64(operatorSet)
    file.opsetImport = [standard]
    file.metadataProps = model.metadata.sorted { $0.key < $1.key }.map { key, value in
      var entry = ONNXWireStringEntry()
      (entry.key, entry.value) = (key, value)
      return entry
    }
    do {
      return try file.serializedBytes()
    } catch {
      throw ONNXError.unwritable(reason: "protobuf refuses it (a file holds at most 2 GB)")
    }
  }

  // MARK: - The path

  /// The input of the first layer, `[T, B, I]`.
  private mutating func input() throws -> String {
    let name = model.input
    guard case .embedding(let matrix)? = model.network.front else {
      if model.network.front != nil {
        throw ONNXError.unwritable(
          reason: "its input is one-hot; replace it by an embedding of the identity matrix")
      }
      let width = model.frontLayers.compactMap(\.inputSize).first ?? model.network.inputSize
      declareInput(
        name, [timeFirst("T", "B"), timeFirst("B", "T"), "\(width)"], NumberType(model.precision))
      let ordered =
        model.isBatchFirst
        ? node("Transpose", [name], "input.steps_first", [.integers("perm", [1, 0, 2])]) : name
      return try plain(model.frontLayers, ordered, "front")
    }
    declareInput(name, [timeFirst("T", "B"), timeFirst("B", "T")], .int64)
    try constant("embedding.weight", matrix.values, [matrix.rows, matrix.columns])
    let vectors = node("Gather", ["embedding.weight", name], "embedding", [.integer("axis", 0)])
    return model.isBatchFirst
      ? node("Transpose", [vectors], "embedding.steps_first", [.integers("perm", [1, 0, 2])])
      : vectors
  }

  private func timeFirst(_ standard: String, _ other: String) -> String {
    model.isBatchFirst ? other : standard
  }

  private mutating func layer(_ index: Int, reading input: String) throws
    -> (output: String, hidden: String, cell: String)
  {
    let layer = model.network.layers[index]
    let prefix = "lstm.\(index)"
    let cells = layer.cells.map(\.cell)
    try checkCells(cells, layer: index)
    guard layer.reverseOrder == .steps || layer.forward != nil else {
      throw ONNXError.unwritable(
        reason: "layer \(index + 1) gives its outputs in the order of processing (go_backwards); "
          + "ONNX gives them in the order of the steps")
    }
    try weights(of: cells, prefix: prefix)
    var inputs = [input, "\(prefix).W", "\(prefix).R", model.hasBiases ? "\(prefix).B" : ""]
    inputs.append(try lengths())
    let start = model.starts.indices.contains(index) ? model.starts[index] : .init()
    let size = cells[0].parameters.hiddenSize
    inputs.append(try state(start.hidden, "\(prefix).initial_h", cells.count, size, input))
    inputs.append(try state(start.cell, "\(prefix).initial_c", cells.count, size, input))
    inputs.append(try peepholes(of: cells, prefix: prefix) ?? "")
    while inputs.last?.isEmpty == true { inputs.removeLast() }
    let outputs = ["Y", "Y_h", "Y_c"].map { "\(prefix).\($0)" }
    let direction: ONNXDirection =
      cells.count == 2 ? .bidirectional : layer.forward != nil ? .forward : .reverse
    graph.node.append(
      made(
        "LSTM", inputs, outputs, prefix, try settings(of: cells, direction, hiddenSize: size)))
    let output: String
    if cells.count == 1 {
      integers("axis.1", [1])
      output = node("Squeeze", [outputs[0], "axis.1"], "\(prefix).output", [])
    } else {
      integers("shape.side_by_side", [0, 0, -1])
      let ordered = node(
        "Transpose", [outputs[0]], "\(prefix).ordered", [.integers("perm", [0, 2, 1, 3])])
      output = node("Reshape", [ordered, "shape.side_by_side"], "\(prefix).output", [])
    }
    return (output, outputs[1], outputs[2])
  }

  private mutating func lengths() throws -> String {
    switch model.lengths {
    case .full: return ""
    case .input(let name):
      if !graph.input.contains(where: { $0.name == name }) { declareInput(name, ["B"], .int32) }
      return name
    case .stored(let lengths):
      let values = lengths.compactMap { Int32(exactly: $0) }
      guard values.count == lengths.count else {
        throw ONNXError.unwritable(reason: "a sequence is longer than ONNX can say")
      }
      self.lengths("lengths", values)
      return "lengths"
    }
  }

  private mutating func state(
    _ state: ONNXSequenceModel.InitialState, _ name: String, _ directions: Int, _ size: Int,
    _ sequence: String
  ) throws -> String {
    switch state {
    case .zeros: return ""
    case .stored(let values, let shape):
      guard shape.count == 3, values.count == shape.reduce(1, *) else {
        throw ONNXError.unwritable(reason: "a first state's shape \(shape) is not [D, B, H]")
      }
      try constant(name, values, shape)
      guard shape[1] == 1 else { return name }
      // Every sequence begins alike: the state is spread over as many as there are.
      integers("axis.1", [1])
      integers("\(prefix(name)).directions", [Int64(directions)])
      integers("\(prefix(name)).units", [Int64(size)])
      let shapeOfInput = node("Shape", [sequence], "\(sequence).shape", [])
      let batch = node("Gather", [shapeOfInput, "axis.1"], "\(sequence).batch", [])
      let spread = node(
        "Concat", ["\(prefix(name)).directions", batch, "\(prefix(name)).units"],
        "\(prefix(name)).state_shape", [.integer("axis", 0)])
      return node("Expand", [name, spread], "\(name).spread", [])
    case .input(let input, let offset, let isBatchFirst):
      let planes = statePlanes(of: input)
      if !graph.input.contains(where: { $0.name == input }) {
        let sizes = isBatchFirst ? ["B", "\(planes)"] : ["\(planes)", "B"]
        declareInput(input, sizes + ["\(size)"], NumberType(model.precision))
      }
      let ordered =
        isBatchFirst
        ? node("Transpose", [input], "\(input).planes_first", [.integers("perm", [1, 0, 2])])
        : input
      guard directions < planes else { return ordered }
      let bounds = [("start", offset), ("end", offset + directions)].map { part, place in
        integers("\(name).\(part)", [Int64(place)])
        return "\(name).\(part)"
      }
      integers("axis.0", [0])
      return node("Slice", [ordered, bounds[0], bounds[1], "axis.0"], name, [])
    }
  }

  /// The layer of a name, "lstm.0" of "lstm.0.initial_h".
  private func prefix(_ name: String) -> String {
    name.split(separator: ".").dropLast().joined(separator: ".")
  }

  /// How many planes an input of first states has: up to the last that a layer reads.
  private func statePlanes(of input: String) -> Int {
    zip(model.network.layers, model.starts).flatMap { layer, start in
      [start.hidden, start.cell].map { state in
        if case .input(input, let offset, _) = state { offset + layer.cells.count } else { 0 }
      }
    }.max() ?? 0
  }

  /// Takes out what no output needs: a layer's ordered output below the last, for instance.
  private mutating func removeUnused() {
    var wanted = Set(graph.output.map(\.name))
    var nodes: [ONNXWireNode] = []
    for node in graph.node.reversed() where node.output.contains(where: wanted.contains) {
      wanted.formUnion(node.input)
      nodes.append(node)
    }
    graph.node = nodes.reversed()
    graph.initializer.removeAll { !wanted.contains($0.name) }
  }
}
