// The outputs of a written graph: the steps, the final states and the head's results, with their names.

import LSTMCore

extension ONNXModelWriter {
  /// Adds an output of the graph.
  mutating func write(
    _ output: ONNXSequenceModel.Output, last: String, _ finals: (hidden: [String], cell: [String])
  ) throws {
    let result: String
    switch output.meaning {
    case .output(let reading):
      result = try read(last, reading, finals)
    case .hidden(let slots): result = try states(slots, finals.hidden, "hidden")
    case .cell(let slots): result = try states(slots, finals.cell, "cell")
    case .logits(let reading): result = try logits(last, reading, finals)
    case .probabilities(let reading), .logProbabilities(let reading):
      let sums = try logits(last, reading, finals)
      var operation = "LogSoftmax"
      if case .probabilities = output.meaning {
        guard let activation = model.network.head?.activation ?? model.headLayers?.activation else {
          throw ONNXError.unwritable(
            reason: "'\(output.name.shortened)' needs a softmax or sigmoid head")
        }
        operation = activation == .softmax ? "Softmax" : "Sigmoid"
      }
      result = node(
        operation, [sums], "\(operation.lowercased()).\(sums)",
        operation == "Sigmoid" ? [] : [.integer("axis", -1)])
    }
    var named = result
    if model.isBatchFirst, output.meaning.standardAxes.first == [.steps] {
      named = node("Transpose", [result], "\(result).batch_first", [.integers("perm", [1, 0, 2])])
    }
    guard !graph.output.contains(where: { $0.name == output.name }), !output.name.isEmpty else {
      throw ONNXError.unwritable(
        reason: "two outputs have the name '\(output.name.shortened)', or one none")
    }
    var identity = made("Identity", [named], [output.name], "output.\(output.name)", [])
    // Names of the path would clash with an output of the same name.
    if graph.node.contains(where: { $0.output.contains(output.name) }) || output.name == model.input
    {
      throw ONNXError.unwritable(
        reason: "the output name '\(output.name.shortened)' is taken by a part of the graph")
    }
    identity.output = [output.name]
    graph.node.append(identity)
    graph.output.append(
      declared(output.name, try sizes(of: output), NumberType(model.precision)))
  }

  /// The steps of the last layer that an output or the head reads.
  private mutating func read(
    _ last: String, _ reading: ONNXSequenceModel.Reading,
    _ finals: (hidden: [String], cell: [String])
  ) throws -> String {
    switch reading {
    case .everyStep: return last
    case .lastStep, .firstStep:
      let name = reading == .lastStep ? "last" : "first"
      integer("step.\(name)", reading == .lastStep ? -1 : 0)
      return node("Gather", [last, "step.\(name)"], "\(name)_step", [.integer("axis", 0)])
    case .finalState:
      guard let state = finals.hidden.last else { return last }
      guard model.network.layers.last?.cells.count == 2 else {
        integers("axis.0", [0])
        return node("Squeeze", [state, "axis.0"], "final_state", [])
      }
      integers("shape.final_state", [0, -1])
      let ordered = node(
        "Transpose", [state], "final_state.ordered", [.integers("perm", [1, 0, 2])])
      return node("Reshape", [ordered, "shape.final_state"], "final_state", [])
    }
  }

  private mutating func states(_ slots: [Int], _ finals: [String], _ name: String) throws
    -> String
  {
    // Those of a single layer need no other layer's, whose width may differ.
    let layers = model.network.cells.map(\.layer)
    if let first = slots.first, layers.indices.contains(first), finals.count > 1,
      slots.allSatisfy({ layers.indices.contains($0) && layers[$0] == layers[first] })
    {
      let own = layers.indices.filter { layers[$0] == layers[first] }
      guard slots != own else { return finals[layers[first]] }
      let key = "\(name)_states." + slots.map(String.init).joined(separator: "_")
      integers("\(key).slots", slots.map { Int64($0 - own[0]) })
      return node("Gather", [finals[layers[first]], "\(key).slots"], key, [.integer("axis", 0)])
    }
    let whole =
      finals.count == 1
      ? finals[0] : node("Concat", finals, "\(name)_states", [.integer("axis", 0)])
    guard slots != Array(model.network.cells.indices) else { return whole }
    let key = "\(name)_states." + slots.map(String.init).joined(separator: "_")
    integers("\(key).slots", slots.map { Int64($0) })
    return node("Gather", [whole, "\(key).slots"], key, [.integer("axis", 0)])
  }

  private mutating func logits(
    _ last: String, _ reading: ONNXSequenceModel.Reading,
    _ finals: (hidden: [String], cell: [String])
  ) throws -> String {
    if let head = model.headLayers {
      guard head.addedInputs == 0 else {
        throw ONNXError.unwritable(reason: "its head adds the input to what it gives")
      }
      return try plain(head.layers, try read(last, reading, finals), "head.\(last)")
    }
    guard let head = model.network.head else {
      throw ONNXError.unwritable(reason: "an output is the head's, but the network has no head")
    }
    let features = try read(last, reading, finals)
    let columns = head.weights.columns
    let transposed = (0..<columns).flatMap { column in
      (0..<head.weights.rows).map { head.weights[$0, column] }
    }
    try constant("head.weight", transposed, [columns, head.weights.rows])
    let product = node("MatMul", [features, "head.weight"], "head.\(features).product", [])
    guard let bias = head.bias else { return product }
    try constant("head.bias", bias, [bias.count])
    return node("Add", [product, "head.bias"], "head.\(features)", [])
  }

  /// The places of the final states that an output has; none for another output.
  private func slots(of output: ONNXSequenceModel.Output) -> [Int] {
    switch output.meaning {
    case .hidden(let slots), .cell(let slots): slots
    default: []
    }
  }

  private func sizes(of output: ONNXSequenceModel.Output) throws -> [String] {
    let network = model.network
    let units = network.cells.map(\.cell.parameters.hiddenSize)
    var sizes = output.meaning.standardAxes.map { axis -> String in
      switch axis {
      case [.steps]: "T"
      case [.sequences]: "B"
      case [.classes]: "\(network.head?.outputSize ?? model.headWidth)"
      case [.units]:
        slots(of: output).first.flatMap { units.indices.contains($0) ? "\(units[$0])" : nil } ?? "0"
      case [.states]: "\(slots(of: output).count)"
      default: "\(network.outputSize)"
      }
    }
    switch output.meaning {
    case .hidden(let slots), .cell(let slots):
      guard slots.allSatisfy(units.indices.contains), Set(slots.map { units[$0] }).count == 1 else {
        throw ONNXError.unwritable(
          reason: "'\(output.name.shortened)' joins the states of layers of different sizes")
      }
    default: if model.isBatchFirst, sizes.first == "T" { sizes.swapAt(0, 1) }
    }
    return sizes
  }
}
