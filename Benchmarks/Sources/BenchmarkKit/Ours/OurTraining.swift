// The one place where the benchmark meets our gradients, and what it makes a training step of them
// with: the loss and the optimizer.

import Foundation
import LSTMCore

/// The settings that every competitor trains with; Peers/worker.py has them too.
enum TrainingSettings {
  static let learningRate: Float = 1e-3
  static let beta1: Float = 0.9
  static let beta2: Float = 0.999
  static let epsilon: Float = 1e-8
  static let largestGradientNorm: Float = 1
}

/// Our training, as the benchmark uses it: embedding, layers, head, mean cross-entropy over all
/// steps and sequences, clipping by the global norm, Adam (Kingma and Ba 2015).
final class OurTraining {
  private let session: TrainingSession
  private let input: NetworkInput<Float>
  private let targets: [Int]
  /// Adam's averages of each parameter's gradient, and of its square.
  private var means: [[Float]]
  private var squares: [[Float]]
  private var steps = 0

  /// - Parameters:
  ///   - data: the network with embedding and head, the tokens and the targets.
  ///   - threads: how many threads may compute.
  init(_ data: CaseData, threads: Int) throws {
    let network = try data.network.map { Float($0) }
    let one = data.benchmarkCase
    session = try TrainingSession(network, batch: one.batch, threads: threads)
    switch data.input {
    case .values(let values): input = .values(values.map { Float($0) })
    case .tokens(let ids, let steps, let batch):
      input = .tokens(ids: ids, steps: steps, batch: batch)
    }
    targets = data.targets
    means = Self.parameters(of: network).map { [Float](repeating: 0, count: $0.count) }
    squares = means
  }

  /// Takes one step of training, and returns the loss before it.
  func step() throws -> Float {
    guard let logits = try session.forward(input).logits else { return .nan }
    let (loss, gradient) = crossEntropy(logits)
    let gradients = try session.backward(OutputGradients(logits: gradient))
    session.update(try improved(session.network, by: Self.values(of: gradients)))
    return loss
  }

  /// The mean of -ln softmax at the targets, and its gradient by the logits.
  private func crossEntropy(_ logits: Array3<Float>) -> (loss: Float, gradient: Array3<Float>) {
    var gradient = logits
    let (columns, rows) = (logits.columns, targets.count)
    let scale = 1 / Float(rows)
    var loss = 0.0
    gradient.values.withUnsafeMutableBufferPointer { values in
      for (row, target) in targets.enumerated() {
        let place = row * columns
        var largest = values[place]
        for column in 1..<columns { largest = max(largest, values[place + column]) }
        let score = values[place + target] - largest
        var sum: Float = 0
        for column in 0..<columns {
          let power = expf(values[place + column] - largest)
          values[place + column] = power
          sum += power
        }
        loss += Double(logf(sum) - score)
        let factor = scale / sum
        for column in 0..<columns { values[place + column] *= factor }
        values[place + target] -= scale
      }
    }
    return (Float(loss / Double(rows)), gradient)
  }

  // MARK: - The optimizer

  /// All parameters that are trained. The second bias of each gate stays zero.
  private static func parameters(of network: LSTMNetwork<Float>) -> [[Float]] {
    var parameters: [[Float]] = []
    if case .embedding(let matrix) = network.front { parameters.append(matrix.values) }
    for (_, _, cell) in network.cells { parameters += values(of: cell.parameters) }
    if let head = network.head { parameters += [head.weights.values, head.bias ?? []] }
    return parameters
  }

  private static func values(of parameters: CellParameters<Float>) -> [[Float]] {
    Gate.allCases.flatMap { gate in
      let learned = parameters.gates[gate]
      return [learned.inputWeights.values, learned.hiddenWeights.values, learned.bias]
    }
  }

  private static func values(of gradients: NetworkGradients) -> [[Float]] {
    var values = gradients.embedding.map { [$0.values] } ?? []
    for cell in gradients.cells { values += self.values(of: cell) }
    if let weights = gradients.headWeights { values += [weights.values, gradients.headBias ?? []] }
    return values
  }

  /// The network after a step of Adam along the clipped gradients.
  private func improved(_ network: LSTMNetwork<Float>, by gradients: [[Float]]) throws
    -> LSTMNetwork<Float>
  {
    let total = gradients.reduce(0.0) { sum, values in sum + Double(Self.square(values)) }
    let norm = Float(total.squareRoot())
    let clip =
      norm > TrainingSettings.largestGradientNorm
      ? TrainingSettings.largestGradientNorm / (norm + 1e-6) : 1
    steps += 1
    let first = 1 - powf(TrainingSettings.beta1, Float(steps))
    let second = 1 - powf(TrainingSettings.beta2, Float(steps))
    var place = 0
    func next(_ values: inout [Float]) {
      Self.adam(
        &values, gradients[place], &means[place], &squares[place], clip: clip,
        corrections: (first, second))
      place += 1
    }
    var front = network.front
    if case .embedding(var matrix) = front {
      next(&matrix.values)
      front = .embedding(matrix)
    }
    let layers = network.layers.map { layer in
      func cell(_ cell: ReadableCell<Float>) -> ReadableCell<Float> {
        var parameters = cell.parameters
        for gate in Gate.allCases {
          next(&parameters.gates[gate].inputWeights.values)
          next(&parameters.gates[gate].hiddenWeights.values)
          next(&parameters.gates[gate].bias)
        }
        return ReadableCell(parameters: parameters, variant: cell.variant)
      }
      guard let forward = layer.forward else { return layer }
      return NetworkLayer(forward: cell(forward), reverse: layer.reverse.map(cell))
    }
    var head = network.head
    if var changed = head {
      next(&changed.weights.values)
      if var bias = changed.bias {
        next(&bias)
        changed.bias = bias
      }
      head = changed
    }
    return try LSTMNetwork(front: front, layers: layers, head: head)
  }

  /// Σ x², in eight sums, so that none waits for another.
  private static func square(_ values: [Float]) -> Float {
    values.withUnsafeBytes { bytes in
      let width = MemoryLayout<SIMD8<Float>>.size
      var sums = SIMD8<Float>.zero
      let whole = bytes.count / width * width
      for start in stride(from: 0, to: whole, by: width) {
        let part = bytes.loadUnaligned(fromByteOffset: start, as: SIMD8<Float>.self)
        sums += part * part
      }
      return values[(whole / 4)...].reduce(sums.sum()) { $0 + $1 * $1 }
    }
  }

  private static func adam(
    _ values: inout [Float], _ gradient: [Float], _ first: inout [Float], _ second: inout [Float],
    clip: Float, corrections: (first: Float, second: Float)
  ) {
    let (beta1, beta2) = (TrainingSettings.beta1, TrainingSettings.beta2)
    let (rate, epsilon) = (
      TrainingSettings.learningRate / corrections.first, TrainingSettings.epsilon
    )
    let scale = 1 / corrections.second.squareRoot()
    values.withUnsafeMutableBufferPointer { values in
      gradient.withUnsafeBufferPointer { gradient in
        first.withUnsafeMutableBufferPointer { first in
          second.withUnsafeMutableBufferPointer { second in
            for index in values.indices {
              let slope = gradient[index] * clip
              let mean = beta1 * first[index] + (1 - beta1) * slope
              let square = beta2 * second[index] + (1 - beta2) * slope * slope
              first[index] = mean
              second[index] = square
              values[index] -= rate * mean / (square.squareRoot() * scale + epsilon)
            }
          }
        }
      }
    }
  }
}
