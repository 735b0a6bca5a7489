// The backward step against what tfjs prints after a few steps of gradient descent:
// tensorflow/tfjs, commit 1642fe1c9cfb8b0867c9b87f429da90e4a905c1f,
// tfjs-layers/src/layers/recurrent_test.ts, "LSTM Tensor". Its gates are hard sigmoids 0.2 x + 0.5.

import LSTMCore
import TestSupport
import Testing

/// An embedding, a cell and a linear layer with one output on the last hidden state, trained by
/// plain gradient descent on the mean squared error.
private struct SmallModel {
  var embedding: Matrix<Double>  // [V, I]
  var cell: ReadableCell<Double>
  var dense: [Double]  // [H]
  var denseBias = 0.0
  var learnsEmbedding = false
  var learnsBias = true
  var learnsDenseBias = false
  let rate: Double

  init(tokens: Int, inputs: Int, units: Int, weights: Double, biases: PerGate<Double>, rate: Double)
    throws
  {
    embedding = Matrix(
      rows: tokens, columns: inputs, values: .init(repeating: 1, count: tokens * inputs))
    let gates = PerGate<GateParameters<Double>> { gate in
      GateParameters(
        inputWeights: Matrix(
          rows: units, columns: inputs, values: .init(repeating: weights, count: units * inputs)),
        hiddenWeights: Matrix(
          rows: units, columns: units, values: .init(repeating: weights, count: units * units)),
        bias: .init(repeating: biases[gate], count: units))
    }
    let gate = Activation<Double>(.hardSigmoid, alpha: 0.2, beta: 0.5)
    cell = ReadableCell(
      parameters: try CellParameters(gates: gates),
      variant: CellVariant(
        activations: .init(
          forget: gate, input: gate, candidate: CellVariant<Double>().activations.candidate,
          output: gate)))
    dense = .init(repeating: 1, count: units)
    self.rate = rate
  }

  /// Takes one step of gradient descent.
  ///
  /// - Parameter states: h and c of each sequence, before and afterwards after the batch.
  /// - Returns: the loss before the step.
  mutating func train(
    _ sequences: [[Int]], targets: [Double], states: inout [(hidden: [Double], cell: [Double])]
  ) throws -> Double {
    var loss = 0.0
    var total = cell.parameters.zeros
    var embeddingGradient = [Double](repeating: 0, count: embedding.values.count)
    var denseGradient = dense.map { _ in 0.0 }
    var biasGradient = 0.0
    for (index, tokens) in sequences.enumerated() {
      var steps: [CellStep<Double>] = []
      for token in tokens {
        let step = try cell.step(
          input: Array(embedding.row(token)), hidden: states[index].hidden,
          cell: states[index].cell)
        states[index] = (step.newHidden, step.newCell)
        steps.append(step)
      }
      let hidden = states[index].hidden
      let error = zip(dense, hidden).reduce(denseBias) { $0 + $1.0 * $1.1 } - targets[index]
      loss += error * error / Double(sequences.count)
      let slope = 2 * error / Double(sequences.count)
      denseGradient = zip(denseGradient, hidden).map { $0 + slope * $1 }
      biasGradient += slope
      var (byHidden, byCell) = (dense.map { slope * $0 }, dense.map { _ in 0.0 })
      for (token, step) in zip(tokens, steps).reversed() {
        let gradients = try cell.backward(
          through: step, hiddenGradient: byHidden, cellGradient: byCell)
        (byHidden, byCell) = (gradients.hidden, gradients.cell)
        total = total.adding(gradients.parameters, times: 1)
        for (column, gradient) in gradients.input.enumerated() {
          embeddingGradient[token * embedding.columns + column] += gradient
        }
      }
    }
    var parameters = cell.parameters.adding(total, times: -rate)
    if !learnsBias {
      for gate in Gate.allCases { parameters.gates[gate].bias = cell.parameters.gates[gate].bias }
    }
    cell = ReadableCell(parameters: parameters, variant: cell.variant)
    dense = zip(dense, denseGradient).map { $0 - rate * $1 }
    if learnsDenseBias { denseBias -= rate * biasGradient }
    if learnsEmbedding {
      embedding.values = zip(embedding.values, embeddingGradient).map { $0 - rate * $1 }
    }
    return loss
  }
}

