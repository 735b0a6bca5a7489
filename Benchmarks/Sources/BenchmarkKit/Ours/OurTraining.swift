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
  /// Adam's averages of each parameter's gradient, and of its square, as flat blocks.
  private var means: [Float]
  private var squares: [Float]
  private var steps = 0

  /// - Parameters:
  ///   - data: the network with embedding and head, the tokens and the targets.
  ///   - threads: how many threads may compute.
  init(_ data: CaseData, threads: Int) throws {
    let network = try LSTMNetwork<Float>(data.model)
    let one = data.benchmarkCase
    session = try TrainingSession(network, batch: one.batch, threads: threads)
    input = NetworkInput<Float>(data.input)
    targets = data.targets
    means = [Float](repeating: 0, count: session.layout.count)
    squares = means
  }

  /// Takes one step of training, and returns the loss before it.
  func step() throws -> Float {
    guard let logits = try session.forward(RunRequest(input)).logits else { return .nan }
    let (loss, gradient) = crossEntropy(logits)
    let gradients = try session.backward(OutputGradients(logits: gradient))
    improve(by: gradients.parameters)
    return loss
  }

  /// The mean of -ln softmax at the targets, and its gradient by the logits.
  private func crossEntropy(_ logits: Array3<Float>) -> (loss: Float, gradient: Array3<Float>) {
    var values = logits.values
    let (columns, rows) = (logits.columns, targets.count)
    let scale = 1 / Float(rows)
    var loss = 0.0
    values.withUnsafeMutableBufferPointer { values in
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
    let gradient = Array3(
      planes: logits.planes, rows: logits.rows, columns: columns, values: values)
    return (Float(loss / Double(rows)), gradient)
  }

  // MARK: - The optimizer

  /// Whether an array is trained. The second bias of each gate stays zero.
  private static func isTrained(_ name: ParameterName) -> Bool {
    if case .cell(_, _, .recurrentBias) = name { false } else { true }
  }

  /// Takes a step of Adam along the clipped gradients.
  private func improve(by gradients: ParameterBlock<Float>) {
    let trained = session.layout.entries.filter { Self.isTrained($0.name) }
    let total = gradients.values.withUnsafeBufferPointer { values in
      trained.reduce(0.0) {
        $0 + Double(Self.square(UnsafeBufferPointer(rebasing: values[$1.range])))
      }
    }
    let norm = Float(total.squareRoot())
    let clip =
      norm > TrainingSettings.largestGradientNorm
      ? TrainingSettings.largestGradientNorm / (norm + 1e-6) : 1
    steps += 1
    let corrections = (
      first: 1 - powf(TrainingSettings.beta1, Float(steps)),
      second: 1 - powf(TrainingSettings.beta2, Float(steps))
    )
    gradients.values.withUnsafeBufferPointer { slopes in
      means.withUnsafeMutableBufferPointer { means in
        squares.withUnsafeMutableBufferPointer { squares in
          session.updateEachParameter { entry, values in
            guard Self.isTrained(entry.name) else { return }
            Self.adam(
              values, UnsafeBufferPointer(rebasing: slopes[entry.range]),
              UnsafeMutableBufferPointer(rebasing: means[entry.range]),
              UnsafeMutableBufferPointer(rebasing: squares[entry.range]), clip: clip,
              corrections: corrections)
          }
        }
      }
    }
  }

  /// Σ x², in eight sums, so that none waits for another.
  private static func square(_ values: UnsafeBufferPointer<Float>) -> Float {
    let bytes = UnsafeRawBufferPointer(values)
    let width = MemoryLayout<SIMD8<Float>>.size
    var sums = SIMD8<Float>.zero
    let whole = bytes.count / width * width
    for start in stride(from: 0, to: whole, by: width) {
      let part = bytes.loadUnaligned(fromByteOffset: start, as: SIMD8<Float>.self)
      sums += part * part
    }
    return values[(whole / 4)...].reduce(sums.sum()) { $0 + $1 * $1 }
  }

  private static func adam(
    _ values: UnsafeMutableBufferPointer<Float>, _ gradient: UnsafeBufferPointer<Float>,
    _ first: UnsafeMutableBufferPointer<Float>, _ second: UnsafeMutableBufferPointer<Float>,
    clip: Float, corrections: (first: Float, second: Float)
  ) {
    let (beta1, beta2) = (TrainingSettings.beta1, TrainingSettings.beta2)
    let (rate, epsilon) = (
      TrainingSettings.learningRate / corrections.first, TrainingSettings.epsilon
    )
    let scale = 1 / corrections.second.squareRoot()
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
