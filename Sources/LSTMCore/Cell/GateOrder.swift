// The orders in which frameworks stack the blocks of the four gates: the one table of them. Whoever
// reads, writes, shows or suspects an order names it and takes its gates from here. Inside the core
// gates are found by name and stand in no order.

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
  /// i c f o: Keras 1, which stored arrays of their own for each.
  case keras1
  /// i o f c, and peepholes i o f: the ONNX operator (`onnx/defs/rnn/defs.cc`).
  case onnx
  /// i j f o: TensorFlow 1's BasicLSTMCell, LSTMCell and, as i c f o, LSTMBlockCell.
  case tensorflow1
  /// i g f o: Haiku (`haiku/_src/recurrent.py`).
  case haiku
  /// i f g o: Flax' `nnx.OptimizedLSTMCell` (`flax/nnx/nn/recurrent.py`).
  case flax
  /// f i c o: OpenVINO; not read from files, but a mistake that a port can make.
  case openVINO = "openvino"
  /// i f o z: Core ML and, as i f o g, AMD's MIOpen and the LSTM of Theano's tutorial.
  case coreML = "coreml"
  /// g f o i: Deeplearning4j, whose own name for it is IFOG; likewise.
  case deeplearning4j

  /// The gates, first block first.
  public var gates: [Gate] {
    switch self {
    case .pytorch, .mlx, .keras, .flax: [.input, .forget, .candidate, .output]
    case .onnx: [.input, .output, .forget, .candidate]
    case .tensorflow1, .haiku, .keras1: [.input, .candidate, .forget, .output]
    case .openVINO: [.forget, .input, .candidate, .output]
    case .coreML: [.input, .forget, .output, .candidate]
    case .deeplearning4j: [.candidate, .forget, .output, .input]
    }
  }

  /// The gates that a peephole can reach, in the same order: the candidate has none.
  public var peepholeGates: [Gate] { gates.filter(Gate.withPeephole.contains) }

  /// Four blocks by gate.
  ///
  /// - Parameter blocks: the blocks in this order.
  /// - Precondition: there are four.
  public func perGate<Block>(_ blocks: [Block]) -> PerGate<Block> {
    precondition(blocks.count == gates.count, "there is a block for each gate")
    var result = PerGate(all: blocks[0])
    for (gate, block) in zip(gates, blocks) { result[gate] = block }
    return result
  }

  /// Four blocks in this order.
  public func blocks<Block>(_ blocks: PerGate<Block>) -> [Block] {
    gates.map { blocks[$0] }
  }

  /// Takes a stack of rows apart.
  ///
  /// - Parameter stack: `[4H, n]`.
  /// - Returns: `[H, n]` for each gate.
  /// - Precondition: the number of rows is a multiple of four.
  public func split<Scalar>(_ stack: Matrix<Scalar>) -> PerGate<Matrix<Scalar>> {
    precondition(stack.rows % 4 == 0, "a stack has four blocks of rows")
    return split(stack.values).map { block in
      Matrix(rows: stack.rows / 4, columns: stack.columns, values: block)
    }
  }

  /// Takes a list of four blocks apart.
  ///
  /// - Precondition: the count is a multiple of four.
  public func split<Scalar>(_ stack: [Scalar]) -> PerGate<[Scalar]> {
    precondition(stack.count % 4 == 0, "a stack has four blocks")
    let size = stack.count / 4
    return perGate(gates.indices.map { Array(stack[$0 * size..<($0 + 1) * size]) })
  }

  /// Stacks the rows of four matrices of one shape.
  public func stack<Scalar>(_ blocks: PerGate<Matrix<Scalar>>) -> Matrix<Scalar> {
    Matrix(
      rows: 4 * blocks.forget.rows, columns: blocks.forget.columns,
      values: stack(blocks.map(\.values)))
  }

  /// Puts four lists one after the other.
  public func stack<Scalar>(_ blocks: PerGate<[Scalar]>) -> [Scalar] {
    self.blocks(blocks).flatMap { $0 }
  }
}
