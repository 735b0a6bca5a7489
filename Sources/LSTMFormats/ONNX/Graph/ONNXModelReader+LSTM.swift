// The LSTM node (ONNX operator LSTM, versions 7, 14 and 22): its inputs and states. The weights and
// settings of its cells are made in ONNXCells.swift.

import LSTMCore

extension ONNXModelReader {
  /// Follows an LSTM node: X, W, R, B, sequence_lens, initial_h, initial_c, P to Y, Y_h, Y_c.
  mutating func lstm(_ node: ONNXNode) throws -> [ONNXValue] {
    let known: Set = [
      "activation_alpha", "activation_beta", "activations", "clip", "direction", "hidden_size",
      "input_forget", "layout",
    ]
    if let name = node.attributes.keys.filter({ !known.contains($0) }).min() {
      throw failure(
        node,
        name == "output_sequence"
          ? "has the attribute 'output_sequence' of operator set 1. "
            + "Convert the model with onnx.version_converter"
          : "has the attribute '\(name.shortened)', which LSTM does not have")
    }
    guard node.inputs.count <= 8, node.outputs.count <= 3 else {
      throw failure(node, "has more inputs or outputs than LSTM has")
    }
    let layout = try integer(node, "layout") ?? 0
    guard layout == 0 || layout == 1 else { throw failure(node, "has the layout \(layout)") }
    let cells = try ONNXCells(node, reader: &self)
    let input = try sequence(node, isBatchFirst: layout == 1, inputSize: cells.inputSize)
    try setLengths(node)
    let layer = ONNXLayer(
      direction: cells.direction, cells: cells.cells,
      hidden: try initialState(node, 5, cells, isBatchFirst: layout == 1),
      cell: try initialState(node, 6, cells, isBatchFirst: layout == 1))
    let place = try append(layer, reading: input, node)
    if let numberType, numberType != cells.numberType {
      throw failure(
        node, "has \(cells.numberType.rawValue) weights, but others have \(numberType.rawValue)")
    }
    numberType = cells.numberType
    return outputs(of: place, cells.direction, input, cells.hiddenSize, isBatchFirst: layout == 1)
  }

  /// X with its axes in the order steps, sequences, features.
  mutating func sequence(_ node: ONNXNode, isBatchFirst: Bool, inputSize: Int) throws
    -> ONNXFlow
  {
    guard case .flow(var flow) = try value(node, 0) else {
      throw failure(node, "reads a sequence that does not depend on an input of the graph")
    }
    if flow.axes.isEmpty, case .input(_, _, 0) = flow.source {
      // The graph does not say what shape its input has; LSTM says it.
      throw failure(node, "reads an input without a shape. Export it with one")
    }
    guard flow.axes.count == 3, flow.axes[0].count <= 1, flow.axes[1].count <= 1 else {
      throw failure(node, "reads a value of \(flow.axes.count) axes; X is [T, B, I]")
    }
    if isBatchFirst { flow.axes.swapAt(0, 1) }
    if let size = flow.size(2)?.known, size != inputSize {
      throw failure(node, "reads \(size) inputs, but its weights are for \(inputSize)")
    }
    switch flow.source {
    case .input(let name, false, 0):
      guard isWhole(flow, input: name) else { throw failure(node, "reads a part of the input") }
    case .embedded: break
    case .front(_, let count):
      guard count == front.count, flow.axes[0] != flow.axes[2] else {
        throw failure(node, "reads a part of what stands before it")
      }
    case .input(_, true, _):
      throw failure(node, "reads whole numbers; tokens need an embedding (Gather)")
    case .output(_, _, .everyStep):
      guard flow.isFeatures(2), flow.axes[0].first == flow.special else {
        throw failure(node, "reads what another layer gives with its axes in another order")
      }
    default:
      throw failure(node, "reads neither the input, nor its embedding, nor a whole layer's output")
    }
    return flow
  }

  /// Whether data is all of an input, and not a part that was cut out.
  func isWhole(_ flow: ONNXFlow, input name: String) -> Bool {
    flow.atoms.allSatisfy { inputAtoms[name]?.contains($0) == true }
  }

  private mutating func setLengths(_ node: ONNXNode) throws {
    var found = ONNXSequenceModel.Lengths.full
    if has(node, 4) {
      switch try value(node, 4) {
      case .flow(let flow):
        guard case .input(let name, true, 0) = flow.source, flow.axes.count == 1,
          isWhole(flow, input: name)
        else {
          throw failure(node, "has sequence_lens that are not an input of whole numbers, [B]")
        }
        found = .input(name)
      case .constant(let tensor):
        guard let lengths = tensor.smallIntegers, !lengths.isEmpty,
          lengths.allSatisfy({ $0 >= 0 })
        else {
          throw failure(node, "has sequence_lens that are not lengths, [B]")
        }
        found = .stored(lengths)
      default: throw failure(node, "has sequence_lens that cannot be told from the graph")
      }
    }
    guard lengths == nil || lengths == found else {
      throw failure(node, "has other sequence_lens than the node before")
    }
    lengths = found
  }

