// The last parts of the names of a cell's arrays, for each naming.

import LSTMCore

extension CellNaming {
  /// The last parts of the names, by what they are; "/" stands for "." too.
  var leaves: [(leaf: String, slot: Slot)] {
    switch self {
    case .pytorch:
      [
        ("weight_ih", .inputWeights), ("weight_hh", .hiddenWeights), ("bias_ih", .bias),
        ("bias_hh", .recurrentBias), ("weight_hr", .projection),
      ]
        + Gate.withPeephole.map { ("peephole_\($0.rawValue)", .gatePeephole($0)) }
    case .mlx: [("Wx", .inputWeights), ("Wh", .hiddenWeights), ("bias", .bias)]
    case .keras:
      [("kernel", .inputWeights), ("recurrent_kernel", .hiddenWeights), ("bias", .bias)]
    case .tensorflow1:
      [
        ("projection/kernel", .projection),
        ("kernel", .weights), ("weights", .weights), ("bias", .bias), ("biases", .bias),
        ("w_f_diag", .gatePeephole(.forget)), ("w_i_diag", .gatePeephole(.input)),
        ("w_o_diag", .gatePeephole(.output)),
      ]
    case .haiku: [("linear/w", .weights), ("linear/b", .bias)]
    case .flax:
      Gate.allCases.flatMap { gate in
        [
          ("i\(gate.letter)/kernel", .gateInput(gate)),
          ("h\(gate.letter)/kernel", .gateHidden(gate)), ("h\(gate.letter)/bias", .gateBias(gate)),
        ]
      } + [("if_/kernel", .gateInput(.forget))]
    case .nnx:
      [
        ("dense_i/kernel", .inputWeights), ("dense_h/kernel", .hiddenWeights),
        ("dense_h/bias", .bias),
      ]
    case .theano: [("W", .inputWeights), ("U", .hiddenWeights), ("b", .bias)]
    case .allenNLP:
      [
        ("input_linearity/weight", .inputWeights), ("state_linearity/weight", .hiddenWeights),
        ("input_linearity/bias", .bias), ("state_linearity/bias", .recurrentBias),
        ("state_projection/weight", .projection),
      ]
    case .bilm: [("W_P_0", .projection), ("W_0", .weights), ("B", .bias)]
    case .burn:
      Gate.allCases.flatMap { gate -> [(leaf: String, slot: Slot)] in
        let name = gate == .candidate ? "cell_gate" : "\(gate.rawValue)_gate"
        return [
          ("\(name)/input_transform/weight", .gateInput(gate)),
          ("\(name)/hidden_transform/weight", .gateHidden(gate)),
          ("\(name)/input_transform/bias", .gateBias(gate)),
          ("\(name)/hidden_transform/bias", .gateRecurrentBias(gate)),
        ]
      }
    case .byHand:
      // W x + U h + b, or U x + V h + b as some write it: `CellSource.all` tells them apart.
      Gate.allCases.flatMap { gate -> [(leaf: String, slot: Slot)] in
        gate.handLetters.flatMap { letter -> [(leaf: String, slot: Slot)] in
          [
            ("W_\(letter)", .gateInput(gate)), ("W\(letter)", .gateInput(gate)),
            ("W_x\(letter)", .gateInput(gate)), ("Wx\(letter)", .gateInput(gate)),
            ("U_\(letter)", .gateHidden(gate)), ("U\(letter)", .gateHidden(gate)),
            ("W_h\(letter)", .gateHidden(gate)), ("Wh\(letter)", .gateHidden(gate)),
            ("V_\(letter)", .gateThird(gate)), ("V\(letter)", .gateThird(gate)),
            ("b_\(letter)", .gateBias(gate)), ("b\(letter)", .gateBias(gate)),
          ]
        }
      }
    }
  }
}

extension Gate {
  /// The letter in Flax' names.
  fileprivate var letter: String {
    switch self {
    case .forget: "f"
    case .input: "i"
    case .candidate: "g"
    case .output: "o"
    }
  }
}

extension Gate {
  /// The letters by which people call a gate in names of their own.
  fileprivate var handLetters: [String] {
    switch self {
    case .forget: ["f"]
    case .input: ["i"]
    case .candidate: ["c", "g", "C", "a"]
    case .output: ["o"]
    }
  }
}
