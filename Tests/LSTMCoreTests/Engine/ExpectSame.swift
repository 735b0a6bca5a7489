// Whether two executors gave the same.

import LSTMCore
import TestSupport
import Testing

/// Compares all that came out of two runs.
func expectSame(
  _ found: NetworkOutput<Float>, _ expected: NetworkOutput<Float>, _ place: String,
  within tolerance: Tolerance, sourceLocation: SourceLocation = #_sourceLocation
) {
  func check(_ name: String, _ found: Array3<Float>?, _ wanted: Array3<Float>?) {
    #expect(found?.shape == wanted?.shape, "\(name) of \(place)", sourceLocation: sourceLocation)
    guard let found, let wanted, found.shape == wanted.shape else { return }
    expectClose(
      "\(name) of \(place)", found.values, wanted.values.map { Double($0) }, within: tolerance,
      sourceLocation: sourceLocation)
  }
  check("output", found.output, expected.output)
  check("logits", found.logits, expected.logits)
  check("probabilities", found.probabilities, expected.probabilities)
  #expect(found.layerOutputs.count == expected.layerOutputs.count)
  for (layer, (one, other)) in zip(found.layerOutputs, expected.layerOutputs).enumerated() {
    check("layer \(layer)", one, other)
  }
  #expect(found.cells.count == expected.cells.count)
  for (one, other) in zip(found.cells, expected.cells) {
    let cell = "layer \(other.layer), \(other.direction)"
    #expect(one.layer == other.layer && one.direction == other.direction)
    for gate in Gate.allCases { check("\(gate), \(cell)", one.gates[gate], other.gates[gate]) }
    check("cell state, \(cell)", one.cellState, other.cellState)
    check("activated cell, \(cell)", one.activatedCell, other.activatedCell)
  }
  #expect(found.finalState.parts.count == expected.finalState.parts.count)
  for (part, (one, other)) in zip(found.finalState.parts, expected.finalState.parts).enumerated() {
    for (name, one, other) in [("h", one.hidden, other.hidden), ("c", one.cell, other.cell)] {
      expectClose(
        "\(name)\(part) of \(place)", one.values, other.values.map { Double($0) },
        within: tolerance, sourceLocation: sourceLocation)
    }
  }
}
