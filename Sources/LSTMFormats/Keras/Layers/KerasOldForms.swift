// Weights as old versions of Keras stored them, brought into today's form: four gates side by side
// in the order i, f, c, o.

import LSTMCore

enum KerasOldForms {
  /// Keras 1: twelve arrays, W `[I, H]`, U `[H, H]` and b `[H]` for each of i, c, f, o.
  static func joiningGates(_ found: [Tensor]) -> [(String, Tensor)] {
    let names = ["kernel", "recurrent_kernel", "bias"]
    return names.enumerated().map { kind, name in
      let stored = stride(from: kind, to: found.count, by: names.count).map { found[$0] }
      let parts = GateOrder.keras.blocks(GateOrder.keras1.perGate(stored))
      let rows = parts[0].shape.count == 1 ? 1 : parts[0].shape[0]
      let columns = parts[0].count / max(1, rows)
      let values = parts.map { $0.doubles() }
      let joined = (0..<rows).flatMap { row in
        values.flatMap { $0[row * columns..<(row + 1) * columns] }
      }
      let shape = parts[0].shape.dropLast() + [4 * columns]
      return (name, tensor(joined, shape: Array(shape), like: parts))
    }
  }

  /// CuDNNLSTM: kernel and recurrent kernel with each gate as cuDNN has it, unit by unit, though
  /// the shapes are the usual ones; two biases end to end, the input's first.
  static func fromCuDNN(_ found: [Tensor], units: Int) -> [(String, Tensor)] {
    func turned(_ weights: Tensor) -> Tensor {
      let inputs = weights.shape[0]
      let width = 4 * units
      let values = weights.doubles()
      var result = values
      for block in 0..<4 {
        // The block's columns, read row after row, are a matrix [units, inputs].
        for unit in 0..<units {
          for input in 0..<inputs {
            let place = unit * inputs + input
            result[input * width + block * units + unit] =
              values[place / units * width + block * units + place % units]
          }
        }
      }
      return tensor(result, shape: weights.shape, like: [weights])
    }
    let biases = found[2].doubles()
    let half = 4 * units
    return [
      ("kernel", turned(found[0])), ("recurrent_kernel", turned(found[1])),
      ("bias", tensor(Array(biases.prefix(half)), shape: [half], like: [found[2]])),
      ("recurrent_bias", tensor(Array(biases.suffix(half)), shape: [half], like: [found[2]])),
    ]
  }

  // Doubles hold every narrower number exactly, and Floats every one of these but a Double.
  private static func tensor(_ values: [Double], shape: [Int], like: [Tensor]) -> Tensor {
    like.contains { $0.type == .float64 }
      ? Tensor(values, shape: shape) : Tensor(values.map { Float($0) }, shape: shape)
  }
}
