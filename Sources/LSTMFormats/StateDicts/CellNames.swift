// The names that frameworks give to the arrays of one LSTM cell. Finding cells among the names of
// a file is here; what the arrays then mean is in CellTensors.swift.

import LSTMCore

/// A framework's way to name and lay out the arrays of a cell.
enum CellNaming: String, CaseIterable, Sendable {
  case pytorch = "PyTorch"
  case mlx = "MLX"
  case keras = "Keras"
  case tensorflow1 = "TensorFlow 1"
  case haiku = "Haiku"
  case flax = "Flax"
  case nnx = "Flax NNX"

  /// What an array of a cell is.
  enum Slot: Hashable {
    case inputWeights, hiddenWeights, bias, recurrentBias, projection
    /// Input and hidden weights in one.
    case weights
    case gateInput(Gate), gateHidden(Gate), gateBias(Gate), gatePeephole(Gate)
  }

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
    }
  }

  /// The order of the blocks; Flax has every gate by itself.
  var order: GateOrder {
    switch self {
    case .pytorch: .pytorch
    case .mlx: .mlx
    case .keras: .keras
    case .tensorflow1: .tensorflow1
    case .haiku: .haiku
    case .flax, .nnx: .flax
    }
  }

  /// Whether matrices are `[in, 4H]` rather than `[4H, in]`.
  var isTransposed: Bool { self != .pytorch && self != .mlx }

  /// What is added to the forget gate's pre-activation at run time and stands in no file.
  var forgetBonus: Double { self == .tensorflow1 || self == .haiku ? 1 : 0 }
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

/// The arrays of one cell, found by their names.
struct CellSource {
  /// How they are named.
  let naming: CellNaming
  /// What stands before the last part of the names, without the separator.
  let module: String
  /// What stands after it: "_l1_reverse".
  var suffix = ""
  /// The layer that PyTorch's names tell; nil where they tell none.
  var layer: Int?
  /// The direction that PyTorch's names tell.
  var direction = Direction.forward
  /// The full names in the file.
  var names: [CellNaming.Slot: String] = [:]

  /// The full name that an array of the cell has or would have.
  func name(_ slot: CellNaming.Slot) -> String {
    if let name = names[slot] { return name }
    let leaf = naming.leaves.first { $0.slot == slot }?.leaf ?? ""
    return module.isEmpty
      ? leaf + suffix
      : "\(module)\(naming == .pytorch || naming == .mlx ? "." : "/")\(leaf)\(suffix)"
  }

  /// Whether the names are those of an LSTM and not of something that shares some of them.
  fileprivate var isRecurrent: Bool {
    let last = pathComponents(module).last?.lowercased() ?? ""
    switch naming {
    case .pytorch, .mlx: return names[.inputWeights] != nil || names[.hiddenWeights] != nil
    case .keras, .nnx: return names[.hiddenWeights] != nil
    case .tensorflow1, .haiku: return names[.weights] != nil && last.contains("lstm")
    case .flax: return names[.gateHidden(.forget)] != nil
    }
  }

  /// Finds every cell among the tensors, in the order of the file.
  static func all(in archive: TensorArchive) -> [CellSource] {
    struct Key: Hashable {
      let naming: CellNaming
      let module: String
      let suffix: String
    }
    var found: [Key: CellSource] = [:]
    var order: [Key] = []
    for entry in archive.entries {
      // TensorFlow's names of variables end in ":0".
      let plain = entry.name.hasSuffix(":0") ? String(entry.name.dropLast(2)) : entry.name
      for naming in CellNaming.allCases {
        guard let match = naming.match(plain) else { continue }
        let key = Key(naming: naming, module: match.module, suffix: match.suffix)
        if found[key] == nil {
          order.append(key)
          found[key] = CellSource(
            naming: naming, module: match.module, suffix: match.suffix, layer: match.layer,
            direction: match.direction)
        }
        found[key]?.names[match.slot] = entry.name
      }
    }
    let cells = order.compactMap { found[$0] }.filter(\.isRecurrent)
    // Keras' arrays without `recurrent_kernel` look like TensorFlow 1's.
    let keras = Set(cells.filter { $0.naming == .keras }.map(\.module))
    return cells.filter { $0.naming != .tensorflow1 || !keras.contains($0.module) }
  }
}

/// The parts of a name between "." and "/".
func pathComponents(_ name: String) -> [Substring] {
  name.split(whereSeparator: { $0 == "." || $0 == "/" })
}

extension CellNaming {
  fileprivate struct Match {
    var module: String
    var slot: Slot
    var suffix = ""
    var layer: Int?
    var direction = Direction.forward
  }

  /// What a name is under this naming, if anything.
  fileprivate func match(_ name: String) -> Match? {
    var rest = name
    var match = Match(module: "", slot: .bias)
    if self == .pytorch {
      if rest.hasSuffix("_reverse") {
        rest.removeLast("_reverse".count)
        match.direction = .reverse
      }
      let digits = rest.utf8.reversed().prefix { (48...57).contains($0) }.count
      let number = String(rest.suffix(digits))
      if let layer = Int(number), String(layer) == number, rest.dropLast(digits).hasSuffix("_l") {
        match.layer = layer
        rest.removeLast(digits + 2)
      } else if match.direction == .reverse {
        return nil
      }
      match.suffix = String(name.dropFirst(rest.count))
    }
    let path = rest.replacing(".", with: "/")
    for (leaf, slot) in leaves where path.hasSuffix(leaf) {
      let module = rest.dropLast(leaf.count)
      guard module.isEmpty || module.last == "." || module.last == "/" else { continue }
      match.module = String(module.dropLast())
      match.slot = slot
      return match
    }
    return nil
  }
}