extension CellParameters<Double> {
  /// These numbers plus a factor times others.
  fileprivate func adding(_ other: CellParameters, times factor: Double) -> CellParameters {
    func sum(_ first: [Double], _ second: [Double]) -> [Double] {
      zip(first, second).map { $0 + factor * $1 }
    }
    var result = self
    for gate in Gate.allCases {
      let part = other.gates[gate]
      result.gates[gate].inputWeights.values = sum(
        gates[gate].inputWeights.values, part.inputWeights.values)
      result.gates[gate].hiddenWeights.values = sum(
        gates[gate].hiddenWeights.values, part.hiddenWeights.values)
      result.gates[gate].bias = sum(gates[gate].bias, part.bias)
    }
    return result
  }
}

@Suite("Published training")
struct PublishedTrainingTests {
  private static func zeros(_ batch: Int, _ units: Int) -> [(hidden: [Double], cell: [Double])] {
    let zeros = [Double](repeating: 0, count: units)
    return .init(repeating: (zeros, zeros), count: batch)
  }

  @Test("Two steps of gradient descent give tfjs' weights (BPTT)")
  func weights() throws {
    var model = try SmallModel(
      tokens: 1, inputs: 4, units: 1, weights: 0, biases: PerGate(all: 0), rate: 1)
    model.learnsBias = false
    for _ in 0..<2 {
      var states = Self.zeros(5, 1)
      _ = try model.train(
        .init(repeating: [0, 0, 0], count: 5), targets: .init(repeating: 1, count: 5),
        states: &states)
    }
    let kernel = PerGate(
      forget: 0.06545822, input: 0.11455188, candidate: 0.8760446, output: 0.18237013)
    let recurrent = PerGate(
      forget: 0.01934617, input: 0.02831176, candidate: 0.00025817, output: 0.05784169)
    for gate in Gate.allCases {
      let found = model.cell.parameters.gates[gate]
      expectClose(
        "\(gate)", found.inputWeights.values, .init(repeating: kernel[gate], count: 4),
        within: .absolute(2e-7))
      expectClose(
        "\(gate), recurrent", found.hiddenWeights.values, [recurrent[gate]],
        within: .absolute(2e-7))
    }
    expectClose("dense", model.dense, [1.4559253], within: .absolute(2e-7))
  }

  @Test("The loss over two batches with the state carried over is tfjs' (stateful BPTT)")
  func stateful() throws {
    var model = try SmallModel(
      tokens: 1, inputs: 2, units: 5, weights: 1, biases: PerGate(all: 1), rate: 0.01)
    var states = Self.zeros(4, 5)
    let batch = [[Int]](repeating: [0, 0, 0], count: 4)
    let first = try model.train(batch, targets: [1, 2, 3, 4], states: &states)
    let second = try model.train(batch, targets: [5, 6, 7, 8], states: &states)
    expectClose("loss", (first + second) / 2, 5.8377, within: .absolute(1e-4))
  }

  @Test("The losses with masked tokens and a learned embedding are tfjs' (BPTT with mask)")
  func masked() throws {
    var model = try SmallModel(
      tokens: 10, inputs: 4, units: 3, weights: 1,
      biases: PerGate(forget: 1, input: 0, candidate: 0, output: 0), rate: 0.01)
    (model.learnsEmbedding, model.learnsDenseBias) = (true, true)
    var losses: [Double] = []
    for _ in 0..<4 {
      var states = Self.zeros(4, 3)
      losses.append(
        try model.train([[], [1], [1, 2], [1, 2, 3]], targets: [1, 2, 3, 4], states: &states))
    }
    expectClose("losses", Array(losses[2...]), [0.503677, 0.492173], within: .absolute(2e-6))
  }
}
