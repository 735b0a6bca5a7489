// The text of ModelJSON: laid out for people, a row of a matrix a line, and numbers with just the
// digits that bring them back.

import LSTMCore

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Writes one model.
struct ModelJSONWriter {
  let model: LSTMModel

  func text() throws -> String {
    var members: [(String, String)] = []
    switch model.network.front {
    case .embedding(let matrix): members.append(("embedding", rows(matrix, indent: 1)))
    case .oneHot(let size): members.append(("oneHot", "\(size)"))
    case nil: break
    }
    let layers = try model.network.layers.map { try layer($0) }
    members.append(("layers", "[\n    \(layers.joined(separator: ",\n    "))\n  ]"))
    if let head = model.network.head { members.append(("head", self.head(head))) }
    let plain = PlainLayersDocument(model) { layer in
      var object = layer.settings
      for array in layer.arrays { object[array.name] = JSONValue(array) }
      return .object(object)
    }
    if !plain.front.isEmpty { members.append(("frontLayers", try compact(plain.front))) }
    if let head = plain.head { members.append(("headLayers", try compact(head))) }
    if let mask = model.mask { members.append(("mask", try compact(MaskDocument(mask)))) }
    if let state = model.initialState {
      let parts = state.parts.map { part in
        object(
          [("hidden", rows(part.hidden, indent: 3)), ("cell", rows(part.cell, indent: 3))],
          indent: 2)
      }
      members.append(("initialState", "[\n    \(parts.joined(separator: ",\n    "))\n  ]"))
    }
    if let lengths = model.lengths { members.append(("lengths", try compact(lengths))) }
    if model.gives != .everyStep { members.append(("gives", "\"\(model.gives.rawValue)\"")) }
    if !model.graphInputs.isEmpty {
      members.append(("graphInputs", try compact(model.graphInputs.names)))
    }
    if let vocabulary = model.vocabulary {
      members.append(("vocabulary", try compact(VocabularyDocument(vocabulary))))
    }
    if let columns = model.columns {
      members.append(("columns", try compact(ColumnsDocument(columns))))
    }
    if let labels = model.labels { members.append(("labels", try compact(labels))) }
    if let task = model.task { members.append(("task", try compact(task))) }
    members.append(("precision", "\"\(model.precision.rawValue)\""))
    if model.provenance != .init() {
      members.append(("provenance", try compact(ProvenanceDocument(model.provenance))))
    }
    if let audio = model.audio { members.append(("audio", try compact(AudioDocument(audio)))) }
    return object(members, indent: 0) + "\n"
  }

  private func layer(_ layer: NetworkLayer<Double>) throws -> String {
    var members = layer.cells.map { ($0.direction.rawValue, cell($0.cell)) }
    let (forward, reverse) = (layer.forward?.variant, layer.reverse?.variant)
    let usual = CellVariant<Double>()
    if let shared = forward ?? reverse, shared != usual || (reverse ?? usual) != usual {
      members.append(("variant", try compact(VariantDocument(shared))))
      if let reverse, reverse != shared {
        members.append(("reverseVariant", try compact(VariantDocument(reverse))))
      }
    }
    if layer.reverseOrder != .steps {
      members.append(("reverseOrder", "\"\(layer.reverseOrder.rawValue)\""))
    }
    return object(members, indent: 2)
  }

  private func cell(_ cell: ReadableCell<Double>) -> String {
    var members = Gate.allCases.map { gate in
      let learned = cell.parameters.gates[gate]
      var parts = [
        ("inputWeights", rows(learned.inputWeights, indent: 4)),
        ("hiddenWeights", rows(learned.hiddenWeights, indent: 4)),
      ]
      if model.hasBiases { parts.append(("bias", list(learned.bias))) }
      if let second = learned.recurrentBias { parts.append(("recurrentBias", list(second))) }
      if let peephole = learned.peephole { parts.append(("peephole", list(peephole))) }
      return (gate.rawValue, object(parts, indent: 4))
    }
    if let projection = cell.parameters.projection {
      members.append(("projection", rows(projection, indent: 3)))
    }
    return object(members, indent: 3)
  }

  private func head(_ head: LinearHead<Double>) -> String {
    var members = [("weights", rows(head.weights, indent: 2))]
    if let bias = head.bias { members.append(("bias", list(bias))) }
    if let activation = head.activation {
      members.append(("activation", "\"\(activation.rawValue)\""))
    }
    members.append(("reads", "\"\(head.source.rawValue)\""))
    return object(members, indent: 1)
  }

  // MARK: - Layout

  /// Members a line each, two spaces further in than the braces.
  private func object(_ members: [(String, String)], indent: Int) -> String {
    let space = String(repeating: "  ", count: indent)
    let lines = members.map { "\(space)  \"\($0.0)\": \($0.1)" }
    return "{\n\(lines.joined(separator: ",\n"))\n\(space)}"
  }

  private func rows(_ matrix: Matrix<Double>, indent: Int) -> String {
    let space = String(repeating: "  ", count: indent)
    let lines = (0..<matrix.rows).map { "\(space)  \(list(matrix.row($0)))" }
    return "[\n\(lines.joined(separator: ",\n"))\n\(space)]"
  }

  private func list(_ values: some Collection<Double>) -> String {
    "[\(values.map { number($0) }.joined(separator: ", "))]"
  }

  /// The shortest text that reads back as the same number in the model's precision.
  private func number(_ value: Double) -> String {
    let isNarrow = model.precision != .float64 && Double(Float(value)) == value
    return isNarrow ? "\(Float(value))" : "\(value)"
  }

  private func compact(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