  mutating func initialState(
    _ node: ONNXNode, _ place: Int, _ cells: ONNXCells, isBatchFirst: Bool
  ) throws -> ONNXSequenceModel.InitialState {
    guard has(node, place) else { return .zeros }
    let name = place == 5 ? "initial_h" : "initial_c"
    let count = cells.direction.count
    func check(_ shape: [Int?]) throws {
      let order = isBatchFirst ? [1, 0, 2] : [0, 1, 2]
      guard shape.count == 3, shape[order[0]] ?? count == count,
        shape[2] ?? cells.hiddenSize == cells.hiddenSize
      else {
        let text = shape.map { $0.map { "\($0)" } ?? "?" }.joined(separator: ", ")
        throw failure(
          node,
          "has the \(name) of shape [\(text)], not "
            + (isBatchFirst
              ? "[B, \(count), \(cells.hiddenSize)]" : "[\(count), B, \(cells.hiddenSize)]"))
      }
    }
    func stored(_ tensor: Tensor) throws -> ONNXSequenceModel.InitialState {
      try reserve(tensor.count * tensor.type.byteCount)
      let ordered = isBatchFirst ? tensor.transposed([1, 0, 2]) : tensor
      let values = ordered.doubles()
      guard values.allSatisfy(\.isFinite) else {
        throw failure(node, "has the \(name) with a number that is not finite")
      }
      return values.allSatisfy { $0 == 0 } ? .zeros : .stored(values, shape: ordered.shape)
    }
    switch try value(node, place) {
    case .constant(let tensor):
      try check(tensor.shape)
      return try stored(tensor)
    case .spread(let tensor, let sizes):
      try check(sizes.map(\.known))
      if tensor.doubles().allSatisfy({ $0 == 0 }) { return .zeros }
      // Alike for every sequence, which one sequence then stands for.
      let batch = isBatchFirst ? 0 : 1
      guard tensor.shape.count == 3, tensor.shape[batch] == 1,
        tensor.shape[1 - batch] == count, tensor.shape[2] == cells.hiddenSize
      else {
        throw failure(node, "has the \(name) spread from another shape than one sequence's")
      }
      return try stored(tensor)
    case .flow(let flow):
      guard case .input(let input, false, let offset) = flow.source else {
        throw failure(node, "has the \(name) computed from other data, which is not read")
      }
      guard !flow.axes.isEmpty || offset > 0 else {
        return .input(input, offset: offset, isBatchFirst: isBatchFirst)
      }
      try check(flow.axes.indices.map { flow.size($0)?.known })
      return .input(
        input, offset: offset,
        isBatchFirst: try isBatchFirstInput(input, flow, batch: isBatchFirst ? 0 : 1, node, name))
    case .sizes: throw failure(node, "has the \(name) made of sizes")
    }
  }

  /// Whether first states stand batch-first in their input, which may have been transposed on the
  /// way to the node.
  ///
  /// - Parameter batch: the axis on which the node has the sequences.
  private func isBatchFirstInput(
    _ input: String, _ flow: ONNXFlow, batch: Int, _ node: ONNXNode, _ name: String
  ) throws -> Bool {
    // An input without a sequence axis of its own (one sequence, unsqueezed) has no order.
    guard let own = inputAtoms[input], own.count == 3, let atom = flow.axes[batch].first else {
      return false
    }
    guard flow.axes[batch].count == 1, let place = own.firstIndex(of: atom), place < 2,
      flow.axes[2] == [own[2]]
    else {
      throw failure(node, "has the \(name) from an input with its axes in another order")
    }
    return place == 0
  }

  /// Puts a layer on the stack, or beside the layer that reads the same in the other direction.
  private mutating func append(
    _ layer: ONNXLayer, reading input: ONNXFlow, _ node: ONNXNode
  ) throws -> Int {
    if let last = layers.indices.last, layerInputs[last].source == input.source {
      guard let both = layers[last].beside(layer), layerInputs[last].axes == input.axes else {
        throw failure(
          node, "reads the same as another LSTM node, which is not its other direction")
      }
      layers[last] = both
      return last
    }
    if case .output(let below, let directions, _) = input.source {
      guard below == layers.count - 1, directions == directionCodes(below) else {
        throw failure(node, "reads a part of the layer below, or a layer further down")
      }
    } else if !layers.isEmpty {
      throw failure(node, "reads the input though there are layers already; one stack is read")
    }
    layers.append(layer)
    layerInputs.append(input)
    return layers.count - 1
  }

  mutating func outputs(
    of layer: Int, _ direction: ONNXDirection, _ input: ONNXFlow, _ hiddenSize: Int,
    isBatchFirst: Bool
  ) -> [ONNXValue] {
    let (steps, sequences) = (input.axes[0], input.axes[1])
    let units = atom(.known(hiddenSize))
    let codes = direction.codes
    let sides = codes.count == 2 ? [atom(.known(2))] : []
    let whole = ONNXFlow(
      source: .output(layer: layer, directions: codes, reading: .everyStep),
      axes: isBatchFirst
        ? [sequences, steps, sides, [units]] : [steps, sides, sequences, [units]],
      special: steps.first, features: sides + [units])
    func final(isCell: Bool) -> ONNXFlow {
      let slots = codes.map { ONNXFlow.Slot(layer: layer, direction: $0) }
      let places = slots.count == 2 ? [atom(.known(2))] : []
      return ONNXFlow(
        source: .final(isCell: isCell, slots: slots),
        axes: isBatchFirst ? [sequences, places, [units]] : [places, sequences, [units]],
        special: places.first, features: places + [units])
    }
    return [.flow(whole), .flow(final(isCell: false)), .flow(final(isCell: true))]
  }
}
