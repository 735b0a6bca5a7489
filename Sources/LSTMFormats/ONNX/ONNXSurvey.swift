// The LSTM nodes of any graph by name: in graphs of which not every node is read, and in the branches and
// bodies of If, Loop and Scan. Every node is followed as far as it can be; what cannot be is lost, and with
// it what is made of it, but for the weights of LSTM nodes, which are stored.

import LSTMCore

/// The LSTM nodes of a file.
struct ONNXSurvey {
  /// An LSTM node.
  struct Found {
    let name: String
    /// Where it stands, outermost first: "then_branch of If 'f'".
    let path: [String]
    let layer: ONNXLayer
    let inputSize: Int
    /// Which of the nodes before gives what it reads, where one does alone.
    let below: Int?
    /// Whether its first states are computed, or come from outside.
    let hasOtherStates: Bool
    let type: NumberType

    var hiddenSize: Int { layer.cells[0].parameters.hiddenSize }
  }

  /// Graphs in graphs.
  private static let deepest = 8

  let file: String
  private(set) var reader: ONNXModelReader
  private(set) var found: [Found] = []
  /// How often each operator stands in the graph.
  private(set) var operators: [String: Int] = [:]
  private(set) var faults: [any Error] = []
  /// The names of nodes whose weights are whole numbers that stand for others.
  private(set) var quantised: [String] = []

  /// Goes through a file.
  ///
  /// - Throws: ``ONNXError`` where it cannot be decoded.
  init(_ content: ByteStorage, file: String) throws {
    self.file = file
    let graph = try ONNXGraph(content, file: file)
    reader = ONNXModelReader(surveying: graph)
    follow(graph.nodes, path: [])
  }

  private mutating func follow(_ nodes: [ONNXNode], path: [String]) {
    for node in nodes {
      operators[node.operation, default: 0] += 1
      if node.operation == "LSTM", node.fault == nil {
        take(node, path)
        continue
      }
      if node.operation == "DynamicQuantizeLSTM", let usual = reader.dequantised(node) {
        quantised.append(usual.name)
        take(usual, path)
        continue
      }
      guard node.bodies.isEmpty else {
        for body in node.bodies where path.count < Self.deepest {
          guard let inner = try? ONNXBody(body.bytes, file: file) else { continue }
          let outer = reader.values
          for (name, tensor) in inner.initialisers { reader.values[name] = .constant(tensor) }
          follow(inner.nodes, path: path + ["\(body.attribute) of \(node.title)"])
          reader.values = outer
        }
        continue
      }
      // A node that is not read loses what it makes: whoever reads that says so for itself.
      try? reader.compute(node)
    }
  }

  private mutating func take(_ node: ONNXNode, _ path: [String]) {
    do {
      let isBatchFirst = try reader.integer(node, "layout") ?? 0 == 1
      let cells = try ONNXCells(node, reader: &reader)
      var below: Int?
      var flow = reader.unknownSequence(cells.inputSize)
      if let known = try? reader.sequence(
        node, isBatchFirst: isBatchFirst, inputSize: cells.inputSize)
      {
        flow = known
        if case .output(let layer, let directions, .everyStep) = known.source,
          directions == reader.directionCodes(layer)
        {
          below = layer
        }
      }
      func state(_ place: Int) -> (ONNXSequenceModel.InitialState, isOther: Bool) {
        guard
          let state = try? reader.initialState(node, place, cells, isBatchFirst: isBatchFirst)
        else { return (.zeros, true) }
        if case .input = state { return (.zeros, true) }
        return (state, false)
      }
      let (hidden, cell) = (state(5), state(6))
      let layer = ONNXLayer(
        direction: cells.direction, cells: cells.cells, hidden: hidden.0, cell: cell.0)
      reader.layers.append(layer)
      reader.layerInputs.append(flow)
      let outputs = reader.outputs(
        of: found.count, cells.direction, flow, cells.hiddenSize, isBatchFirst: isBatchFirst)
      for (name, value) in zip(node.outputs, outputs) where !name.isEmpty {
        reader.values[name] = value
      }
      var name = node.name
      let same = found.count { $0.name == name || $0.name.hasPrefix("\(name)#") }
      if same > 0 { name += "#\(same + 1)" }
      found.append(
        Found(
          name: name, path: path, layer: layer, inputSize: cells.inputSize, below: below,
          hasOtherStates: hidden.isOther || cell.isOther, type: cells.numberType))
    } catch {
      faults.append(error)
    }
  }
}

extension ONNXModelReader {
  /// ONNX Runtime's LSTM of whole numbers as ONNX's own: W `[D, I, 4H]` and R `[D, H, 4H]` with a scale
  /// and a zero point each (`com.microsoft.DynamicQuantizeLSTM`); nil where it is not in order.
  fileprivate mutating func dequantised(_ node: ONNXNode) -> ONNXNode? {
    func weights(_ place: Int, scale: Int, zero: Int) -> Tensor? {
      guard node.inputs.count > zero,
        case .constant(let stored)? = values[node.inputs[place]], stored.shape.count == 3,
        case .constant(let scales)? = values[node.inputs[scale]],
        case .constant(let zeros)? = values[node.inputs[zero]], stored.count > 0,
        (try? reserve(4 * stored.count)) != nil
      else { return nil }
      let (directions, depth, width) = (stored.shape[0], stored.shape[1], stored.shape[2])
      let (numbers, factors, points) = (stored.doubles(), scales.doubles(), zeros.doubles())
      guard [directions, directions * width].contains(factors.count),
        points.count == factors.count
      else { return nil }
      var turned = [Float](repeating: 0, count: stored.count)
      for direction in 0..<directions {
        for row in 0..<depth {
          for column in 0..<width {
            let own = factors.count == directions ? direction : direction * width + column
            let value = numbers[(direction * depth + row) * width + column]
            turned[(direction * width + column) * depth + row] = Float(
              (value - points[own]) * factors[own])
          }
        }
      }
      return Tensor(turned, shape: [directions, width, depth])
    }
    guard let input = weights(1, scale: 8, zero: 9), let recurrent = weights(2, scale: 10, zero: 11)
    else { return nil }
    let names = ["\(node.title) W", "\(node.title) R"]
    values[names[0]] = .constant(input)
    values[names[1]] = .constant(recurrent)
    return ONNXNode(
      title: node.title, operation: "LSTM", name: node.name,
      inputs: [node.inputs[0]] + names + node.inputs[3..<8], outputs: node.outputs,
      attributes: node.attributes)
  }

  /// A sequence of which nothing is known but its width.
  fileprivate mutating func unknownSequence(_ width: Int) -> ONNXFlow {
    let atoms = [atom(.symbol("steps")), atom(.symbol("sequences")), atom(.known(width))]
    return ONNXFlow(source: .input("", isInteger: false, offset: 0), axes: atoms.map { [$0] })
  }
}
