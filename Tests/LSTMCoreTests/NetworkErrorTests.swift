// Every error of a network, provoked, with the whole text that a user reads.

import LSTMCore
import TestSupport
import Testing

@Suite("Errors of a network")
struct NetworkErrorTests {
  private func network(front: NetworkFront<Double>? = nil) throws -> LSTMNetwork<Double> {
    try NetworkSamples.mixed(front: front)
  }
  private let input = NetworkInput.values(NetworkSamples.values(2, 3, 2))

  @Test("Parts that do not fit one another")
  func parts() throws {
    let cell = try NetworkSamples.cell(2, 3, seed: 1)
    expectError("the network has no layer. Give it at least one.") {
      try LSTMNetwork<Double>(layers: [])
    }
    expectError(
      "layer 2, forward reads 2 features, but layer 1 hands on 6. The two have to be equal."
    ) {
      try LSTMNetwork(layers: [.init(forward: cell, reverse: cell), .init(forward: cell)])
    }
    expectError(
      "layer 1, reverse reads 2 features, but the embedding or one-hot hands on 5. "
        + "The two have to be equal."
    ) {
      try LSTMNetwork(front: .oneHot(size: 5), layers: [.init(reverse: cell)])
    }
    expectError(
      "the head reads 1 feature, but the last layer puts out 3. The two have to be equal."
    ) {
      try LSTMNetwork(
        layers: [.init(forward: cell)], head: LinearHead(weights: Matrix(zeros: 2, 1)))
    }
    expectError(
      "the head's bias has 1 value, but its weights have 2 rows. Give one for each output."
    ) {
      try LSTMNetwork(
        layers: [.init(forward: cell)],
        head: LinearHead(weights: Matrix(zeros: 2, 3), bias: [1]))
    }
    expectError(
      "the embedding is not a finite number at entry 2, counted row after row. "
        + "Every entry has to be one."
    ) {
      try LSTMNetwork(
        front: .embedding(Matrix(rows: 1, columns: 2, values: [0, .nan])),
        layers: [.init(forward: cell)])
    }
    expectError(
      "the head's bias is not a finite number at entry 1, counted row after row. "
        + "Every entry has to be one."
    ) {
      try LSTMNetwork(
        layers: [.init(forward: cell)],
        head: LinearHead(weights: Matrix(zeros: 1, 3), bias: [.infinity]))
    }
  }

  @Test("Input of the wrong kind or size")
  func inputs() throws {
    expectError(
      "the network reads token ids [T, B], whole numbers below 4, but was given values [T, B, I]."
    ) {
      try network(front: .embedding(Matrix(zeros: 4, 2))).run(input)
    }
    expectError(
      "the network reads values [T, B, I] with I = 2, but was given token ids. "
        + "It has no embedding."
    ) {
      try network().run(.tokens(ids: [1], steps: 1, batch: 1))
    }
    expectError(
      "the input has 3 features a step, but the network reads 2. "
        + "The input is [T, B, I], features last."
    ) {
      try network().run(.values(NetworkSamples.values(1, 1, 3)))
    }
    let tokens = try network(front: .oneHot(size: 2))
    expectError("there are 5 token ids, but 2 steps of 3 sequences need 6.") {
      try tokens.run(.tokens(ids: [0, 1, 0, 1, 0], steps: 2, batch: 3))
    }
    for id in [2, -1] {
      expectError(
        "the token id \(id) at step 2 of sequence 1 is not one of the network's. "
          + "Ids run from 0 to 1."
      ) {
        try tokens.run(.tokens(ids: [0, 1, id, 1], steps: 2, batch: 2))
      }
    }
    #expect(throws: NetworkError.self) {
      try tokens.run(.tokens(ids: [], steps: .max, batch: .max))
    }
    #expect(throws: NetworkError.self) { try tokens.run(.tokens(ids: [], steps: -1, batch: 0)) }
  }

  @Test("Lengths that do not fit the batch")
  func lengths() throws {
    expectError("there are 2 lengths for 3 sequences. Give one for each.") {
      try network().run(input, lengths: [1, 2])
    }
    for length in [3, -1] {
      expectError(
        "sequence 2 is said to have \(length) steps, but the input has 2. "
          + "Give a length from 1 to 2."
      ) {
        try network().run(input, lengths: [1, length, 2])
      }
    }
    expectError(
      "sequence 3 has no step. Take it out, or choose what its final state is: "
        + "keep-initial-state or zero-state."
    ) {
      try network().run(input, lengths: [1, 2, 0])
    }
  }

  @Test("States that do not fit the network")
  func states() throws {
    let network = try network()
    expectError(
      "the hidden states are those of 1 direction, the cell states of 2. "
        + "Both are [L·D, B, ...]: layers times directions first."
    ) {
      try NetworkState<Double>(hidden: Array3(zeros: 1, 1, 1), cell: Array3(zeros: 2, 1, 1))
    }
    var state = network.zeroState(batch: 3)
    state.parts[2].cell = Matrix(zeros: 3, 1)
    expectError(
      "layer 2, reverse: the initial cell state is 3 x 1, but has to be 3 x 2 (a row a sequence)."
    ) {
      try network.run(input, state: state)
    }
    expectError(
      "layer 1, forward: the initial hidden state is 1 x 3, but has to be 3 x 3 "
        + "(a row a sequence)."
    ) {
      try network.run(input, state: network.zeroState(batch: 1))
    }
    state.parts.removeLast()
    expectError(
      "the initial state has 3 parts, but 3 layers with 4 directions in all need 4."
    ) {
      try network.run(input, state: state)
    }
  }

  @Test("A number that is none is found by layer, direction, step and sequence")
  func steps() throws {
    var values = NetworkSamples.values(2, 3, 2)
    values[1, 2, 0] = .nan
    expectError(
      "layer 1, forward, step 2, sequence 3: the input is not a number at entry 1. "
        + "Every entry has to be a finite number."
    ) {
      try network().run(.values(values))
    }
  }
}
