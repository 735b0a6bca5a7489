// What the samples of the documents take for granted; Scripts/check-samples.py compiles them with it.

import LSTMCore
import LSTMFormats
import LSTMInsight

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A small network that reads three numbers a step.
let network: LSTMNetwork<Float> = {
  do {
    func cell(_ inputs: Int, _ seed: UInt64) throws -> ReadableCell<Double> {
      ReadableCell(
        parameters: try CellParameters(
          .pytorch, shape: CellShape(inputSize: inputs, hiddenSize: 4), seed: seed))
    }
    return try LSTMNetwork<Float>(
      LSTMNetwork<Double>(layers: [
        NetworkLayer(forward: cell(3, 1)), NetworkLayer(forward: cell(4, 2)),
      ]))
  } catch { fatalError("\(error)") }
}()

/// The same as a model.
let model = LSTMModel(weights: .single(network), precision: .float32)

/// A model that reads four tokens and has a head.
let textModel: LSTMModel = {
  do {
    let cell = ReadableCell(
      parameters: try CellParameters<Double>(
        .pytorch, shape: CellShape(inputSize: 4, hiddenSize: 5), seed: 3))
    return LSTMModel(
      network: try LSTMNetwork(
        front: .oneHot(size: 4), layers: [NetworkLayer(forward: cell)],
        head: LinearHead(weights: Matrix(zeros: 4, 5))))
  } catch { fatalError("\(error)") }
}()

/// Its network in single precision.
let textNetwork: LSTMNetwork<Float> = {
  do { return try LSTMNetwork<Float>(textModel) } catch { fatalError("\(error)") }
}()

/// A cell of two inputs and two units.
let cell: ReadableCell<Double> = {
  do {
    return ReadableCell(
      parameters: try CellParameters(
        .identity, shape: CellShape(inputSize: 2, hiddenSize: 2), seed: 0))
  } catch { fatalError("\(error)") }
}()

/// Five steps of two sequences.
let input = Array3<Float>(zeros: 5, 2, 3)

/// Token ids of 64 steps in 32 sequences, and a network that is trained on them.
let ids = [Int](repeating: 1, count: 64 * 32)
let lossGradient = Array3<Float>(zeros: 64, 32, 4)

func complain(_ text: String) {
  print(text)
}

func finish(_ failures: Int) -> Never {
  exit(failures == 0 ? 0 : 1)
}
