// The orders in which frameworks stack the blocks of the four gates. This is the only place that
// knows one: readers and writers name an order and hand over whole stacks.

import LSTMCore

/// In which order a framework stacks the blocks of the four gates.
///
/// The letters in the comments are the framework's own; g, c, j and z all mean the candidate.
public enum GateOrder: String, CaseIterable, Sendable {
  /// i f g o: PyTorch, cuDNN, candle (`torch/nn/modules/rnn.py`).
  case pytorch
  /// i f g o: MLX (`mlx/nn/layers/recurrent.py`).
  case mlx
  /// i f c o: Keras 2 and 3, and TensorFlow's BlockLSTMV2 (`keras/src/layers/rnn/lstm.py`).
  case keras
  /// i o f c, and peepholes i o f: the ONNX operator (`onnx/defs/rnn/defs.cc`).
  case onnx
  /// i j f o: TensorFlow 1's BasicLSTMCell, LSTMCell and, as i c f o, LSTMBlockCell.
  case tensorflow1
  /// i g f o: Haiku (`haiku/_src/recurrent.py`).
  case haiku
  /// i f g o: Flax' `nnx.OptimizedLSTMCell` (`flax/nnx/nn/recurrent.py`).
  case flax
  /// f i c o: OpenVINO.
  case openVINO = "openvino"
  /// i f o z: Core ML and, as i f o g, AMD's MIOpen.
  case coreML = "coreml"
  /// g f o i: Deeplearning4j, whose own name for it is IFOG.
  case deeplearning4j

  /// The gates, first block first.
  public var gates: [Gate] {
    switch self {
    case .pytorch, .mlx, .keras, .flax: [.input, .forget, .candidate, .output]
    case .onnx: [.input, .output, .forget, .candidate]
    case .tensorflow1, .haiku: [.input, .candidate, .forget, .output]
    case .openVINO: [.forget, .input, .candidate, .output]
    case .coreML: [.input, .forget, .output, .candidate]
    case .deeplearning4j: [.candidate, .forget, .output, .input]
    }
  }

  /// Takes a stack of rows apart.
  ///
  /// - Parameter stack: `[4H, n]`.
  /// - Returns: `[H, n]` for each gate.
  /// - Precondition: the number of rows is a multiple of four.
  public func split(_ stack: Matrix<Double>) -> PerGate<Matrix<Double>> {
    precondition(stack.rows % 4 == 0, "a stack has four blocks of rows")
    return split(stack.values).map { block in
      Matrix(rows: stack.rows / 4, columns: stack.columns, values: block)
    }
  }

  /// Takes a list of four blocks apart.
  ///
  /// - Precondition: the count is a multiple of four.
  public func split(_ stack: [Double]) -> PerGate<[Double]> {
    precondition(stack.count % 4 == 0, "a stack has four blocks")
    let size = stack.count / 4
    var result = PerGate<[Double]>(all: [])
    for (block, gate) in gates.enumerated() {
      result[gate] = Array(stack[block * size..<(block + 1) * size])
    }
    return result
  }

  /// Stacks the rows of four matrices of one shape.
  public func stack(_ blocks: PerGate<Matrix<Double>>) -> Matrix<Double> {
    Matrix(
      rows: 4 * blocks.forget.rows, columns: blocks.forget.columns,
      values: stack(blocks.map(\.values)))
  }

  /// Puts four lists one after the other.
  public func stack(_ blocks: PerGate<[Double]>) -> [Double] {
    gates.flatMap { blocks[$0] }
  }
}
