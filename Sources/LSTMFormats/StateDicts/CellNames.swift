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
  case theano = "Theano"
  case allenNLP = "AllenNLP"
  case bilm = "bilm-tf"
  case burn = "burn"
  case byHand = "by hand"

  /// What an array of a cell is.
  enum Slot: Hashable {
    case inputWeights, hiddenWeights, bias, recurrentBias, projection
    /// Input and hidden weights in one.
    case weights
    case gateInput(Gate), gateHidden(Gate), gateBias(Gate), gatePeephole(Gate)
    case gateRecurrentBias(Gate)
    /// The third matrix of a gate, where somebody calls its matrices U and V.
    case gateThird(Gate)
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
    case .theano: .coreML
    case .allenNLP, .burn, .byHand: .pytorch
    case .bilm: .tensorflow1
    }
  }

  /// Whether every gate has arrays of its own.
  var isGateByGate: Bool { self == .flax || self == .burn || self == .byHand }

  /// Whether matrices are `[in, 4H]` rather than `[4H, in]`.
  var isTransposed: Bool { self != .pytorch && self != .mlx && self != .allenNLP }

  /// What is added to the forget gate's pre-activation at run time and stands in no file.
  var forgetBonus: Double {
    self == .tensorflow1 || self == .haiku || self == .bilm ? 1 : 0
  }

  /// What is taken for granted of cells with such names, in words.
  func assumption(hasProjection: Bool) -> String? {
    switch self {
    case .theano:
      "the names are those of Theano's LSTM tutorial: gates in the order i, f, o, candidate, "
        + "matrices [in, 4H]"
    case .allenNLP where hasProjection:
      "cell state and projection are held within ±3, as AllenNLP's ELMo has it"
    case .bilm:
      "the names are those of bilm-tf: gates in the order i, candidate, f, o, forget bias + 1, cell "
        + "state and projection within ±3"
    default: nil
    }
  }

  /// The settings of a cell with such names.
  func variant(hasProjection: Bool) -> CellVariant<Double> {
    var variant = CellVariant<Double>()
    if self == .bilm || self == .allenNLP, hasProjection {
      (variant.cellClip, variant.projectionClip) = (3, 3)
    }
    return variant
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
  /// Whether matrices are `[in, out]`; nil where the naming says it.
  var isTransposed: Bool?
  /// The settings that the file tells or that are assumed.
  var variant = CellVariant<Double>()

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
    case .theano:
      return names.count == 3 && module.lowercased().contains("lstm")
    case .allenNLP: return names[.inputWeights] != nil && names[.hiddenWeights] != nil
    case .bilm: return names[.weights] != nil && last.contains("lstm")
    case .burn, .byHand:
      return Gate.allCases.allSatisfy {
        names[.gateInput($0)] != nil && names[.gateHidden($0)] != nil
      }
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
    let table = TensorTable(archive, file: "")
    let cells = order.compactMap { found[$0]?.settled(table) }.filter(\.isRecurrent)
    // Keras' arrays without `recurrent_kernel` look like TensorFlow 1's.
    let keras = Set(cells.filter { $0.naming == .keras }.map(\.module))
    return cells.filter { $0.naming != .tensorflow1 || !keras.contains($0.module) }
  }
}

extension CellSource {
  /// What the names leave open, settled by what else is there.
  fileprivate func settled(_ table: TensorTable) -> CellSource {
    var cell = self
    cell.variant = naming.variant(hasProjection: names[.projection] != nil)
    guard naming == .byHand else { return cell }
    // U x + V h: what is called U is the input's where there is no W.
    if names[.gateInput(.forget)] == nil, names[.gateThird(.forget)] != nil {
      for gate in Gate.allCases {
        cell.names[.gateInput(gate)] = names[.gateHidden(gate)]
        cell.names[.gateHidden(gate)] = names[.gateThird(gate)]
      }
    }
    for gate in Gate.allCases { cell.names[.gateThird(gate)] = nil }
    if let input = table.shape(cell.names[.gateInput(.forget)]),
      let hidden = table.shape(cell.names[.gateHidden(.forget)]), input.count == 2,
      hidden.count == 2, hidden[0] == hidden[1], input[0] != input[1]
    {
      cell.isTransposed = input[1] == hidden[0]
    }
    return cell
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
      // Theano's names are all of one piece: lstm_W.
      guard
        self == .theano
          ? module.last == "_"
          : module.isEmpty || module.last == "." || module.last == "/"
      else { continue }
      match.module = String(module.dropLast())
      match.slot = slot
      return match
    }
    return nil
  }
}
