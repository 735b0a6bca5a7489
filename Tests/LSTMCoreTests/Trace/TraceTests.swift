// Addresses, and what a trace says of a run: every array is what the readable cell computes.

import Foundation
import TestSupport
import Testing

@testable import LSTMCore

@Suite("Names of a run's numbers")
struct TraceAddressTests {
  @Test("Every quantity's name is read back")
  func names() {
    for quantity in TraceQuantity.all { #expect(TraceQuantity(name: quantity.name) == quantity) }
    #expect(TraceQuantity(name: "preactivation.forgetGate") == .preactivation(.forget))
    #expect(Set(TraceQuantity.all.map(\.name)).count == TraceQuantity.all.count)
  }

  @Test("An address is read: layers, directions, quantities, units, steps")
  func reading() throws {
    let address = try TraceAddress("layer2.reverse.forgetGate[3,5-9]@40-60")
    #expect(address.layers == IndexChoice(1) && address.directions == [.reverse])
    #expect(address.quantities == [.gate(.forget)])
    #expect(address.units.indices(below: 20) == [2, 4, 5, 6, 7, 8])
    #expect(address.steps == IndexChoice([39...59]) && address.text == "\(address)")
    #expect(try TraceAddress("layer*.*.preactivation.*").quantities.count == 4)
    #expect(try TraceAddress("layer1-3.forward.*").quantities == TraceQuantity.ofCells)
    let bare = try TraceAddress("cellState@*")
    #expect(bare.layers == .all && bare.directions == Direction.allCases && bare.steps == .all)
    #expect(try TraceAddress("logits").quantities == [.logits])
    #expect(TraceAddress(layer: 0, .forward, .kept).text == "layer1.forward.kept")
  }

  @Test("The table of the documentation is what the code says")
  func table() throws {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(
      contentsOf: package.appending(path: "Sources/LSTMCore/LSTMCore.docc/Traces.md"),
      encoding: .utf8)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
    let expected = TraceQuantity.all.map { "| `\($0.name)` | \($0.equation) | \($0.shape) |" }
    #expect(rows == expected, "the table has to be:\n\(expected.joined(separator: "\n"))")
  }

  @Test("A list of addresses is cut at commas that no number follows")
  func lists() throws {
    func texts(_ text: String) throws -> [String] { try TraceAddress.list(text).map(\.text) }
    #expect(try texts("kept") == ["kept"])
    #expect(
      try texts("kept@3,5,layer1.forward.cellState[1,2-3],logits")
        == ["kept@3,5", "layer1.forward.cellState[1,2-3]", "logits"])
    expectError("'kept,': there is no quantity 'kept,'. Did you mean 'kept'?") {
      try texts("kept,")
    }
  }

  static let listed = TraceQuantity.all.dropLast().map(\.name).joined(separator: ", ")
  static let wrong: [(String, String)] = [
    (
      "layer1.forward.forgetgate",
      "'layer1.forward.forgetgate': there is no quantity 'forgetgate'. Did you mean 'forgetGate'?"
    ),
    (
      "layer1.forwad.kept",
      "'layer1.forwad.kept': there is no direction 'forwad'. Did you mean 'forward'?"
    ),
    (
      "layer1.left.kept",
      "'layer1.left.kept': there is no direction 'left'. There are forward and reverse."
    ),
    (
      "layer1.kept",
      "'layer1.kept': an address is layer, direction and quantity, as in "
        + "layer1.forward.forgetGate, or a quantity alone, as in forgetGate."
    ),
    (
      "layer0.forward.kept",
      "'layer0.forward.kept': '0' are no layers. Write numbers from 1, lists and ranges, as in "
        + "3,5-9, or * for all."
    ),
    (
      "kept[2-1]",
      "'kept[2-1]': '2-1' are no units. Write numbers from 1, lists and ranges, as in "
        + "3,5-9, or * for all."
    ),
    (
      "kept@x",
      "'kept@x': 'x' are no steps. Write numbers from 1, lists and ranges, as in 3,5-9, or * for "
        + "all."
    ),
    (
      "kept[1@3",
      "'kept[1@3': the units stand in brackets at the end of the quantity, as in "
        + "layer1.forward.forgetGate[3,5-9]@40-60."
    ),
    (
      "",
      "'': there is no quantity ''. There are \(listed) and probabilities."
    ),
  ]

  @Test("What is no address is an error with the nearest name", arguments: wrong)
  func errors(_ text: String, _ message: String) {
    expectError(message) { try TraceAddress(text) }
  }
}

@Suite("Everything that happened in a run")
struct RunTraceTests {
  @Test(
    "Every array of a trace is what the readable cell computes, step by step",
    arguments: LongTests.sample(of: 1...40, every: 5))
  func arrays(seed: Int) throws {
    let random = try RandomModel(seed: UInt64(seed))
    let request = RunRequest<Double>(random.request)
    guard let trace = try? random.model.trace(request) else { return }
    // The cells of a layer are led through by hand, from what the trace says they read.
    for (index, entry) in trace.cells.enumerated() {
      let arrays = try trace.arrays(of: TraceQuantity.ofCells, cell: index)
      let shape = trace.shape.cells[index]
      #expect(
        Set(arrays.keys) == Set(TraceQuantity.ofCells.filter { shape.width(of: $0) != nil }))
      for sequence in 0..<trace.batch {
        var hidden = Array(trace.start.parts[index].hidden.row(sequence))
        var cell = Array(trace.start.parts[index].cell.row(sequence))
        for (taken, time) in trace.order(index, sequence: sequence).enumerated() {
          let read = try #require(arrays[.input]).row(time, sequence)
          let step = try entry.cell.step(input: read, hidden: hidden, cell: cell)
          for (quantity, array) in arrays {
            #expect(
              array.row(time, sequence) == entry.cell.values(of: quantity, in: step),
              "\(quantity.name), cell \(index), \(random.words)")
          }
          #expect(try trace.step(index, taken: taken, sequence: sequence) == step)
          (hidden, cell) = (step.newHidden, step.newCell)
        }
        let last = trace.output.finalState.parts[index]
        #expect(hidden == Array(last.hidden.row(sequence)), "\(random.words)")
        #expect(cell == Array(last.cell.row(sequence)), "\(random.words)")
      }
    }
  }

  @Test(
    "The engine's arrays are the readable cell's, to single precision",
    arguments: LongTests.sample(of: 1...30, every: 5))
  func executors(seed: Int) throws {
    let random = try RandomModel(seed: UInt64(seed))
    var request = random.request
    request.recording = [.trace, .preactivations]
    guard let output = try? InferenceEngine(random.model).run(request) else { return }
    let found = try RunTrace(LSTMNetwork<Float>(random.model), of: random.model, request, output)
    let expected = try random.model.trace(RunRequest<Double>(random.request))
    for cell in found.cells.indices {
      let right = try expected.arrays(of: TraceQuantity.ofCells, cell: cell)
      for (quantity, array) in try found.arrays(of: TraceQuantity.ofCells, cell: cell) {
        expectClose(
          "\(quantity.name) of cell \(cell), \(random.words)", array.values,
          try #require(right[quantity]).values, within: .ofLargest(1e-5))
      }
    }
    for quantity in TraceQuantity.outside {
      expectClose(
        quantity.name, found.array(outside: quantity)?.values ?? [],
        expected.array(outside: quantity)?.values ?? [], within: .ofLargest(1e-5))
    }
  }
}
