// A network at a glance, for programs.

import LSTMCore

/// A network at a glance, as JSON.
public struct SummaryJSON {
  private let summary: NetworkSummary
  private let origin: NetworkOrigin
  private let counts: ParameterCount

  /// Makes the JSON of a network.
  public init(_ summary: NetworkSummary, _ origin: NetworkOrigin, counts: ParameterCount) {
    (self.summary, self.origin, self.counts) = (summary, origin, counts)
  }

  /// The document.
  public var text: String {
    JSONText.object([
      ("file", .string(origin.file)), ("format", .string(origin.format)),
      ("framework", Self.optional(origin.framework)), ("precision", .string(origin.precision)),
      ("notes", JSONText.notes(origin.notes)),
      ("lstms", .list(origin.lstms.map(JSONText.string))),
      ("task", Self.optional(origin.task)),
      ("vocabularySize", Self.optional(origin.vocabularySize)),
      ("before", Self.layers(summary.before)), ("front", front), ("layers", .list(layers)),
      ("head", head), ("headLayers", Self.layers(summary.after)),
      ("mask", Self.optional(origin.surroundings.mask)), ("initialState", initialState),
      (
        "lengths",
        origin.surroundings.lengths.map { .numbers($0.map { Double($0) }) } ?? .null
      ),
      ("gives", .string(origin.surroundings.gives.rawValue)),
      (
        "graphInputs",
        .list(
          GraphInput.allCases.filter(origin.surroundings.graphInputs.contains)
            .map { .string($0.rawValue) })
      ),
      ("parameters", .number(Double(counts.total))),
      (
        "parts",
        .list(
          origin.parts.map { part in
            .object([
              ("role", .string(part.role)), ("names", .list(part.names.map(JSONText.string))),
            ])
          })
      ),
      ("unused", .list(origin.unused.map(JSONText.string))),
    ]).text() + "\n"
  }

  private static func layers(_ layers: [NetworkSummary.LayerSummary]) -> JSONText {
    .list(
      layers.map {
        .object([
          ("layer", .string($0.words)), ("parameters", .number(Double($0.parameters))),
        ])
      })
  }

  private static func optional(_ text: String?) -> JSONText {
    text.map(JSONText.string) ?? .null
  }

  private static func optional(_ number: Int?) -> JSONText {
    number.map { .number(Double($0)) } ?? .null
  }

  private var front: JSONText {
    guard let front = summary.front else { return .null }
    return .object([
      ("kind", .string(front.isOneHot ? "one-hot" : "embedding")),
      ("tokens", .number(Double(front.tokens))), ("width", .number(Double(front.width))),
      ("parameters", .number(Double(counts.embedding))),
    ])
  }

  private var head: JSONText {
    guard let head = summary.head else { return .null }
    return .object([
      ("inputs", .number(Double(head.inputs))), ("outputs", .number(Double(head.outputs))),
      ("activation", Self.optional(head.activation)),
      ("reads", .string(head.source.rawValue)),
      ("parameters", .number(Double(counts.head))),
    ])
  }

  /// The states to start from, a part for each direction of each layer, rows of sequences.
  private var initialState: JSONText {
    guard let state = origin.surroundings.initialState else { return .null }
    func rows(_ matrix: Matrix<Double>) -> JSONText {
      .rows((0..<matrix.rows).map { Array(matrix.row($0)) })
    }
    return .list(
      state.parts.map { .object([("hidden", rows($0.hidden)), ("cell", rows($0.cell))]) })
  }

  private var layers: [JSONText] {
    zip(summary.cells, counts.cells).map { cell, count in
      .object([
        ("layer", .number(Double(cell.layer + 1))), ("direction", .string(cell.direction.rawValue)),
        ("inputs", .number(Double(cell.shape.inputSize))),
        ("hiddenUnits", .number(Double(cell.shape.hiddenSize))),
        ("projectedUnits", Self.optional(cell.shape.projectionSize)),
        ("variant", .list(cell.variant.map(JSONText.string))),
        ("parameters", .number(Double(count.total))),
        (
          "gates",
          .object(
            cell.gates.map { gate in
              (
                gate.gate.rawValue,
                .object([
                  ("source", .string(gate.source ?? "weights")),
                  ("parameters", .number(Double(count.gates[gate.gate]))),
                  ("inputWeights", Self.spread(gate.inputWeights)),
                  ("hiddenWeights", Self.spread(gate.hiddenWeights)),
                  ("bias", Self.spread(gate.bias)),
                ])
              )
            })
        ),
        (
          "memory",
          cell.memory.map { memory in
            .object([
              ("forgetGate", .numbers(memory.forgetGate)),
              // A gate of exactly 1 never forgets, which JSON has no number for.
              (
                "timescale",
                .list(memory.timescale.map { $0.isFinite ? .number($0) : .null })
              ),
            ])
          } ?? .null
        ),
      ])
    }
  }

  private static func spread(_ spread: NetworkSummary.Spread) -> JSONText {
    .object([
      ("count", .number(Double(spread.count))), ("mean", .number(spread.mean)),
      ("deviation", .number(spread.deviation)), ("least", .number(spread.least)),
      ("greatest", .number(spread.greatest)),
    ])
  }
}

extension JSONText {
  /// What there is to know of how a file was read.
  static func notes(_ notes: [(kind: ReadingNote.Kind, words: String)]) -> JSONText {
    .list(
      notes.map { .object([("kind", .string($0.kind.rawValue)), ("text", .string($0.words))]) })
  }
}
