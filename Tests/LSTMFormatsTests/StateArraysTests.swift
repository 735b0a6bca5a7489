// States by name in files: one array where layers are of one width, else one for each direction.

import LSTMCore
import LSTMFormats
import TestSupport
import Testing

@Suite("States in files")
struct StateArraysTests {
  /// Layers of 3 and 2 units, the first in both directions.
  private func network(_ last: Int = 2) throws -> LSTMNetwork<Double> {
    func cell(_ inputs: Int, _ units: Int) throws -> ReadableCell<Double> {
      ReadableCell(parameters: try ForeignCells.parameters(inputs, units))
    }
    return try LSTMNetwork(layers: [
      .init(forward: cell(1, 3), reverse: cell(1, 3)), .init(forward: cell(6, last)),
    ])
  }

  private func state(of network: LSTMNetwork<Double>) -> NetworkState<Double> {
    var state = network.zeroState(batch: 2)
    for part in state.parts.indices {
      for index in state.parts[part].hidden.values.indices {
        state.parts[part].hidden.values[index] = Double(10 * part + index)
        state.parts[part].cell.values[index] = -Double(10 * part + index)
      }
    }
    return state
  }

  private func read(_ arrays: [(name: String, array: Array3<Double>)]) throws -> StateArrays {
    var found = StateArrays()
    for (name, array) in arrays {
      #expect(StateArrays.isName(name))
      try found.add(Tensor(array.values, shape: array.shape), name: name, file: "f")
    }
    return found
  }

  @Test("Names are one array where the widths agree, else one for each direction of each layer")
  func names() throws {
    let even = try network(3)
    #expect(
      StateArrays.named(state(of: even), of: LSTMModel(network: even)).map(\.name) == [
        "hidden", "cell",
      ])
    let uneven = try network()
    let named = StateArrays.named(state(of: uneven), of: LSTMModel(network: uneven))
    #expect(
      named.map(\.name) == [
        "hidden_l0", "hidden_l0_reverse", "hidden_l1", "cell_l0", "cell_l0_reverse", "cell_l1",
      ])
    #expect(
      named.map(\.array.shape) == [[1, 2, 3], [1, 2, 3], [1, 2, 2]] + [
        [1, 2, 3], [1, 2, 3], [1, 2, 2],
      ])
    for name in ["hiddenl0", "hidden_l", "hidden_lx", "hidden_l0_", "cells", "output", "hidden_0"] {
      #expect(!StateArrays.isName(name), "\(name)")
    }
  }

  @Test("What was written is read as the same state", arguments: [2, 3])
  func roundTrip(last: Int) throws {
    let network = try network(last)
    let state = state(of: network)
    let arrays = try read(StateArrays.named(state, of: LSTMModel(network: network)))
    #expect(
      try arrays.state(
        of: LSTMModel(network: network), rest: network.zeroState(batch: 2), file: "f") == state)
  }

  @Test("What the arrays lack is taken from the other state; a single layer may be [B, units]")
  func parts() throws {
    let network = try network()
    let rest = state(of: network)
    var arrays = StateArrays()
    try arrays.add(Tensor([1.0, 2, 3, 4], shape: [2, 2]), name: "cell_l1", file: "f")
    var expected = rest
    expected.parts[2].cell.values = [1, 2, 3, 4]
    #expect(try arrays.state(of: LSTMModel(network: network), rest: rest, file: "f") == expected)
  }

  @Test("What does not fit is refused in words")
  func refused() throws {
    let network = try network()
    let zeros = network.zeroState(batch: 1)
    func add(_ name: String, _ shape: [Int]) throws {
      var arrays = StateArrays()
      try arrays.add(
        Tensor([Double](repeating: 0, count: shape.reduce(1, *)), shape: shape), name: name,
        file: "in.npz")
    }
    expectError("'in.npz': 'hidden' is [3], but has to be [layers x directions, B, units].") {
      try add("hidden", [3])
    }
    expectError("'in.npz': 'hidden_l0' is [2, 1, 3], but has to be [1, B, units].") {
      try add("hidden_l0", [2, 1, 3])
    }
    let whole = Array3<Double>(zeros: 3, 1, 3)
    let one = Array3<Double>(zeros: 1, 1, 3)
    expectError("'f' has both 'cell', the states of all layers, and 'cell_l0'. Keep one.") {
      try read([("cell", whole), ("cell_l0", one)]).state(
        of: LSTMModel(network: network), rest: zeros, file: "f")
    }
    expectError(
      "'f' has the states 'hidden_l1_reverse', but this network has no such layer or direction. It "
        + "has hidden_l0, cell_l0, hidden_l0_reverse, cell_l0_reverse, hidden_l1, cell_l1."
    ) {
      try read([("hidden_l1_reverse", one)]).state(
        of: LSTMModel(network: network), rest: zeros, file: "f")
    }
    #expect(throws: NetworkError.stateParts(found: 1, layers: 2, expected: 3)) {
      try read([("hidden", one)]).state(of: LSTMModel(network: network), rest: zeros, file: "f")
    }
  }
}
